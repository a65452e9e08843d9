"""What is asked of the store of leads. The adapter lives in `stores/`; promises as in `records/ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from records.claims import Claim
from records.disposals import DisposalItem
from records.leads import Case, Finding, Lead, LeadEvent, LeadState
from records.rule_life import RuleTally
from records.subjects import CreditClass

__all__ = ["LeadStore"]


class LeadStore(Protocol):
    """Findings, leads, their events, and cases. Saved leads enter the outbox in the same transaction."""

    def save_findings(self, findings: Sequence[Finding]) -> int:
        """How many were new."""
        ...

    def finding(self, finding_id: str) -> Finding: ...

    def findings(self, *, shop_id: str = "", rule_id: str = "") -> Iterator[Finding]:
        """By finding_id."""
        ...

    def save_lead(self, lead: Lead, event: LeadEvent | None, *, expected_version: int) -> Lead:
        """Write a lead (expected_version 0: must be new) with its event; the saved record has version + 1. The end of a
        step by whoever holds the lead's claim ends the claim.

        Raises ConflictError when the stored version is another, or when the event changes a lead that somebody else
        holds at that moment; both name who.
        """
        ...

    def lead(self, lead_id: str) -> Lead: ...

    def leads_named(self, lead_ids: Sequence[str]) -> Mapping[str, Lead]:
        """Those of them that there are, by id, all as of one moment."""
        ...

    def leads(self) -> Iterator[Lead]:
        """By lead_id."""
        ...

    def leads_of(self, *, shop_id: str = "", rule_id: str = "", entity_code: str = "") -> tuple[Lead, ...]:
        """By lead_id: those of a shop, of a rule, of a subject, or of all that are named; at least one must be."""
        ...

    def leads_in(self, states: Collection[LeadState]) -> Iterator[Lead]:
        """Leads in these states, by lead_id."""
        ...

    def load_of(self, states: Collection[LeadState]) -> Mapping[str, int]:
        """How many leads in these states each assignee has."""
        ...

    def claim(self, claim: Claim) -> Claim:
        """Hold a lead. The holder's own claim is prolonged, one that ran out by `claimed_at` is replaced. Raises
        NotFoundError; ConflictError naming who holds it and until when."""
        ...

    def release(self, lead_id: str, holder: str) -> bool:
        """Let it go; False when that person does not hold it."""
        ...

    def claim_of(self, lead_id: str) -> Claim | None:
        """The last claim, which may have run out."""
        ...

    def tally_of(self, rule_id: str, version: str, *, since: datetime | None = None) -> RuleTally:
        """What officers decided, after `since`, of leads that version of a rule made."""
        ...

    def save_credit_classes(self, classes: Sequence[CreditClass]) -> None:
        """Keep the credit class of subjects; a newer day replaces an older."""
        ...

    def credit_class(self, entity_code: str) -> CreditClass | None: ...

    def lead_events(self, lead_id: str) -> tuple[LeadEvent, ...]: ...

    def own_findings(self, lead: Lead) -> tuple[Finding, ...]:
        """Findings no other lead rests on, by id."""
        ...

    def destroy(self, lead_id: str, item: DisposalItem, *, disposal_id: str) -> bool:
        """Take a lead away with its events, its own findings and whatever was made of them; that it was, and with which
        digests, stays. The outbox tells the index. False when it is gone already."""
        ...

    def save_case(self, case: Case, *, expected_version: int) -> Case: ...

    def case(self, case_id: str) -> Case: ...

    def cases(self) -> tuple[Case, ...]: ...
