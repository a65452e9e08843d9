"""The survey's archive in a bucket that several machines share: each writes on its own disk, and hands over what it has
closed.

A file leaves the disk only after its bytes were read back from the bucket. Not evidence: nothing is locked, for an
archive is destroyed by two persons after its time (docs/operations/retention.md). What somebody changes there no longer
has the digests that page, record and evidence log name.
Standard: Amazon S3 API.
"""

from __future__ import annotations

import base64
import fcntl
import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import structlog

from records.archive_ports import ArchiveFiles
from records.backups import ArchiveObject
from records.digests import Digests, digests_of_chunks
from records.errors import NotFoundError, StoreAwayError, WangJianError
from stores.blobs.access import BlobAccess
from stores.blobs.s3_client import Place, Refusal, connect, in_our_words, make_bucket, unexpected
from stores.blobs.s3_reading import PIECE_BYTES, ObjectFile
from stores.blobs.s3_uploading import PART_BYTES, put_in_parts
from stores.blobs.s3_versions import MISSING, proof_of

__all__ = ["SharedFiles"]

_log = structlog.get_logger(__name__)
_CHUNK_BYTES = 1 << 20
_AHEAD_BYTES = 256 << 10
"""Read with every piece: a record's request follows it, and a run's next pages are read after it."""
_NAME = re.compile(r"\d{4}-\d{2}/[^/]+\.warc\.gz")
_ASKED_AT_ONCE, _HANDS = 512, 8
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNVERSIONED = "null"
_DIGEST_KEY = "sha256"
"""Told with the object: of one put in parts the server knows the digests of the parts alone."""
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_BEYOND = frozenset({"InvalidRange", "416"})


