"""What a capture is asked for and what it is made with: two records handed in by the flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from evidence.capturing.browser import Browsers
from evidence.capturing.software import FileDigests
from evidence.capturing.steps import CAPTURE_STEPS
from evidence.capturing.visit import CaptureLimits, Step
from evidence.manifest import Paper
from network.guard import AddressGuard
from records.evidence import CapturePolicy, Manifest
from records.ports import BlobStore, Clock, EvidenceLog, EvidenceStore, Signer, TimestampAuthority

__all__ = ["CaptureRequest", "Means"]


def _no_papers(_: Manifest) -> Sequence[Paper]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequest:
    """What is to be captured, for whom. `origin` is where the order came from (console, command line, schedule);
    `clicks` what is to be clicked so that it is shown (`text=营业执照`), at most five."""

    url: str
    operator: str
    lead_id: str = ""
    case_id: str = ""
    capture_id: str = ""
    origin: str = ""
    clicks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What captures are made with.

    `papers` gives documents to be sealed with the capture, from its manifest so far. `anchors_pem` are the roots tokens
    are checked against before they are kept; `tls_roots_pem` further roots for origins' certificates; an empty
    `browser_executable` finds one. `browsers` start them; without, each capture has a starter of its own. `policy` says
    what a complete capture holds. `time_hosts` (`https://…/`, `ntp://…`) are asked for the time before and after, and
    `egress_url` for the address we are seen from; `digests` remembers those of large programs.
    """

    blobs: BlobStore
    evidence: EvidenceStore
    log: EvidenceLog
    signer: Signer
    authorities: Sequence[TimestampAuthority]
    anchors_pem: str
    clock: Clock
    guard: AddressGuard
    browser_executable: str = ""
    user_agent: str = ""
    tls_roots_pem: str = ""
    limits: CaptureLimits = field(default_factory=CaptureLimits)
    steps: Sequence[Step] = CAPTURE_STEPS
    policy: CapturePolicy = field(default_factory=CapturePolicy)
    browsers: Browsers | None = None
    time_hosts: Sequence[str] = ()
    egress_url: str = ""
    digests: FileDigests = field(default_factory=FileDigests)
    papers: Callable[[Manifest], Sequence[Paper]] = _no_papers
    sm2_signer: Signer | None = None
