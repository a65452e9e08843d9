"""Worked examples of the answers about received files, as records."""

from __future__ import annotations

from api.examples import CAPTURE
from records.base import Record
from records.digests import digests_of
from records.evidence import Artefact, Capture, PackageKind
from records.leads import Officer
from records.uploads import Receipt, UploadedFile, UploadManifest

__all__ = ["UPLOAD", "UPLOAD_ANSWER", "UploadAnswer"]


class UploadAnswer(Record):
    """What was sealed of an upload; personal data as far as the reader may see it."""

    capture: Capture
    manifest: UploadManifest
    files: tuple[UploadedFile, ...]


_AT = CAPTURE.started_at
_DIGESTS = digests_of(b"example")
_ORIGINAL = Artefact(
    path="files/0001.jpg",
    role="original",
    media_type="image/jpeg",
    made_by="李某",
    method="当事人提交，原样接收",
    made_at=_AT,
    digests=_DIGESTS,
)
UPLOAD = Capture(
    capture_id="upload_6d5c4b3a291807f6e5d4",
    kind=PackageKind.UPLOAD,
    url="",
    title="当事人微信聊天记录",
    lead_id=CAPTURE.lead_id,
    state=CAPTURE.state,
    operator="wangjian",
    started_at=_AT,
    finished_at=_AT,
    artefacts=(_ORIGINAL,),
    timestamp=CAPTURE.timestamp,
    timestamp_at=_AT,
    package=_DIGESTS,
)
UPLOAD_ANSWER = UploadAnswer(
    capture=UPLOAD,
    manifest=UploadManifest(
        capture_id=UPLOAD.capture_id,
        title=UPLOAD.title,
        state=UPLOAD.state,
        started_at=_AT,
        finished_at=_AT,
        operator=UPLOAD.operator,
        lead_id=UPLOAD.lead_id,
        receipt=Receipt(
            source=UPLOAD.title,
            obtained_at=_AT,
            handed_by="李某",
            officers=(Officer(name="张三", card_no="浙A0001"), Officer(name="王五", card_no="浙A0002")),
        ),
        formal=True,
        environment={"software": "wangjian 0.1.0"},
        artefacts=(_ORIGINAL,),
        custody_head_sha256=_DIGESTS.sha256,
    ),
    files=(
        UploadedFile(
            path="files/0001.jpg",
            name="IMG_0001.JPG",
            media_type="image/jpeg",
            digests=_DIGESTS,
            received_at=_AT,
            facts={"种类": "JPEG 照片", "拍摄时间（照片自带）": "2026:11:20 15:30:00"},
            personal={"拍摄位置（照片自带）": "（有，已遮盖）"},
        ),
    ),
)
