"""`wangjian registry import`: a register file read, previewed, and its bad rows sent back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matching.previewing import preview_file
from matching.profiles import PROFILES
from matching.register_import import MOST_GONE, FullSnapshot, import_file
from records.errors import ExitCode, InvalidInputError
from records.register import Entity, ImportReport, RegisterPreview
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.cli.register_indexing import index_lines

__all__ = ["add_to"]

_TOLD = 20
_FIELDS = {
    "code": "代码",
    "name": "名称",
    "kind": "主体类型",
    "status": "登记状态",
    "status_on": "状态日期",
    "established_on": "成立日期",
    "valid_from": "营业期限自",
    "valid_until": "营业期限止",
    "approved_on": "核准日期",
    "region_code": "区划代码",
    "address": "住所",
    "legal_representative": "法定代表人",
    "phone": "电话",
    "scope": "经营范围",
    "former_names": "曾用名",
    "abnormal_since": "列入经营异常日期",
    "abnormal_removed_on": "移出经营异常日期",
    "seriously_illegal_since": "列入严重违法日期",
    "seriously_illegal_removed_on": "移出严重违法日期",
    "shop_urls": "网店网址",
    "site_names": "网站（网店）名称",
    "icp_no": "ICP备案号",
    "parent_code": "隶属企业代码",
    "parent_name": "隶属企业名称",
    "change": "变更类型",
    "province": "省",
    "city": "市",
}


def add_to(registry: typer.Typer) -> None:
    """Register the command."""
    registry.command("import", help="导入登记库（CSV、xlsx、JSONL、DBF、Parquet）")(registry_import)


def registry_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="登记库文件")],
    source: Annotated[str, typer.Option("--source", help="来源名称；不填用文件名")] = "",
    profile: Annotated[
        str, typer.Option("--profile", help=f"列对照方案：{'、'.join(PROFILES)}，或一个 .toml 文件；不填自动选")
    ] = "",
    preview: Annotated[bool, typer.Option("--preview", help="只看前几行会怎样读入，什么也不写")] = False,
    errors: Annotated[Path | None, typer.Option("--errors", help="退回表写到哪个文件夹；不填写在原文件旁")] = None,
    full: Annotated[bool, typer.Option("--full", help="完整快照：该来源不在其中的主体标为“未再出现”，不删除")] = False,
    most_gone: Annotated[
        float, typer.Option("--most-gone", min=0, max=1, help="完整快照最多可少的比例，再多就不标记（文件多半不全）")
    ] = MOST_GONE,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Import a register file; bad rows are listed, put in a sheet to send back, and lose no other row."""
    if full and not source:
        problem = "完整快照要与该来源以前的各期比较，须说明来源名称"
        raise InvalidInputError(problem, cure="加 --source 名称，每期用同一个名称")
    named = source or file.name
    if preview:
        shown = preview_file(file, source=named, profile=profile)
        emit(shown, as_json=as_json, text="\n".join(_preview_lines(shown)))
        return ExitCode.PARTIAL if shown.missing or shown.refused else ExitCode.DONE
    with opened(data_dir) as services:
        report = import_file(
            file,
            register=services.register,
            source=named,
            clock=services.clock,
            profile=profile,
            errors_to=errors or file.absolute().parent,
            full=FullSnapshot(most=most_gone) if full else None,
        )
        behind = index_lines(services)
    emit(report, as_json=as_json, text="\n".join(_report_lines(report)))
    for line in behind:
        say(line)
    return ExitCode.PARTIAL if report.refused or report.gone_withheld or behind else ExitCode.DONE


def _report_lines(report: ImportReport) -> list[str]:
    older = f"，早于库中而不动 {report.older}" if report.older else ""
    lines = [
        f"读取 {report.read} 行：新增 {report.added}，变更 {report.changed}，"
        f"未变 {report.unchanged}{older}，退回 {report.refused}"
    ]
    if report.gone:
        lines.append(f"未再出现 {report.gone} 户（已标记，不删除）")
    if report.gone and report.unnamed:
        lines.append(f"另有 {report.unnamed} 行读不出代码，未再出现的主体可能就在其中；改好退回表再导入即恢复")
    if report.gone_withheld:
        lines.append(
            f"该快照比库中少 {report.gone_withheld} 户，文件可能不全，未标记“未再出现”；"
            "核实后加 --most-gone 1 再导入一次"
        )
    lines += [_line(error) for error in report.errors[:_TOLD]]
    if len(report.errors) > _TOLD:
        lines.append(f"……其余见退回表（共 {len(report.errors)} 处或更多）")
    if report.error_sheet:
        lines.append(f"退回表：{report.error_sheet}（改好后可直接导入）")
    return lines


def _preview_lines(shown: RegisterPreview) -> list[str]:
    encoding = f"，{shown.encoding}" if shown.encoding else ""
    lines = [f"{shown.file}：{shown.kind}{encoding}，列对照方案 {shown.profile}（预览，未写入）"]
    if shown.suggested_profile != shown.profile:
        lines.append(f"建议的列对照方案：{shown.suggested_profile}")
    for column in shown.columns:
        read_as = f"读作 {_FIELDS.get(column.field, column.field)}" if column.field else "不识别，不导入"
        lines.append(
            f"  {column.heading or '（无表头）'} → {read_as}" + (f"  例：{column.sample}" if column.sample else "")
        )
    if shown.missing:
        lines.append(f"缺少{'、'.join(shown.missing)}列，不能导入；改表头，或用 --profile 指定列对照方案")
        return lines
    lines.append(f"前 {shown.looked_at} 行中会退回 {shown.refused} 行；头几行读作：")
    lines += [f"  {_entity_line(entity)}" for entity in shown.entities]
    lines += [_line(error) for error in shown.errors[:_TOLD]]
    return lines


def _entity_line(entity: Entity) -> str:
    found = entity.model_dump(mode="json", exclude_defaults=True, exclude={"source", "snapshot_id"})
    found = {"status": entity.status.value, **found}
    ordered = [field for field in _FIELDS if found.get(field)]
    return "；".join(f"{_FIELDS[field]} {_text(found[field])}" for field in ordered)


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)[:60]


def _line(error: tuple[int, str, str]) -> str:
    line, column, message = error
    return f"第 {line} 行{f' {column}' if column else ''}：{message}"
