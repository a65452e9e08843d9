"""What one visit is asked for and what is known of it: the records its steps work on."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from playwright.async_api import CDPSession, Page

from evidence.capturing.filming import Camera
from evidence.capturing.recording import iso
from network.proxy import GuardedProxy
from records.canonical import canonical_bytes
from records.ports import Clock

__all__ = ["CaptureLimits", "Made", "Step", "Visit", "VisitPlan"]

_MOST_EVENTS = 2000
_MOST_NAVIGATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLimits:
    """How much one capture may take; sealed with it."""

    capture_seconds: float = 60.0
    open_seconds: float = 20.0
    load_seconds: float = 15.0
    step_seconds: float = 20.0
    quiet_seconds: float = 0.25
    settle_seconds: float = 5.0
    scroll_seconds: float = 4.0
    response_bytes: int = 100_000_000
    total_bytes: int = 200_000_000
    screenshot_height_px: int = 16_000

    def in_words(self) -> dict[str, str]:
        """By name, as text."""
        return {name: f"{getattr(self, name):g}" if "seconds" in name else str(getattr(self, name)) for name in _LIMITS}


_LIMITS = tuple(CaptureLimits.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """What is visited, how, and by which steps. `clicks` are what is clicked to be shown, after the other steps;
    `attempts` how many visits may be made until nothing required is missing."""

    url: str
    steps: tuple[Step, ...]
    limits: CaptureLimits
    clock: Clock
    user_agent: str = ""
    clicks: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    attempts: int = 2
    browser_up: threading.Event = field(default_factory=threading.Event)
    """Set once a browser is there (or will not be)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An artefact as a step made it."""

    role: str
    media_type: str
    method: str
    made_at: datetime
    content: bytes
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A named step. One with a role makes an artefact; a required one that fails twice is missing, by its title.
    One that is `beside` goes on at the same time as the step before it."""

    name: str
    title: str
    run: Callable[[Visit], Awaitable[bytes | None]]
    role: str = ""
    media_type: str = ""
    method: str = ""
    beside: bool = False


@dataclass(slots=True, kw_only=True)
class Visit:
    """What happens during a visit. Steps read `page` and `cdp`, and note what they see.

    `missing` is what is said to be missing, in words; `missing_roles` what another visit may yet bring. The
    `proxy` tells how busy the network is: the browser need not report every request for that.
    """

    plan: VisitPlan
    number: int
    page: Page
    cdp: CDPSession
    camera: Camera
    proxy: GuardedProxy
    browser_version: str = ""
    final_url: str = ""
    title: str = ""
    failure: str = ""
    cookies: int = 0
    extensions: tuple[str, ...] = ()
    navigation: list[tuple[int, str]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_roles: list[str] = field(default_factory=list)
    chain_open: bool = True
    """Whether a further answer for the main frame belongs to the redirect chain; clicks may lead elsewhere."""
    clicks: list[dict[str, object]] = field(default_factory=list)
    events: list[dict[str, str | int]] = field(default_factory=list)

    def note(self, kind: str, **facts: str | int) -> None:
        """Write down an event; beyond a bound no more are kept."""
        if len(self.events) < _MOST_EVENTS:
            self.events.append({"kind": kind, "visit": self.number, "at": iso(self.plan.clock()), **facts})

    def went(self, status: int, url: str) -> None:
        """The main frame shows this now. A status of 0 is told by the recording afterwards; what was not asked for at
        all (script changed the address alone) is then no part of the chain."""
        room = self.chain_open and len(self.navigation) < _MOST_NAVIGATIONS
        if room and (not self.navigation or self.navigation[-1][1] != url):
            self.navigation.append((status, url))
            self.note("navigation", status=status, url=url[:2000])

    def lacks(self, what: str) -> None:
        """Something required is not there; the capture is partial."""
        if what not in self.missing:
            self.missing.append(what)

    def lacks_artefact(self, role: str, what: str) -> None:
        """The same of an artefact, unless the policy calls it optional: then it is only written down."""
        self.note("missing", role=role, what=what)
        if role not in self.plan.optional:
            self.missing_roles.append(role)
            self.lacks(what)

    def visit_jsonl(self) -> bytes:
        """evidence/visit.jsonl."""
        return b"".join(canonical_bytes(event) + b"\n" for event in self.events)  # type: ignore[arg-type]
