"""Which version of the law applies: the one in force on the day of the conduct, not on the day it was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from records.leads import Basis

__all__ = ["in_force"]


def in_force(bases: Sequence[Basis], *, on: date) -> tuple[Basis, ...]:
    """Those articles that applied on that day.

    >>> first, last = date(2020, 1, 1), date(2025, 10, 14)
    >>> law = Basis(instrument="甲法", article="第一条", text="…", in_force_from=first, in_force_to=last)
    >>> len(in_force([law], on=last)), len(in_force([law], on=date(2025, 10, 15)))
    (1, 0)
    """
    return tuple(
        basis for basis in bases if basis.in_force_from <= on and (basis.in_force_to is None or on <= basis.in_force_to)
    )
