"""What the API is asked and answers about seller groups and cases."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.paging import PageOf
from records.base import Record
from records.groups import GroupLink, GroupRuling, RulingKind, SellerGroup
from records.leads import Case, Lead

__all__ = [
    "CaseAnswer",
    "CasePage",
    "CaseWish",
    "GroupAnswer",
    "GroupShopItem",
    "RulingPage",
    "RulingWish",
    "WithdrawalWish",
]


class GroupShopItem(Record):
    """Another shop of a group. `direct`: the shop asked for shares the reasons; else others of the group."""

    shop_id: str
    name: str
    reasons: tuple[GroupLink, ...]
    direct: bool


class GroupAnswer(Record):
    """同一经营者的其他网店, as far as one's region goes. A suspicion to be checked, never a finding about a person."""

    group: SellerGroup | None
    others: tuple[GroupShopItem, ...] = ()
    hidden_count: int = 0
    rulings: tuple[GroupRuling, ...] = ()
    case_id: str = ""


class RulingWish(Record):
    """What an officer says of shops of a group, and how it was found out."""

    kind: Literal[RulingKind.APART, RulingKind.TOGETHER]
    shop_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class RulingPage(PageOf):
    """Rulings, newest first."""

    items: tuple[GroupRuling, ...]


class WithdrawalWish(Record):
    """Why a ruling holds no more."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class CaseWish(Record):
    """A shop whose group is to be one case; an empty title is made from the leads."""

    shop_id: Annotated[str, Field(min_length=1, max_length=100)]
    title: Annotated[str, Field(max_length=200)] = ""


class CaseAnswer(Record):
    """A case with those of its leads in one's region; `left_out` says of leads that could not be taken, why."""

    case: Case
    leads: tuple[Lead, ...]
    hidden_count: int = 0
    left_out: tuple[str, ...] = ()


class CasePage(PageOf):
    """Cases, newest first."""

    items: tuple[CaseAnswer, ...]
