"""Blobs as objects of an S3 bucket, each locked (COMPLIANCE) against everyone until its time is over.

The key is `PREFIX/ab/cd/abcd…`, the SHA-256 of the bytes. What is put is created and never replaced (`If-None-Match`),
is checked by the server against its SHA-256, and is read back whole. Who may write in the bucket can still put other
bytes or a delete marker over an object; the version we put lies beneath, and it is the one that is read.
Standard: Amazon S3 API, object lock in compliance mode.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import structlog

from records.backups import ObjectVersion
from records.digests import Digests, digests_of, digests_of_chunks
from records.errors import ConflictError, IntegrityError, InvalidInputError, NotFoundError, StoreAwayError
from stores.blobs.access import BlobAccess
from stores.blobs.certificates import check_certificate
from stores.blobs.s3_client import Place, Refusal, check_bucket, connect, in_our_words, make_bucket, unexpected
from stores.blobs.s3_reading import PIECE_BYTES, ObjectFile
from stores.blobs.s3_uploading import PART_BYTES, put_in_parts
from stores.blobs.s3_versions import MISSING, Kept, Versions, proof_of

__all__ = ["S3Blobs"]

_log = structlog.get_logger(__name__)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20
_SOME_DAYS = timedelta(days=1)  # a lock that ends this near to what is wanted is left as it is
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_FORBIDDEN = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest", "InvalidRetentionPeriod", "MethodNotAllowed"})

Source = Callable[[], BinaryIO]


class S3Blobs:
    """See `records.ports.BlobStore`. The bucket is looked at before its first use: one without versions and object lock
    is refused."""

    def __init__(
        self, place: Place, access: BlobAccess, *, part_bytes: int = PART_BYTES, page_keys: int = 1000
    ) -> None:
        self._place = place
        self._access = access
        self._part_bytes = part_bytes
        self._client: Any = None
        self._versions = Versions(place, self._ready_client, page_keys=page_keys)

    def ready(self) -> None:
        self._ready_client()

    def put(self, content: bytes) -> Digests:
        digests = digests_of(content)
        self._keep(digests, lambda: io.BytesIO(content))
        return digests

    def put_file(self, path: Path) -> Digests:
        try:
            with path.open("rb") as stream:
                digests = digests_of_chunks(_chunks(stream))
        except OSError as exc:
            raise InvalidInputError(f"文件无法读取：{path}（{exc.strerror}）", cure="检查路径与权限") from exc
        self._keep(digests, lambda: path.open("rb"))
        return digests

    def get(self, sha256: str) -> bytes:
        kept = self._found(sha256)
        content = self._patiently(kept, lambda: b"".join(self._versions.read(kept)))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _altered(sha256)
        return content

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        kept = self._found(sha256)

        def fetch(place: int, size: int) -> bytes:
            return self._patiently(kept, lambda: b"".join(self._versions.read(kept, place=place, size=size)))

        with io.BufferedReader(ObjectFile(kept.size_bytes, fetch), PIECE_BYTES) as stream:
            yield cast(BinaryIO, stream)

    def holds(self, sha256: str) -> bool:
        return _DIGEST.fullmatch(sha256) is not None and self._versions.kept(sha256) is not None

    def digests(self) -> Iterator[str]:
        return self._versions.digests()

    def versions(self) -> Iterator[ObjectVersion]:
        for sha256 in self._versions.digests():
            if kept := self._versions.kept(sha256):
                yield ObjectVersion(sha256=sha256, version=kept.version, size_bytes=kept.size_bytes)

    def waiting(self) -> tuple[str, ...]:
        return ()

    def settle(self) -> int:
        return 0

    def locked_until(self, sha256: str) -> datetime | None:
        until = max((kept.until for kept in self._versions.all_of(sha256) if kept.until is not None), default=None)
        return until if until is not None and until > self._access.clock() else None

    def hold(self, sha256: str, *, held: bool) -> None:
        kept = self._found(sha256)
        self._ask("put_object_legal_hold", kept, LegalHold={"Status": "ON" if held else "OFF"})

    def flaws(self, *, full: bool = False) -> Iterator[str]:
        self.ready()
        yield from self._versions.flaws(full=full)

    def destroy(self, sha256: str, *, certificate_sha256: str) -> None:
        check_certificate(self, sha256, certificate_sha256=certificate_sha256)
        versions = self._versions.all_of(sha256)
        if not versions:
            raise NotFoundError(f"没有这份内容：{sha256}", sha256=sha256)
        until = self.locked_until(sha256)
        if until is not None:
            raise _locked(sha256, until)
        for kept in versions:
            if kept.held:  # nobody holds it by the chain, or it would not have come to this
                self._ask("put_object_legal_hold", kept, LegalHold={"Status": "OFF"})
            try:
                self._versions.ask("delete_object", sha256, VersionId=kept.version)
            except Refusal as exc:
                raise _locked(sha256, kept.until) if exc.code in _FORBIDDEN else unexpected(exc, self._place) from exc
        self._versions.clear_markers(sha256)

    def _ready_client(self) -> Any:
        if self._client is None:
            client = connect(self._place, self._access)
            if self._access.create_bucket:
                make_bucket(client, self._place, region=self._access.region)
            check_bucket(client, self._place)
            self._client = client
        return self._client

    def _found(self, sha256: str) -> Kept:
        if _DIGEST.fullmatch(sha256) is None:
            raise NotFoundError(f"不是 SHA-256：{sha256[:80]}")
        kept = self._versions.kept(sha256)
        if kept is None:
            raise NotFoundError(f"没有这份内容：{sha256}", sha256=sha256)
        return kept

    def _keep(self, digests: Digests, source: Source) -> None:
        kept = self._versions.kept(digests.sha256)
        if kept is not None and not self._right(kept):
            kept = self._create(digests, source, over=True)
        if kept is None:
            kept = self._create(digests, source, over=False)
        self._prolong(kept)

    def _create(self, digests: Digests, source: Source, *, over: bool) -> Kept:
        """Make the object; `over` wrong bytes that lie there already, a new version of it."""
        until = self._access.clock() + self._access.keep
        locked = {
            "Bucket": self._place.bucket,
            "Key": self._versions.key(digests.sha256),
            "ObjectLockMode": "COMPLIANCE",
            "ObjectLockRetainUntilDate": until,
        }
        condition = {} if over else {"IfNoneMatch": "*"}
        if over:
            _log.warning("blob_put_over_wrong_bytes", sha256=digests.sha256)
        client = self._ready_client()
        try:
            with in_our_words(self._place), source() as stream:
                if digests.size_bytes <= self._part_bytes:
                    proof = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": proof_of(digests.sha256)}
                    answer = client.put_object(**locked, **condition, **proof, Body=stream.read())
                else:
                    answer = put_in_parts(
                        client, locked, condition, stream, digests=digests, part_bytes=self._part_bytes
                    )
        except Refusal as exc:
            if exc.code not in _TAKEN or over:
                raise unexpected(exc, self._place) from exc
            kept = self._versions.kept(digests.sha256)  # another process put them meanwhile
            return kept if kept is not None and self._right(kept) else self._create(digests, source, over=True)
        kept = self._versions.look(digests.sha256, str(answer["VersionId"]))
        if not self._versions.reads_as_named(kept):
            raise _altered(digests.sha256)
        return kept

    def _right(self, kept: Kept) -> bool:
        """Whether it is the bytes of its name: the server's own check says so, or they are read whole."""
        return kept.proven or self._versions.reads_as_named(kept)

    def _prolong(self, kept: Kept) -> None:
        """Later, never earlier: the server holds the second, this the first."""
        until = self._access.clock() + self._access.keep
        if kept.until is None or kept.until + _SOME_DAYS < until:
            self._ask("put_object_retention", kept, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until})

    def _patiently(self, kept: Kept, read: Callable[[], bytes]) -> bytes:
        """Read, and once more where the answer broke off: a server that finds its disk altered says no more than that
        it cannot read just now, and so would an audit end there.

        Raises:
            IntegrityError: The server answers, but not with these bytes.
        """
        try:
            return read()
        except StoreAwayError:
            self._versions.look(kept.sha256, kept.version)  # away altogether: says so
        try:
            return read()
        except StoreAwayError as exc:
            raise IntegrityError(
                f"对象存储应答正常，却读不出这份内容，可能已损坏或被改动：{kept.sha256}",
                cure="查看对象存储的日志与磁盘，运行 wangjian evidence audit 查明范围并上报",
                sha256=kept.sha256,
            ) from exc

    def _ask(self, operation: str, kept: Kept, **asked: object) -> Any:
        try:
            return self._versions.ask(operation, kept.sha256, VersionId=kept.version, **asked)
        except Refusal as exc:
            if exc.code in MISSING:
                raise NotFoundError(f"没有这份内容：{kept.sha256}", sha256=kept.sha256) from exc
            raise unexpected(exc, self._place) from exc


def _chunks(stream: BinaryIO) -> Iterable[bytes]:
    return iter(lambda: stream.read(_CHUNK_BYTES), b"")


def _altered(sha256: str) -> IntegrityError:
    return IntegrityError(
        f"存储的内容与其 SHA-256 不符，可能被改动：{sha256}",
        cure="停止使用该件，运行 wangjian evidence audit 查明范围并上报",
        sha256=sha256,
    )


def _locked(sha256: str, until: datetime | None) -> ConflictError:
    day = until.date().isoformat() if until is not None else "对象存储所定之日"
    return ConflictError(f"对象锁定尚未期满，不能销毁：{sha256}（锁定至 {day}）", cure="期满后再办", sha256=sha256)
