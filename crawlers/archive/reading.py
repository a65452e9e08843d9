"""An exchange read back from its place, with every digest that was written with it checked."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from crawlers.archive.coding import undo_codings
from crawlers.archive.members import Message, WarcRecord, parse_record, split_message, unpack
from records.archive_ports import ArchiveFiles
from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError
from records.survey import ArchivePlace, Page

__all__ = [
    "Original",
    "StoredExchange",
    "page_bytes",
    "read_exchange",
    "read_original",
    "read_record",
    "stored_around",
    "stored_bytes",
]

_REQUEST_BYTES = 64 * 1024
_PLACE = "WangJian-Refers-To-Place"


@dataclass(frozen=True, slots=True)
class Original:
    """The record that holds a payload others refer to."""

    record_id: str
    url: str
    date: str
    payload_sha256: str
    place: ArchivePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """One exchange out of the archive, checked.

    `record` is the response, revisit or conversion record at the place; `holder` the record the payload lies in
    (another one for a revisit); `source` the answer a rendered page was made from; `request` is empty when none
    follows the record.
    """

    record: WarcRecord
    holder: WarcRecord
    message: Message
    request: bytes
    source: Message | None = None

    @property
    def rendered(self) -> bool:
        """Whether the payload is what a browser made of the page."""
        return self.record.field("WARC-Type") in ("conversion", "resource")

    def fits(self, page: Page) -> bool | None:
        """Whether by both digests it is what the page's record says came; None when that says nothing of it."""
        digests = page.body if self.rendered else page.wire
        return None if digests is None else _said_of(self.record) == (digests.sha256, digests.sm3)


def read_record(files: ArchiveFiles, place: ArchivePlace) -> WarcRecord:
    """The record at a place, its block checked.

    Raises:
        NotFoundError: The file is not there or ends before the record does.
        IntegrityError: What is there is not what was written.
    """
    record = parse_record(unpack(stored_bytes(files, place)))
    if not record.block_is_whole:
        raise IntegrityError(
            f"存档记录与其 SHA-256 不符，可能被改动：{place.file}（偏移 {place.offset}）", cure="用备份恢复该存档文件"
        )
    return record


def read_exchange(files: ArchiveFiles, place: ArchivePlace) -> StoredExchange:
    """The exchange at a place; a revisit is followed to the record that holds its payload.

    Raises:
        NotFoundError, IntegrityError: As `read_record`, for either record; or a payload without its digests.
    """
    record = holder = read_record(files, place)
    kind = record.field("WARC-Type")
    source = None
    if kind in ("conversion", "resource"):
        message = Message(head=b"", payload=record.block, status=200, chunked=False, codings=())
        refers = _place_of(record.field(_PLACE))
        source = None if refers is None else read_exchange(files, refers).message
    elif kind == "revisit":
        original = _place_of(record.field(_PLACE))
        if original is None:
            raise IntegrityError(f"存档的重访记录没有写明原件所在：{place.file}（偏移 {place.offset}）")
        holder = read_record(files, original)
        own = split_message(record.block)
        message = Message(
            head=own.head, payload=split_message(holder.block).payload, status=own.status, chunked=own.chunked,
            codings=own.codings,
        )  # fmt: skip
    elif kind == "response":
        message = split_message(record.block)
    else:
        raise IntegrityError(f"该处不是答复记录而是 {kind}：{place.file}（偏移 {place.offset}）")
    _check_payload(record, message.payload, place)
    return StoredExchange(
        record=record, holder=holder, message=message, request=_request_after(files, place, record), source=source
    )


