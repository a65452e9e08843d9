"""What a comparison of visits comes to, and the words all of them use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from records.leads import Verdict
from records.market import Source

__all__ = ["Answer", "moment", "resting_on", "yuan"]

_CHINA = ZoneInfo("Asia/Shanghai")
_QUOTED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict with its reason. `visits` are those it rests on, oldest first; `quoted` are the page's own words."""

    verdict: Verdict
    explanation: str
    visits: tuple[Source, ...]
    exemption: str | None = None
    quoted: str = ""


def moment(when: datetime) -> str:
    """A time as shown to officers, in Beijing time.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    '2026-11-20 16:00'
    """
    return when.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def resting_on(
    visits: Iterable[Source], verdict: Verdict, explanation: str, *, exemption: str | None = None, quoted: str = ""
) -> Answer:
    """An answer resting on visits, each named once, oldest first."""
    ordered = sorted({visit.page_id: visit for visit in visits}.values(), key=lambda visit: visit.seen_at)
    return Answer(
        verdict=verdict, explanation=explanation, visits=tuple(ordered), exemption=exemption, quoted=quoted[:_QUOTED]
    )


def yuan(fen: int) -> str:
    """An amount in yuan, without needless zeros.

    >>> yuan(19900), yuan(1250)
    ('199', '12.50')
    """
    return str(fen // 100) if fen % 100 == 0 else f"{fen / 100:.2f}"
