"""C01 虚构交易、编造评价: what a listing's history says of it, by days, by other shops, by what was delivered."""

from __future__ import annotations

from leads.over_time.answers import Answer
from leads.over_time.bursts import sudden_praise
from leads.over_time.copied_reviews import copied_praise
from leads.over_time.undelivered import sales_without_delivery
from records.leads import Verdict
from records.over_time import History

__all__ = ["invented_trade"]

_ORDER = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)


def invented_trade(history: History) -> Answer | None:
    """The gravest of what is found; None when nothing is."""
    ways = (sudden_praise, copied_praise, sales_without_delivery)
    answers = [answer for way in ways if (answer := way(history)) is not None]
    return min(answers, key=lambda one: _ORDER.index(one.verdict), default=None)
