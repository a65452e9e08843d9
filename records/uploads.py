"""接收材料: files handed over, found or photographed, with how they came and what each of them is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests
from records.evidence import Artefact, CaptureState
from records.leads import Officer

__all__ = [
    "UPLOAD_FORMAT",
    "Incoming",
    "ListedEntry",
    "ObtainWay",
    "Receipt",
    "UploadManifest",
    "UploadPolicy",
    "UploadRequest",
    "UploadedFile",
    "UploadedFiles",
]

UPLOAD_FORMAT = "wangjian-upload/1"
_OFFICERS_REQUIRED = 2


class ObtainWay(StrEnum):
    """How the files came into hand (取证暂行规定: 现场提取, 扣押原始介质, 当事人提供)."""

    HANDED = "当事人提交"
    REPORTER = "投诉举报人提交"
    FOUND = "现场提取"
    PHOTOGRAPHED = "现场拍照"
    RECORDED = "录音录像"
    SEIZED = "查封扣押"
    TRANSFERRED = "其他机关移送"
    PLATFORM = "平台协助提供"
    OTHER = "其他"


class Receipt(Record):
    """How and from whom the files came, as the officer says; `obtained_at` is when they came into official hands.

    Law: 《市场监督管理行政处罚程序规定》第二十一条、第二十六条.
    """

    source: str
    way: ObtainWay = ObtainWay.HANDED
    obtained_at: UtcDatetime
    handed_by: str = ""
    device: str = ""
    place: str = ""
    witness: str = ""
    officers: tuple[Officer, ...] = ()

    @property
    def is_formal(self) -> bool:
        """Two officers, each named and with a card number of his own; anything less is 内部监测件."""
        cards = {officer.card_no.strip() for officer in self.officers if officer.name.strip()}
        return len(cards - {""}) >= _OFFICERS_REQUIRED


class ListedEntry(Record):
    """One entry of an archive, listed and never unpacked. `sha256` is empty where it was not cheap to have."""

    name: str
    size_bytes: int
    sha256: str = ""
    encrypted: bool = False


class UploadedFile(Record):
    """One original: `path` is its place in the package, `name` as it was called where it came from.

    Attributes:
        name_hex: The name's bytes when they were not UTF-8.
        media_type: By content alone; `mismatch` says so when the name says otherwise.
        facts: What was read from the content (Chinese label, value).
        personal: The same for personal data (place, device number), masked where the reader has no need of it.
        warnings: What the reader must know before he opens it.
        modified_at: The file's own time on the medium it came on; None when it came through a browser.
        same_as: Upload that holds the same bytes already, or "".
    """

    path: str
    name: str
    name_hex: str = ""
    media_type: str
    mismatch: str = ""
    digests: Digests
    received_at: UtcDatetime
    modified_at: UtcDatetime | None = None
    facts: dict[str, str] = {}
    personal: dict[str, str] = {}
    entries: tuple[ListedEntry, ...] = ()
    entries_note: str = ""
    warnings: tuple[str, ...] = ()
    same_as: str = ""


class UploadedFiles(Record):
    """The member `evidence/files.json`."""

    format: str = "wangjian-files/1"
    upload_id: str
    files: tuple[UploadedFile, ...]


class UploadPolicy(Record):
    """What an upload must hold to be called complete; sealed with the manifest."""

    required: tuple[str, ...] = (
        *("original", "files", "environment", "custody", "certificates", "verifier", "readme"),
        *("sha256sums", "sm3sums"),
    )


class UploadManifest(Record):
    """What is sealed of an upload; the fields it shares with a capture's manifest mean the same."""

    format: str = UPLOAD_FORMAT
    capture_id: str
    title: str
    state: CaptureState
    missing: tuple[str, ...] = ()
    started_at: UtcDatetime
    finished_at: UtcDatetime
    operator: str
    lead_id: str = ""
    case_id: str = ""
    receipt: Receipt
    formal: bool
    environment: dict[str, str] = {}
    policy: UploadPolicy = UploadPolicy()
    artefacts: tuple[Artefact, ...]
    custody_head_sha256: DigestHex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file on its way in: its name as it came (never trusted as a path), and how to open it for one reading."""

    name: bytes
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRequest:
    """Files to be received: how they came, by whom, for which lead or case. `origin` is where the order came from."""

    files: tuple[Incoming, ...]
    receipt: Receipt
    operator: str
    lead_id: str = ""
    case_id: str = ""
    origin: str = ""
