"""One worked example of every answer, as records, so that an example that no longer fits cannot be written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from api.answers import (
    AlarmAnswer,
    AlarmItem,
    AlarmPage,
    CaptureAnswer,
    CapturePage,
    LeadAnswer,
    LeadItem,
    LeadPage,
    ListingAnswer,
    ListingPage,
    Me,
    OccurrenceItem,
    OccurrencePage,
    RunAnswer,
    RunItem,
    RunPage,
    RunStand,
    ScheduleAnswer,
    ScheduleItem,
    SchedulePage,
    ShopAnswer,
    ShopItem,
    ShopPage,
)
from api.group_answers import CaseAnswer, CasePage, GroupAnswer, GroupShopItem
from api.problems import problem_responses
from records.base import Record
from records.claims import Claim
from records.digests import digests_of
from records.evidence import (
    Capture,
    CaptureState,
    Check,
    CheckResult,
    CustodyAction,
    CustodyEvent,
    TimestampState,
    VerificationReport,
)
from records.groups import GroupLink, GroupRuling, LinkKind, RulingKind, SellerGroup
from records.health import Alarm, AlarmKind, RunProgress
from records.leads import Basis, Case, Finding, Lead, LeadEvent, LeadState, Severity, Span, Verdict
from records.licences_read import (
    Box,
    LicenceField,
    LicenceOutcome,
    LicencePicture,
    LicenceReading,
    ReadField,
    ShownPicture,
)
from records.market import Category, Disclosure, Listing, Price, PriceRole, Shop, Source, Speaker, TextBlock
from records.people import Permission, Role
from records.register import Entity, EntityKind, EntityStatus, Match, MatchDecision, MatchQuery, Reason
from records.schedules import Occurrence, OccurrenceState, Schedule
from records.search import Facet, FacetCount, Highlight
from records.survey import FrontierState, Outcome, PageKind, Run, RunState, Target, TargetKind

__all__ = [
    "ALARM",
    "ALARM_ANSWER",
    "ALARM_PAGE",
    "CAPTURE",
    "CAPTURE_ANSWER",
    "CAPTURE_PAGE",
    "CASE_ANSWER",
    "CASE_PAGE",
    "ENTITY",
    "GROUP_ANSWER",
    "CLAIM",
    "LEAD",
    "LEAD_ANSWER",
    "LEAD_PAGE",
    "LISTING_ANSWER",
    "LISTING_PAGE",
    "ME",
    "REPORT",
    "RULING",
    "OCCURRENCE",
    "OCCURRENCE_PAGE",
    "RUN_ANSWER",
    "RUN_PAGE",
    "RUN_STAND",
    "SCHEDULE_ANSWER",
    "SCHEDULE_PAGE",
    "SHOP_ANSWER",
    "SHOP_PAGE",
    "documented",
]


def documented(example: Record, *problems: int, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation for OpenAPI: the good one with this example, and these problems."""
    good: dict[str, Any] = {
        "description": "成功",
        "content": {"application/json": {"example": example.model_dump(mode="json")}},
    }
    return {status: good, **problem_responses(*problems)}


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_URL = "https://shop.example.cn/item/1001"
_SHA = digests_of(b"example")
_TEXT = "本品为全网销量第一的蜂胶软胶囊"

ME = Me(
    login="wangjian",
    name="王监",
    roles=(Role.MONITOR,),
    region_code="3301",
    permissions=(Permission.LEADS_READ, Permission.LEADS_ACT),
    csrf_token="9f" * 64,
    expires_at=_AT,
)

LEAD = Lead(
    lead_id="lead_2f6c1b0a9d8e7f605142",
    rule_id="A01",
    rule_title="绝对化用语",
    severity=Severity.MEDIUM,
    shop_id="shop_381848a6b4425b88d7ab",
    shop_name="百草园健康馆",
    entity_code="91330106MA27XXXX1J",
    entity_name="杭州百草园商贸有限公司",
    title="百草园健康馆 涉嫌使用绝对化用语",
    categories=(Category.HEALTH_FOOD,),
    finding_ids=("finding_0c3f8f3c1b2a4d5e6f70",),
    urls=(_URL,),
    priority_score=0.72,
    priority_reasons=("保健食品", "主体已比对"),
    region_code="330106",
    state=LeadState.NEW,
    first_seen_at=_AT,
    last_seen_at=_AT,
)

