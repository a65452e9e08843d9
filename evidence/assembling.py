"""From a finished visit to the members of its package and the manifest over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

import structlog

from evidence.capturing.clicking import clicks_jsonl
from evidence.capturing.environment import SOFTWARE
from evidence.capturing.recording import Recording
from evidence.capturing.visit import Visit
from evidence.custody import CustodyNote, record_event
from evidence.manifest import Content, digested
from evidence.means import CaptureRequest, Means
from evidence.package import chunks_of, index_members
from evidence.standalone.verify import FIXED_ROLES, digest_list, is_member_name, pages_bytes
from records.canonical import canonical_bytes
from records.digests import digests_of_chunks
from records.errors import WangJianError
from records.evidence import CaptureState, CustodyAction, Manifest

__all__ = ["Assembly", "Visited", "assemble"]

_log = structlog.get_logger(__name__)
_MAKER = f"{SOFTWARE} 固证程序"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What is known once the browser and the proxy have stopped."""

    visit: Visit
    recording: Recording
    warc: Path
    navigation: tuple[tuple[int, str], ...]
    environment: dict[str, str]
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """All members by path, and the manifest that names them."""

    manifest: Manifest
    members: dict[str, bytes | Path]


def assemble(request: CaptureRequest, visited: Visited, means: Means) -> Assembly:
    """Put the members together, write the capture into the custody chain, and ask for the papers."""
    visit = visited.visit
    contents = digested([*_of_visit(visited), *_of_network(visited), *_of_environment(visited, means)])
    manifest = _manifest(request, visited, means)
    contents.append(_jsonl("pages", pages_bytes(manifest.model_dump(mode="json")), "由证据清单生成", visited))
    warc = next(content.artefact().digests.sha256 for content in contents if content.role == "warc")
    head, custody = _custody(request, visited, means, warc_sha256=warc)
    contents.append(custody)
    manifest = manifest.model_copy(update={"custody_head_sha256": head})
    contents += digested(_papers(_with(manifest, contents), visited, means))
    contents += _digest_lists(_with(manifest, contents), means)
    lacking = {title for title in visit.missing}
    present = {content.role for content in contents}
    lacking |= {FIXED_ROLES[role] for role in manifest.policy.required if role not in present and not visit.missing}
    final = _with(manifest, contents).model_copy(
        update={
            "state": CaptureState.PARTIAL if lacking else CaptureState.COMPLETE,
            "missing": tuple(visit.missing) or tuple(sorted(lacking)),
        }
    )
    members: dict[str, bytes | Path] = {content.path: content.content for content in contents}
    members[FIXED_ROLES["warc"]] = visited.warc
    return Assembly(manifest=final, members=members)


def _manifest(request: CaptureRequest, visited: Visited, means: Means) -> Manifest:
    return Manifest(
        capture_id=request.capture_id,
        url=request.url,
        final_url=visited.visit.final_url or visited.navigation[-1][1],
        title=visited.visit.title,
        state=CaptureState.PARTIAL if visited.visit.missing else CaptureState.COMPLETE,
        missing=tuple(visited.visit.missing),
        started_at=visited.started_at,
        finished_at=visited.finished_at,
        operator=request.operator,
        lead_id=request.lead_id,
        navigation=visited.navigation,
        environment=visited.environment,
        policy=means.policy.model_copy(update={"clicks": request.clicks, "limits": means.limits.in_words()}),
        artefacts=(),
    )


def _with(manifest: Manifest, contents: Sequence[Content]) -> Manifest:
    ordered = sorted(contents, key=lambda content: content.path)
    return manifest.model_copy(update={"artefacts": tuple(content.artefact() for content in ordered)})


def _of_visit(visited: Visited) -> list[Content]:
    visit = visited.visit
    made = [_jsonl("visit", visit.visit_jsonl(), "固证程序逐步记录", visited)]
    if visit.clicks:
        made.append(_jsonl("clicks", clicks_jsonl(visit), "固证程序逐次记录", visited))
    return made + [
        Content(
            path=found.path or FIXED_ROLES[found.role],
            role=found.role,
            media_type=found.media_type,
            made_by=f"{_MAKER}（Chromium {visit.browser_version}）",
            method=found.method,
            made_at=found.made_at,
            content=found.content,
        )
        for found in visit.made
    ]


