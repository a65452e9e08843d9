"""A small office for tests: real stores in a temporary directory, filled with a few shops, leads, runs and captures.

Hangzhou (3301) and Chengdu (5101) have a shop each, a third shop is hostile in every field it could be.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.problems import install_problem_handlers
from api.routes import OPENAPI_PATH, DoorOptions, install_api
from crawlers.archive.files import FolderFiles
from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.trust import load_anchors
from evidence.uploads.receiving import receive
from matching.rows import register_row
from offices.accounts import NewAccount, create_account
from records.base import stable_id
from records.digests import Digests, digests_of
from records.evidence import Artefact, Capture, CaptureState, TimestampState
from records.health import Alarm, AlarmKind, AlarmState
from records.leads import Basis, Finding, Jurisdiction, Lead, LeadEvent, LeadState, Severity, Span, Verdict
from records.market import (
    Category,
    Contact,
    ContactKind,
    Disclosure,
    Listing,
    Price,
    PriceRole,
    Reading,
    Review,
    Shop,
    Source,
    Speaker,
    TextBlock,
)
from records.people import Role, Session
from records.ports import Services
from records.register import (
    Candidate,
    Entity,
    EntityKind,
    EntityStatus,
    LicenceFinding,
    LicenceProblem,
    Match,
    MatchDecision,
    MatchQuery,
    Reason,
    WithheldFinding,
)
from records.schedules import Occurrence, OccurrenceState, Revisit, Schedule, SchedulePosition, occurrence_id_of
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from records.uploads import UploadRequest
from stores.backends import Records, open_blobs, open_index, open_records
from ui.pages import create_router as create_console
from ui.pages import install as install_console
from wangjian.exchange_work import FlowExchange
from wangjian.indexing import catch_up
from wangjian.job_works import JobWorks
from wangjian.receiving import upload_means
from wangjian.scheduling.timetable import LedgerTimetable
from wangjian.settings import ExchangeSettings, Settings
from wangjian.workbench import ConsoleWorkbench

PASSWORD = "Shuang-Sui-2026"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>店\u202e反写\u200b\u2066"
GIANT = "长" * 20_000
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

HANGZHOU_CODE, CHENGDU_CODE, REVOKED_CODE = "91330106MA2CCEX21A", "91510104MA6CP5QW6D", "92330102MA28LJ6H1T"


class SteppingClock:
    """A clock that moves a second at each look, and as far as it is told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class NotingPreserver:
    """Stands in for stage 6 where a test is not about capturing: keeps the running capture and visits nothing."""

    def __init__(self) -> None:
        self.services: Services | None = None
        self.asked: list[str] = []
        self.clicks: tuple[str, ...] = ()

    def begin(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        assert self.services is not None
        self.asked.append(url)
        self.clicks = tuple(clicks)
        capture = Capture(
            capture_id=stable_id("capture", url, str(len(self.asked))),
            url=url,
            lead_id=lead_id,
            state=CaptureState.RUNNING,
            operator=operator,
            started_at=self.services.clock(),
        )
        self.services.evidence.save_capture(capture)
        return capture

    preserve = begin
    upload_max_bytes = 1_000_000

    def receive(self, request: UploadRequest) -> Capture:
        """Files are received for real; the papers, which take long, are left out."""
        assert self.services is not None
        settings = Settings(data_dir=self.services.data_dir)
        means = upload_means(self.services, settings)
        return receive(request, replace(means, papers=lambda *_: ()))


@dataclass
class Office:
    """The services with what was put into them."""

    services: Services
    records: Records
    clock: SteppingClock
    preserver: NotingPreserver
    ids: dict[str, str] = field(default_factory=dict)
    made: tuple[Services, FastAPI] | None = None
    bench: ConsoleWorkbench | None = None
    with_api: bool = True

    @property
    def app(self) -> FastAPI:
        """The application over the services, made once for them: reading the rules takes a third of a second."""
        if self.made is None or self.made[0] is not self.services:
            self.bench = ConsoleWorkbench(self.services, Settings(data_dir=self.services.data_dir))
            self.made = (self.services, make_app(self.services, self.bench, with_api=self.with_api))
        return self.made[1]


def open_office(folder: Path, template: Path, *, with_api: bool = True) -> Office:
    """An office of its own, copied from a seeded one (`seed_office`). The API is half the work of an application: tests
    of the console alone go without."""
    shutil.copytree(template, folder)
    office = _open(folder)
    office.with_api = with_api
    office.ids.update(json.loads((folder / "ids.json").read_text()))
    return office


def seed_office(folder: Path, *, extra_leads: int = 0) -> Path:
    """A folder with stores, seeded and indexed; `extra_leads` more of the Chengdu shop."""
    office = _open(folder)
    _accounts(office.services)
    _market(office)
    _leads(office, extra_leads)
    _captures(office)
    _schedules(office)
    catch_up(office.services)
    (folder / "ids.json").write_text(json.dumps(office.ids))
    office.records.close()
    return folder


def enter(services: Services, login: str) -> tuple[str, Session]:
    """A session without the slow password: its token and what is stored of it."""
    token = f"token-of-{login}-{stable_id('t', str(services.clock()))}"
    session = Session(
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        account_id=services.accounts.account_by_login(login).account_id,
        csrf_token="5c" * 32,
        created_at=services.clock(),
        expires_at=services.clock() + timedelta(hours=10),
    )
    services.accounts.save_session(session)
    return token, session


def _open(folder: Path) -> Office:
    folder.mkdir(parents=True, exist_ok=True)
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    clock, preserver = SteppingClock(), NotingPreserver()
    LocalTimestampAuthority(folder / "keys", clock=clock)  # its root is pinned, though nobody is asked for stamps
    services = Services(
        clock=clock,
        data_dir=folder,
        blobs=open_blobs(f"file:///{folder}/blobs"),
        archive=FolderFiles(folder / "archive"),
        survey=records.survey,
        register=records.register,
        leads=records.leads,
        evidence=records.evidence,
        accounts=records.accounts,
        audit=records.audit,
        outbox=records.outbox,
        index=open_index(f"fts5:///{folder}/search.db"),
        signer=open_signer(folder / "keys", organisation="网鉴测试单位", clock=clock),
        timestamp_authorities=(),
        trust_anchors_pem=load_anchors(folder / "keys"),
        preserver=preserver,
        schedules=records.schedules,
        candidates=records.candidates,
        campaigns=records.campaigns,
        health=records.health,
        boards=records.boards,
        hosts=records.hosts,
        history=records.history,
        timetable=LedgerTimetable(records.schedules, clock),
        groups=records.groups,
        reviews=records.reviews,
        quality=records.quality,
        licences=records.licences,
        searches=records.searches,
        bulk=records.bulk,
        rules=records.rules,
        wanted_captures=records.wanted_captures,
        watch=records.watch,
        own_rules=records.own_rules,
        image_texts=records.image_texts,
        evidence_log=records.evidence_log,
        jobs=records.jobs,
        answers=records.answers,
        backups=records.backups,
        operations=records.operations,
        disposals=records.disposals,
        figures=records.figures,
        exchange=records.exchange,
        exchange_work=(exchange := FlowExchange(ExchangeSettings())),
        case_book=records.case_book,
        organisation="杭州市西湖区市场监督管理局",
        office_mark="杭西市监",
        allow_private=True,
    )
    preserver.services = services
    exchange.bind(services)
    return Office(services=services, records=records, clock=clock, preserver=preserver)


def _schedules(office: Office) -> None:
    """A platform visited at night, missed once by a stopped machine; a site of Hangzhou visited by its changes."""
    store = office.services.schedules
    night = Schedule(
        schedule_id="schedule_jishi", target_id="target_jishi", name="示例集市", cron="30 3 * * *", created_at=NOW - timedelta(days=3)
    )  # fmt: skip
    before, after = (SchedulePosition(planned_until=moment) for moment in (NOW - timedelta(days=3), NOW))
    store.add(night, before)
    due = datetime(2026, 11, 19, 19, 30, tzinfo=UTC)
    ended = {
        due: (OccurrenceState.DONE, ""),
        due - timedelta(days=1): (OccurrenceState.MISSED, f"到期时未能执行，错过后不补采{HOSTILE}"),
        due - timedelta(days=2): (OccurrenceState.PARTIAL, "有 3 页要求验证码"),
    }
    store.plan(night, [_occurrence(night, at, *how) for at, how in ended.items()], before=before, after=after)
    site = Schedule(
        schedule_id="schedule_duli", target_id="target_duli", name="杭州独立网店", revisit=Revisit(), created_at=NOW
    )
    store.add(site, SchedulePosition(planned_until=NOW, anchor_at=NOW, interval_seconds=86400))
    office.ids.update(done=occurrence_id_of("schedule_jishi", due))
    office.ids.update(missed=occurrence_id_of("schedule_jishi", due - timedelta(days=1)))


def _occurrence(schedule: Schedule, due_at: datetime, state: OccurrenceState, reason: str) -> Occurrence:
    visited = state is not OccurrenceState.MISSED
    return Occurrence(
        occurrence_id=occurrence_id_of(schedule.schedule_id, due_at),
        schedule_id=schedule.schedule_id,
        target_id=schedule.target_id,
        due_at=due_at,
        not_before=due_at,
        decided_at=due_at,
        state=state,
        attempts=int(visited),
        token="secret-of-the-worker" if visited else "",
        started_at=due_at if visited else None,
        finished_at=due_at + timedelta(hours=1) if visited else None,
        run_id="run_jishi",
        reason=reason,
    )


def _settled_alarm(run: Run) -> Alarm:
    return Alarm(
        alarm_id="alarm_jishi", target_id=run.target_id, kind=AlarmKind.WALL, field="captcha",
        why=f"1 个地址要求验证码 {HOSTILE}", opened_by=run.run_id, run_id=run.run_id, raised_at=NOW, last_seen_at=NOW,
        state=AlarmState.SETTLED, closed_at=NOW, closed_by="banan", note=HOSTILE,
    )  # fmt: skip


def _accounts(services: Services) -> None:
    wanted = [
        ("jiancha", "王监", (Role.MONITOR,), ""),
        ("banan", "潘案", (Role.OFFICER,), ""),
        ("fuze", "傅泽", (Role.CHIEF,), ""),
        ("shenji", "沈计", (Role.AUDITOR,), ""),
        ("guanli", "关理", (Role.ADMIN,), ""),
        ("hangzhou", "杭帆", (Role.MONITOR,), "3301"),
    ]
    for login, name, roles, region in wanted:
        create_account(
            services.accounts,
            NewAccount(login=login, name=name, roles=roles, password=PASSWORD, region_code=region),
        )


def _market(office: Office) -> None:
    services = office.services
    _register(services)
    market = Target(
        target_id="target_jishi",
        name="示例集市",
        kind=TargetKind.PLATFORM,
        seeds=("http://market.example/",),
        created_at=NOW,
    )
    site = Target(
        target_id="target_duli",
        name="杭州独立网店",
        kind=TargetKind.SITE,
        seeds=("http://hz.example/",),
        region_code="330106",
        created_at=NOW,
    )
    for target in (market, site):
        services.survey.save_target(target)
    run = _run("run_jishi", market)
    services.health.raise_alarm(_settled_alarm(run))
    shops = {
        "hangzhou": _shop("baicaoyuan", market, "百草园健康馆", "杭州百草园商贸有限公司", HANGZHOU_CODE),
        "chengdu": _shop("shuwei", market, "蜀味坊食品旗舰店", "成都蜀味坊食品有限公司", CHENGDU_CODE),
        "hostile": _shop("ehai", site, HOSTILE, HOSTILE, "javascript:alert(1)"),
    }
    seeds = [_row(run.run_id, shop.url, PageKind.SHOP) for shop in shops.values()]
    services.survey.open_run(run, seeds)
    for name, shop in shops.items():
        listings = tuple(_listings(name, shop))
        _visit(services, run, shop.url, Reading(kind=PageKind.SHOP, shop=shop, listings=listings))
        office.ids[name] = shop.shop_id
        office.ids[f"{name}_listing"] = listings[0].listing_id
    later = NOW + timedelta(hours=5)
    changed = _listings("hangzhou", shops["hangzhou"], at=later, now_fen=9900, words="全网销量第一，今日特价")[0]
    _visit(
        services,
        run,
        changed.url,
        Reading(kind=PageKind.LISTING, listings=(changed,)),
        at=later,
    )
    _visit(services, run, "http://market.example/shop/9", None, outcome=Outcome.CAPTCHA)
    _visit(services, run, "http://market.example/shop/10", None, outcome=Outcome.TIMEOUT)
    services.survey.finish_run(
        run.model_copy(
            update={
                "state": RunState.PARTIAL,
                "finished_at": NOW + timedelta(minutes=42),
                "outcomes": {Outcome.READ: 4, Outcome.CAPTCHA: 1, Outcome.TIMEOUT: 1},
                "missing": ("1 个地址要求验证码，未读取", "1 个地址超时"),
                "requests_sent": 6,
                "bytes_received": 482_113,
            }
        )
    )
    done = _run("run_duli", site)
    services.survey.open_run(done, [_row(done.run_id, "http://hz.example/", PageKind.HOME)])
    _visit(services, done, "http://hz.example/", Reading(kind=PageKind.HOME))
    services.survey.finish_run(
        done.model_copy(
            update={
                "state": RunState.COMPLETE,
                "finished_at": NOW + timedelta(minutes=3),
                "outcomes": {Outcome.READ: 1},
                "requests_sent": 1,
                "bytes_received": 20_480,
            }
        )
    )
    _matches(services, shops)


def _register(services: Services) -> None:
    entities = (
        Entity(
            code=HANGZHOU_CODE, name="杭州百草园商贸有限公司", kind=EntityKind.COMPANY, region_code="330106",
            address="浙江省杭州市西湖区文三路 88 号", legal_representative="张三丰", phone="13812345678",
            scope="食品销售；保健食品销售", established_on=date(2018, 5, 4), source="样例", snapshot_id="2026-11-01",
        ),
        Entity(
            code=CHENGDU_CODE, name="成都蜀味坊食品有限公司", kind=EntityKind.COMPANY, region_code="510104",
            address="四川省成都市锦江区红星路 1 号", legal_representative="李四", phone="13987654321",
            source="样例", snapshot_id="2026-11-01",
        ),
        Entity(
            code=REVOKED_CODE, name="杭州百草园保健品经营部", kind=EntityKind.INDIVIDUAL,
            status=EntityStatus.REVOKED, status_on=date(2025, 3, 1), region_code="330102",
            source="样例", snapshot_id="2026-11-01",
        ),
    )  # fmt: skip
    services.register.import_entities("样例", "2026-11-01", [register_row(entity) for entity in entities])


def _shop(name: str, target: Target, shown: str, holder: str, code: str) -> Shop:
    url = f"{target.seeds[0]}shop/{name}"
    return Shop(
        shop_id=stable_id("shop", target.target_id, url),
        target_id=target.target_id,
        url=url,
        name=shown,
        disclosure=Disclosure(
            licence_no=code, holder_name=holder, legal_representative="张三丰", address="杭州市西湖区文三路 88 号"
        ),
        contacts=(Contact(kind=ContactKind.PHONE, value="13812345678"),),
        texts=(TextBlock(speaker=Speaker.MERCHANT, text=shown, place="h1"),),
        front_page_read=True,
        licence_page_read=True,
        unread=("评价页",) if name == "shuwei" else (),
        sources=(_source(url),),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def _listings(
    name: str, shop: Shop, *, at: datetime = NOW, now_fen: int = 12800, words: str = "本品为全网销量第一的蜂胶软胶囊"
) -> list[Listing]:
    url = f"{shop.url}/item/1"
    hostile = name == "hostile"
    return [
        Listing(
            listing_id=stable_id("listing", shop.target_id, url),
            shop_id=shop.shop_id,
            target_id=shop.target_id,
            url=url,
            title=HOSTILE + GIANT if hostile else {"hangzhou": "蜂胶软胶囊 60 粒"}.get(name, "郫县豆瓣酱 500 克"),
            category=Category.HEALTH_FOOD if name == "hangzhou" else Category.FOOD,
            texts=(TextBlock(speaker=Speaker.MERCHANT, text=HOSTILE if hostile else words, place="div.detail"),),
            prices=(
                Price(role=PriceRole.NOW, amount_fen=now_fen, text=f"¥{now_fen / 100:.2f}"),
                Price(role=PriceRole.STRUCK, amount_fen=39900, text="¥399.00"),
            ),
            reviews=(Review(author_masked="张**", text="吃了效果第一"),),
            source=_source(url, at),
            first_seen_at=at,
            last_seen_at=at,
        )
    ]


def _matches(services: Services, shops: dict[str, Shop]) -> None:
    hangzhou = Candidate(
        code=HANGZHOU_CODE,
        name="杭州百草园商贸有限公司",
        probability=0.97,
        reasons=(
            Reason(feature="code", weight=8.4, sentence="公示代码与登记代码完全一致"),
            Reason(feature="name", weight=6.2, sentence="公示名称与登记名称完全一致"),
            Reason(feature="phone", weight=3.1, sentence="联系电话 13812345678 与登记一致"),
        ),
    )
    revoked = Candidate(
        code=REVOKED_CODE,
        name="杭州百草园保健品经营部",
        probability=0.02,
        reasons=(
            Reason(feature="name", weight=1.4, sentence="字号相同"),
            Reason(feature="form", weight=-2.2, sentence="组织形式不同"),
        ),
    )
    common = {"model_version": "1", "snapshot_id": "2026-11-01", "matched_at": NOW}
    services.survey.save_match(
        Match(
            match_id="match_hz",
            shop_id=shops["hangzhou"].shop_id,
            query=MatchQuery(query_id="1", name="杭州百草园商贸有限公司", phone="13812345678", as_of=NOW),
            decision=MatchDecision.MATCH,
            entity_code=HANGZHOU_CODE,
            entity_name="杭州百草园商贸有限公司",
            probability=0.97,
            not_in_register_probability=0.01,
            candidates=(hangzhou, revoked),
            reasons=hangzhou.reasons,
            **common,
        )
    )
    services.survey.save_match(
        Match(
            match_id="match_cd",
            shop_id=shops["chengdu"].shop_id,
            query=MatchQuery(query_id="2", name="成都蜀味坊食品有限公司", as_of=NOW),
            decision=MatchDecision.MATCH,
            entity_code=CHENGDU_CODE,
            entity_name="成都蜀味坊食品有限公司",
            probability=0.93,
            not_in_register_probability=0.07,
            reasons=(Reason(feature="name", weight=6.0, sentence="公示名称与登记名称完全一致"),),
            **common,
        )
    )
    services.survey.save_match(
        Match(
            match_id="match_hs",
            shop_id=shops["hostile"].shop_id,
            query=MatchQuery(query_id="3", name=HOSTILE, as_of=NOW),
            decision=MatchDecision.POSSIBLE,
            not_in_register_probability=0.62,
            candidates=(revoked.model_copy(update={"probability": 0.38}),),
            licence_findings=(
                LicenceFinding(
                    problem=LicenceProblem.CODE_INVALID,
                    sentence="公示的代码不是有效的统一社会信用代码",
                    shown=HOSTILE,
                    registered="",
                    remarks=(HOSTILE,),
                    judged_on=NOW.date(),
                ),
            ),
            withheld_findings=(WithheldFinding(problem=LicenceProblem.BORROWED, because=HOSTILE),),
            **common,
        )
    )


def _leads(office: Office, extra: int) -> None:
    ids = office.ids
    text = (
        "【百草园】本品为全网销量第一的蜂胶软胶囊，采用国家级工艺，长期服用可治疗糖尿病。"
        + "产地直供，七天无理由退货。" * 12
    )
    first = text.index("全网销量第一")
    ids["lead"] = _lead(
        office, "A01", "绝对化用语", Severity.MEDIUM, ids["hangzhou"], "百草园健康馆", "330106", 0.72,
        text=text, spans=((first, first + 6), (text.index("国家级"), text.index("国家级") + 3)),
        entity=(HANGZHOU_CODE, "杭州百草园商贸有限公司"), listing=ids["hangzhou_listing"],
    )  # fmt: skip
    ids["lead_high"] = _lead(
        office, "A03", "非医药品宣传疾病治疗功能", Severity.HIGH, ids["hangzhou"], "百草园健康馆", "330106", 0.91,
        text=text, spans=((text.index("治疗糖尿病"), text.index("治疗糖尿病") + 5),),
        entity=(HANGZHOU_CODE, "杭州百草园商贸有限公司"),
    )  # fmt: skip
    ids["lead_chengdu"] = _lead(
        office, "C15", "最终解释权等霸王条款", Severity.LOW, ids["chengdu"], "蜀味坊食品旗舰店", "510104", 0.41,
        text="本活动最终解释权归本店所有。", spans=((3, 8),), entity=(CHENGDU_CODE, "成都蜀味坊食品有限公司"),
    )  # fmt: skip
    ids["lead_hostile"] = _lead(
        office, "N02", "亮照信息不实", Severity.HIGH, ids["hostile"], HOSTILE, "330106", 0.66,
        text=HOSTILE + GIANT, spans=((0, 8), (len(HOSTILE), len(HOSTILE) + 3)), url="javascript:alert(3)",
    )  # fmt: skip
    for number in range(extra):
        _lead(
            office, "C16", "拒绝七日无理由退货", Severity.LOW, ids["chengdu"], f"样例网店 {number:03d}", "510104",
            0.1 + number / 1000, text=f"第 {number} 号公告：本店商品售出概不退换。", spans=((9, 15),), number=number,
        )  # fmt: skip


def _lead(
    office: Office, rule: str, title: str, severity: Severity, shop_id: str, shop: str, region: str, priority: float,
    *, text: str, spans: tuple[tuple[int, int], ...], entity: tuple[str, str] = ("", ""), listing: str = "",
    url: str = "http://market.example/shop/baicaoyuan/item/1", number: int = 0,
) -> str:  # fmt: skip
    leads = office.services.leads
    lead_id = stable_id("lead", shop_id, rule, str(number))
    finding = Finding(
        finding_id=stable_id("finding", lead_id),
        rule_id=rule,
        rule_version="1",
        verdict=Verdict.SUSPECTED,
        severity=severity,
        shop_id=shop_id,
        listing_id=listing,
        url=url,
        page_id="page_1",
        page_sha256=digests_of(text.encode("utf-8", "replace")).sha256,
        text=text,
        place="div.detail > p:nth-child(2)",
        spans=tuple(Span(start=start, end=end, text=text[start:end]) for start, end in spans),
        explanation="商家自述，指向本商品，未见引用、否定等除外语境",
        basis=(
            Basis(
                instrument="《中华人民共和国广告法》",
                article="第九条第三项",
                text="广告不得有下列情形：（三）使用“国家级”、“最高级”、“最佳”等用语；",
                in_force_from=date(2021, 4, 29),
                verified=rule == "A03",
            ),
        ),
        conduct_on=date(2026, 11, 20),
        found_at=NOW,
    )
    leads.save_findings([finding])
    lead = Lead(
        lead_id=lead_id,
        rule_id=rule,
        rule_title=title,
        severity=severity,
        shop_id=shop_id,
        shop_name=shop,
        entity_code=entity[0],
        entity_name=entity[1],
        title=f"{shop} 涉嫌{title}",
        summary=f"1 处命中：{text[3:40]}",
        categories=(Category.HEALTH_FOOD,),
        finding_ids=(finding.finding_id,),
        urls=(url,),
        priority_score=priority,
        priority_reasons=("保健食品", "主体已比对") if entity[0] else (),
        jurisdictions=(
            Jurisdiction(
                office="杭州市西湖区市场监督管理局",
                region_code=region,
                article="《市场监督管理行政处罚程序规定》第十条第二款",
                reason="平台内经营者，实际经营地在西湖区",
                certainty_score=0.8,
            ),
        )
        if entity[0]
        else (),
        region_code=region,
        state=LeadState.NEW,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    event = LeadEvent(
        event_id=stable_id("event", lead_id),
        lead_id=lead_id,
        action="发现",
        state_to=LeadState.NEW,
        actor="系统",
        at=NOW,
    )
    leads.save_lead(lead, event, expected_version=0)
    return lead_id


def _captures(office: Office) -> None:
    services = office.services
    picture = services.blobs.put(png(1200, 1600))
    broken = services.blobs.put(b"PK\x05\x06 this is no package")
    for name, lead, state, extra in (
        ("capture_hz", "lead", CaptureState.COMPLETE, {"package": broken, "screenshot": picture, "exchanges": 37}),
        ("capture_cd", "lead_chengdu", CaptureState.COMPLETE, {"package": broken, "screenshot": picture}),
        ("capture_part", "lead_high", CaptureState.PARTIAL, {"missing": ("整页截图", "时间戳"), "package": broken}),
        ("capture_fail", "lead", CaptureState.FAILED, {"reason": "目标站点 60 秒内没有应答"}),
    ):
        office.ids[name] = name
        services.evidence.save_capture(_capture(name, office.ids[lead], state, picture, extra))


def _capture(name: str, lead_id: str, state: CaptureState, picture: Digests, extra: dict[str, object]) -> Capture:
    artefacts = (
        Artefact(path="screenshot/page.png", role="screenshot", media_type="image/png", made_by="Chromium 156 无界面截图", made_at=NOW, digests=picture),
        Artefact(path="data.warc.gz", role="warc", media_type="application/warc", made_by="代理记录", made_at=NOW, digests=picture),
    )  # fmt: skip
    return Capture(
        capture_id=name,
        url="http://market.example/shop/baicaoyuan/item/1",
        final_url="http://market.example/shop/baicaoyuan/item/1?ref=1",
        title="蜂胶软胶囊 60 粒",
        lead_id=lead_id,
        state=state,
        operator="banan",
        started_at=NOW - timedelta(minutes=len(name)),
        finished_at=NOW,
        artefacts=artefacts if extra.get("package") else (),
        timestamp=TimestampState.LOCAL if extra.get("package") else TimestampState.PENDING,
        timestamp_at=NOW if extra.get("package") else None,
        **extra,
    )


def png(width: int, height: int) -> bytes:
    """A plain picture of that size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(
        b"\x00" + bytes([235 if (row // 40) % 4 else 205]) * (width // 2) + bytes([250]) * (width - width // 2)
        for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _source(url: str, at: datetime = NOW) -> Source:
    return Source(
        page_id=stable_id("page", url, at.isoformat()), page_sha256=digests_of(url.encode()).sha256, url=url, seen_at=at
    )


def _run(run_id: str, target: Target) -> Run:
    return Run(run_id=run_id, target_id=target.target_id, state=RunState.RUNNING, started_at=NOW)


def _row(run_id: str, url: str, kind: PageKind) -> FrontierRow:
    return FrontierRow(
        row_id=stable_id("row", run_id, url),
        run_id=run_id,
        url=url,
        canonical_url=url,
        host="market.example",
        kind=kind,
    )


def _visit(
    services: Services,
    run: Run,
    url: str,
    reading: Reading | None,
    *,
    outcome: Outcome = Outcome.READ,
    at: datetime = NOW,
) -> None:
    row = _row(run.run_id, url, reading.kind if reading else PageKind.LISTING)
    services.survey.enqueue([row])
    leased = [
        one for one in services.survey.lease(run.run_id, limit=50, until=NOW + timedelta(days=9999)) if one.url == url
    ]
    page = Page(
        page_id=stable_id("page", url, at.isoformat()),
        run_id=run.run_id,
        target_id=run.target_id,
        url=url,
        final_url=url,
        kind=row.kind,
        outcome=outcome,
        status=200 if outcome is Outcome.READ else None,
        fetched_at=at,
        body=digests_of(url.encode()) if outcome is Outcome.READ else None,
        reason="" if outcome is Outcome.READ else "站点要求滑动验证",
    )
    services.survey.complete(leased[0] if leased else row, page, reading, [])


def make_app(services: Services, bench: ConsoleWorkbench | None = None, *, with_api: bool = True) -> FastAPI:
    """The application as `wangjian/serving.py` puts it together, without its indexer thread."""
    app = FastAPI(title="网鉴", openapi_url=OPENAPI_PATH, docs_url=None, redoc_url=None)
    works = JobWorks(services, Settings(data_dir=services.data_dir), lanes=1)
    if with_api:
        install_api(app, services, DoorOptions(workbench=bench, jobs=works))
    else:
        install_problem_handlers(app)
    install_console(app)
    app.include_router(create_console(services, workbench=bench, jobs=works))
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine until the end of the block; gives its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
