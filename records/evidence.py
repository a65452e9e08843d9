"""Evidence: Capture, Artefact, Manifest, CustodyEvent, and the report of a verification."""

from __future__ import annotations

from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests

__all__ = [
    "Artefact",
    "Capture",
    "CapturePolicy",
    "CaptureState",
    "Check",
    "CheckResult",
    "CustodyAction",
    "CustodyEvent",
    "Manifest",
    "PackageKind",
    "TimestampState",
    "VerificationReport",
]


class CaptureState(StrEnum):
    """complete only when every required artefact is there; partial names what is missing; interrupted was cut off."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class TimestampState(StrEnum):
    """Whether the seal carries a time-stamp token. LOCAL is always shown as 内部授时; PENDING as 待加戳."""

    PENDING = "待加戳"
    LOCAL = "内部授时"
    STAMPED = "已授时"


class PackageKind(StrEnum):
    """What a package is of: one capture, one page a survey kept, or files that were handed over."""

    CAPTURE = "固证"
    PAGE = "监测页面存证"
    UPLOAD = "接收材料"


class Artefact(Record):
    """One file of a capture: what it is, how and when it was made, and both digests (程序规定第二十六条)."""

    path: str
    role: str
    media_type: str
    made_by: str
    method: str = ""
    made_at: UtcDatetime
    digests: Digests


class CapturePolicy(Record):
    """固证要求: what a capture must hold to be called complete, and what it may take; sealed with the manifest.

    `required` and `optional` are roles of artefacts. What is required and missing after one visit is tried by another,
    `attempts` visits in all; what is missing then makes the capture PARTIAL, by name. `clicks` are the steps
    "click to show". `unclean` says whether an unclean environment marks the capture or refuses it. `limits` hold what
    one capture may take, as text by name.
    """

    required: tuple[str, ...] = (
        *("warc", "index", "index-of-index", "pages", "exchanges", "visit", "environment", "custody", "certificates"),
        *("verifier", "readme", "screenshot", "viewport", "dom", "mhtml", "text", "pdf", "recording"),
    )
    optional: tuple[str, ...] = ()
    attempts: int = 2
    clicks: tuple[str, ...] = ()
    unclean: str = "mark"
    limits: dict[str, str] = {}


class Manifest(Record):
    """What is sealed: every member of the package, in RFC 8785 form when hashed and signed.

    `environment` holds the facts of the machine and clock; `navigation` the redirect chain as (status, address).
    """

    format: str = "wangjian-manifest/1"
    capture_id: str
    url: str
    final_url: str
    title: str
    state: CaptureState
    missing: tuple[str, ...] = ()
    started_at: UtcDatetime
    finished_at: UtcDatetime
    operator: str
    lead_id: str = ""
    navigation: tuple[tuple[int, str], ...] = ()
    environment: dict[str, str] = {}
    policy: CapturePolicy = CapturePolicy()
    artefacts: tuple[Artefact, ...]
    custody_head_sha256: DigestHex | None = None


class Capture(Record):
    """固证: one visit sealed, or files received and sealed (`kind`, then without an address). `package` are the digests
    of the package file in the blob store."""

    capture_id: str
    kind: PackageKind = PackageKind.CAPTURE
    url: str
    final_url: str = ""
    title: str = ""
    lead_id: str = ""
    case_id: str = ""
    state: CaptureState
    missing: tuple[str, ...] = ()
    reason: str = ""
    operator: str
    started_at: UtcDatetime
    finished_at: UtcDatetime | None = None
    exchanges: int = 0
    artefacts: tuple[Artefact, ...] = ()
    timestamp: TimestampState = TimestampState.PENDING
    timestamp_at: UtcDatetime | None = None
    package: Digests | None = None
    screenshot: Digests | None = None


class CustodyAction(StrEnum):
    """What can happen to evidence. 移交: to another authority with the case; 交付: a copy to a party or a court."""

    FOUND = "发现"
    RECEIVED = "接收"
    CAPTURED = "固证"
    SEALED = "封存"
    VIEWED = "查看"
    EXPORTED = "导出"
    VERIFIED = "核验"
    TRANSFERRED = "移交"
    HANDED_OVER = "交付"
    HELD = "冻结"
    RELEASED = "解除冻结"
    DESTRUCTION_ASKED = "申请销毁"
    DESTROYED = "销毁"
    INTERRUPTED = "中断"
    RENEWED = "续期"
    COMPARED = "比对"


class CustodyEvent(Record):
    """One link of the custody chain: `event_sha256`/`event_sm3` are over the RFC 8785 form of all other fields,
    which name the digests of the event before (None for the first)."""

    sequence: int
    capture_id: str
    action: CustodyAction
    actor: str
    role: str = ""
    origin: str = ""
    reason: str = ""
    subject_sha256: DigestHex | None = None
    at: UtcDatetime
    previous_sha256: DigestHex | None = None
    previous_sm3: DigestHex | None = None
    event_sha256: DigestHex
    event_sm3: DigestHex


class CheckResult(StrEnum):
    """passed; failed; unchecked (said why) never counts as passed where policy requires it."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Check(Record):
    """One line of a verification report, in Chinese."""

    check_id: str
    title: str
    result: CheckResult
    detail: str = ""


class VerificationReport(Record):
    """Whether a package holds. `valid` is true only when no check failed and none that policy requires is unchecked.
    Of 监测页面存证 `capture_id` is the page's."""

    package_sha256: DigestHex
    kind: PackageKind = PackageKind.CAPTURE
    valid: bool
    capture_id: str = ""
    url: str = ""
    capture_state: CaptureState | None = None
    timestamp: TimestampState | None = None
    timestamp_at: UtcDatetime | None = None
    checks: tuple[Check, ...]
    verified_at: UtcDatetime
