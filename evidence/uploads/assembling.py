"""From files taken in to the members of a package and the manifest over them."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from importlib import resources
from pathlib import Path

import structlog

from evidence.capturing.environment import SOFTWARE
from evidence.capturing.software import code_sha256
from evidence.custody import CustodyNote, record_event
from evidence.manifest import Content
from evidence.standalone.verify import FIXED_ROLES, UPLOAD_ALWAYS, UPLOAD_FILES, digest_list, is_member_name
from evidence.uploads.intake import Name
from evidence.uploads.means import UploadMeans
from records.canonical import canonical_bytes
from records.errors import WangJianError
from records.evidence import Capture, CaptureState, CustodyAction
from records.uploads import UploadedFile, UploadedFiles, UploadManifest, UploadRequest

__all__ = ["Assembled", "Original", "assemble"]

_log = structlog.get_logger(__name__)
_MAKER = f"{SOFTWARE} 接收程序"
_JSON = "application/json"
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file that was kept: what was noted of it, and our copy."""

    file: UploadedFile
    copy: Path

    def also(self, name: Name, *, mismatch: str) -> Original:
        """The same bytes received once more under another name."""
        changed = {"name": name.shown, "name_hex": name.raw_hex, "mismatch": mismatch}
        return replace(self, file=self.file.model_copy(update=changed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """All members by path, and the manifest that names them."""

    manifest: UploadManifest
    members: dict[str, bytes | Path]


def assemble(request: UploadRequest, capture: Capture, originals: Sequence[Original], means: UploadMeans) -> Assembled:
    """Put the members together, write the receipt into the custody chain, and ask for the papers."""
    at = means.clock()
    files = UploadedFiles(upload_id=capture.capture_id, files=tuple(one.file for one in originals))
    listed = canonical_bytes(files.model_dump(mode="json"))
    contents = [
        *_of_originals(request, originals),
        _content(UPLOAD_FILES, "files", listed, _JSON, "接收时逐件登记", at),
    ]
    head, custody = _custody(request, capture, means, files_sha256=contents[-1].artefact().digests.sha256)
    environment = _environment(request)
    contents += [custody, *_of_machine(environment, means, at)]
    manifest = _manifest(request, capture, environment, at).model_copy(update={"custody_head_sha256": head})
    papers, lacking = _papers(_with(manifest, contents), files, means)
    contents += papers
    if lacking:
        manifest = manifest.model_copy(update={"state": CaptureState.PARTIAL, "missing": tuple(lacking)})
    manifest = manifest.model_copy(update={"finished_at": means.clock()})
    contents += _digest_lists(_with(manifest, contents), means.clock())
    members: dict[str, bytes | Path] = {content.path: content.content for content in contents}
    members |= {one.file.path: one.copy for one in originals}
    return Assembled(manifest=_with(manifest, contents), members=members)


def _manifest(request: UploadRequest, capture: Capture, environment: dict[str, str], at: datetime) -> UploadManifest:
    return UploadManifest(
        capture_id=capture.capture_id,
        title=capture.title,
        state=CaptureState.COMPLETE,
        started_at=capture.started_at,
        finished_at=at,
        operator=request.operator,
        lead_id=request.lead_id,
        case_id=request.case_id,
        receipt=request.receipt,
        formal=request.receipt.is_formal,
        environment=environment,
        artefacts=(),
    )


def _with(manifest: UploadManifest, contents: Sequence[Content]) -> UploadManifest:
    ordered = sorted(contents, key=lambda content: content.path)
    return manifest.model_copy(update={"artefacts": tuple(content.artefact() for content in ordered)})


def _content(path: str, role: str, content: bytes, media_type: str, method: str, at: datetime) -> Content:
    return Content(
        path=path, role=role, media_type=media_type, made_by=_MAKER, method=method, made_at=at, content=content
    )


def _of_originals(request: UploadRequest, originals: Sequence[Original]) -> list[Content]:
    """Each original once, by its digests; made by nobody of ours."""
    receipt = request.receipt
    maker = receipt.handed_by or receipt.device or "来源见接收登记"
    made = {
        one.file.path: Content(
            path=one.file.path,
            role="original",
            media_type=one.file.media_type,
            made_by=maker,
            method=f"{receipt.way.value}，原样接收",
            made_at=one.file.received_at,
            digests=one.file.digests,
        )
        for one in originals
    }
    return list(made.values())


def _environment(request: UploadRequest) -> dict[str, str]:
    return {
        "software": SOFTWARE,
        "code_sha256": code_sha256(),
        "python": platform.python_version(),
        "device": platform.node(),
        "account": getpass.getuser(),
        "received_by_way_of": request.origin or "命令行",
    }


def _of_machine(environment: dict[str, str], means: UploadMeans, at: datetime) -> list[Content]:
    standalone = resources.files("evidence")
    signed_under = means.signer.certificate_pem.encode("ascii")
    made = [
        ("environment", canonical_bytes(dict(environment.items())), _JSON, "读取本机状态"),
        ("certificates", signed_under, "application/x-pem-file", "签名证书及其签发机构"),
        ("verifier", standalone.joinpath("standalone/verify.py").read_bytes(), "text/x-python", "随附"),
        ("readme", standalone.joinpath("readme-upload-zh.txt").read_bytes(), "text/plain", "随附"),
    ]
    if means.sm2_signer is not None:
        pem = means.sm2_signer.certificate_pem.encode("ascii")
        made.append(("certificates-sm2", pem, "application/x-pem-file", "国密签名证书及其签发机构"))
    return [_content(FIXED_ROLES[role], role, content, form, method, at) for role, content, form, method in made]


def _custody(request: UploadRequest, capture: Capture, means: UploadMeans, *, files_sha256: str) -> tuple[str, Content]:
    receipt, upload_id = request.receipt, capture.capture_id
    came = f"{receipt.way.value}：{receipt.source}"
    record_event(
        means.evidence,
        CustodyNote(
            capture_id=upload_id,
            action=CustodyAction.FOUND,
            actor=receipt.handed_by or "（未记提供人）",
            origin=receipt.device or receipt.place,
            reason=f"{came}；取得于 {receipt.obtained_at.astimezone(_CHINA):%Y-%m-%d %H:%M}（北京时间，经办人填报）",
        ),
        clock=means.clock,
    )
    event = record_event(
        means.evidence,
        CustodyNote(
            capture_id=upload_id,
            action=CustodyAction.RECEIVED,
            actor=request.operator,
            role="操作人",
            origin=request.origin,
            reason="；".join(
                part for part in (came, f"线索 {request.lead_id}" * bool(request.lead_id), request.case_id) if part
            ),
            subject_sha256=files_sha256,
        ),
        clock=means.clock,
    )
    events = [found for found in means.evidence.custody(upload_id) if found.sequence <= event.sequence]
    lines = b"".join(canonical_bytes(found.model_dump(mode="json")) + b"\n" for found in events)
    form, path = "application/x-ndjson", FIXED_ROLES["custody"]
    return event.event_sha256, _content(path, "custody", lines, form, "取自保管链", means.clock())


def _papers(manifest: UploadManifest, files: UploadedFiles, means: UploadMeans) -> tuple[list[Content], list[str]]:
    """The papers, and in words which could not be had."""
    try:
        papers = means.papers(manifest, files)
    except WangJianError as exc:
        _log.warning("papers_not_made", reason=exc.message)
        return [], [f"文书（{exc.message}）"]
    made, lacking = [], []
    for paper in papers:
        if not paper.path.startswith("evidence/") or not is_member_name(paper.path) or paper.role in UPLOAD_ALWAYS:
            lacking.append(f"文书（文件名不可用：{paper.path}）")
            continue
        how = "由接收时记录的事实生成"
        made.append(_content(paper.path, paper.role, paper.content, paper.media_type, how, means.clock()))
    return made, lacking


def _digest_lists(manifest: UploadManifest, at: datetime) -> list[Content]:
    artefacts = manifest.model_dump(mode="json")["artefacts"]
    return [
        _content(FIXED_ROLES[role], role, digest_list(artefacts, algorithm), "text/plain", "由证据清单生成", at)
        for role, algorithm in (("sha256sums", "sha256"), ("sm3sums", "sm3"))
    ]
