"""The market of the small office: targets, shops, listings, pages, the register, matches and schedules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from matching.rows import register_row
from records.base import stable_id
from records.digests import digests_of
from records.health import Alarm, AlarmKind, AlarmState
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

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>店\u202e反写\u200b\u2066"
GIANT = "长" * 20_000
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

HANGZHOU_CODE, CHENGDU_CODE, REVOKED_CODE = "91330106MA2CCEX21A", "91510104MA6CP5QW6D", "92330102MA28LJ6H1T"


def seed_market(services: Services, ids: dict[str, str]) -> None:
    """Two targets, three shops with a listing each, their matches, and a run of each target."""
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
    run = run_of("run_jishi", market)
    services.health.raise_alarm(_settled_alarm(run))
    shops = {
        "hangzhou": _shop("baicaoyuan", market, "百草园健康馆", "杭州百草园商贸有限公司", HANGZHOU_CODE),
        "chengdu": _shop("shuwei", market, "蜀味坊食品旗舰店", "成都蜀味坊食品有限公司", CHENGDU_CODE),
        "hostile": _shop("ehai", site, HOSTILE, HOSTILE, "javascript:alert(1)"),
    }
    seeds = [row_of(run.run_id, shop.url, PageKind.SHOP) for shop in shops.values()]
    services.survey.open_run(run, seeds)
    for name, shop in shops.items():
        listings = tuple(listings_of(name, shop))
        visited(services, run, shop.url, Reading(kind=PageKind.SHOP, shop=shop, listings=listings))
        ids[name] = shop.shop_id
        ids[f"{name}_listing"] = listings[0].listing_id
    later = NOW + timedelta(hours=5)
    changed = listings_of("hangzhou", shops["hangzhou"], at=later, now_fen=9900, words="全网销量第一，今日特价")[0]
    visited(
        services,
        run,
        changed.url,
        Reading(kind=PageKind.LISTING, listings=(changed,)),
        at=later,
    )
    visited(services, run, "http://market.example/shop/9", None, outcome=Outcome.CAPTCHA)
    visited(services, run, "http://market.example/shop/10", None, outcome=Outcome.TIMEOUT)
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
    done = run_of("run_duli", site)
    services.survey.open_run(done, [row_of(done.run_id, "http://hz.example/", PageKind.HOME)])
    visited(services, done, "http://hz.example/", Reading(kind=PageKind.HOME))
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
        sources=(source_of(url),),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def listings_of(
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
            source=source_of(url, at),
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


def seed_schedules(services: Services, ids: dict[str, str]) -> None:
    """A platform visited at night, missed once by a stopped machine; a site of Hangzhou visited by its changes."""
    store = services.schedules
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
    ids.update(done=occurrence_id_of("schedule_jishi", due))
    ids.update(missed=occurrence_id_of("schedule_jishi", due - timedelta(days=1)))


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


def source_of(url: str, at: datetime = NOW) -> Source:
    return Source(
        page_id=stable_id("page", url, at.isoformat()), page_sha256=digests_of(url.encode()).sha256, url=url, seen_at=at
    )


def run_of(run_id: str, target: Target) -> Run:
    return Run(run_id=run_id, target_id=target.target_id, state=RunState.RUNNING, started_at=NOW)


def row_of(run_id: str, url: str, kind: PageKind) -> FrontierRow:
    return FrontierRow(
        row_id=stable_id("row", run_id, url),
        run_id=run_id,
        url=url,
        canonical_url=url,
        host="market.example",
        kind=kind,
    )


def visited(
    services: Services,
    run: Run,
    url: str,
    reading: Reading | None,
    *,
    outcome: Outcome = Outcome.READ,
    at: datetime = NOW,
) -> None:
    row = row_of(run.run_id, url, reading.kind if reading else PageKind.LISTING)
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
