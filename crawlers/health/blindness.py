"""What a run that went blind means for what was read in it: parts marked unread, so that no absence passes for clean.

Nothing is stored with the shop: the marks follow from the newest run of its target, and go when that sees again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawlers.health.fields import FIELD_WORDS
from crawlers.health.words import KIND_WORDS
from records.health import Alarm, AlarmKind
from records.market import Listing, Shop
from records.ports import Services
from records.survey import Run, RunState

__all__ = ["Blindness"]

_OF_LISTINGS = ("listing.", "page.template")
_OF_SHOPS = ("shop.", "page.template", "links.licence")


@dataclass(kw_only=True)
class Blindness:
    """Asked once a stage for many shops; the newest run of each target is looked up once."""

    services: Services
    _runs: dict[str, Run | None] = field(default_factory=dict)
    _alarms: dict[str, tuple[Alarm, ...]] = field(default_factory=dict)

    def shop(self, shop: Shop) -> Shop:
        """The shop with what its newest run could not see among what is unread; as it is when that run saw all."""
        said = self._said(shop, _OF_SHOPS)
        if not said:
            return shop
        return shop.model_copy(update={"unread": tuple(dict.fromkeys((*shop.unread, *said)))})

    def listing(self, listing: Listing) -> Listing:
        """The listing as read in part, when it was read by a run that could not see listings whole."""
        return listing.model_copy(update={"complete": False}) if self._said(listing, _OF_LISTINGS) else listing

    def _said(self, seen: Shop | Listing, about: tuple[str, ...]) -> tuple[str, ...]:
        run = self._newest(seen.target_id)
        if run is None or not run.blind or seen.last_seen_at < run.started_at:
            return ()
        return tuple(dict.fromkeys(_part(alarm) for alarm in self._of(run) if _concerns(alarm, about)))

    def _newest(self, target_id: str) -> Run | None:
        if target_id not in self._runs:
            ended: Iterable[Run] = self.services.survey.runs(target_id)
            self._runs[target_id] = next((run for run in ended if run.state is not RunState.RUNNING), None)
        return self._runs[target_id]

    def _of(self, run: Run) -> tuple[Alarm, ...]:
        if run.run_id not in self._alarms:
            every = self.services.health.alarms(run.target_id)
            self._alarms[run.run_id] = tuple(
                alarm for alarm in every if alarm.run_id == run.run_id and alarm.why.startswith(run.blind)
            )
        return self._alarms[run.run_id]


def _concerns(alarm: Alarm, about: tuple[str, ...]) -> bool:
    if alarm.kind in (AlarmKind.COVERAGE, AlarmKind.DRIFT):
        return alarm.field.startswith(about)
    return True


def _part(alarm: Alarm) -> str:
    word = FIELD_WORDS.get(alarm.field)
    what = f"{KIND_WORDS[alarm.page_kind]}的“{word}”" if word and alarm.page_kind else "本次采集的页面"
    return f"{what}（采集失明，告警 {alarm.alarm_id}）"
