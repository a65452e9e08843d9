"""接收: files from outside digested, kept, told what they are, sealed, stamped, logged and packed.

RUNNING is saved first; all files of one receipt are received, or none is and it ends FAILED with the reason. One cut
off with its process is found as captures are (`evidence.preserving.recover_interrupted`); receiving again finishes it,
and what the store has already is not kept twice.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import structlog

from evidence.liveness import Alive
from evidence.package import write_box
from evidence.saving import why_not_saved
from evidence.stamping import Stamps, keep_sealed, stamp
from evidence.standalone.verify import SM2_SIGNATURE, media_type_of
from evidence.transparency import enter_capture, log_means, log_proof
from evidence.uploads.assembling import Assembled, Original, assemble
from evidence.uploads.inspecting import inspect_file
from evidence.uploads.intake import MOST_BYTES, Taken, take_in
from evidence.uploads.kinds import mismatch_of, suffix_of
from evidence.uploads.means import UploadMeans
from records.canonical import canonical_bytes
from records.digests import digests_of
from records.errors import IntegrityError, InvalidInputError, StorageFullError, WangJianError
from records.evidence import Capture, CaptureState, PackageKind
from records.evidence_log import LeafKind
from records.uploads import UploadedFile, UploadRequest

__all__ = ["MOST_FILES", "receive"]

_log = structlog.get_logger(__name__)
MOST_FILES = 200
_MOST_WORDS = 500
_AHEAD = timedelta(minutes=5)


def receive(request: UploadRequest, means: UploadMeans) -> Capture:
    """Receive files and keep the sealed package; returns how it ended.

    Raises:
        InvalidInputError: Nothing to receive, no source said, a time to come, or a file that cannot be received.
        NotFoundError: A file is not there.
        ConflictError: A file changed while it was read.
        StorageFullError: No room.
    """
    _check(request, means)
    upload_id = f"upload_{uuid.uuid4().hex[:20]}"
    capture = Capture(
        capture_id=upload_id,
        kind=PackageKind.UPLOAD,
        url="",
        title=request.receipt.source,
        lead_id=request.lead_id,
        case_id=request.case_id,
        state=CaptureState.RUNNING,
        operator=request.operator,
        started_at=means.clock(),
    )
    alive = Alive(upload_id)
    try:
        means.evidence.save_capture(capture)
        return _Receiving(request, means, capture, alive.folder).run()
    except OSError as exc:
        reason = why_not_saved(exc)
        _fail(means, capture, reason)
        raise StorageFullError(f"材料未能保存：{reason}", cure="腾出空间后重新接收") from exc
    except WangJianError as exc:
        _fail(means, capture, exc.message)
        raise
    finally:
        alive.release()


def _check(request: UploadRequest, means: UploadMeans) -> None:
    receipt = request.receipt
    if not request.files:
        raise InvalidInputError("没有要接收的文件", cure="至少给出一个文件")
    if len(request.files) > MOST_FILES:
        raise InvalidInputError(f"一次最多接收 {MOST_FILES} 个文件，现有 {len(request.files)} 个", cure="分次接收")
    if not receipt.source.strip():
        raise InvalidInputError("须写明材料来源", cure="如 --source 当事人微信聊天记录")
    words = (receipt.source, receipt.handed_by, receipt.device, receipt.place, receipt.witness)
    if any(len(text) > _MOST_WORDS or not text.replace("\u3000", " ").isprintable() for text in words):
        raise InvalidInputError(
            f"来源、提供人、设备、地点、见证人须为可显示的文字，不超过 {_MOST_WORDS} 字", cure="改短后再试"
        )
    if receipt.obtained_at > means.clock() + _AHEAD:
        raise InvalidInputError("取得时间晚于现在", cure="核对 --obtained-at，时间按北京时间填写")


class _Receiving:
    def __init__(self, request: UploadRequest, means: UploadMeans, capture: Capture, folder: Path) -> None:
        self._request = request
        self._means = means
        self._capture = capture
        self._folder = folder

    def run(self) -> Capture:
        assembled = assemble(self._request, self._capture, self._originals(), self._means)
        stamps, path = self._sealed(assembled)
        package = self._means.blobs.put_file(path)
        kept = keep_sealed(self._capture, assembled.manifest, package, stamps, order=self._request, means=self._means)
        return _ended(kept)

    def _originals(self) -> list[Original]:
        found: list[Original] = []
        by_digest: dict[str, Original] = {}
        left = MOST_BYTES
        for incoming in self._request.files:
            taken = take_in(incoming, self._folder / f"incoming-{len(found)}")
            known = by_digest.get(taken.digests.sha256)
            if known is not None:
                taken.path.unlink()
                found.append(known.also(taken.name, mismatch=mismatch_of(taken.name.shown, known.file.media_type)))
                continue
            left -= taken.digests.size_bytes
            if left < 0:
                raise InvalidInputError(f"各文件合计超过单次接收的 {MOST_BYTES >> 20} MB", cure="分次接收")
            original = self._kept(taken, len(by_digest) + 1)
            by_digest[taken.digests.sha256] = original
            found.append(original)
        return found

    def _kept(self, taken: Taken, number: int) -> Original:
        """Into the write-once store first; what it is, is asked after that."""
        blobs, received_at = self._means.blobs, self._means.clock()
        before = self._uploads_of(taken.digests.sha256) if blobs.holds(taken.digests.sha256) else ""
        kept = blobs.put_file(taken.path)
        if kept != taken.digests:
            raise IntegrityError(
                f"存入的内容与读取时的校验值不符：{taken.name.shown}", cure="检查磁盘与内存，停止使用本机接收"
            )
        with taken.path.open("rb") as file:
            media_type = media_type_of(file.read(4096))
        seen = inspect_file(taken.path, media_type)
        listing = seen.listing
        file_record = UploadedFile(
            path=f"files/{number:04d}{suffix_of(media_type)}",
            name=taken.name.shown,
            name_hex=taken.name.raw_hex,
            media_type=media_type,
            mismatch=mismatch_of(taken.name.shown, media_type),
            digests=taken.digests,
            received_at=received_at,
            modified_at=taken.modified_at,
            facts=seen.facts,
            personal=seen.personal,
            entries=tuple(listing.entries) if listing else (),
            entries_note=listing.note if listing else "",
            warnings=tuple(seen.warnings),
            same_as=before,
        )
        return Original(file=file_record, copy=taken.path)

    def _uploads_of(self, sha256: str) -> str:
        """The newest upload that holds these bytes."""
        for capture in self._means.evidence.captures():
            sealed = capture.kind is PackageKind.UPLOAD and capture.package is not None
            if sealed and any(one.digests.sha256 == sha256 for one in capture.artefacts):
                return capture.capture_id
        return ""

    def _sealed(self, assembled: Assembled) -> tuple[Stamps, Path]:
        means, manifest = self._means, assembled.manifest.model_dump(mode="json")
        content = canonical_bytes(manifest)
        stamps = stamp(digests_of(content), means.authorities, anchors_pem=means.anchors_pem)
        placed = enter_capture(log_means(means), self._capture.capture_id, content, kind=LeafKind.UPLOAD)
        members = {
            **assembled.members,
            "evidence/manifest.json": content,
            "evidence/manifest.sig": means.signer.sign(content),
            "evidence/log-proof.json": log_proof(log_means(means), placed),
        }
        if means.sm2_signer is not None:
            members[SM2_SIGNATURE] = means.sm2_signer.sign(content)
        for number, token in enumerate(stamps.answers, 1):
            members[f"evidence/timestamp-{number}.tsr"] = token
        path = self._folder / "package.zip"
        write_box(path, manifest, members, signer=means.signer)
        return stamps, path


def _fail(means: UploadMeans, capture: Capture, reason: str) -> None:
    failed = capture.model_copy(update={"state": CaptureState.FAILED, "reason": reason, "finished_at": means.clock()})
    means.evidence.save_capture(failed)
    _ended(failed)


def _ended(capture: Capture) -> Capture:
    _log.info("upload_ended", upload_id=capture.capture_id, state=capture.state.value)
    return capture
