"""Shops of one hand: SellerGroup, the links that hold it together, what happened to it, what officers ruled,
and the port that keeps it all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from records.base import DigestHex, Record, UtcDatetime

if TYPE_CHECKING:
    from records.group_marks import ShopMarks, ShopTraits

__all__ = [
    "GroupEvent",
    "GroupEventKind",
    "GroupLink",
    "GroupRuling",
    "GroupState",
    "GroupStore",
    "HeldBack",
    "LinkKind",
    "LinkPage",
    "RulingKind",
    "SellerGroup",
]


class LinkKind(StrEnum):
    """What shops may have in common."""

    LICENCE = "证照号码"
    ENTITY = "登记主体"
    PHONE = "电话"
    WECHAT = "微信"
    QQ = "QQ"
    EMAIL = "邮箱"
    ICP = "网站备案"
    IMAGE = "执照图片"
    ADDRESS = "地址"
    PERSON = "法定代表人"
    TEXT = "文字雷同"
    PICTURE = "图片内容"
    RULING = "人工认定"


class GroupState(StrEnum):
    """ACTIVE: as described; MERGED: went into another group; DISSOLVED: nothing holds its shops together any more."""

    ACTIVE = "active"
    MERGED = "merged"
    DISSOLVED = "dissolved"


class GroupEventKind(StrEnum):
    """What can happen to a group."""

    FORMED = "形成"
    GROWN = "扩大"
    MERGED = "合并"
    SHRUNK = "缩小"
    DISSOLVED = "解散"


class LinkPage(Record):
    """A page a linking value was read from. A listing's page for copied text; else the newest pages of the shop, since
    a statement of a shop does not say which of its pages it stood on."""

    shop_id: str
    page_id: str
    page_sha256: DigestHex
    url: str


class GroupLink(Record):
    """One thing these shops have in common, as one Chinese sentence. `value` is masked where it is personal. A `weight`
    of 1.0 or more holds shops together by itself; lesser ones of different kinds must add up to it."""

    kind: LinkKind
    value: str
    weight: float
    sentence: str
    shop_ids: tuple[str, ...]
    pages: tuple[LinkPage, ...] = ()


class HeldBack(Record):
    """A value too common to say anything: a platform's hotline, an agent's address, a text everybody uses."""

    kind: LinkKind
    value: str
    reason: str
    shop_count: int
    subject_count: int


class GroupEvent(Record):
    """What happened to a group and why; `group_ids` names the other groups concerned."""

    kind: GroupEventKind
    at: UtcDatetime
    sentence: str
    shop_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()


class SellerGroup(Record):
    """经营者关联组: shops that seem to be run by one hand; a suspicion to be checked, never a finding about a person.

    The id stays while the group grows, shrinks or takes up others; `events` is appended only. `subjects` are the
    licence codes the shops are known by. A MERGED or DISSOLVED group keeps the shops it had last.
    """

    group_id: str
    state: GroupState = GroupState.ACTIVE
    merged_into: str = ""
    shop_ids: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    links: tuple[GroupLink, ...] = ()
    events: tuple[GroupEvent, ...] = ()
    formed_at: UtcDatetime
    changed_at: UtcDatetime
    method_version: str


class RulingKind(StrEnum):
    """What an officer said of shops: of one hand, not of one hand, or that an earlier word no longer holds."""

    TOGETHER = "together"
    APART = "apart"
    WITHDRAWN = "withdrawn"


class GroupRuling(Record):
    """人工认定: an officer's word on which shops are of one hand, which every later look obeys. TOGETHER: all of
    `shop_ids`; APART: each of `shop_ids` from each of `other_ids`; WITHDRAWN: `withdraws` holds no more."""

    ruling_id: str
    kind: RulingKind
    shop_ids: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = ()
    withdraws: str = ""
    actor: str
    reason: str
    at: UtcDatetime


class GroupStore(Protocol):
    """Groups, every state of them; a shop is in at most one ACTIVE group. Promises as in `records/ports.py`."""

    def regroup(self, build: Callable[[tuple[SellerGroup, ...]], Sequence[SellerGroup]]) -> tuple[SellerGroup, ...]:
        """Write the groups `build` makes of all stored ones (by group_id), in one transaction serialised against other
        writers; those written. What it does not name stays."""
        ...

    def group(self, group_id: str) -> SellerGroup:
        """Raises NotFoundError."""
        ...

    def groups(self, *, active_only: bool = True) -> Iterator[SellerGroup]:
        """By group_id."""
        ...

    def group_of(self, shop_id: str) -> SellerGroup | None:
        """The ACTIVE group a shop is in."""
        ...

    def save_marks(self, marks: Sequence[ShopMarks]) -> int:
        """Keep what these shops are recognised by, in place of what was kept, where it shows anything new; of how many
        it does. Other pages for the same are nothing new. A sentence has PRINTS_OF_A_SENTENCE prints."""
        ...

    def unsettled(self) -> bool:
        """Whether marks or rulings came since the last `regroup`: one cut off in between is made up for."""
        ...

    def prints(self, shop_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """The prints of these shops' sentences, one sentence after the other."""
        ...

    def traits(self, version: str) -> Iterator[ShopTraits]:
        """Of every shop kept by that version, by shop_id."""
        ...

    def marks(self, shop_ids: Sequence[str]) -> Mapping[str, ShopMarks]:
        """Whole, of these shops; one that is not kept is absent."""
        ...

    def print_holders(self, prints: Sequence[int]) -> Mapping[int, int]:
        """How many shops have a sentence with that print; a print nobody has is absent."""
        ...

    def rule(self, ruling: GroupRuling) -> None:
        """Keep an officer's word; the same ruling again changes nothing."""
        ...

    def rulings(self) -> tuple[GroupRuling, ...]:
        """All of them, oldest first."""
        ...