_FINDING = Finding(
    finding_id="finding_0c3f8f3c1b2a4d5e6f70",
    rule_id="A01",
    rule_version="1",
    verdict=Verdict.SUSPECTED,
    severity=Severity.MEDIUM,
    shop_id=LEAD.shop_id,
    listing_id="listing_5b0e4a1c7f8d9e0a1b2c",
    url=_URL,
    page_id="page_8c1d2e3f4a5b6c7d8e9f",
    page_sha256=_SHA.sha256,
    text=_TEXT,
    place="h1",
    spans=(Span(start=3, end=9, text=_TEXT[3:9]),),
    explanation="商家自述，指向商品销量，未见除外情形",
    basis=(
        Basis(
            instrument="《中华人民共和国广告法》",
            article="第九条第三项",
            text="（以官方文本为准）",
            in_force_from=date(2021, 4, 29),
        ),
    ),
    conduct_on=date(2026, 11, 20),
    found_at=_AT,
)

CLAIM = Claim(lead_id=LEAD.lead_id, holder="banan", claimed_at=_AT, until=_AT + timedelta(minutes=30))

_EVENT = LeadEvent(
    event_id="event_1", lead_id=LEAD.lead_id, action="发现", state_to=LeadState.NEW, actor="系统", at=_AT
)

_MATCH = Match(
    match_id="match_77aa88bb99cc00dd11ee",
    shop_id=LEAD.shop_id,
    query=MatchQuery(query_id=LEAD.shop_id, name="杭州百草园商贸有限公司", as_of=_AT),
    decision=MatchDecision.MATCH,
    entity_code=LEAD.entity_code,
    entity_name=LEAD.entity_name,
    probability=0.98,
    not_in_register_probability=0.02,
    reasons=(Reason(feature="name", weight=6.2, sentence="名称完全一致"),),
    model_version="1",
    snapshot_id="2026-11-01",
    matched_at=_AT,
)

_SHOP = Shop(
    shop_id=LEAD.shop_id,
    target_id="target_1",
    url="https://shop.example.cn/",
    name=LEAD.shop_name,
    disclosure=Disclosure(licence_no=LEAD.entity_code, holder_name=LEAD.entity_name),
    front_page_read=True,
    first_seen_at=_AT,
    last_seen_at=_AT,
)

_LISTING = Listing(
    listing_id=_FINDING.listing_id,
    shop_id=LEAD.shop_id,
    target_id="target_1",
    url=_URL,
    title="蜂胶软胶囊 60 粒",
    category=Category.HEALTH_FOOD,
    texts=(TextBlock(speaker=Speaker.MERCHANT, text=_TEXT, place="h1"),),
    prices=(Price(role=PriceRole.NOW, amount_fen=12800, text="¥128.00"),),
    source=Source(page_id=_FINDING.page_id, page_sha256=_SHA.sha256, url=_URL, seen_at=_AT),
    first_seen_at=_AT,
    last_seen_at=_AT,
)

_FACETS = {Facet.SEVERITY: (FacetCount(value="medium", count=1),)}

CAPTURE = Capture(
    capture_id="capture_6d5c4b3a291807f6e5d4",
    url=_URL,
    final_url=_URL,
    title="蜂胶软胶囊 60 粒",
    lead_id=LEAD.lead_id,
    state=CaptureState.COMPLETE,
    operator="wangjian",
    started_at=_AT,
    finished_at=_AT,
    exchanges=37,
    timestamp=TimestampState.LOCAL,
    timestamp_at=_AT,
    package=_SHA,
    screenshot=_SHA,
)

_CUSTODY = CustodyEvent(
    sequence=1,
    capture_id=CAPTURE.capture_id,
    action=CustodyAction.CAPTURED,
    actor="wangjian",
    role="网监",
    reason="线索固证",
    subject_sha256=_SHA.sha256,
    at=_AT,
    event_sha256=_SHA.sha256,
    event_sm3=_SHA.sm3,
)

_RUN = Run(
    run_id="run_1",
    target_id="target_1",
    state=RunState.PARTIAL,
    started_at=_AT,
    finished_at=_AT,
    outcomes={Outcome.READ: 118, Outcome.CAPTCHA: 2},
    missing=("2 个地址要求验证码，未读取",),
    requests_sent=120,
    bytes_received=5_120_000,
)

