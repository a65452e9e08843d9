"""Opening a case: what is asked for, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.groups import SellerGroup
from records.leads import Case, Lead, LeadEvent

__all__ = ["CaseDraft", "CaseRequest", "DraftCase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest:
    """Which shops one case is to take, why these, and who asks. With a group all its shops are meant; with `lead_ids`
    these leads and no other."""

    shop_ids: tuple[str, ...]
    group: SellerGroup | None = None
    lead_ids: tuple[str, ...] = ()
    cause: str = ""
    title: str = ""
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """The case as it would be; `joined` are the leads that come to it with the event of each; `left_out` says in
    Chinese of each lead that does not come, why."""

    case: Case
    joined: tuple[tuple[Lead, LeadEvent], ...]
    left_out: tuple[str, ...]


DraftCase = Callable[[CaseRequest, Sequence[Lead], Case | None], CaseDraft]
"""`leads.cases.draft_case`, handed to who may not import it."""
