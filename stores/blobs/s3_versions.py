"""Which version of an object is the one that was put, and what is wrong in the bucket."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from records.errors import NotFoundError
from stores.blobs.s3_client import Place, Refusal, in_our_words, unexpected

__all__ = ["MISSING", "Kept", "Versions", "proof_of"]

MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"})
_SHARDED = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One version of an object. `proven`: the server itself checked these bytes against the SHA-256 they are named by;
    of objects put in parts it knows only the parts."""

    sha256: str
    version: str
    size_bytes: int
    until: datetime | None = None
    mode: str = "COMPLIANCE"
    held: bool = False
    proven: bool = False


def proof_of(sha256: str) -> str:
    """The digest as S3 writes it."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


class Versions:
    """What lies in the bucket under the prefix."""

    def __init__(self, place: Place, client: Callable[[], Any], *, page_keys: int) -> None:
        self._place = place
        self._page_keys = page_keys
        self._client = client

    def key(self, sha256: str) -> str:
        """`PREFIX/ab/cd/abcd…`, as the files lie in their folder."""
        return f"{self._place.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def kept(self, sha256: str) -> Kept | None:
        """The version that was put; None when there is none. Of several unproven ones the first with the right bytes,
        else the oldest."""
        try:
            newest = self._look(sha256)
        except Refusal as exc:
            if exc.headers.get("x-amz-delete-marker") != "true":
                return None
            newest = None
        if newest is not None and newest.proven:
            return newest
        versions = self.all_of(sha256)
        if len(versions) < 2:
            return versions[0] if versions else None
        return next((kept for kept in versions if kept.proven or self.reads_as_named(kept)), versions[0])

    def all_of(self, sha256: str) -> tuple[Kept, ...]:
        """Every version, the oldest first."""
        numbered = [row["VersionId"] for row in self._listed(self.key(sha256)) if "Size" in row]
        found = []
        for version in reversed(numbered):
            with suppress(Refusal):  # destroyed meanwhile
                found.append(self._look(sha256, VersionId=version))
        return tuple(found)

    def digests(self) -> Iterator[str]:
        """SHA-256 of everything that has a version, in order, what lies beneath a delete marker too."""
        for name, rows in self._grouped():
            if name and any("Size" in row for row in rows):
                yield name

    def flaws(self, *, full: bool) -> Iterator[str]:
        """What somebody did to the bucket; with `full` each object's lock is asked for as well."""
        for name, listed in self._grouped():
            rows = list(listed)
            if not name:
                yield from (f"存储桶中有不是本系统存入的对象：{row['Key'][:200]}" for row in rows)
                continue
            if len(rows) > 1:
                marked = any("Size" not in row for row in rows)
                yield f"存储桶中的对象被{'加了删除标记' if marked else '覆盖'}，原版本仍在：{name}"
            if full:
                yield from self._lock_flaws(name)

    def clear_markers(self, sha256: str) -> None:
        """Take away the delete markers that are left of a destroyed object."""
        for row in list(self._listed(self.key(sha256))):
            self.ask("delete_object", sha256, VersionId=row["VersionId"])

    def look(self, sha256: str, version: str) -> Kept:
        """One version, as the server has it, lock and all."""
        try:
            return self._look(sha256, VersionId=version)
        except Refusal as exc:
            raise unexpected(exc, self._place) from exc

    def reads_as_named(self, kept: Kept) -> bool:
        """Whether its bytes, read whole, have the digest they are named by."""
        found = hashlib.sha256()
        for chunk in self.read(kept):
            found.update(chunk)
        return found.hexdigest() == kept.sha256

    def read(self, kept: Kept, *, place: int = 0, size: int | None = None) -> Iterator[bytes]:
        """Its bytes from a place on. Raises NotFoundError when it was destroyed meanwhile, and as `in_our_words`."""
        part = {} if size is None else {"Range": f"bytes={place}-{place + size - 1}"}
        try:
            answer = self.ask("get_object", kept.sha256, VersionId=kept.version, **part)
        except Refusal as exc:
            if exc.code in MISSING:
                raise NotFoundError(f"没有这份内容：{kept.sha256}", sha256=kept.sha256) from exc
            raise unexpected(exc, self._place) from exc
        with in_our_words(self._place), closing(answer["Body"]) as body:
            yield from body.iter_chunks(_CHUNK_BYTES)

    def ask(self, operation: str, sha256: str, **asked: object) -> Any:
        """One request about one object. Raises Refusal, and the errors of `in_our_words`."""
        call = getattr(self._client(), operation)
        with in_our_words(self._place):
            return call(Bucket=self._place.bucket, Key=self.key(sha256), **asked)

    def _look(self, sha256: str, **asked: object) -> Kept:
        try:
            head: Mapping[str, Any] = self.ask("head_object", sha256, ChecksumMode="ENABLED", **asked)
        except Refusal as exc:
            if exc.code not in MISSING:
                raise unexpected(exc, self._place) from exc
            raise
        until: datetime | None = head.get("ObjectLockRetainUntilDate")
        return Kept(
            sha256=sha256,
            version=str(head.get("VersionId", "null")),
            size_bytes=int(head["ContentLength"]),
            until=until.astimezone(UTC) if until is not None else None,
            mode=str(head.get("ObjectLockMode", "")),
            held=head.get("ObjectLockLegalHoldStatus") == "ON",
            proven=head.get("ChecksumSHA256") == proof_of(sha256),
        )

    def _lock_flaws(self, sha256: str) -> Iterator[str]:
        kept = self.kept(sha256)
        if kept is not None and (kept.until is None or kept.mode != "COMPLIANCE"):
            yield f"存储桶中的对象没有合规锁定（COMPLIANCE）：{sha256}"

    def _grouped(self) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
        """Rows of one digest together; an empty one for keys that are no digest in their place."""
        return groupby(self._listed(self._place.prefix, whole=False), key=lambda row: self._name(str(row["Key"])))

    def _name(self, key: str) -> str:
        found = _SHARDED.fullmatch(key.removeprefix(self._place.prefix))
        return found[3] if found else ""

    def _listed(self, prefix: str, *, whole: bool = True) -> Iterator[Mapping[str, Any]]:
        """Versions (they have a Size) and delete markers, by key, of each key the newest first."""
        asked: dict[str, Any] = {"Bucket": self._place.bucket, "Prefix": prefix, "MaxKeys": self._page_keys}
        while True:
            try:
                with in_our_words(self._place):
                    page = self._client().list_object_versions(**asked)
            except Refusal as exc:
                raise unexpected(exc, self._place) from exc
            rows = sorted((*page.get("Versions", ()), *page.get("DeleteMarkers", ())), key=lambda row: str(row["Key"]))
            yield from (row for row in rows if not whole or row["Key"] == prefix)
            if not page.get("IsTruncated"):
                return
            asked = {**asked, "KeyMarker": page["NextKeyMarker"]}
            if page.get("NextVersionIdMarker"):
                asked["VersionIdMarker"] = page["NextVersionIdMarker"]
