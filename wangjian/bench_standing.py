"""Implements `records.bench_standing.Standing`."""

from __future__ import annotations

from collections.abc import Mapping

from evidence.rotating import signing_keys
from evidence.signing import signing_usage
from records.bench_standing import IndexStand, KeyStand, StoreStand
from records.candidates import TargetCandidate
from records.ports import Services
from records.survey import Target
from wangjian.indexing import index_state
from wangjian.settings import Settings
from wangjian.storing import store_status
from wangjian.targets.cadence import read_cadence
from wangjian.targets.discovering import accept, alike_of, ignore
from wangjian.targets.wishes import TargetWish

__all__ = ["ConsoleStanding"]


class ConsoleStanding:
    """See the module."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings

    def index(self) -> IndexStand:
        """See records.bench_standing.Standing."""
        state = index_state(self._services)
        return IndexStand(waiting=state.waiting, held=state.held, problem=state.problem, cure=state.cure)

    def store(self) -> StoreStand:
        """See records.bench_standing.Standing."""
        told = store_status(self._services, self._settings)
        return StoreStand(kind=told.kind, ready=told.ready, state=told.state, cure=told.cure, waiting=len(told.waiting))

    def signing_keys(self) -> tuple[KeyStand, ...]:
        """See records.bench_standing.Standing."""
        found = signing_keys(self._services.data_dir / "keys", signing_usage(self._settings.evidence.organisation))
        return tuple(
            KeyStand(sha256=one.sha256, subject=one.subject, since=one.since, until=one.until, current=one.current)
            for one in found
        )

    def alike(self, candidates: tuple[TargetCandidate, ...]) -> Mapping[str, str]:
        """See records.bench_standing.Standing."""
        return alike_of(self._services, candidates)

    def accept(self, candidate: TargetCandidate, *, cadence: str) -> Target:
        """See records.bench_standing.Standing."""
        wish = TargetWish(cadence=read_cadence(cadence) if cadence.strip() else None)
        return accept(self._services, candidate, wish)

    def ignore(self, candidate: TargetCandidate, *, reason: str) -> TargetCandidate:
        """See records.bench_standing.Standing."""
        return ignore(self._services, candidate, reason=reason)
