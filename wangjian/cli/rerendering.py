"""`wangjian evidence rerender`: a page drawn again from its package alone, the score sealed and noted in the chain."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from evidence.capturing.browser import Browsers
from evidence.custody import record_event
from evidence.rerendering import rerender, rerender_statement
from evidence.verify import verify_package
from records.errors import ExitCode, NotFoundError, StorageFullError, VerificationError
from records.evidence import CustodyAction
from records.ports import Services
from records.rerendering import Rerendering
from wangjian.browser import find_browser
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.comparing_captures import package_of
from wangjian.settings import load_settings

__all__ = ["add_rerendering_to"]

LEAST_TEXT_SCORE = 0.9
LEAST_PICTURE_SCORE = 0.9
"""Below either the answer is no, and a person looks: pages that show the time or chance differ by themselves."""


def add_rerendering_to(evidence: typer.Typer) -> None:
    """Register the command."""
    evidence.command("rerender", help="断网重绘：只用证据包内的原始字节重新绘出网页，与封存的截图、文字比对评分")(
        evidence_rerender
    )


def evidence_rerender(
    named: Annotated[str, typer.Argument(metavar="PACKAGE|CAPTURE_ID", help="证据包文件，或固证编号")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.json", help="签名的评分写到哪里")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Verify, draw again without a network, compare, sign the scores and keep them."""
    settings = load_settings(data_dir=data_dir)
    with opened(data_dir) as services, package_of(services, named) as path:
        report = verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock())
        if not report.valid:
            raise VerificationError(f"证据包 {named} 核验不通过，不予重绘", cure="先用 wangjian evidence verify 查明")
        say("断网重绘 …")
        browsers = Browsers(find_browser(settings))
        try:
            found = rerender(path, browsers, clock=services.clock)
        finally:
            browsers.close()
        statement = rerender_statement(found, services.signer)
        _keep(services, found, statement)
        if output is not None:
            _write(output, statement)
    emit(found, as_json=as_json, text=_in_words(found))
    scores = (found.text_score or 0.0) >= LEAST_TEXT_SCORE, (found.picture_score or 0.0) >= LEAST_PICTURE_SCORE
    return ExitCode.DONE if all(scores) else ExitCode.NO


def _keep(services: Services, found: Rerendering, statement: bytes) -> None:
    """In the store and in the custody chain, when the capture is one of ours."""
    try:
        services.evidence.capture(found.capture_id)
    except NotFoundError:
        return
    kept = services.blobs.put(statement)
    record_event(
        services.evidence,
        capture_id=found.capture_id,
        action=CustodyAction.VERIFIED,
        actor=getpass.getuser(),
        origin="命令行",
        reason=f"断网重绘：文字 {found.text_score}，画面 {found.picture_score}",
        subject_sha256=kept.sha256,
        clock=services.clock,
    )


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o 再试") from exc


def _in_words(found: Rerendering) -> str:
    lines = [f"断网重绘 {found.capture_id}：{found.url}"]
    for title, score in (("文字", found.text_score), ("画面", found.picture_score)):
        lines.append(f"{title}相符 {score:.4f}" if score is not None else f"{title}未能比对")
    lines.append(f"由包内字节应答 {found.answered} 次请求")
    lines += [f"包内没有：{url}" for url in found.unanswered]
    return "\n".join(lines)
