"""`wangjian evidence compare | second | probes`: captures of a page held against each other."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from evidence.comparing import compare, marked_picture
from records.capture_comparing import CaptureComparison
from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.wanted_captures import WANTED_WORDS, WantedState
from wangjian.cli.moments import moment
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.comparing_captures import in_words, second_capture, sides
from wangjian.preserving_first import preserve_next
from wangjian.probing import PROBE_FAULT, around, probes, want_probes
from wangjian.settings import load_settings

__all__ = ["add_comparing_to"]

_SHOWN = 40
_Named = Annotated[str, typer.Argument(metavar="PACKAGE|CAPTURE_ID", help="证据包文件，或固证编号")]


def add_comparing_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    evidence.command("compare", help="比对同一网页的两次固证：文字、金额、版面、服务器应答")(evidence_compare)
    evidence.command("probes", help="探针：对已知网页的定期固证；--at 某时前后的一次，--run 立即执行")(evidence_probes)
    evidence.command("second", help="对一次固证的网址再固证一次并比对，结果记入保管链")(evidence_second)


def evidence_compare(
    first: _Named,
    second: _Named,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="OUT.png", help="两张整页截图并列，不同之处加红框")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What differs; packages that do not verify are not compared."""
    with opened(data_dir) as services:
        one, two = sides(services, first, second)
    report = compare(one, two)
    if picture is not None:
        if report.picture is None:
            raise InvalidInputError("两次固证不都有整页截图，不能并列", cure="去掉 --picture")
        try:
            picture.write_bytes(marked_picture(one, two, report.picture))
        except OSError as exc:
            raise StorageFullError(f"写不到 {picture}（{exc.strerror or exc}）", cure="换一个位置") from exc
        say(f"并列截图已写到 {picture}")
    _show(report, as_json=as_json)
    return ExitCode.DONE


def evidence_second(
    capture_id: Annotated[str, typer.Argument(metavar="CAPTURE_ID", help="前一次固证的编号")],
    operator: Annotated[str, typer.Option("--operator", help="操作人；不填用系统账户名")] = "",
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Once more, by this process and a browser of its own; partial when either capture is."""
    with opened(data_dir, allow_private=allow_private) as services:
        report = second_capture(services, capture_id, operator=operator or getpass.getuser())
    say(f"二次固证 {report.second.capture_id}")
    _show(report, as_json=as_json)
    whole = report.first.state.value == report.second.state.value == "complete"
    return ExitCode.DONE if whole else ExitCode.PARTIAL


def evidence_probes(
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="只列此时之前最近、之后最早的一次")] = "",
    run: Annotated[bool, typer.Option("--run", help="立即执行已到期的")] = False,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What the known pages of `evidence.probe_urls` showed, and whether our own work verified."""
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    if run and not settings.evidence.probe_urls:
        raise InvalidInputError("没有设定探针网页", cure='设 WANGJIAN_EVIDENCE__PROBE_URLS=["https://…"]')
    with opened(data_dir, allow_private=allow_private) as services:
        if run:
            want_probes(services, settings)
            while preserve_next(services, settings) is not None:
                pass
        found = probes(services)
        if at:
            found = around(found, moment(at))
    rows = [{**one.model_dump(mode="json"), "said": WANTED_WORDS[one.state]} for one in found]
    columns = {"asked_at": "时间", "url": "网页", "said": "结果", "capture_id": "固证", "problem": "说明"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有探针记录")
    bad = [one for one in found if one.state is WantedState.FAILED or one.problem.startswith(PROBE_FAULT)]
    return ExitCode.NO if bad else ExitCode.DONE


def _show(report: CaptureComparison, *, as_json: bool) -> None:
    lines = [f"{one.capture_id}  {one.started_at.isoformat()}  {one.url}" for one in (report.first, report.second)]
    lines += in_words(report)
    lines += [f"{'+' if one.added else '-'} {one.text}" for one in report.text[:_SHOWN]]
    if len(report.text) > _SHOWN:
        lines.append(f"（另有 {len(report.text) - _SHOWN + report.text_more} 行，见 --json）")
    emit(report, as_json=as_json, text="\n".join(lines))
