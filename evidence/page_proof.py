"""监测页面存证: a page that a survey kept, packed so that anyone can check that it was in hand by a certain day.

The page may be gone since: what proves it is its record in the survey's archive, byte for byte, and the evidence log,
whose head was signed and stamped when it already held that record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import structlog

from evidence.capturing.environment import SOFTWARE
from evidence.manifest import Content
from evidence.package import index_members, write_box
from evidence.standalone.verify import PAGE_CONTEXT, PAGE_FORMAT, PAGE_TITLE, RefusedError, canonical, pages_bytes
from evidence.transparency import Head, LogMeans, keep_head, log_proof, read_head
from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError
from records.evidence import TimestampState
from records.evidence_log import LeafKind, PlacedLeaf

__all__ = ["KeptPage", "write_page_proof"]

_log = structlog.get_logger(__name__)
_MAKER = f"{SOFTWARE} 存证程序"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page of a survey: `record` as it lies in the archive, `context` the records beside it that it refers to.
    `url` and `kept_at` are the record's own, as written there."""

    page_id: str
    run_id: str
    url: str
    kept_at: str
    record: bytes
    context: bytes


def write_page_proof(path: Path, page: KeptPage, means: LogMeans, *, operator: str) -> PlacedLeaf:
    """Write the package; the head it is proved under is the first one stamped after the page was logged, or a new one.

    Returns:
        The page's entry in the log.

    Raises:
        NotFoundError: The page is not in the log.
        IntegrityError: What the archive holds now is not what was logged.
        OSError: It cannot be written there.
    """
    placed = means.log.find(LeafKind.PAGE, page.page_id)
    if placed is None:
        raise NotFoundError(f"存证日志中没有这一页：{page.page_id}", cure="运行 wangjian evidence log 补记后再试")
    digests = digests_of(page.record)
    if (digests.sha256, digests.sm3) != (placed.leaf.sha256, placed.leaf.sm3):
        raise IntegrityError(f"存档中的记录与存证日志不符，可能被改动：{page.url[:200]}", cure="用备份恢复该存档文件")
    proof = log_proof(means, placed, _head_over(means, placed.position))
    contents = _contents(page, means)
    manifest = _manifest(page, contents, operator=operator, at=means.clock())
    members = {content.path: content.content for content in contents}
    signed = {
        "evidence/manifest.json": canonical(manifest),
        "evidence/manifest.sig": means.signer.sign(canonical(manifest)),
        "evidence/log-proof.json": proof,
    }
    write_box(path, manifest, {**members, **signed}, signer=means.signer)
    return placed


def _head_over(means: LogMeans, position: int) -> Head:
    for kept in means.log.heads():
        if kept.size > position and kept.timestamp is not TimestampState.PENDING:
            try:
                return read_head(means.blobs.get(kept.head_sha256))
            except (NotFoundError, IntegrityError, RefusedError) as exc:
                _log.warning("log_head_lost", head_sha256=kept.head_sha256, reason=str(exc))
    return read_head(means.blobs.get(keep_head(means).head_sha256))


def _manifest(page: KeptPage, contents: list[Content], *, operator: str, at: datetime) -> dict[str, object]:
    ordered = sorted(contents, key=lambda content: content.path)
    return {
        **_said(page, at),
        "operator": operator,
        "environment": {"software": SOFTWARE},
        "artefacts": [content.artefact().model_dump(mode="json") for content in ordered],
    }


def _said(page: KeptPage, at: datetime) -> dict[str, object]:
    return {
        "format": PAGE_FORMAT,
        "capture_id": page.page_id,
        "run_id": page.run_id,
        "url": page.url,
        "final_url": page.url,
        "title": f"{PAGE_TITLE}{page.url}",
        "started_at": page.kept_at,
        "finished_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "navigation": [],
    }


def _contents(page: KeptPage, means: LogMeans) -> list[Content]:
    at = means.clock()
    index, index_of_index = index_members(page.record)
    standalone = resources.files("evidence")
    verifier = standalone.joinpath("standalone/verify.py").read_bytes()
    readme = standalone.joinpath("readme-page-zh.txt").read_bytes()
    certificates = means.signer.certificate_pem.encode("ascii")
    kept = "采集存档中的记录，逐字节"
    fixed = (
        ("warc", page.record, "application/warc", kept),
        ("index", index, "application/gzip", "由 WARC 生成"),
        ("index-of-index", index_of_index, "text/plain", "由索引生成"),
        ("pages", pages_bytes(_said(page, at)), "application/x-ndjson", "由证据清单生成"),
        ("certificates", certificates, "application/x-pem-file", "签名证书及其签发机构"),
        ("verifier", verifier, "text/x-python", "随附"),
        ("readme", readme, "text/plain", "随附"),
    )
    made = [
        Content.fixed(role, content, media_type=media_type, maker=_MAKER, method=method, at=at)
        for role, content, media_type, method in fixed
    ]
    if page.context:
        made.append(
            Content(
                path=PAGE_CONTEXT,
                role="context",
                media_type="application/warc",
                made_by=_MAKER,
                method=kept,
                made_at=at,
                content=page.context,
            )
        )
    return made
