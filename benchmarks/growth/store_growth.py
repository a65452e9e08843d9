"""What is kept, n of it: a survey's addresses and pages, what waits for the index, the evidence log, the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from spending import spent

from offices.audit import AuditAction, Caller, record, verify_chain
from records.base import stable_id
from records.digests import digests_of
from records.evidence_log import LeafKind, LogLeaf
from records.market import Listing, Price, PriceRole, Reading, Source, Speaker, TextBlock
from records.ports import Services
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from stores.backends import Records, open_records
from wangjian.indexing import catch_up
from wangjian.settings import load_settings
from wangjian.wiring import open_services

__all__ = ["audit_chain", "evidence_log", "frontier_and_outbox"]

_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
_LEASED = 16
_PROOFS = 300
_LEAVES_AT_ONCE = 100


def frontier_and_outbox(folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of a run of that many pages: addresses found, leased and closed with a listing each; and of bringing
    the index up to what then waits in the outbox."""
    settings = load_settings(data_dir=folder, allow_private=True)
    with open_services(settings) as services:
        target = Target(target_id="t", name="基准", kind=TargetKind.SITE, seeds=("http://a.test/",), created_at=_AT)
        services.survey.save_target(target)
        services.survey.open_run(Run(run_id="r", target_id="t", state=RunState.RUNNING, started_at=_AT), ())
        rows = [_row(number) for number in range(size)]
        found = spent(lambda: [services.survey.enqueue(rows[at : at + 50]) for at in range(0, size, 50)])
        closed = spent(lambda: _close_all(services))
        indexed = spent(lambda: catch_up(services))
    return {
        "frontier: addresses found [CPU s]": found,
        "frontier: leased and closed with a listing [CPU s]": closed,
        "outbox caught up [CPU s]": indexed,
    }


def evidence_log(folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of entering that many leaves, as a survey does; milliseconds of a proof and of a root."""
    records = _opened(folder)
    log = records.evidence_log
    leaves = (_leaf(number) for number in range(size))

    def enter() -> None:
        while some := tuple(islice(leaves, _LEAVES_AT_ONCE)):
            log.append(some)

    entered = spent(enter)
    places = [number * (size - 1) // _PROOFS for number in range(_PROOFS)]
    proved = spent(lambda: [log.inclusion(place, size) for place in places])
    grown = spent(lambda: [log.consistency(place + 1, size) for place in places])
    records.close()
    return {
        "evidence log: leaves entered [CPU s]": entered,
        "evidence log: inclusion proved [CPU ms]": 1000 * proved / _PROOFS,
        "evidence log: consistency proved [CPU ms]": 1000 * grown / _PROOFS,
    }


def audit_chain(folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of writing that many events, each in a transaction of its own, and of verifying the chain."""
    records = _opened(folder)
    caller = Caller(account=None, origin="基准")

    def write() -> None:
        for number in range(size):
            record(records.audit, caller, action=AuditAction.EVIDENCE_EXPORTED, at=_AT, object_id=str(number))

    written = spent(write)
    verified = spent(lambda: verify_chain(records.audit))
    records.close()
    return {"audit: events written [CPU s]": written, "audit: chain verified [CPU s]": verified}


def _opened(folder: Path) -> Records:
    records = open_records(f"sqlite://{folder}/wangjian.db")
    records.migrate()
    return records


def _close_all(services: Services) -> None:
    while rows := services.survey.lease("r", limit=_LEASED, until=datetime.now(UTC) + timedelta(hours=1)):
        for row in rows:
            page = _page(row)
            services.survey.complete(row, page, _reading(row, page), ())


def _row(number: int) -> FrontierRow:
    url = f"http://a.test/p/{number}"
    return FrontierRow(
        row_id=stable_id("row", url),
        run_id="r",
        url=url,
        canonical_url=url,
        host="a.test",
        kind=PageKind.LISTING,
        priority=number % 7,
    )


def _page(row: FrontierRow) -> Page:
    return Page(
        page_id=stable_id("page", row.row_id),
        run_id="r",
        target_id="t",
        url=row.url,
        final_url=row.url,
        canonical_url=row.url,
        kind=row.kind,
        outcome=Outcome.READ,
        status=200,
        fetched_at=_AT,
        body=digests_of(row.url.encode()),
    )


def _reading(row: FrontierRow, page: Page) -> Reading:
    listing = Listing(
        listing_id=stable_id("listing", row.url),
        shop_id="s",
        target_id="t",
        url=row.url,
        title=f"高山龙井茶 {row.url.rsplit('/', 1)[1]} 号",
        texts=(TextBlock(speaker=Speaker.MERCHANT, text="选用当季原料，由老师傅按传统工序制作。", place="#detail"),),
        prices=(Price(role=PriceRole.NOW, amount_fen=9900, place=".price"),),
        source=Source(page_id=page.page_id, page_sha256="0" * 64, url=row.url, seen_at=_AT),
        first_seen_at=_AT,
        last_seen_at=_AT,
    )
    return Reading(kind=PageKind.LISTING, listings=(listing,), content_sha256=digests_of(row.url.encode()).sha256)


def _leaf(number: int) -> LogLeaf:
    digests = digests_of(str(number).encode())
    return LogLeaf(kind=LeafKind.PAGE, id=f"page_{number}", sha256=digests.sha256, sm3=digests.sm3, at=_AT)
