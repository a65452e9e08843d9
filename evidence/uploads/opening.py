"""A sealed upload opened again: what was noted of its files, one original as a stream, a late stamp."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from evidence.liveness import Alive
from evidence.package import write_box
from evidence.stamping import keep_stamped, stamp
from evidence.standalone.verify import UPLOAD_FILES, Box, RefusedError
from evidence.uploads.means import UploadMeans
from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError
from records.evidence import Capture, PackageKind, TimestampState
from records.ports import BlobStore
from records.uploads import UploadedFiles, UploadManifest

__all__ = ["open_upload", "stamp_pending_uploads"]

_DATAPACKAGE = ("datapackage.json", "datapackage-digest.json")


def open_upload(capture: Capture, blobs: BlobStore) -> tuple[UploadManifest, UploadedFiles]:
    """What was sealed, and what was noted of each file.

    Raises:
        NotFoundError: It was never sealed, or the package is not in the store.
        IntegrityError: What lies there is no package of an upload.
    """
    with _box(capture, blobs) as box, _readable(capture):
        manifest = UploadManifest.model_validate_json(box.read("evidence/manifest.json"))
        return manifest, UploadedFiles.model_validate_json(box.read(UPLOAD_FILES))


def stamp_pending_uploads(means: UploadMeans) -> tuple[Capture, ...]:
    """Stamp uploads that are still 待加戳: the same manifest and signature in a new package, the old one stays."""
    waiting = [one for one in means.evidence.captures() if one.kind is PackageKind.UPLOAD and one.package is not None]
    stamped = (_stamp_one(one, means) for one in waiting if one.timestamp is TimestampState.PENDING)
    return tuple(one for one in stamped if one is not None)


def _stamp_one(capture: Capture, means: UploadMeans) -> Capture | None:
    alive = Alive(f"{capture.capture_id}-stamp")
    try:
        with _box(capture, means.blobs) as box, _readable(capture):
            content = box.read("evidence/manifest.json")
            stamps = stamp(digests_of(content), means.authorities, anchors_pem=means.anchors_pem)
            if not stamps.answers:
                return None
            manifest = UploadManifest.model_validate_json(content)
            members: dict[str, bytes | Path] = {}
            for number, name in enumerate(name for name in box.members if name not in _DATAPACKAGE):
                members[name] = alive.folder / str(number)
                _copy(box, name, alive.folder / str(number))
        members |= {f"evidence/timestamp-{place}.tsr": token for place, token in enumerate(stamps.answers, 1)}
        path = alive.folder / "package.zip"
        write_box(path, manifest.model_dump(mode="json"), members, signer=means.signer)
        package = means.blobs.put_file(path)
    finally:
        alive.release()
    return keep_stamped(capture, package, stamps, evidence=means.evidence, clock=means.clock)


def _copy(box: Box, name: str, path: Path) -> None:
    with path.open("wb") as out:
        for chunk in box.chunks(name):
            out.write(chunk)


@contextmanager
def _box(capture: Capture, blobs: BlobStore) -> Iterator[Box]:
    if capture.package is None:
        raise NotFoundError(f"该次接收没有封存的证据包（{capture.capture_id}）", cure="重新接收")
    with blobs.open(capture.package.sha256) as stream, _readable(capture):
        yield Box(stream, _size(stream))


def _size(stream: BinaryIO) -> int:
    return stream.seek(0, os.SEEK_END)


@contextmanager
def _readable(capture: Capture) -> Iterator[None]:
    try:
        yield
    except (RefusedError, ValidationError) as exc:
        raise IntegrityError(
            f"存储中的证据包不是这次接收的：{capture.capture_id}", cure="运行 wangjian evidence audit 查明"
        ) from exc