_TARGET = Target(
    target_id="target_1",
    name="示例市场",
    kind=TargetKind.PLATFORM,
    seeds=("https://shop.example.cn/",),
    created_at=_AT,
)

ENTITY = Entity(
    code=LEAD.entity_code,
    name=LEAD.entity_name,
    kind=EntityKind.COMPANY,
    status=EntityStatus.ACTIVE,
    region_code="330106",
    legal_representative="张*",
    phone="138****5678",
)

REPORT = VerificationReport(
    package_sha256=_SHA.sha256,
    valid=True,
    capture_id=CAPTURE.capture_id,
    url=_URL,
    capture_state=CaptureState.COMPLETE,
    timestamp=TimestampState.LOCAL,
    timestamp_at=_AT,
    checks=(
        Check(check_id="digests", title="每个文件的 SHA-256 与 SM3", result=CheckResult.PASSED, detail="12 个文件相符"),
    ),
    verified_at=_AT,
)

LEAD_PAGE = LeadPage(
    total=1,
    next_cursor=None,
    index_lag=0,
    items=(LeadItem(lead=LEAD, highlights=(Highlight(text=_TEXT, hits=((5, 9),)),)),),
    facets=_FACETS,
)
_SISTER = "shop_9b2f0d5c7a1e3f604218"
_SHARED = GroupLink(
    kind=LinkKind.PHONE,
    value="138****8001",
    weight=1.0,
    sentence="2 家网店公布同一电话 138****8001",
    shop_ids=(LEAD.shop_id, _SISTER),
)

GROUP_ANSWER = GroupAnswer(
    group=SellerGroup(
        group_id="group_3c1a0f9e7d5b2a486013",
        shop_ids=(LEAD.shop_id, _SISTER),
        links=(_SHARED,),
        formed_at=LEAD.first_seen_at,
        changed_at=LEAD.first_seen_at,
        method_version="groups-2",
    ),
    others=(GroupShopItem(shop_id=_SISTER, name="百草园旗舰店", reasons=(_SHARED,), direct=True),),
)

RULING = GroupRuling(
    ruling_id="ruling_5d2b7c9e1f3a4b608142",
    kind=RulingKind.APART,
    shop_ids=(_SISTER,),
    other_ids=(LEAD.shop_id,),
    actor="banan",
    reason="店铺已转让，电话未及更换，经核实为两个经营者",
    at=LEAD.last_seen_at,
)

CASE_ANSWER = CaseAnswer(
    case=Case(
        case_id="case_7e4d1c2b9a8f60351724",
        title="百草园健康馆等 2 家网店涉嫌“绝对化用语”等案",
        lead_ids=(LEAD.lead_id,),
        shop_ids=(LEAD.shop_id, _SISTER),
        group_id="group_3c1a0f9e7d5b2a486013",
        reasons=("2 家网店公布同一电话 138****8001（权重 1.0）",),
        opened_by="banan",
        opened_at=LEAD.last_seen_at,
    ),
    leads=(LEAD,),
)

CASE_PAGE = CasePage(total=1, items=(CASE_ANSWER,))

