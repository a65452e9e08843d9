"""探针: known pages captured again and again by the workers that make evidence, so that 当时系统运行正常 is a record.

A probe that was made is verified like any package and held against the one before it; both are said in its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from records.base import stable_id
from records.errors import InvalidInputError, NotFoundError, VerificationError
from records.evidence import Capture
from records.ports import Services
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState
from wangjian.settings import Settings

__all__ = ["PROBE_FAULT", "around", "probe_said", "probes", "want_probes"]

PROBE_FAULT = "探针异常"
"""How the row of a probe begins that was made and shows a fault of the system, not of the page."""

_log = structlog.get_logger(__name__)


def want_probes(services: Services, settings: Settings, *, now: datetime | None = None) -> int:
    """Ask for each probe that is due: one a page and period of `evidence.probe_hours`; how many were new."""
    now = now or services.clock()
    period = timedelta(hours=settings.evidence.probe_hours)
    slot = int(now.timestamp() // period.total_seconds())
    return services.wanted_captures.want(
        [
            WantedCapture(
                wanted_id=stable_id("probe", url, str(period.total_seconds()), str(slot)),
                lead_id="",
                url=url,
                why=f"每 {settings.evidence.probe_hours:g} 小时一次的探针",
                purpose=WantedPurpose.PROBE,
                asked_at=now,
                not_before=now,
            )
            for url in settings.evidence.probe_urls
        ]
    )


def probe_said(services: Services, taken: WantedCapture, capture: Capture) -> str:
    """What a probe that was made shows: a fault of ours, how the page differs from the probe before, or "" when all
    is as it was. Of other captures nothing."""
    if taken.purpose is not WantedPurpose.PROBE or capture.package is None:
        return ""
    before = [one for one in probes(services) if one.url == taken.url and one.capture_id and one.ended_at]
    try:
        return _held_against(services, before, capture)
    except (VerificationError, NotFoundError, InvalidInputError) as exc:
        _log.warning("probe_fault", capture_id=capture.capture_id, reason=exc.message)
        return f"{PROBE_FAULT}：{exc.message}"


def probes(services: Services) -> tuple[WantedCapture, ...]:
    """Every probe, oldest first."""
    return tuple(one for one in services.wanted_captures.wanted() if one.purpose is WantedPurpose.PROBE)


def around(found: Sequence[WantedCapture], moment: datetime) -> tuple[WantedCapture, ...]:
    """Of each page the last probe made before a moment and the first made after it: the record that the system worked
    at that time is between the two."""
    made = [one for one in found if one.state is WantedState.DONE and one.ended_at is not None]
    chosen: list[WantedCapture] = []
    for url in dict.fromkeys(one.url for one in made):
        of_page = sorted((one for one in made if one.url == url), key=lambda one: one.asked_at)
        earlier = [one for one in of_page if one.ended_at is not None and one.ended_at <= moment]
        later = [one for one in of_page if one.ended_at is not None and one.ended_at > moment]
        chosen += [*earlier[-1:], *later[:1]]
    return tuple(chosen)


def _held_against(services: Services, before: Sequence[WantedCapture], capture: Capture) -> str:
    # A probe is rare, and surveys load this module.
    from wangjian.comparing_captures import compared, failed_checks, in_words, package_of

    if not before:  # else both are verified before they are compared
        with package_of(services, capture.capture_id) as path:
            if failed := failed_checks(services, path):
                raise VerificationError(f"证据包核验不通过（{failed}）", cure="运行 wangjian evidence verify 查明")
        return ""
    found = compared(services, before[-1].capture_id, capture.capture_id)
    if found.same_text and found.picture is not None and not found.picture.changed_score:
        return ""
    return "与前一次探针不同：" + "；".join(in_words(found)[1:])
