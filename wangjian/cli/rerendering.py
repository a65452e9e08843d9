"""`wangjian evidence rerender`: a page drawn again from its package alone, the score sealed and noted in the chain."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from records.errors import ExitCode, StorageFullError
from records.rerendering import Likeness, Rerendering
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.comparing_captures import package_of
from wangjian.custody_notes import COMMAND_LINE
from wangjian.rerendering import rerender_and_keep
from wangjian.settings import load_settings

__all__ = ["add_rerendering_to"]


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
        say("断网重绘 …")
        actor, origin = getpass.getuser(), COMMAND_LINE
        found, statement = rerender_and_keep(services, path, settings, actor=actor, origin=origin)
        if output is not None:
            _write(output, statement)
    emit(found, as_json=as_json, text=_in_words(found))
    return ExitCode.DONE if found.likeness is Likeness.ALIKE else ExitCode.NO


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o 再试") from exc


def _in_words(found: Rerendering) -> str:
    lines = [f"断网重绘 {found.capture_id}：{found.url}", f"结论：{found.likeness.value}。{found.likeness.advice}"]
    for title, score in (("文字", found.text_score), ("画面", found.picture_score)):
        lines.append(f"{title}相符 {score:.4f}" if score is not None else f"{title}未能比对")
    lines.append(f"由包内字节应答 {found.answered} 次请求")
    lines += [f"包内没有：{url}" for url in found.unanswered]
    return "\n".join(lines)
