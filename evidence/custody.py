"""The custody chain: who did what to evidence, when and why; appended only, each event naming the one before.

One chain runs over all captures, so that no event of any can be dropped without the next one showing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from records.chain import link_digests
from records.evidence import Capture, CustodyAction, CustodyEvent
from records.ports import Clock, EvidenceStore

__all__ = ["CustodyNote", "Noted", "record_event"]

_UNLINKED = "0" * 64


class Noted(Protocol):
    """What is to be written into the custody chain; a desk of another room brings its own."""

    @property
    def capture_id(self) -> str: ...
    @property
    def action(self) -> CustodyAction: ...
    @property
    def actor(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def subject_sha256(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyNote:
    """What is to be written down: `subject_sha256` is the digest of what was handled, `origin` from where."""

    capture_id: str
    action: CustodyAction
    actor: str
    role: str = ""
    origin: str = ""
    reason: str = ""
    subject_sha256: str | None = None


def record_event(evidence: EvidenceStore, note: Noted, *, clock: Clock, capture: Capture | None = None) -> CustodyEvent:
    """Append one event to the chain; `capture`, as it is by that event, is kept with it or not at all."""

    def build(previous: CustodyEvent | None) -> CustodyEvent:
        event = CustodyEvent(
            sequence=previous.sequence + 1 if previous else 1,
            capture_id=note.capture_id,
            action=note.action,
            actor=note.actor,
            role=note.role,
            origin=note.origin,
            reason=note.reason,
            subject_sha256=note.subject_sha256,
            at=clock(),
            previous_sha256=previous.event_sha256 if previous else None,
            previous_sm3=previous.event_sm3 if previous else None,
            event_sha256=_UNLINKED,
            event_sm3=_UNLINKED,
        )
        digests = link_digests(event)
        return event.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3})

    return evidence.append_custody(build, capture=capture)
