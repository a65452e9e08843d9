"""今天, my queue: leads in hand with their yellow and red cards, the most pressing first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leads.clocks import Card, CardColour, day_in_china
from leads.periods import card_of_lead
from leads.states import OPEN_STATES
from records.errors import AwayError
from records.leads import Lead, LeadState
from records.search import Facet, SearchKind, SearchQuery

if TYPE_CHECKING:
    from ui.door import Visitor

__all__ = ["Queue", "my_queue", "pressing"]

_SHOWN = 8
_LOOKED_AT = 200
_PRESSING = (CardColour.RED, CardColour.UNKNOWN, CardColour.YELLOW)
_ORDER = (*_PRESSING, CardColour.GREEN, CardColour.NONE)
_IN_HAND = tuple(state.value for state in OPEN_STATES if state is not LeadState.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Leads with their cards. `left_out`: so many were not looked at, so that there may be more cards; `problem`: the
    index could not tell."""

    lines: tuple[tuple[Lead, Card], ...] = ()
    total: int = 0
    red: int = 0
    yellow: int = 0
    left_out: int = 0
    href: str = ""
    problem: str = ""


def my_queue(visitor: Visitor) -> Queue:
    """Leads this person has in hand."""
    return _queue(visitor, {Facet.ASSIGNEE: (visitor.person.account.login,)}, only_pressing=False)


def pressing(visitor: Visitor) -> Queue:
    """Leads of the person's region whose period is over or ends within three working days, whoever has them."""
    return _queue(visitor, {}, only_pressing=True)


def _queue(visitor: Visitor, held: dict[Facet, tuple[str, ...]], *, only_pressing: bool) -> Queue:
    filters = {Facet.STATE: _IN_HAND, **held}
    query = SearchQuery(kind=SearchKind.LEAD, filters=filters, limit=_LOOKED_AT)
    try:
        result, hits = visitor.leads.search(query)
    except AwayError as exc:
        return Queue(problem=str(exc))
    today = day_in_china(visitor.services.clock())
    lines = [(hit.lead, card_of_lead(hit.lead, today)) for hit in hits if hit.lead.state.value in _IN_HAND]
    colours = Counter(card.colour for _, card in lines)
    if only_pressing:
        lines = [line for line in lines if line[1].colour in _PRESSING]
    lines.sort(key=lambda line: (_ORDER.index(line[1].colour), line[1].days_left or 0, -line[0].priority_score))
    return Queue(
        lines=tuple(lines[:_SHOWN]),
        total=len(lines) if only_pressing else result.total,
        red=colours[CardColour.RED],
        yellow=colours[CardColour.YELLOW],
        left_out=max(0, result.total - len(hits)),
        href="/leads?" + urlencode([(facet.value, value) for facet, values in filters.items() for value in values]),
    )
