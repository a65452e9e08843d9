"""Files handed over through a door: received for a lead or case of one's region, looked at with personal data masked,
given out one original at a time; every step is in the audit chain and the custody chain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, BinaryIO

from offices.audit import AuditAction, Caller
from offices.desk import not_found
from offices.evidence_desk import EvidenceDesk, EvidenceMeans
from offices.permissions import may
from records.errors import InvalidInputError, NotFoundError, StorageFullError
from records.evidence import Capture, CustodyAction, PackageKind
from records.leads import Officer
from records.people import Account, Permission
from records.ports import Services
from records.uploads import Incoming, ObtainWay, Receipt, UploadedFile, UploadedFiles, UploadManifest, UploadRequest

__all__ = [
    "FIELDS",
    "MASKED",
    "Received",
    "Sent",
    "UploadDesk",
    "UploadOpener",
    "incoming_of",
    "limited",
    "original_headers",
]

MASKED = "（有，已遮盖）"
_CHINA = timezone(timedelta(hours=8))
FIELDS = ("source", "way", "obtained_at", "handed_by", "device", "place", "witness", "second", "lead_id", "case_id")
"""What the form of a receipt holds beside the files."""
UploadOpener = Callable[[Capture], tuple[UploadManifest, UploadedFiles]]
"""What was sealed of an upload, read from its package."""
_DOWNLOAD_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was sealed of an upload, as this person may see it."""

    manifest: UploadManifest
    files: tuple[UploadedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as it was sent: words by name, and the files with the names they came under."""

    words: Mapping[str, str]
    files: tuple[Incoming, ...]


class UploadDesk(EvidenceDesk):
    """The part of a desk that deals with files from outside."""

    def __init__(self, services: Services, caller: Caller, means: EvidenceMeans, *, opener: UploadOpener) -> None:
        super().__init__(services, caller, means)
        self._opener = opener

    def receive(self, sent: Sent) -> Capture:
        """Receive what was sent; returns when it is sealed. The person who sends is the first officer, `second` names
        the other by account.

        Raises:
            InvalidInputError: Nothing sent, no source, a time that is none, or a second officer who is not there.
            NotFoundError: No such lead or case in this region.
            PermissionRefusedError: May not receive.
            ConflictError, StorageFullError: As `evidence.uploads.receiving.receive`.
        """
        self.need(Permission.EVIDENCE_RECEIVE)
        words = {name: sent.words.get(name, "").strip() for name in FIELDS}
        self._check_scope(words["lead_id"], words["case_id"])
        request = UploadRequest(
            files=sent.files,
            receipt=self._receipt(words),
            operator=self._account.login,
            lead_id=words["lead_id"],
            case_id=words["case_id"],
            origin=self._caller.origin,
        )
        capture = self._services.preserver.receive(request)
        self.note(AuditAction.UPLOAD_RECEIVED, capture.capture_id, f"{len(sent.files)} 个文件：{capture.title}"[:300])
        return capture

    def received(self, capture: Capture) -> Received | None:
        """What was sealed of a capture that `file` gave; None when it is no upload, or there is nothing sealed. Places
        and device numbers are masked for whoever may not read personal data."""
        if capture.kind is not PackageKind.UPLOAD or capture.package is None:
            return None
        try:
            manifest, files = self._opener(capture)
        except NotFoundError:  # destroyed
            return None
        whole = may(self._account, Permission.PERSONAL_READ)
        if whole and any(one.personal for one in files.files):
            self.note(AuditAction.PERSONAL_READ, capture.capture_id, "接收材料自带的位置与编号")
        return Received(manifest=manifest, files=files.files if whole else tuple(map(_masked, files.files)))

    def original(self, capture_id: str, number: int) -> tuple[UploadedFile, AbstractContextManager[BinaryIO]]:
        """One original as a stream, checked to be there; written into both chains before the first byte leaves.

        Raises:
            NotFoundError: No such upload in this region, or no such file in it.
            PermissionRefusedError: May not export evidence.
        """
        self.need(Permission.EVIDENCE_EXPORT)
        capture = self._scoped(capture_id)
        received = self.received(capture)
        found = next((one for one in received.files if _number_of(one) == number), None) if received else None
        if found is None or not self._services.blobs.holds(found.digests.sha256):
            raise not_found("原件", f"{capture_id} 第 {number} 件")
        self.note(AuditAction.EVIDENCE_EXPORTED, capture_id, f"原件 {found.path} SHA-256 {found.digests.sha256}")
        self._custody(capture, CustodyAction.EXPORTED, f"下载原件 {found.path}")
        self._means.stamp_head()
        return found, self._services.blobs.open(found.digests.sha256)

    def seconds(self) -> tuple[Account, ...]:
        """Who may stand beside this person as the second officer: accounts with a card number."""
        accounts = self._services.accounts.accounts()
        return tuple(one for one in accounts if one.active and one.card_no and one.login != self._account.login)

    def _check_scope(self, lead_id: str, case_id: str) -> None:
        if lead_id:
            self.scoped_lead(lead_id)
        if case_id and not self.sees_case(case_id):
            raise not_found("案件", case_id)

    def _receipt(self, words: Mapping[str, str]) -> Receipt:
        officers = [self._account, *([self._second(words["second"])] if words["second"] else [])]
        try:
            way = ObtainWay(words["way"] or ObtainWay.HANDED.value)
        except ValueError as exc:
            raise InvalidInputError(f"没有这种取得方式：{words['way'][:40]}", cure="、".join(ObtainWay)) from exc
        return Receipt(
            source=words["source"],
            way=way,
            obtained_at=_moment(words["obtained_at"]) if words["obtained_at"] else self._services.clock(),
            handed_by=words["handed_by"],
            device=words["device"],
            place=words["place"],
            witness=words["witness"],
            officers=tuple(Officer(name=one.name, card_no=one.card_no) for one in officers),
        )

    def _second(self, login: str) -> Account:
        account = self._services.accounts.account_by_login(login)
        if account is None or not account.active or account.login == self._account.login:
            raise InvalidInputError(f"没有这位执法人员：{login[:60]}", cure="从名单中选另一名在用的账号")
        return account


def incoming_of(name: str, stream: BinaryIO) -> Incoming:
    """A file a browser sent. The receiving machine's own times of its copy say nothing and are not asked."""

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        stream.seek(0)
        yield _OnlyRead(stream)  # type: ignore[misc]  # read is all that is asked

    return Incoming(name=name.encode("utf-8", "replace"), open=opened)


def limited(receive: Callable[[], Awaitable[_Message]], most_bytes: int) -> Callable[[], Awaitable[_Message]]:
    """The same ASGI messages until the body is longer than this; nobody is believed about a length before it came.

    Raises (by what it returns):
        InvalidInputError: It is longer.
    """
    left = most_bytes

    async def receive_some() -> _Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise InvalidInputError(
                f"上传超过一次 {most_bytes >> 20} MB 的限度，未接收",
                cure="分次上传，或由管理员用 wangjian evidence upload 接收",
            )
        return message

    return receive_some


class _OnlyRead:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except OSError as exc:
            raise StorageFullError("上传的临时文件无法读取", cure="检查临时目录的空间后重试") from exc


def _masked(one: UploadedFile) -> UploadedFile:
    return one.model_copy(update={"personal": dict.fromkeys(one.personal, MASKED)})


def _number_of(one: UploadedFile) -> int:
    digits = one.path.removeprefix("files/")[:4]
    return int(digits) if digits.isdecimal() else 0


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=_CHINA)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise InvalidInputError(f"“{text[:40]}”不是时间", cure="写成 2026-11-20T15:30（北京时间）") from exc


def original_headers(upload_id: str, number: int, *, size_bytes: int) -> dict[str, str]:
    """With which headers an original leaves through any door: to be saved under a plain name and never shown."""
    return {
        "Content-Length": str(size_bytes),
        "Content-Disposition": f'attachment; filename="{upload_id}-{number:04d}.bin"',
        "Content-Security-Policy": _DOWNLOAD_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
