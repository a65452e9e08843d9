"""Two captures compared, a second capture (二次固证) by another worker, and what came of it in the custody chain."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evidence.comparing import Side, compare, open_side
from evidence.custody import CustodyNote, record_event
from evidence.verify import verify_package
from records.canonical import canonical_bytes
from records.capture_comparing import CaptureComparison
from records.errors import InvalidInputError, NotFoundError, VerificationError
from records.evidence import CheckResult, CustodyAction
from records.ports import Services
from ui.words import word_of

__all__ = ["compared", "failed_checks", "in_words", "package_of", "second_capture", "sides"]

_LONGEST_REASON = 400


@contextmanager
def package_of(services: Services, named: str) -> Iterator[Path]:
    """A package file: one that lies somewhere, or that of a capture kept here.

    Raises:
        NotFoundError: Neither a file nor a capture.
        InvalidInputError: The capture has no package.
    """
    if Path(named).is_file():
        yield Path(named)
        return
    try:
        capture = services.evidence.capture(named)
    except NotFoundError as exc:
        raise NotFoundError(f"既不是文件，也不是固证编号：{named[:100]}", cure="检查路径或编号") from exc
    if capture.package is None:
        raise InvalidInputError(f"固证 {named} 没有形成证据包（{word_of(capture.state)}）", cure="重新固证")
    with tempfile.TemporaryDirectory(prefix="wangjian-compare-") as folder:
        path = Path(folder) / "package.wacz"
        path.write_bytes(services.blobs.get(capture.package.sha256))
        yield path


def sides(services: Services, first: str, second: str) -> tuple[Side, Side]:
    """Both verified and read, the older first.

    Raises:
        VerificationError: One does not verify; what it holds is not compared.
        NotFoundError, InvalidInputError: As `package_of`.
    """
    with package_of(services, first) as one, package_of(services, second) as two:
        for path, named in ((one, first), (two, second)):
            if failed := failed_checks(services, path):
                raise VerificationError(
                    f"证据包 {named} 核验不通过（{failed}），不予比对", cure="先用 wangjian evidence verify 查明"
                )
        read = open_side(one), open_side(two)
    return read if read[0].capture.started_at <= read[1].capture.started_at else (read[1], read[0])


def failed_checks(services: Services, path: Path) -> str:
    """What keeps a package from verifying, in Chinese; empty when it does."""
    report = verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock())
    failed = "、".join(check.title for check in report.checks if check.result is not CheckResult.PASSED)
    return "" if report.valid else failed or "未列明"


def compared(services: Services, first: str, second: str) -> CaptureComparison:
    """The report of two captures, the older first."""
    return compare(*sides(services, first, second))


def second_capture(services: Services, capture_id: str, *, operator: str) -> CaptureComparison:
    """Capture the same address again, compare, and write the report's digest into the chain of both.

    Call it in a process of its own: a second opinion of the same browser and proxy would be none.

    Raises:
        NotFoundError: No such capture.
        InvalidInputError: One of the two has no package.
        AwayError: The browser or a store is away.
    """
    first = services.evidence.capture(capture_id)
    if first.package is None:
        raise InvalidInputError(f"固证 {capture_id} 没有形成证据包（{first.state.value}）", cure="重新固证")
    second = services.preserver.preserve(first.url, lead_id=first.lead_id, operator=operator)
    if second.package is None:
        raise InvalidInputError(f"二次固证没有形成证据包：{second.reason or second.state.value}", cure="稍后再试")
    report = compared(services, first.capture_id, second.capture_id)
    kept = services.blobs.put(canonical_bytes(_whole_numbers(report.model_dump(mode="json"))))
    summary = "；".join(in_words(report))[:_LONGEST_REASON]
    for one, other in ((first, second), (second, first)):
        record_event(
            services.evidence,
            CustodyNote(
                capture_id=one.capture_id,
                action=CustodyAction.COMPARED,
                actor=operator,
                reason=f"与 {other.capture_id} 比对：{summary}",
                subject_sha256=kept.sha256,
            ),
            clock=services.clock,
        )
    return report


def in_words(report: CaptureComparison) -> list[str]:
    """The report in Chinese, a sentence a finding; nothing about who is right."""
    lines = [f"两次固证相隔 {report.seconds_between} 秒"]
    if not report.same_address:
        lines.append(f"网址不同：{report.first.url} 与 {report.second.url}")
    if report.text_score is not None:
        gone = sum(1 for one in report.text if not one.added)
        said = "可见文字一致" if report.same_text else f"可见文字相似度 {report.text_score:.3f}，"
        counted = "" if report.same_text else f"消失 {gone} 行，新增 {len(report.text) - gone} 行"
        lines.append(said + counted + (f"，另有 {report.text_more} 行未列" if report.text_more else ""))
    if report.prices_gone or report.prices_new:
        before, now = "、".join(report.prices_gone) or "无", "、".join(report.prices_new) or "无"
        lines.append(f"金额：只见于前次 {before}；只见于后次 {now}")
    if report.picture is not None:
        share = report.picture.changed_score
        lines.append(
            "整页截图一致" if not share else f"整页截图有 {share:.2%} 的版面不同，{len(report.picture.boxes)} 处"
        )
    lines.append("页面主文档字节一致" if report.same_document else "页面主文档字节不同")
    for title, found in (
        ("只见于前次的应答", report.answers_gone),
        ("只见于后次的应答", report.answers_new),
        ("内容不同的应答", report.answers_changed),
    ):
        lines += [f"{title} {len(found)} 个"] if found else []
    if report.first.addresses != report.second.addresses:
        lines.append("服务器地址不同")
    if report.first.certificates != report.second.certificates:
        lines.append("对方出示的证书不同")
    return [*lines, *(f"未能比对：{name}" for name in report.uncompared)]


def _whole_numbers(value: Any) -> Any:
    """RFC 8785 is used for whole numbers only: scores are written as text of four places."""
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, dict):
        return {key: _whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(one) for one in value]
    return value