class SharedFiles:
    """Implements records.archive_ports.ArchiveFiles and records.backups.SharedArchive. `local`: what this machine has
    not handed over."""

    def __init__(self, local: ArchiveFiles, place: Place, access: BlobAccess, *, file_seconds: float) -> None:
        self._local = local
        self._place = place
        self._access = access
        self._file_seconds = file_seconds
        self._client: Any = None
        self._lock = threading.Lock()
        self._hands: ThreadPoolExecutor | None = None
        self._ahead: tuple[str, int, bytes] = ("", 0, b"")

    @property
    def root(self) -> Path:
        return self._local.root

    @property
    def file_seconds(self) -> float | None:
        return self._file_seconds

    def ready(self) -> None:
        try:
            with in_our_words(self._place):
                self._connected().head_bucket(Bucket=self._place.bucket)
        except Refusal as exc:
            raise unexpected(exc, self._place) from exc

    def read(self, name: str, offset: int, length: int) -> bytes:
        with suppress(NotFoundError):
            return self._local.read(name, offset, length)
        known, start, piece = self._ahead
        if known != name or offset < start or offset + length > start + len(piece):
            start, piece = offset, self._ranged(name, offset, length + _AHEAD_BYTES)
            self._ahead = (name, start, piece)
        return piece[offset - start : offset - start + length]

    def size_bytes(self, name: str) -> int:
        with suppress(NotFoundError):
            return self._local.size_bytes(name)
        return int(self._ask("head_object", name)["ContentLength"])

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(self._local.open(name))
            except NotFoundError:
                remote = ObjectFile(self.size_bytes(name), lambda offset, size: self._ranged(name, offset, size))
                stream = cast(BinaryIO, stack.enter_context(io.BufferedReader(remote, PIECE_BYTES)))
            yield stream

    def names_of(self, run_id: str) -> tuple[str, ...]:
        months = self._listed(self._place.prefix, Delimiter="/")
        there = {name for month in months for name in self._listed(f"{month}{run_id}-")}
        bare = {name.removeprefix(self._place.prefix) for name in there}
        return tuple(sorted({*bare, *self._local.names_of(run_id)}))

    def closed(self, name: str) -> None:
        with self._lock:
            self._hands = self._hands or ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._hands.submit(self._try_to_bring, name)

    def waiting(self) -> tuple[str, ...]:
        found = self.root.glob("[0-9]*/*.warc.gz")
        return tuple(sorted(f"{path.parent.name}/{path.name}" for path in found if _size(path)))

    def hand_over(self, run_id: str = "") -> int:
        return sum(self._bring(name) for name in (self._local.names_of(run_id) if run_id else self.waiting()))

    def remove(self, name: str) -> None:
        self._local.remove(name)
        for version in self._versions(name):
            self._ask("delete_object", name, VersionId=version)
        self._ahead = ("", 0, b"")

    def objects(self) -> Iterator[ArchiveObject]:
        keys = (key.removeprefix(self._place.prefix) for key in self._walked())
        names = (name for name in keys if _NAME.fullmatch(name))
        with ThreadPoolExecutor(max_workers=_HANDS, thread_name_prefix="archive") as hands:
            while some := list(islice(names, _ASKED_AT_ONCE)):
                yield from (found for found in hands.map(self._object, some) if found is not None)

    def content_of(self, name: str) -> Digests | None:
        try:
            answer = self._ask("get_object", name)
        except NotFoundError:
            return None
        with in_our_words(self._place), closing(answer["Body"]) as body:
            return digests_of_chunks(body.iter_chunks(_CHUNK_BYTES))

    def keeps(self, noted: ArchiveObject) -> bool:
        if noted.version in ("", _UNVERSIONED):  # what came over it took its place
            return False
        try:
            self._ask("head_object", noted.name, VersionId=noted.version)
        except (NotFoundError, StoreAwayError) as exc:
            if isinstance(exc, NotFoundError) or isinstance(exc.__cause__, Refusal):  # a copy never had that version
                return False
            raise
        return True

    def _object(self, name: str) -> ArchiveObject | None:
        """None: destroyed since it was listed."""
        try:
            head = self._ask("head_object", name, ChecksumMode="ENABLED")
        except NotFoundError:
            return None
        sha256 = _told_digest(head)
        if not sha256:  # handed over by an earlier version, in parts
            content = self.content_of(name)
            if content is None:
                return None
            sha256 = content.sha256
        version, size = str(head.get("VersionId", _UNVERSIONED)), int(head["ContentLength"])
        return ArchiveObject(name=name, sha256=sha256, version=version, size_bytes=size)

    def _try_to_bring(self, name: str) -> None:
        try:
            self._bring(name)
        except WangJianError as exc:  # it stays, and is brought with the next round of `hand_over`
            _log.warning("archive_file_waits", file=name, reason=exc.message)

    def _bring(self, name: str) -> bool:
        """Whether it waited, grew no more and now is with the others."""
        path = self.root / name
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not _size(path):  # just begun, or brought by another process meanwhile
                    return False
                digests = digests_of_chunks(_chunks(file))
                self._put(name, file, digests)
                if digests_of_chunks(self._chunks_of(name, digests.size_bytes)) != digests:
                    _log.error("archive_file_not_as_written", file=name)
                    return False
                path.unlink()
        except (FileNotFoundError, BlockingIOError):
            return False
        _log.info("archive_file_handed_over", file=name, size_bytes=digests.size_bytes)
        return True

    def _put(self, name: str, file: BinaryIO, digests: Digests) -> None:
        """Create the object; one of that name is there only where an earlier try was cut off after it."""
        where = {"Bucket": self._place.bucket, "Key": self._key(name), "Metadata": {_DIGEST_KEY: digests.sha256}}
        condition = {"IfNoneMatch": "*"}
        file.seek(0)
        client = self._connected()
        try:
            with in_our_words(self._place):
                if digests.size_bytes <= PART_BYTES:
                    proof = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": proof_of(digests.sha256)}
                    client.put_object(**where, **condition, **proof, Body=file.read())
                else:
                    put_in_parts(client, where, condition, file, digests=digests, part_bytes=PART_BYTES)
        except Refusal as exc:
            if exc.code not in _TAKEN:
                raise unexpected(exc, self._place) from exc

    def _chunks_of(self, name: str, size: int) -> Iterator[bytes]:
        """Its first bytes: of a file that a restore brought back as it was when it still grew, all are there too."""
        for offset in range(0, size, _CHUNK_BYTES):
            yield self._ranged(name, offset, min(_CHUNK_BYTES, size - offset))

    def _ranged(self, name: str, offset: int, length: int) -> bytes:
        try:
            answer = self._ask("get_object", name, Range=f"bytes={offset}-{offset + length - 1}")
        except Refusal as exc:
            if exc.code in _BEYOND:
                return b""
            raise unexpected(exc, self._place) from exc
        with in_our_words(self._place), closing(answer["Body"]) as body:
            return cast(bytes, body.read())

    def _ask(self, operation: str, name: str, **asked: object) -> Any:
        call = getattr(self._connected(), operation)
        try:
            with in_our_words(self._place):
                return call(Bucket=self._place.bucket, Key=self._key(name), **asked)
        except Refusal as exc:
            if exc.code in MISSING:
                raise NotFoundError(
                    f"存档文件不在共用存档中：{name[:200]}",
                    cure="采集它的那台机器尚未交出（见 docs/operations/several-machines.md），或已销毁",
                    file=name,
                ) from exc
            if exc.code in _BEYOND:
                raise
            raise unexpected(exc, self._place) from exc

    def _versions(self, name: str) -> list[str]:
        """Every version of a file and every marker over it, so that none of its bytes stay."""
        key, found = self._key(name), []
        for page in self._pages("list_object_versions", Prefix=key):
            rows = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            found += [str(row["VersionId"]) for row in rows if row["Key"] == key]
        return found

    def _listed(self, prefix: str, **asked: object) -> list[str]:
        """Keys that begin so; with a delimiter, the folders."""
        found: list[str] = []
        for page in self._pages("list_objects_v2", Prefix=prefix, **asked):
            found += [str(row["Key"]) for row in page.get("Contents", ()) if not asked]
            found += [str(row["Prefix"]) for row in page.get("CommonPrefixes", ())]
        return found

    def _walked(self) -> Iterator[str]:
        """Every key in order, none of them held longer than its page."""
        for page in self._pages("list_objects_v2", Prefix=self._place.prefix):
            yield from (str(row["Key"]) for row in page.get("Contents", ()))

    def _pages(self, operation: str, **asked: object) -> Iterator[Any]:
        client = self._connected()
        try:
            with in_our_words(self._place):
                yield from client.get_paginator(operation).paginate(Bucket=self._place.bucket, **asked)
        except Refusal as exc:
            raise unexpected(exc, self._place) from exc

    def _key(self, name: str) -> str:
        if ".." in Path(name).parts or name.startswith("/"):
            raise NotFoundError(f"存档位置不在存档目录内：{name[:200]}")
        return f"{self._place.prefix}{name}"

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                client = connect(self._place, self._access)
                if self._access.create_bucket:
                    make_bucket(client, self._place, region=self._access.region)
                self._client = client
            return self._client


def _told_digest(head: Any) -> str:
    """SHA-256 of the whole, as it was told when the bytes were put, or as the server checked what was put in one piece;
    empty when neither is known."""
    told = str(head.get("Metadata", {}).get(_DIGEST_KEY, ""))
    if _DIGEST.fullmatch(told):
        return told
    proof = str(head.get("ChecksumSHA256", "")) if int(head["ContentLength"]) <= PART_BYTES else ""
    try:
        return base64.b64decode(proof, validate=True).hex()
    except ValueError:
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK_BYTES), b"")
