"""候选对象: shops and sites that were come across and that nobody has yet decided to survey or to leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field

from records.base import Record, UtcDatetime, stable_id
from records.errors import TransitionRefusedError
from records.survey import TargetKind

__all__ = [
    "MAX_SIGHTINGS",
    "CandidateState",
    "DiscoveryMethod",
    "Sighting",
    "TargetCandidate",
    "candidate_id_of",
    "decided",
    "seen_again",
]

MAX_SIGHTINGS = 20
"""So many sightings are kept of one candidate: the first, and the newest others."""


class DiscoveryMethod(StrEnum):
    """How it was come across: a list of links, a sitemap, a marketplace's search, the register, a platform's shop."""

    LINKS = "links"
    SITEMAP = "sitemap"
    SEARCH = "search"
    REGISTER = "register"
    PLATFORM = "platform"


class CandidateState(StrEnum):
    """new → accepted (is a target now) | ignored; an ignored one may be accepted after all."""

    NEW = "new"
    ACCEPTED = "accepted"
    IGNORED = "ignored"


_LAWFUL: Mapping[CandidateState, frozenset[CandidateState]] = MappingProxyType(
    {
        CandidateState.NEW: frozenset({CandidateState.ACCEPTED, CandidateState.IGNORED}),
        CandidateState.IGNORED: frozenset({CandidateState.ACCEPTED}),
        CandidateState.ACCEPTED: frozenset(),
    }
)


class Sighting(Record):
    """One place where the address stood, so that anybody can see why it is a candidate.

    Attributes:
        url: The address as it stood there.
        place: The page, sitemap or file it stood in; `register:CODE` for a declaration in the register.
        place_sha256, place_sm3: Digests of that page or file as read; empty for the register, whose code is in `place`.
        text: The words of the link, or the name the register gives.
        query: The word that was searched for.
    """

    method: DiscoveryMethod
    url: str
    place: str
    place_sha256: str = ""
    place_sm3: str = ""
    text: str = ""
    query: str = ""
    seen_at: UtcDatetime


class TargetCandidate(Record):
    """An address that may become a target.

    Attributes:
        key: What the address is known by, the same for all its spellings (crawlers/discovery/identity.py).
        twin_key: The same for sites that are perhaps one.
        target_id: Of the target it became.
        seen_count: In how many looks it was seen, those whose sightings are no longer kept included.
    """

    candidate_id: str
    key: str
    twin_key: str
    url: str
    name: str = ""
    kind: TargetKind
    region_code: str = ""
    state: CandidateState = CandidateState.NEW
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    seen_count: int = Field(default=1, ge=1)
    sightings: tuple[Sighting, ...]
    target_id: str = ""
    decided_at: UtcDatetime | None = None
    reason: str = ""


def candidate_id_of(key: str) -> str:
    """The identifier of the candidate at an address, whoever finds it and how."""
    return stable_id("candidate", key)


def seen_again(known: TargetCandidate, seen: TargetCandidate) -> TargetCandidate:
    """A candidate after one more look; what was decided of it stands. The same look again changes nothing, and a later
    one that found the same only moves `last_seen_at`."""
    told = {_mark(sighting) for sighting in known.sightings}
    new = [sighting for sighting in seen.sightings if _mark(sighting) not in told]
    if not new and seen.last_seen_at <= known.last_seen_at:
        return known
    first, *others = sorted((*known.sightings, *new), key=lambda sighting: sighting.seen_at)
    return known.model_copy(
        update={
            "name": known.name or seen.name,
            "region_code": known.region_code or seen.region_code,
            "first_seen_at": min(known.first_seen_at, seen.first_seen_at),
            "last_seen_at": max(known.last_seen_at, seen.last_seen_at),
            "seen_count": known.seen_count + 1,
            "sightings": (first, *others[-(MAX_SIGHTINGS - 1) :]),
        }
    )


def decided(
    candidate: TargetCandidate, state: CandidateState, *, now: UtcDatetime, reason: str = "", target_id: str = ""
) -> TargetCandidate:
    """The candidate as a person decided of it.

    Raises:
        TransitionRefusedError: It was accepted already, or is to be ignored twice.
    """
    if state not in _LAWFUL[candidate.state]:
        raise TransitionRefusedError(
            f"候选对象 {candidate.name or candidate.url} 已是“{candidate.state.value}”，不能改为“{state.value}”",
            cure="已登记的对象用 wangjian targets remove 移出",
            state=candidate.state.value,
        )
    changes = {"state": state, "decided_at": now, "reason": reason, "target_id": target_id}
    return candidate.model_copy(update=changes)


def _mark(sighting: Sighting) -> tuple[str, ...]:
    return (sighting.method, sighting.url, sighting.place, sighting.place_sha256, sighting.query)
