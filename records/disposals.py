"""留存销毁: archives of surveys and leads whose time is over, destroyed by two persons, and what remains written of it.

Evidence has its own way (`records/keeping.py`): its bytes are named by captures, and each is destroyed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.canonical import canonical_bytes
from records.digests import Digests
from records.people import Account

__all__ = [
    "Disposal",
    "DisposalBook",
    "DisposalCertificate",
    "DisposalItem",
    "DisposalState",
    "DisposalWish",
    "RetentionClass",
    "RetentionDesk",
    "RetentionHold",
    "RetentionItem",
    "RetentionList",
]


class RetentionClass(StrEnum):
    """Each with its own time."""

    CRAWL = "采集存档"
    LEAD = "线索"
    EVIDENCE = "证据"


class RetentionItem(Record):
    """One thing whose time is over: it may go, or `kept_for` says what holds it. `since` is the end of its time."""

    kind: RetentionClass
    item_id: str
    since: UtcDatetime
    size_bytes: int = 0
    kept_for: str = ""


class RetentionList(Record):
    """Everything whose time is over, and how many of each kind there are in all."""

    at: UtcDatetime
    days: dict[str, int]
    counted: dict[str, int]
    items: tuple[RetentionItem, ...]


class RetentionHold(Record):
    """冻结: an archive file or a lead that nobody destroys until another person than `by` releases it."""

    item_id: str
    by: str
    reason: str
    at: UtcDatetime


class DisposalState(StrEnum):
    """ASKED → APPROVED (the certificate is signed, things are going) → DONE. A request of more than thirty days is
    void, and so is one that another person withdraws."""

    ASKED = "待批准"
    APPROVED = "正在销毁"
    DONE = "已销毁"
    WITHDRAWN = "已撤回"


class DisposalItem(Record):
    """What is destroyed. `content`: digests of a file's bytes, of a lead those of its record, events and findings as
    one JSON document; None until it is approved."""

    item_id: str
    size_bytes: int = 0
    content: Digests | None = None


class Disposal(Record):
    """A request to destroy, and what became of it.

    Attributes:
        basis: The rule the request follows, in the words of who asked; `reason` those of who approved.
        items: What was asked for; `destroyed` what the certificate names; `left` what had meanwhile found a reason to
            stay, with that reason.
        certificate_sha256: Of the certificate in the blob store, which stays for ever.
    """

    disposal_id: str
    kind: RetentionClass
    state: DisposalState = DisposalState.ASKED
    basis: str
    asked_by: str
    asked_at: UtcDatetime
    items: tuple[DisposalItem, ...]
    reason: str = ""
    approved_by: str = ""
    approved_at: UtcDatetime | None = None
    destroyed: tuple[DisposalItem, ...] = ()
    left: tuple[str, ...] = ()
    certificate_sha256: str = ""
    ended_at: UtcDatetime | None = None


class DisposalCertificate(Record):
    """销毁证书 of a disposal. `audit_sha256`: the end of the audit chain before it. The signature is over the canonical
    form with an empty signature."""

    format: str = "wangjian-disposal/1"
    disposal_id: str
    kind: RetentionClass
    items: tuple[DisposalItem, ...]
    basis: str
    asked_by: str
    asked_at: UtcDatetime
    reason: str
    approved_by: str
    approved_at: UtcDatetime
    audit_sha256: DigestHex
    certificates: str = ""
    signature: str = ""

    def unsigned(self) -> bytes:
        """What is signed."""
        return canonical_bytes(self.model_copy(update={"signature": ""}).model_dump(mode="json"))

    def two_persons(self) -> bool:
        """Whether one asked and another approved."""
        return bool(self.asked_by and self.approved_by) and self.asked_by != self.approved_by


class DisposalBook(Protocol):
    """Requests, what became of them, and holds."""

    def disposals(self) -> tuple[Disposal, ...]:
        """Newest first."""
        ...

    def disposal(self, disposal_id: str) -> Disposal:
        """Raises NotFoundError."""
        ...

    def keep_disposal(self, disposal: Disposal, *, was: DisposalState | None) -> None:
        """Write it where it stands as `was` (None: it is new). Raises ConflictError when somebody was quicker."""
        ...

    def holds(self) -> tuple[RetentionHold, ...]:
        """By the names of what is held."""
        ...

    def hold(self, hold: RetentionHold) -> bool:
        """False when it is held already."""
        ...

    def release(self, item_id: str) -> bool:
        """False when it was not held."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalWish:
    """Who wants it, from where, and why."""

    account: Account
    origin: str
    reason: str
    request_id: str = ""


class RetentionDesk(Protocol):
    """What doors ask; the acts check who may, and write into the audit chain."""

    def listed(self, account: Account | None = None) -> RetentionList:
        """What is past its time, and what holds it, for somebody who looks or (None) for the machine's keeper. Raises
        PermissionRefusedError when that person sees a part of the country only."""
        ...

    def disposals(self) -> tuple[Disposal, ...]:
        """Newest first."""
        ...

    def holds(self) -> tuple[RetentionHold, ...]:
        """What a person holds, beside what holds itself."""
        ...

    def ask(self, kind: RetentionClass, item_ids: Sequence[str], wish: DisposalWish) -> Disposal:
        """申请销毁, the first of two persons; without `item_ids` all of the kind that may go.

        Raises:
            PermissionRefusedError: Not this role's.
            InvalidInputError: No reason; nothing that may go; evidence, which has its own way.
            ConflictError: One of them may not go, or is asked for already.
        """
        ...

    def approve(self, disposal_id: str, wish: DisposalWish) -> Disposal:
        """批准销毁, the second person. What has found a reason to stay is left and said. Again after it was cut off, it
        finishes.

        Raises:
            PermissionRefusedError: Not this role's.
            InvalidInputError: No reason.
            NotFoundError: No such request.
            ConflictError: The same person asked, it is void or done, or all of it must stay.
        """
        ...

    def withdraw(self, disposal_id: str, wish: DisposalWish) -> Disposal:
        """撤回 a request nobody has approved. Raises as `approve`."""
        ...

    def hold(self, item_id: str, wish: DisposalWish) -> RetentionHold:
        """冻结. Raises NotFoundError, ConflictError (held, or being destroyed), InvalidInputError without a reason."""
        ...

    def release(self, item_id: str, wish: DisposalWish) -> None:
        """解除冻结, by another person. Raises as `hold`."""
        ...
