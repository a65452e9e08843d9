"""Records for the contract tests, each complete and telling what a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.base import stable_id
from records.digests import digests_of
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent, TimestampState
from records.leads import Finding, Lead, LeadEvent, LeadState, Severity, Verdict
from records.market import Listing, Price, PriceRole, Reading, Review, Shop, Source, Speaker, TextBlock
from records.people import Account, AuditEvent, Role
from records.register import Entity, EntityKind, EntityStatus
from records.register_ports import RegisterRow
from records.survey import Carrier, FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def target(target_id="t1"):
    return Target(
        target_id=target_id,
        name="市集",
        kind=TargetKind.PLATFORM,
        carrier=Carrier.WEBSITE,
        seeds=("http://a.test/",),
        created_at=START,
    )


def run(run_id="r1", *, state=RunState.RUNNING, minutes=0.0, target_id="t1"):
    return Run(run_id=run_id, target_id=target_id, state=state, started_at=at(minutes))


def row(number, *, run_id="r1", priority=0, kind=PageKind.LISTING):
    url = f"http://a.test/p/{number}"
    return FrontierRow(
        row_id=stable_id("row", run_id, url),
        run_id=run_id,
        url=url,
        canonical_url=url,
        host="a.test",
        kind=kind,
        priority=priority,
    )


def page(frontier_row, *, outcome=Outcome.READ, minutes=0.0, page_id=""):
    return Page(
        page_id=page_id or stable_id("page", frontier_row.row_id),
        run_id=frontier_row.run_id,
        target_id="t1",
        url=frontier_row.url,
        final_url=frontier_row.url,
        kind=frontier_row.kind,
        outcome=outcome,
        status=200,
        fetched_at=at(minutes),
        headers=(("Content-Type", "text/html"),),
        body=digests_of(frontier_row.url.encode()),
    )


def source(page_id="page_1", minutes=0.0):
    return Source(page_id=page_id, page_sha256="0" * 64, url="http://a.test/", seen_at=at(minutes))


def shop(shop_id="s1", *, name="山货铺", minutes=0.0, texts=(), target_id="t1"):
    return Shop(
        shop_id=shop_id,
        target_id=target_id,
        url="http://a.test/s",
        name=name,
        sources=(source(minutes=minutes),),
        texts=tuple(TextBlock(speaker=Speaker.MERCHANT, text=text) for text in texts),
        first_seen_at=at(minutes),
        last_seen_at=at(minutes),
    )


def listing(listing_id="l1", *, title="玛咖片", minutes=0.0, price=9900, page_id="", shop_id="s1", **more):
    values = dict(
        listing_id=listing_id,
        shop_id=shop_id,
        target_id="t1",
        url="http://a.test/p/1",
        title=title,
        texts=(TextBlock(speaker=Speaker.MERCHANT, text="祖传秘方", place="#detail"),),
        prices=(Price(role=PriceRole.NOW, amount_fen=price, place=".price"),),
        reviews=(Review(author_masked="王*", text="很好", first_seen_at=at(minutes)),),
        source=source(page_id or f"page_{listing_id}_{minutes}", minutes),
        first_seen_at=at(minutes),
        last_seen_at=at(minutes),
    )
    return Listing(**{**values, **more})


def reading(*listings, shop=None):
    return Reading(kind=PageKind.LISTING, shop=shop, listings=listings)


def entity(code="91330100000000001X", name="杭州华翰印务有限公司", *, status=EntityStatus.ACTIVE, **more):
    return Entity(code=code, name=name, kind=EntityKind.COMPANY, status=status, region_code="330100", **more)


def grams_of(name):
    return (*name, *(name[at : at + 2] for at in range(len(name) - 1)))


def register_row(code="91330100000000001X", name="杭州华翰印务有限公司", *, keys=(), **more):
    return RegisterRow(
        entity=entity(code, name, **more),
        keys=(f"name:{name}", *keys),
        grams=grams_of(name),
        outline=f"outline of {name}",
    )


def finding(finding_id="f1", *, shop_id="s1", rule_id="A01"):
    return Finding(
        finding_id=finding_id,
        rule_id=rule_id,
        rule_version="1",
        verdict=Verdict.SUSPECTED,
        severity=Severity.MEDIUM,
        shop_id=shop_id,
        url="http://a.test/p/1",
        page_id="page_1",
        conduct_on=START.date(),
        found_at=START,
    )


def lead(lead_id="lead_1", *, title="绝对化用语", state=LeadState.NEW):
    return Lead(
        lead_id=lead_id,
        rule_id="A01",
        rule_title="绝对化用语",
        severity=Severity.MEDIUM,
        shop_id="s1",
        title=title,
        finding_ids=("f1",),
        priority_score=0.5,
        state=state,
        first_seen_at=START,
        last_seen_at=START,
    )


def lead_event(event_id="e1", *, lead_id="lead_1", state_to=LeadState.NEW):
    return LeadEvent(event_id=event_id, lead_id=lead_id, action="发现", state_to=state_to, actor="系统", at=START)


def capture(capture_id="c1", *, state=CaptureState.RUNNING, minutes=0.0, timestamp=TimestampState.PENDING, **more):
    return Capture(
        capture_id=capture_id,
        url="http://a.test/p/1",
        state=state,
        operator="张三",
        started_at=at(minutes),
        timestamp=timestamp,
        **more,
    )


def _linked(model, previous, **values):
    from records.chain import link_digests

    draft = model(
        sequence=1 if previous is None else previous.sequence + 1,
        previous_sha256=None if previous is None else previous.event_sha256,
        previous_sm3=None if previous is None else previous.event_sm3,
        event_sha256="0" * 64,
        event_sm3="0" * 64,
        **values,
    )
    digests = link_digests(draft)
    return draft.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3})


def custody_event(previous, *, capture_id="c1", actor="张三"):
    return _linked(CustodyEvent, previous, capture_id=capture_id, action=CustodyAction.VIEWED, actor=actor, at=START)


def audit_event(previous, *, actor="张三"):
    return _linked(AuditEvent, previous, actor=actor, action="线索.查看", at=START)


def account(account_id="a1", login="zhang", **more):
    return Account(account_id=account_id, login=login, name="张三", roles=(Role.OFFICER,), password_hash="x", **more)