LEAD_ANSWER = LeadAnswer(
    lead=LEAD,
    findings=(_FINDING,),
    events=(_EVENT,),
    shop=_SHOP,
    match=_MATCH,
    captures=(CAPTURE,),
    steps=("派单", "排除"),
)
SHOP_PAGE = ShopPage(total=1, next_cursor=None, items=(ShopItem(shop=_SHOP, match=_MATCH),), facets={})
_PICTURE = ShownPicture(
    picture=LicencePicture(
        picture_id="picture_1d2e3f4a5b6c7d8e9f0a",
        shop_id=LEAD.shop_id,
        target_id="target_0a1b2c3d4e5f60718293",
        url="https://shop.example.cn/img/licence.jpg",
        page_id="page_3f4a5b6c7d8e9f0a1b2c",
        image=_SHA,
        seen_at=_AT,
        compared_at=_AT,
    ),
    reading=LicenceReading(
        reading_id="licence_5a6b7c8d9e0f1a2b3c4d",
        image=_SHA,
        media_type="image/jpeg",
        width=1200,
        height=850,
        outcome=LicenceOutcome.PARTIAL,
        note="没有读出统一社会信用代码，请看图核对",
        fields=(
            ReadField(
                field=LicenceField.NAME,
                label="名称",
                text="杭州百草园商贸有限公司",
                confidence=0.98,
                box=Box(left=320, top=280, right=760, bottom=318),
                passes_agreeing=2,
            ),
        ),
        passes=("削浅六成", "原图"),
        engine="rapidocr",
        engine_version="3.10.0 (onnxruntime 1.31.0)",
        reader_version="licence-1",
        read_at=_AT,
    ),
)
SHOP_ANSWER = ShopAnswer(
    shop=_SHOP, match=_MATCH, licence_pictures=(_PICTURE,), listings=(_LISTING,), listings_cut=False
)
LISTING_PAGE = ListingPage(total=1, next_cursor=None, items=(_LISTING,), facets={})
LISTING_ANSWER = ListingAnswer(listing=_LISTING, versions=(_LISTING,))
CAPTURE_PAGE = CapturePage(total=1, next_cursor=None, items=(CAPTURE,))
CAPTURE_ANSWER = CaptureAnswer(capture=CAPTURE, custody=(_CUSTODY,))
RUN_PAGE = RunPage(total=1, next_cursor=None, items=(RunItem(run=_RUN, target=_TARGET),))
RUN_ANSWER = RunAnswer(
    run=_RUN,
    target=_TARGET,
    outcomes=_RUN.outcomes,
    frontier={FrontierState.DONE: 118, FrontierState.FAILED: 2},
    unread=(),
)

ALARM = Alarm(
    alarm_id="alarm_0529409ee2cf6b1e2ac7",
    target_id=_TARGET.target_id,
    kind=AlarmKind.COVERAGE,
    family="jishi",
    page_kind=PageKind.LISTING,
    field="listing.price.now",
    before="100%",
    after="0%",
    why="jishi 模板的商品页中，读到“现价”的页面由 100% 降为 0%，页面模板很可能已改动",
    opened_by=_RUN.run_id,
    run_id=_RUN.run_id,
    raised_at=_AT,
    last_seen_at=_AT,
)
ALARM_PAGE = AlarmPage(total=1, next_cursor=None, items=(AlarmItem(alarm=ALARM, target=_TARGET),))
ALARM_ANSWER = AlarmAnswer(alarm=ALARM, target=_TARGET, pages=())
RUN_STAND = RunStand(
    run=_RUN,
    target=_TARGET,
    progress=RunProgress(
        run_id=_RUN.run_id,
        target_id=_TARGET.target_id,
        at=_AT,
        done=118,
        known=240,
        left=122,
        waiting="等待 robots 间隔：每 5 秒一次",
        pages_per_minute=12.0,
        left_seconds=610.0,
    ),
    statistics=None,
    alarms=(ALARM,),
)

OCCURRENCE = Occurrence(
    occurrence_id="occ_4b689d75d51b5f87cd4e",
    schedule_id="schedule_54e5d35d3dc7fb28d1a6",
    target_id=_TARGET.target_id,
    due_at=_AT,
    not_before=_AT,
    decided_at=_AT,
    state=OccurrenceState.DUE,
    manual=True,
    run_id="run_4b689d75d51b5f87cd4e",
    reason="人工补采（wangjian）",
)
_SCHEDULE = Schedule(
    schedule_id="schedule_54e5d35d3dc7fb28d1a6",
    target_id=_TARGET.target_id,
    name=_TARGET.name,
    cron="30 3 * * *",
    created_at=_AT,
)
SCHEDULE_PAGE = SchedulePage(
    total=1,
    next_cursor=None,
    items=(ScheduleItem(schedule=_SCHEDULE, target=_TARGET, next_due_at=_AT, last=OCCURRENCE),),
)
SCHEDULE_ANSWER = ScheduleAnswer(schedule=_SCHEDULE, target=_TARGET, next_due=(_AT,), occurrences=(OCCURRENCE,))
OCCURRENCE_PAGE = OccurrencePage(total=1, items=(OccurrenceItem(occurrence=OCCURRENCE, target=_TARGET),))
