"""Hash chains: each event names the digests of the one before, so that no event can be changed, dropped or moved.

The custody chain (`evidence/custody.py`) and the audit chain (`offices/audit.py`) are both made and checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from records.base import Record
from records.canonical import canonical_digests
from records.digests import Digests
from records.errors import CustodyError

__all__ = ["ChainEvent", "check_chain", "link_digests"]


class ChainEvent(Protocol):
    """What CustodyEvent and AuditEvent have in common."""

    @property
    def sequence(self) -> int: ...
    @property
    def previous_sha256(self) -> str | None: ...
    @property
    def previous_sm3(self) -> str | None: ...
    @property
    def event_sha256(self) -> str: ...
    @property
    def event_sm3(self) -> str: ...
    def model_dump(self, *, mode: str, exclude: set[str]) -> dict[str, object]: ...


Event = TypeVar("Event", bound=ChainEvent)


def link_digests(event: ChainEvent | Record) -> Digests:
    """Digests of an event: of the RFC 8785 form of all its fields but its own two digests."""
    fields = event.model_dump(mode="json", exclude={"event_sha256", "event_sm3"})
    return canonical_digests(fields)  # type: ignore[arg-type]  # model_dump(mode="json") gives JSON values only


def check_chain(events: Iterable[Event], *, previous: Event | None = None) -> Iterator[Event]:
    """Yield the events, each after it was found to follow from the one before.

    Args:
        events: By sequence; the first is number 1 unless `previous` is given.

    Raises:
        CustodyError: A sequence number is missing, a link is wrong, or an event was changed.
    """
    for event in events:
        expected = (previous.sequence + 1, previous.event_sha256, previous.event_sm3) if previous else (1, None, None)
        if (event.sequence, event.previous_sha256, event.previous_sm3) != expected:
            raise CustodyError(f"第 {event.sequence} 条记录与上一条不衔接，可能有删除或调换", sequence=event.sequence)
        digests = link_digests(event)
        if (digests.sha256, digests.sm3) != (event.event_sha256, event.event_sm3):
            raise CustodyError(f"第 {event.sequence} 条记录的内容与其校验值不符，可能被改动", sequence=event.sequence)
        yield event
        previous = event
