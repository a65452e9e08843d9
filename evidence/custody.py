"""The custody chain: who did what to evidence, when and why; appended only, each event naming the one before.

One chain runs over all captures, so that no event of any can be dropped without the next one showing it.
"""

from __future__ import annotations

from dataclasses import dataclass

from records.chain import link_digests
from records.evidence import Capture, CustodyAction, CustodyEvent
from records.ports import Clock, EvidenceStore

__all__ = ["Occurrence", "record_event", "record_occurrence"]

_UNLINKED = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What is to be written down: `subject_sha256` is the digest of what was handled, `origin` from where."""

    capture_id: str
    action: CustodyAction
    actor: str
    role: str = ""
    origin: str = ""
    reason: str = ""
    subject_sha256: str | None = None


def record_occurrence(
    evidence: EvidenceStore, occurrence: Occurrence, *, clock: Clock, capture: Capture | None = None
) -> CustodyEvent:
    """Append one event to the chain; `capture`, as it is by that event, is kept with it or not at all."""

    def build(previous: CustodyEvent | None) -> CustodyEvent:
        event = CustodyEvent(
            sequence=previous.sequence + 1 if previous else 1,
            capture_id=occurrence.capture_id,
            action=occurrence.action,
            actor=occurrence.actor,
            role=occurrence.role,
            origin=occurrence.origin,
            reason=occurrence.reason,
            subject_sha256=occurrence.subject_sha256,
            at=clock(),
            previous_sha256=previous.event_sha256 if previous else None,
            previous_sm3=previous.event_sm3 if previous else None,
            event_sha256=_UNLINKED,
            event_sm3=_UNLINKED,
        )
        digests = link_digests(event)
        return event.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3})

    return evidence.append_custody(build, capture=capture)


def record_event(  # noqa: PLR0913  # one argument a field of the event: words, not options
    evidence: EvidenceStore,
    *,
    capture_id: str,
    action: CustodyAction,
    actor: str,
    clock: Clock,
    role: str = "",
    origin: str = "",
    reason: str = "",
    subject_sha256: str | None = None,
    capture: Capture | None = None,
) -> CustodyEvent:
    """Append one event to the chain, by its words. See `record_occurrence`."""
    occurrence = Occurrence(
        capture_id=capture_id,
        action=action,
        actor=actor,
        role=role,
        origin=origin,
        reason=reason,
        subject_sha256=subject_sha256,
    )
    return record_occurrence(evidence, occurrence, clock=clock, capture=capture)
