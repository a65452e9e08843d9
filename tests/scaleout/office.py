"""What an office is asked to do, and what came of it: the same survey for the embedded default and for the scale-out."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence.preserving import recover_interrupted
from matching.register_import import import_file
from records.errors import AwayError
from records.evidence import CaptureState
from records.ports import Services
from records.schedules import OccurrenceState
from records.search import SearchKind, SearchQuery
from records.wanted_captures import WantedState
from wangjian import flow
from wangjian.auditing import audit_everything
from wangjian.sample.market import Market
from wangjian.sample.register import write_register
from wangjian.sample.server import Access, RunningMarket
from wangjian.scheduling.targeting import schedule_target
from wangjian.settings import load_settings
from wangjian.wiring import open_services

__all__ = [
    "ENDED",
    "Came",
    "compared",
    "fetched_too_often",
    "opened",
    "order_surveys",
    "outcome",
    "problems_of",
    "surveyed",
    "wait_until_done",
]

ENDED = frozenset({OccurrenceState.DONE, OccurrenceState.PARTIAL, OccurrenceState.FAILED})
_OPEN_WANTS = frozenset({WantedState.WAITING, WantedState.TAKEN})
_BOT = "WangJianBot"
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Came:
    """What an office came to, without times: leads as (rule, shop, findings), shops, listings, preserved addresses."""

    leads: frozenset[tuple[str, str, int]]
    shops: frozenset[str]
    listings: frozenset[str]
    occurrences: Mapping[str, int]
    preserved: frozenset[str]


@contextmanager
def opened(data_dir: Path, engines: Mapping[str, str]) -> Iterator[Services]:
    """The office's stores, as any process of it opens them."""
    with _environment(engines), open_services(load_settings(data_dir=data_dir, allow_private=True)) as services:
        yield services


def order_surveys(services: Services, market: Market, running: RunningMarket, *, delay_seconds: float = 0.0) -> None:
    """Import the register, register every site and ask for a visit of each, now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        write_register(market.register, path)
        import_file(path, register=services.register, source="样本登记库", clock=services.clock)
    for target in running.targets(services.clock()):
        slow = {"delay_seconds": delay_seconds, "concurrency": 1} if delay_seconds else {}
        services.survey.save_target(target.model_copy(update=slow))
        made = schedule_target(services, target.target_id, cron="0 3 1 1 *")
        services.timetable.run_now(made.schedule_id)


def wait_until_done(
    services: Services, *, seconds: float, say: Callable[[str], None], ended: Callable[[], list[str]] = list
) -> list[str]:
    """Wait until every visit has ended, every wanted capture is settled and the index is up to the records; what is
    not done after `seconds`, or when one of the processes has `ended`. A store that is away meanwhile is asked again."""
    until, last = time.monotonic() + seconds, ""
    while True:
        if gone := ended():
            return [f"{name} has ended by itself" for name in gone]
        try:
            left = _left(services)
        except AwayError as exc:
            left = [f"a store is away: {exc.message}"]
        if not left or time.monotonic() > until:
            return left
        if (told := "; ".join(left)) != last:
            say(told)
            last = told
        time.sleep(_LOOK_SECONDS)


def outcome(services: Services) -> Came:
    """What it came to."""
    preserved = {capture.url for capture in services.evidence.captures() if capture.state is CaptureState.COMPLETE}
    return Came(
        leads=frozenset((lead.rule_id, lead.shop_id, len(lead.finding_ids)) for lead in services.leads.leads()),
        shops=frozenset(shop.shop_id for shop in services.survey.shops()),
        listings=frozenset(listing.listing_id for listing in services.survey.listings()),
        occurrences=Counter(one.state.value for one in services.schedules.occurrences()),
        preserved=frozenset(preserved),
    )


def compared(came: Came, reference: Came) -> list[str]:
    """How an office differs from the one that nobody disturbed; empty: not at all."""
    told = []
    for name in ("leads", "shops", "listings", "preserved"):
        ours, theirs = getattr(came, name), getattr(reference, name)
        if theirs - ours:
            told.append(f"{name} lost: {len(theirs - ours)} of {len(theirs)}, {sorted(theirs - ours)[:3]}")
        if ours - theirs:
            told.append(f"{name} too many: {len(ours - theirs)}, {sorted(ours - theirs)[:3]}")
    if came.occurrences != reference.occurrences:
        told.append(f"visits ended as {dict(came.occurrences)}, not {dict(reference.occurrences)}")
    return told


def problems_of(services: Services, packages: Path) -> list[str]:
    """Everything that is not as it must be: index and records, custody, log, audit chain, every package again."""
    told = []
    recover_interrupted(services.evidence, clock=services.clock)
    leads = [lead.lead_id for lead in services.leads.leads()]
    if len(leads) != len(set(leads)):
        told.append("a lead is there twice")
    found = [hit.doc_id for hit in services.index.walk(SearchQuery(kind=SearchKind.LEAD))]
    if sorted(found) != sorted(leads):
        told.append(f"the index has {len(found)} leads, the records {len(leads)}")
    counts = {
        SearchKind.SHOP: sum(1 for _ in services.survey.shops()),
        SearchKind.LISTING: sum(1 for _ in services.survey.listings()),
        SearchKind.FINDING: sum(1 for _ in services.leads.findings()),
    }
    for kind, count in counts.items():
        if services.index.count(kind) != count:
            told.append(f"the index has {services.index.count(kind)} of kind {kind.value}, the records {count}")
    if waiting := services.outbox.waiting():
        told.append(f"{waiting} records wait for the index")
    told += [f"audit: {line}" for line in audit_everything(services, full=True).problems]
    complete = [one for one in services.evidence.captures() if one.state is CaptureState.COMPLETE]
    report = flow.export(services, complete, packages, actor="核对")
    told += [f"export: {line}" for line in report.missing]
    running = [one.capture_id for one in services.evidence.captures() if one.state is CaptureState.RUNNING]
    if running:
        told.append(f"captures that never ended: {running}")
    return told


def surveyed(log: tuple[Access, ...]) -> list[Access]:
    """The requests of surveys, those of captures' browsers left out."""
    return [one for one in log if _BOT in one.user_agent]


def fetched_too_often(ours: tuple[Access, ...], reference: tuple[Access, ...]) -> Counter[int]:
    """How many pages the surveys fetched how many times more than an undisturbed office did (robots.txt apart, which
    every beginning asks for)."""
    now, needed = _fetches(ours), _fetches(reference)
    return Counter(count - needed.get(page, 0) for page, count in now.items())


def _fetches(log: tuple[Access, ...]) -> Counter[tuple[str, str]]:
    return Counter((one.origin, one.path) for one in surveyed(log) if not one.path.startswith("/robots.txt"))


def _left(services: Services) -> list[str]:
    visits = Counter(one.state.value for one in services.schedules.occurrences() if one.state not in ENDED)
    wanted = sum(one.state in _OPEN_WANTS for one in services.wanted_captures.wanted())
    lag = services.outbox.waiting()
    told = [f"visits {dict(visits)}"] if visits else []
    told += [f"captures wanted: {wanted}"] if wanted else []
    return told + ([f"behind the index: {lag}"] if lag else [])


@contextmanager
def _environment(engines: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in engines}
    os.environ.update(engines)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