def _of_network(visited: Visited) -> list[Content]:
    method = "本机记录代理按网络原始字节记录"
    at = visited.finished_at
    index, index_of_index = index_members(visited.warc)
    made = [
        Content(
            path=FIXED_ROLES["warc"],
            role="warc",
            media_type="application/warc",
            made_by=_MAKER,
            method=method,
            made_at=at,
            digests=digests_of_chunks(chunks_of(visited.warc)),
        ),
        Content.fixed("index", index, media_type="application/gzip", maker=_MAKER, method="由 WARC 生成", at=at),
        Content.fixed(
            "index-of-index", index_of_index, media_type="text/plain", maker=_MAKER, method="由索引生成", at=at
        ),
        _jsonl("exchanges", visited.recording.exchanges_jsonl(), method, visited),
    ]
    certificates = visited.recording.certificates_pem()
    if certificates:
        made.append(
            Content.fixed(
                "tls-certificates",
                certificates,
                media_type="application/x-pem-file",
                maker=_MAKER,
                method="同一连接中对方出示",
                at=at,
            )
        )
    return made


def _of_environment(visited: Visited, means: Means) -> list[Content]:
    facts = canonical_bytes(dict(visited.environment.items()))
    at = visited.finished_at
    standalone = resources.files("evidence")
    return [
        Content.fixed("environment", facts, media_type="application/json", maker=_MAKER, method="读取本机状态", at=at),
        Content.fixed(
            "certificates",
            means.signer.certificate_pem.encode("ascii"),
            media_type="application/x-pem-file",
            maker=_MAKER,
            method="签名证书及其签发机构",
            at=at,
        ),
        *_sm2_certificates(means, at),
        Content.fixed(
            "verifier",
            standalone.joinpath("standalone/verify.py").read_bytes(),
            media_type="text/x-python",
            maker=_MAKER,
            method="随附",
            at=at,
        ),
        Content.fixed(
            "readme",
            standalone.joinpath("readme-zh.txt").read_bytes(),
            media_type="text/plain",
            maker=_MAKER,
            method="随附",
            at=at,
        ),
    ]


def _sm2_certificates(means: Means, at: datetime) -> list[Content]:
    if means.sm2_signer is None:
        return []
    content = means.sm2_signer.certificate_pem.encode("ascii")
    form, method = "application/x-pem-file", "国密签名证书及其签发机构"
    return [Content.fixed("certificates-sm2", content, media_type=form, maker=_MAKER, method=method, at=at)]


def _custody(request: CaptureRequest, visited: Visited, means: Means, *, warc_sha256: str) -> tuple[str, Content]:
    if request.lead_id:
        record_event(
            means.evidence,
            CustodyNote(
                capture_id=request.capture_id,
                action=CustodyAction.FOUND,
                actor="监测系统",
                origin=request.url[:200],
                reason=f"线索 {request.lead_id}",
            ),
            clock=means.clock,
        )
    event = record_event(
        means.evidence,
        CustodyNote(
            capture_id=request.capture_id,
            action=CustodyAction.CAPTURED,
            actor=request.operator,
            role="操作人",
            origin=request.origin,
            reason=f"线索 {request.lead_id}" if request.lead_id else "",
            subject_sha256=warc_sha256,
        ),
        clock=means.clock,
    )
    events = [found for found in means.evidence.custody(request.capture_id) if found.sequence <= event.sequence]
    lines = b"".join(canonical_bytes(found.model_dump(mode="json")) + b"\n" for found in events)
    return event.event_sha256, _jsonl("custody", lines, "取自保管链", visited)


def _papers(manifest: Manifest, visited: Visited, means: Means) -> list[Content]:
    try:
        papers = means.papers(manifest)
    except WangJianError as exc:
        _log.warning("papers_not_made", reason=exc.message)
        visited.visit.lacks(f"文书（{exc.message}）")
        return []
    taken = {artefact.path for artefact in manifest.artefacts}
    made = []
    for paper in papers:
        if not paper.path.startswith("evidence/") or not is_member_name(paper.path) or paper.path in taken:
            visited.visit.lacks(f"文书（文件名不可用：{paper.path}）")
            continue
        taken.add(paper.path)
        made.append(
            Content(
                path=paper.path,
                role=paper.role,
                media_type=paper.media_type,
                made_by=_MAKER,
                method="由本次固证记录的事实生成",
                made_at=means.clock(),
                content=paper.content,
            )
        )
    return made


def _digest_lists(manifest: Manifest, means: Means) -> list[Content]:
    """What `sha256sum -c` reads, so that a court needs no program of ours to compare every file."""
    artefacts = manifest.model_dump(mode="json")["artefacts"]
    return [
        Content.fixed(
            role,
            digest_list(artefacts, algorithm),
            media_type="text/plain",
            maker=_MAKER,
            method="由证据清单生成",
            at=means.clock(),
        )
        for role, algorithm in (("sha256sums", "sha256"), ("sm3sums", "sm3"))
    ]


def _jsonl(role: str, content: bytes, method: str, visited: Visited) -> Content:
    return Content.fixed(
        role,
        content,
        media_type="application/x-ndjson",
        maker=_MAKER,
        method=method,
        at=visited.finished_at,
    )
