"""The archive of one run while it is written: files that only grow, a record on its way to the disk before its page.

A process opens files of its own (the next free number) and appends; nothing is rewritten, so that a run that was killed
leaves at most a torn last record, which no page points at. A record is handed to the operating system before the page
row that names it is committed, and forced to the disk at least once a second while records come, when a file is full
and at the end. That is the promise the row itself has: SQLite in WAL mode with synchronous=NORMAL survives the death
of the process at every moment, and that of the machine up to its last checkpoint. A row that a power failure left
without its record is named by `wangjian survey archive verify`.

Where several machines share the archive, a file is closed after a while, so that it can be handed over, and bears a
mark that no other process gives its files: two machines may survey a run one after the other, and neither sees what
the other has not handed over yet. A file that grows is locked, which tells others of this machine to leave it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from crawlers.archive.members import Message, member, record_date, split_message
from crawlers.archive.reading import Original, read_original
from records.archive_ports import ArchiveFiles
from records.digests import Digests, digests_of
from records.errors import StorageFullError, StoreAwayError
from records.survey import ArchivePlace, Page

__all__ = ["ARCHIVE_FILE_BYTES", "Archived", "Exchanged", "RunArchive", "RunFacts"]

_log = structlog.get_logger(__name__)
ARCHIVE_FILE_BYTES = 1_000_000_000
"""A file of this size is closed and the next one begun."""
_SYNC_SECONDS = 1.0
_REVISIT_FROM_BYTES = 1500  # a smaller payload costs less than the record that would stand for it
_REMEMBERED = 2048
_MARK_BYTES = 4
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})
Earlier = Callable[[str], Page | None]
"""The page of a canonical address in an earlier run of the same target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What the first record of every file says of the run."""

    run_id: str
    target: str
    seeds: tuple[str, ...]
    robots: str
    user_agent: str
    contact: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """One exchange as its bytes went over the wire. `truncated` is empty, or length, time, disconnect, unspecified."""

    url: str
    started_at: datetime
    request: bytes
    response: bytes
    address: str = ""
    truncated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Where an answer lies, and the digests of its payload before its content coding was undone.

    `plain`: the payload has no content coding, so that its digests are those of the page's body too. `drawn`: it is
    what a browser made of a page, of the answer `main` where that is known.
    """

    place: ArchivePlace
    record_id: str
    wire: Digests
    plain: bool
    drawn: bool = False
    main: Archived | None = None


