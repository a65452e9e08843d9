"""A run that ended is held against its target's past; alarms are opened, brought forward or closed; blindness is said.

Everything is counted from what is stored, so that a run that was killed and taken up is judged as an unbroken one. The
judging is crawlers/health/; here it meets the stores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from crawlers.addresses import canonical_url, origin_of
from crawlers.archive.reading import page_bytes
from crawlers.health.canaries import canary_faults
from crawlers.health.comparing import Comparison, drift_troubles, proposals_for
from crawlers.health.statistics import Group, PageTally, address_of, coverage_of
from crawlers.health.troubles import Trouble, troubles_of
from crawlers.health.words import OUTCOME_WORDS
from crawlers.reading import read_page
from network.hosts import host_key
from records.base import stable_id
from records.errors import IntegrityError, NotFoundError
from records.health import Alarm, AlarmKind, AlarmState, RunStatistics, SelectorProposal, alarm_key
from records.market import Reading
from records.ports import Services
from records.survey import FrontierState, Outcome, Page, Run, RunState, Target

__all__ = ["Health", "evaluate"]

_log = structlog.get_logger(__name__)
_PAST_RUNS = 20
_RUNS_COMPARED = 6
_FAMILY_RUNS = 60
_OWN_RUNS_ENOUGH = 3
_STRUCTURAL = 0.98
_OF_EVERY_PRODUCT = frozenset(("listing.title", "listing.price.now"))
_GENERAL = "general"
_SAMPLES = 12
_LEFT = (FrontierState.PENDING, FrontierState.LEASED)
_STAYS_OPEN = frozenset((AlarmKind.ROBOTS,))
"""A fact to be looked at, not a state that passes: closed by an officer only."""
_WALLS = (Outcome.LOGIN, Outcome.CAPTCHA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found of a run: the run as recorded now, its statistics, the alarms it has."""

    run: Run
    statistics: RunStatistics
    alarms: tuple[Alarm, ...]


def evaluate(services: Services, target: Target, run: Run) -> Health | None:
    """Judge a run that ended; the same run again changes nothing. None for one that still goes on.

    A run that went blind is recorded PARTIAL with what could not be seen in `blind`.
    """
    if run.state is RunState.RUNNING:
        return None
    judged = _Judged(services, target, run)
    troubles = judged.troubles()
    alarms = tuple(judged.raise_(trouble) for trouble in troubles)
    judged.recover({alarm.alarm_id for alarm in alarms})
    blind = tuple(dict.fromkeys(trouble.why for trouble in troubles if trouble.blind))
    recorded = _with_blind(run, blind)
    told = {"state": recorded.state, "healthy": not blind and run.state is not RunState.FAILED}
    statistics = judged.statistics.model_copy(update=told)
    services.health.save_statistics(statistics)
    if recorded != run:
        services.survey.finish_run(recorded)
    if alarms:
        _log.info("survey_alarms", run_id=run.run_id, alarms=len(alarms), blind=len(blind))
    return Health(run=recorded, statistics=statistics, alarms=alarms)


def _with_blind(run: Run, blind: tuple[str, ...]) -> Run:
    state = RunState.PARTIAL if blind and run.state is RunState.COMPLETE else run.state
    return run.model_copy(update={"blind": blind, "state": state})


