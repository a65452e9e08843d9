"""A case taken out, each package verified as an outsider would: as a folder (`wangjian cases export`), or as one file
to hand over (`wangjian evidence export`)."""

from __future__ import annotations

import getpass
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from offices.audit import AuditAction, Caller, record
from records.errors import ExitCode, StorageFullError
from wangjian.cli.options import AsJson, DataDir, emit, opened

if TYPE_CHECKING:
    from wangjian.case_exporting import CaseExport

__all__ = ["case_export", "evidence_export"]

By = Annotated[str, typer.Option("--by", help="导出人；不填用系统账户名")]


def case_export(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="案件编号")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="写到哪个目录（不存在则新建）")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The packages of all captures, each verified as an outsider would, with what the case is and why."""
    return _told(_taken_out(case_id, output, by=by, data_dir=data_dir), output, key="folder", as_json=as_json)


def evidence_export(
    case_id: Annotated[str, typer.Option("--case", metavar="CASE", help="案件编号")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PACKAGE", help="写成哪个文件（zip）")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The same as one file (ZIP); a file that stands there is replaced when the new one is whole."""
    from wangjian.case_exporting import zip_folder  # brings every room; the other commands need none of them

    folder = output.absolute().parent
    if not folder.is_dir():
        raise StorageFullError(f"案卷写不到 {output}：目录不存在", cure="先建立目录，或换一个 -o")
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".案卷-") as place:
            made = _taken_out(case_id, Path(place) / case_id, by=by, data_dir=data_dir)
            zip_folder(Path(place) / case_id, Path(place) / "whole.zip").replace(output)
    except OSError as exc:
        raise StorageFullError(
            f"案卷写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o，或检查权限与空间"
        ) from exc
    return _told(made, output, key="file", as_json=as_json)


def _taken_out(case_id: str, folder: Path, *, by: str, data_dir: Path | None) -> CaseExport:
    from wangjian.case_exporting import export_case

    actor = by.strip() or getpass.getuser()
    with opened(data_dir) as services:
        made = export_case(services, case_id, folder, actor=actor)
        record(
            services.audit,
            Caller(account=None, origin="命令行"),
            action=AuditAction.CASE_EXPORTED,
            at=services.clock(),
            object_id=case_id,
            detail=actor,
        )
    return made


def _told(made: CaseExport, output: Path, *, key: str, as_json: bool) -> int:
    report, check, papers = made.report, made.check, made.papers
    lines = [f"已写入 {output}：证据包 {report.counts.get('verified', 0)} 个核验通过，定稿文书 {papers} 份"]
    lines += [f"时间线不符：{line.title}：{line.said}" for line in check.lines if not line.passed]
    lines += [f"缺：{what}" for what in report.missing]
    document = {key: str(output), "report": report, "papers": papers, "timeline": check}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if made.whole else ExitCode.PARTIAL