class RunArchive:
    """Appends the exchanges of one run. Safe from several threads; no file is made before the first exchange."""

    def __init__(
        self,
        files: ArchiveFiles,
        facts: RunFacts,
        *,
        started_at: datetime,
        file_bytes: int = ARCHIVE_FILE_BYTES,
        earlier: Earlier | None = None,
    ) -> None:
        self._files = files
        self._root = self._files.root
        self._mark = "" if self._files.file_seconds is None else secrets.token_hex(_MARK_BYTES)
        self._facts = facts
        self._started_at = started_at
        self._file_bytes = file_bytes
        self._earlier = earlier
        self._lock = threading.Lock()
        self._handle = -1
        self._name = ""
        self._size = 0
        self._number = 0
        self._begun_at = 0.0
        self._synced_at = 0.0
        self._remembered: OrderedDict[str, Original] = OrderedDict()

    def keep(self, exchange: Exchanged, *, canonical: str = "") -> Archived | None:
        """Write answer and request. None when nothing was answered: then only the request is kept.

        Raises:
            StorageFullError: No room left, or the place cannot be written.
            StoreAwayError: The disk failed.
        """
        common = {"WARC-Date": record_date(exchange.started_at), "WARC-Target-URI": exchange.url}
        if exchange.address:
            common["WARC-IP-Address"] = exchange.address
        asked = {"WARC-Type": "request", "WARC-Record-ID": _new_id(), **common}
        asked["Content-Type"] = "application/http; msgtype=request"
        if not exchange.response:
            if exchange.request:
                self._append(member(asked, exchange.request), b"")
            return None
        message = split_message(exchange.response)
        wire = digests_of(message.payload)
        original = None if exchange.truncated else self._original(wire, message, canonical)
        head, block = self._answer(exchange, message, wire, original=original)
        head = {"WARC-Type": head.pop("WARC-Type"), "WARC-Record-ID": _new_id(), **common, **head}
        asked["WARC-Concurrent-To"] = head["WARC-Record-ID"]
        place = self._append(member(head, block), member(asked, exchange.request) if exchange.request else b"")
        if original is None and wire.size_bytes >= _REVISIT_FROM_BYTES and not exchange.truncated:
            self._remember(Original(head["WARC-Record-ID"], exchange.url, common["WARC-Date"], wire.sha256, place))
        return Archived(place=place, record_id=head["WARC-Record-ID"], wire=wire, plain=not message.codings)

    def keep_rendered(self, url: str, dom: bytes, *, at: datetime, main: Archived | None) -> Archived:
        """Write what a browser made of a page: a conversion of the answer it was made from. Raises as `keep`."""
        wire = digests_of(dom)
        head = {
            "WARC-Type": "conversion" if main is not None else "resource",
            "WARC-Record-ID": _new_id(),
            "WARC-Date": record_date(at),
            "WARC-Target-URI": url,
            "Content-Type": "text/html; charset=utf-8",
            **_payload_digests(wire),
        }
        if main is not None:
            head["WARC-Refers-To"] = main.record_id
            head["WangJian-Refers-To-Place"] = _place_text(main.place)
        return Archived(
            place=self._append(member(head, dom), b""),
            record_id=head["WARC-Record-ID"],
            wire=wire,
            plain=True,
            drawn=True,
        )

    def close(self) -> None:
        """Force everything to the disk and let go of the file. Raises as `keep`."""
        with self._lock, _named(self._root):
            self._end_file()

    def _answer(
        self, exchange: Exchanged, message: Message, wire: Digests, *, original: Original | None
    ) -> tuple[dict[str, str], bytes]:
        """Own headers and block of the record of an answer."""
        head = {"WARC-Type": "response", "Content-Type": "application/http; msgtype=response"}
        if exchange.truncated:
            head["WARC-Truncated"] = exchange.truncated
        head.update(_payload_digests(wire, framed=message.chunked and original is None))
        if original is None:
            return head, exchange.response
        head["WARC-Type"] = "revisit"
        head["WARC-Profile"] = _PROFILE
        head["WARC-Refers-To"] = original.record_id
        head["WARC-Refers-To-Target-URI"] = original.url
        head["WARC-Refers-To-Date"] = original.date
        head["WangJian-Refers-To-Place"] = _place_text(original.place)
        return head, message.head

    def _original(self, wire: Digests, message: Message, canonical: str) -> Original | None:
        """A record that holds this very payload already."""
        if wire.size_bytes < _REVISIT_FROM_BYTES or message.status != 200:
            return None
        known = self._remembered.get(wire.sha256)
        if known is not None or self._earlier is None or not canonical:
            return known
        page = self._earlier(canonical)
        if page is None or page.archive is None or page.wire is None or page.wire.sha256 != wire.sha256:
            return None
        found = read_original(self._files, page.archive)
        return found if found is not None and found.payload_sha256 == wire.sha256 else None

    def _remember(self, original: Original) -> None:
        self._remembered[original.payload_sha256] = original
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    def _append(self, first: bytes, second: bytes) -> ArchivePlace:
        """Append in one write; where the first record lies."""
        with self._lock, _named(self._root):
            if self._handle < 0 or self._size >= self._file_bytes or self._is_due():
                self._end_file()
                self._begin_file()
            place = ArchivePlace(file=self._name, offset=self._size, length=len(first))
            self._write(first + second)
            now = time.monotonic()
            if now - self._synced_at >= _SYNC_SECONDS:
                os.fdatasync(self._handle)
                self._synced_at = now
            return place

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            written = os.write(self._handle, view)
            self._size += written
            view = view[written:]

    def _begin_file(self) -> None:
        folder = self._root / self._started_at.strftime("%Y-%m")
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(max(self._number + 1, _next_number(folder, self._facts.run_id)), 1_000_000):
            path = folder / f"{self._facts.run_id}-{number:04d}{self._mark}.warc.gz"
            try:
                self._handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o644)
            except FileExistsError:
                continue
            break
        fcntl.flock(self._handle, fcntl.LOCK_EX)  # before its first byte; the system lets it go, however we end
        self._name, self._number = f"{folder.name}/{path.name}", number
        self._size, self._begun_at = 0, time.monotonic()
        _sync_folder(folder)
        self._write(_first_record(self._facts, path.name))
        _log.info("archive_file_begun", file=self._name)

    def _end_file(self) -> None:
        if self._handle < 0:
            return
        handle, self._handle = self._handle, -1
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self._files.closed(self._name)

    def _is_due(self) -> bool:
        """Whether others have waited long enough for what is in the file."""
        seconds = self._files.file_seconds
        return seconds is not None and time.monotonic() - self._begun_at >= seconds


def _payload_digests(wire: Digests, *, framed: bool = False) -> dict[str, str]:
    """SHA-256 under the standard's name and SM3 under our own. Of a body in chunks the standard's name is left out:
    the standard means the body without its framing, the common tools check it with."""
    said = {} if framed else {"WARC-Payload-Digest": f"sha256:{wire.sha256}"}
    return {**said, "WangJian-Payload-SHA256": wire.sha256, "WangJian-Payload-SM3": wire.sm3}


def _first_record(facts: RunFacts, name: str) -> bytes:
    lines = {
        "software": facts.software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": facts.run_id,
        "description": f"{facts.target} {' '.join(facts.seeds)}",
        "robots": facts.robots,
        "http-header-user-agent": facts.user_agent,
        **({"operator": facts.contact} if facts.contact else {}),
    }
    head = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": _new_id(),
        "WARC-Date": record_date(datetime.now().astimezone()),
        "WARC-Filename": name,
        "Content-Type": "application/warc-fields",
    }
    return member(head, "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in lines.items()).encode())


def _next_number(folder: Path, run_id: str) -> int:
    return 1 + sum(1 for _ in folder.glob(f"{run_id}-[0-9][0-9][0-9][0-9]*.warc.gz"))


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _place_text(place: ArchivePlace) -> str:
    return f"{place.file} {place.offset} {place.length}"


def _sync_folder(folder: Path) -> None:
    for each in (folder, folder.parent):
        handle = os.open(each, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _named(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno in _FULL:
            raise StorageFullError(
                f"磁盘空间不足或目录不可写，采集存档未能写入：{root}（{exc.strerror}）",
                cure="清出空间或检查权限后续采；未写入存档的页面不会记为已读",
            ) from exc
        raise StoreAwayError(f"采集存档不可用：{root}（{exc.strerror}）", cure="检查磁盘") from exc