class _Judged:
    """One run with its past."""

    def __init__(self, services: Services, target: Target, run: Run) -> None:
        self._services = services
        self._run = run
        self._target = target
        self._past = _Past(services, run)
        self._before = _Before(services, self._past.healthy)
        self._tally = PageTally(places=self._before.places)
        self._canary_pages: dict[str, Page] = {}
        wanted = {canonical_url(canary.url) for canary in self._target.canaries}
        for page in services.survey.pages(run.run_id):
            self._tally.add(page)
            if address_of(page) in wanted:
                self._canary_pages[address_of(page)] = page
        self.statistics = self._statistics()
        self._comparison = Comparison(target=self._target, before=self._before.page, body=_bodies(services))

    def _statistics(self) -> RunStatistics:
        run, tally = self._run, self._tally
        finished = run.finished_at or self._services.clock()
        minutes = max((finished - run.started_at).total_seconds(), 0.001) / 60
        then = self._before.listing_urls
        return RunStatistics(
            run_id=run.run_id,
            target_id=run.target_id,
            state=run.state,
            started_at=run.started_at,
            finished_at=finished,
            pages=tally.pages,
            outcomes=dict(sorted(tally.outcomes.items())),
            coverage=coverage_of(tally),
            listings=len(tally.listing_urls),
            shops=sum(shop.last_seen_at >= run.started_at for shop in self._services.survey.shops(run.target_id)),
            new_listings=len(tally.listing_urls - then) if self._past.healthy else 0,
            gone_listings=len(then - tally.listing_urls),
            seconds_per_page=tally.median_seconds,
            pages_per_minute=round(tally.pages / minutes, 1),
            robots=_robots(self._services, self._target),
        )

    def troubles(self) -> tuple[Trouble, ...]:
        """Everything wrong, each once."""
        left = self._services.survey.frontier_counts(self._run.run_id)
        whole = not any(left.get(state, 0) for state in _LEFT)
        counted = troubles_of(self.statistics, self._tally, self._past.usual, whole=whole)
        found = [
            *counted,
            *drift_troubles(self._tally, self._comparison, counted),
            *self._canaries(),
            *self._robots_changed(),
            *self._walls(),
        ]
        return tuple({_key(self._run.target_id, trouble): trouble for trouble in found}.values())

    def raise_(self, trouble: Trouble) -> Alarm:
        """Open the alarm, or bring it forward."""
        run, at = self._run, self.statistics.finished_at
        proposals = proposals_for(trouble, self._comparison)
        alarm = Alarm(
            alarm_id=stable_id("alarm", _key(run.target_id, trouble), run.run_id),
            target_id=run.target_id,
            kind=trouble.kind,
            family=trouble.family,
            page_kind=trouble.page_kind,
            field=trouble.field,
            before=trouble.before,
            after=trouble.after,
            why=trouble.why + _advice(proposals),
            page_ids=tuple(page.page_id for page in trouble.pages[:_SAMPLES]),
            proposals=proposals,
            opened_by=run.run_id,
            run_id=run.run_id,
            raised_at=at,
            last_seen_at=at,
        )
        return self._services.health.raise_alarm(alarm)

    def recover(self, current: set[str]) -> None:
        """Close what this run shows to be well again. What it could not look at stays open."""
        if self._run.state is RunState.FAILED or self._past.is_older_than_evaluated:
            return
        for alarm in self._services.health.alarms(self._run.target_id, open_only=True):
            if alarm.alarm_id in current or alarm.kind in _STAYS_OPEN or not self._looked_at(alarm):
                continue
            self._services.health.change_alarm(alarm.alarm_id, _recovered(self.statistics.finished_at))

    def _looked_at(self, alarm: Alarm) -> bool:
        if alarm.family:
            return any(
                one.family == alarm.family and alarm.page_kind in (None, one.kind) for one in self.statistics.coverage
            )
        read = self._tally.outcomes[Outcome.READ] + self._tally.outcomes[Outcome.UNCHANGED]
        return read > 0 and (alarm.kind not in (AlarmKind.ZERO, AlarmKind.LISTINGS) or self.statistics.listings > 0)

    def _canaries(self) -> list[Trouble]:
        faults = canary_faults(self._target, self._canary_pages, self._read)
        return [
            Trouble(
                kind=AlarmKind.CANARY, field=f"{fault.canary.url} {fault.field}".strip(), before=fault.wanted,
                after=fault.read or "无", why=fault.sentence, pages=(fault.page,) if fault.page else (), blind=True,
            )
            for fault in faults
        ]  # fmt: skip

    def _read(self, page: Page) -> Reading | None:
        content = self._comparison.body(page)
        return None if content is None else read_page(page, content, self._target)

    def _robots_changed(self) -> list[Trouble]:
        last = next((past.robots for past in self._past.own if past.robots), {})
        found = []
        for origin, digest in sorted(self.statistics.robots.items()):
            if origin in last and last[origin] != digest:
                why = f"{origin}/robots.txt 与上次采集时不同，访问规则可能收紧或放宽，请核对后再继续采集"
                found.append(
                    Trouble(kind=AlarmKind.ROBOTS, field=origin, before=last[origin][:12], after=digest[:12], why=why)
                )
        return found

    def _walls(self) -> list[Trouble]:
        found = []
        for outcome in _WALLS:
            if count := self._tally.outcomes[outcome]:
                pages = tuple(self._tally.bad[outcome])
                seen = pages[0].reason or pages[0].url
                why = (
                    f"{count} 个地址{OUTCOME_WORDS[outcome]}（{seen}），已停止读取该部分并移交人工："
                    "系统不登录、不破解验证码，这些内容未能读取"
                )
                found.append(
                    Trouble(kind=AlarmKind.WALL, field=outcome.value, after=f"{count} 个地址", why=why, pages=pages)
                )
        return found


class _Before:
    """How each address stood when it was last read in a healthy run. A run that finds pages unchanged does not read
    them, so that the runs before it are asked too."""

    def __init__(self, services: Services, healthy: Sequence[RunStatistics]) -> None:
        self._services = services
        self.places: dict[str, Group] = {}
        self.listing_urls: set[str] = set()
        self._page_ids: dict[str, str] = {}
        for number, past in enumerate(healthy[:_RUNS_COMPARED]):
            if not self._take(past.run_id, newest=number == 0):
                break

    def page(self, address: str) -> Page | None:
        """As it was read; None for an address never read."""
        page_id = self._page_ids.get(address)
        return None if page_id is None else self._services.survey.page(page_id)

    def _take(self, run_id: str, *, newest: bool) -> bool:
        """Whether the run left pages of which only an older one can tell."""
        then, unread = PageTally(), False
        for page in self._services.survey.pages(run_id):
            address = address_of(page)
            then.add(page)
            if page.outcome is Outcome.READ and page.family:
                self.places.setdefault(address, (page.family, page.kind))
                self._page_ids.setdefault(address, page.page_id)
            unread = unread or (page.outcome is Outcome.UNCHANGED and address not in self.places)
        if newest:
            self.listing_urls = then.listing_urls
        return unread