def page_bytes(files: ArchiveFiles, page: Page, *, blob: Callable[[str], bytes]) -> bytes:
    """The bytes a page was read from: its payload with the content coding undone, or what the browser made of it.

    Args:
        blob: Where the bytes of pages lie that were stored before there was an archive, by SHA-256.

    Raises:
        NotFoundError: Nothing came, or it is not there.
        IntegrityError: It is not what was read then.
    """
    if page.body is None:
        raise NotFoundError(f"该页没有内容：{page.url[:200]}", key=page.page_id)
    if page.archive is None:
        return blob(page.body.sha256)
    message = read_exchange(files, page.archive).message
    body = message.payload
    if message.codings and digests_of(body) != page.body:
        body = undo_codings(message.payload, message.codings)
    if digests_of(body) != page.body:
        raise IntegrityError(
            f"存档内容与网页记录的摘要不符：{page.url[:200]}", cure="运行 wangjian survey archive verify 查明范围"
        )
    return body


def read_original(files: ArchiveFiles, place: ArchivePlace) -> Original | None:
    """The record at a place as one that others may refer to, a revisit followed; None when it cannot be read."""
    try:
        record = read_record(files, place)
        if record.field("WARC-Type") == "revisit":
            first = _place_of(record.field(_PLACE))
            if first is None:
                return None
            place, record = first, read_record(files, first)
    except (NotFoundError, IntegrityError):
        return None
    if record.field("WARC-Type") != "response" or record.field("WARC-Truncated"):
        return None
    payload = split_message(record.block).payload
    return Original(
        record.field("WARC-Record-ID"),
        record.field("WARC-Target-URI"),
        record.field("WARC-Date"),
        digests_of(payload).sha256,
        place,
    )


def stored_around(files: ArchiveFiles, place: ArchivePlace) -> bytes:
    """The records that belong to the one at a place, packed as they lie in the files: its request, and what a revisit
    or a rendered page refers to with the request of that. Empty when there are none.

    Raises:
        NotFoundError, IntegrityError: As `read_record`.
    """
    record = read_record(files, place)
    found = _packed_request(files, place)
    refers = _place_of(record.field(_PLACE))
    if refers is not None:
        found += stored_bytes(files, refers) + _packed_request(files, refers)
    return found


def _packed_request(files: ArchiveFiles, place: ArchivePlace) -> bytes:
    if not _request_after(files, place, read_record(files, place)):
        return b""
    stored = _following(files, place)
    reader = zlib.decompressobj(31)
    reader.decompress(stored)
    return stored[: len(stored) - len(reader.unused_data)]


def _check_payload(record: WarcRecord, payload: bytes, place: ArchivePlace) -> None:
    found = digests_of(payload)
    if _said_of(record) != (found.sha256, found.sm3):
        raise IntegrityError(
            f"存档内容与其 SHA-256、SM3 摘要不符：{place.file}（偏移 {place.offset}）", cure="用备份恢复该存档文件"
        )


def _said_of(record: WarcRecord) -> tuple[str, str]:
    """SHA-256 and SM3 that were written with a payload."""
    return record.field("WangJian-Payload-SHA256"), record.field("WangJian-Payload-SM3")


def stored_bytes(files: ArchiveFiles, place: ArchivePlace) -> bytes:
    """The bytes of a record as they lie in the file, packed, unchecked.

    Raises:
        NotFoundError: The file is not there or ends before the record does.
    """
    stored = files.read(place.file, place.offset, place.length)
    if len(stored) != place.length:
        raise NotFoundError(f"存档文件在记录之前就结束了：{place.file}（偏移 {place.offset}）", file=place.file)
    return stored


def _request_after(files: ArchiveFiles, place: ArchivePlace, record: WarcRecord) -> bytes:
    """The request record that follows its answer; empty when something else does."""
    try:
        following = parse_record(zlib.decompressobj(31).decompress(_following(files, place)))
    except (zlib.error, IntegrityError):
        return b""
    ours = following.field("WARC-Concurrent-To") == record.field("WARC-Record-ID")
    return following.block if ours and following.field("WARC-Type") == "request" else b""


def _following(files: ArchiveFiles, place: ArchivePlace) -> bytes:
    """What lies after a record, as much as a request may take."""
    return files.read(place.file, place.offset + place.length, _REQUEST_BYTES)


def _place_of(text: str) -> ArchivePlace | None:
    parts = text.rsplit(" ", 2)
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    return ArchivePlace(file=parts[0], offset=int(parts[1]), length=int(parts[2]))