class _Past:
    """Which earlier runs say what is usual."""

    def __init__(self, services: Services, run: Run) -> None:
        every = services.health.past_statistics(run.target_id, limit=2 * _PAST_RUNS)
        self.own = [past for past in every if past.run_id != run.run_id and past.started_at < run.started_at]
        self.is_older_than_evaluated = any(past.started_at > run.started_at for past in every)
        self.healthy = [past for past in self.own if past.healthy and past.pages][:_PAST_RUNS]
        self._services = services
        self._run = run
        self._accepted = {
            alarm.key: alarm.raised_at for alarm in reversed(services.health.alarms(run.target_id)) if alarm.accepted
        }
        self._family: list[RunStatistics] | None = None

    def usual(self, kind: AlarmKind, family: str, page_kind: str, name: str) -> Sequence[RunStatistics]:
        """See `crawlers.health.troubles.PastOf`. What an officer accepted counts from the run it was seen in."""
        since = self._accepted.get(alarm_key(self._run.target_id, kind, family, page_kind, name))
        if since is not None:
            return [past for past in self.own if past.finished_at >= since][:_PAST_RUNS]
        if kind is AlarmKind.COVERAGE and len(self.healthy) < _OWN_RUNS_ENOUGH:
            return [*self.healthy, *self._of_family()]
        return self.healthy

    def _of_family(self) -> list[RunStatistics]:
        """Runs of other targets, reduced to what every product page of a template has. What a shop tells of itself is
        its own affair: that others show a licence must never excuse one that does not.
        """
        if self._family is None:
            every = self._services.health.past_statistics(limit=_FAMILY_RUNS)
            others = [past for past in every if past.target_id != self._run.target_id and past.healthy]
            structural = _structural(others)
            self._family = [_reduced(past, structural) for past in others]
        return self._family


def _structural(runs: Sequence[RunStatistics]) -> set[tuple[str, str, str]]:
    told: dict[tuple[str, str, str], list[int]] = {}
    for group in (group for past in runs for group in past.coverage if group.family != _GENERAL):
        for name, given in ((name, given) for name, given in group.fields.items() if name in _OF_EVERY_PRODUCT):
            counted = told.setdefault((group.family, group.kind.value, name), [0, 0])
            counted[0] += given
            counted[1] += group.pages
    return {key for key, (given, pages) in told.items() if given >= _STRUCTURAL * pages}


def _reduced(past: RunStatistics, structural: set[tuple[str, str, str]]) -> RunStatistics:
    groups = []
    for group in past.coverage:
        kept = {name: n for name, n in group.fields.items() if (group.family, group.kind.value, name) in structural}
        if kept:
            groups.append(group.model_copy(update={"fields": kept}))
    return past.model_copy(update={"coverage": tuple(groups)})


def _key(target_id: str, trouble: Trouble) -> str:
    page_kind = trouble.page_kind.value if trouble.page_kind else ""
    return alarm_key(target_id, trouble.kind, trouble.family, page_kind, trouble.field)


def _advice(proposals: Sequence[SelectorProposal]) -> str:
    if not proposals:
        return ""
    first = proposals[0]
    if not first.new:
        return f"。已知值“{first.value[:40]}”在新页面的静态内容中找不到，可能已变动、被移除或改由脚本绘制"
    old = f"“{first.old}”" if first.old else "原选择器"
    return f"。建议把{old}改为“{first.new}”（{first.tried_on} 个样页中 {first.holds_on} 个相符）"


def _recovered(at: datetime) -> Callable[[Alarm], Alarm]:
    def change(alarm: Alarm) -> Alarm:
        if alarm.state is not AlarmState.OPEN:
            return alarm
        note = alarm.note or "后一次采集已恢复正常，自动关闭"
        return alarm.model_copy(update={"state": AlarmState.RECOVERED, "closed_at": at, "note": note})

    return change


def _bodies(services: Services) -> Callable[[Page], bytes | None]:
    def body(page: Page) -> bytes | None:
        try:
            return page_bytes(services.archive, page, blob=services.blobs.get)
        except (NotFoundError, IntegrityError) as exc:
            _log.warning("page_bytes_gone", page_id=page.page_id, problem=exc.problem)
            return None

    return body


def _robots(services: Services, target: Target) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in dict.fromkeys(origin_of(seed) for seed in target.seeds):
        seen = services.hosts.state(host_key(origin)).robots.get(origin)
        if seen is not None:
            found[origin] = seen.sha256 or f"status-{seen.status}"
    return found
