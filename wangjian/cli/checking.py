"""`wangjian registry check`: what is wrong in the register, by source and by responsible office."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from matching.quality.checking import Scope, check_register, read_region
from matching.quality.dates import FIELD_TITLES
from matching.quality.trend import read_report, with_trend
from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.quality import QualityReport, SourceScore
from wangjian.cli import quality_work
from wangjian.cli.exporting import harmless
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["add_to"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHOWN = 20
_LONGEST_CELL = 32_767
_LARGEST_SHEET = 1_000_000
_PROBLEM_HEADINGS = (
    "责任机关", "机关区划", "检查项", "代码", "名称", "项目", "登记内容", "问题", "来源", "问题编号"
)  # fmt: skip

_Rows = Sequence[Sequence[str]]


def add_to(registry: typer.Typer) -> None:
    """Register the command beneath `registry`."""
    registry.command("check", help="检查登记库的数据质量：评分、问题清单、与上次相比")(registry_check)
    quality_work.add_to(registry)


def registry_check(
    source: Annotated[str, typer.Option("--source", help="只检查这个来源")] = "",
    region: Annotated[
        str, typer.Option("--region", help="只检查这个地区：区划代码（33、3301、330106）或省、市名称")
    ] = "",
    since: Annotated[
        Path | None, typer.Option("--since", metavar="REPORT.json", help="与上次 --json 保存的报告相比")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="问题清单写到 .xlsx（分表）或 .csv")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Check every entity; exit 1 when there is something to correct."""
    if output is not None and output.suffix.lower() not in (".xlsx", ".csv"):
        raise InvalidInputError(f"不知道怎样写 {output.name}", cure="文件名以 .xlsx 或 .csv 结尾")
    scope = Scope(source=source, region=read_region(region))
    before = read_report(since) if since is not None else None
    with opened(data_dir) as services:
        register = services.register
        report = check_register(
            register.entities(),
            lookup=register.by_code,
            scope=scope,
            now=services.clock(),
            snapshot_id=register.stats().snapshot_id,
        )
    if before is not None:
        report = with_trend(report, before)
    if output is not None:
        _write(output, report)
    lines = _in_words(report)
    if output is not None:
        lines.append(f"问题清单已写入 {output}")
    emit(report, as_json=as_json, text="\n".join(lines))
    return ExitCode.NO if report.problem_count else ExitCode.DONE


def _in_words(report: QualityReport) -> list[str]:
    lines = [
        f"检查主体 {report.entities} 户：问题 {report.problem_count} 个，"
        f"无法判定 {report.undecided_count} 项（不算问题）"
    ]
    lines += [
        f"来源 {source.source or '（未注明）'}（{source.entities} 户）：{_score(source)}" for source in report.sources
    ]
    lines += [_trend(report)] if report.trend else []
    lines += [
        f"  {count.check.value}：查 {count.decided}，问题 {count.problems}"
        + (f"，无法判定 {count.undecided}" if count.undecided else "")
        for count in report.checks
    ]
    if report.offices:
        lines.append("责任机关（问题数）：")
        lines += [f"  {office.office}：{office.entities} 户 {office.problems} 个" for office in report.offices[:_SHOWN]]
        lines += _more(len(report.offices), "个机关")
    if report.problems:
        lines.append("问题：")
        lines += [
            f"  {found.code or found.source} {found.name}：{found.sentence}" for found in report.problems[:_SHOWN]
        ]
        lines += _more(report.problem_count, "个问题")
    return lines


def _more(total: int, what: str) -> list[str]:
    return [f"  ……共 {total} {what}，全部见 -o 或 --json"] if total > _SHOWN else []


def _score(source: SourceScore) -> str:
    if source.score is None:
        return "没有可评分的内容"
    parts = "，".join(f"{part.dimension.value} {part.score:.4f}" for part in source.dimensions)
    absent = "、".join(FIELD_TITLES[name] for name in source.absent_fields)
    return f"{source.score:.4f}（{parts}）" + (f"；缺列：{absent}" if absent else "")


def _trend(report: QualityReport) -> str:
    trend = report.trend
    if trend is None:
        return ""
    day = trend.since.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if trend.corrected is None:
        return f"与 {day} 相比：问题 {trend.problems_before} → {report.problem_count}（清单未列全，不能逐条比对）"
    return (
        f"与 {day} 相比：问题 {trend.problems_before} → {report.problem_count}，"
        f"已消除 {trend.corrected}，仍在 {trend.remaining}，新增 {trend.added}"
    )


def _write(path: Path, report: QualityReport) -> None:
    try:
        if path.suffix.lower() == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets office programs see UTF-8
                csv.writer(file).writerows([_PROBLEM_HEADINGS, *_problem_rows(report)])
        else:
            _write_xlsx(path, report)
    except OSError as exc:
        raise StorageFullError(f"写不到 {path}（{exc.strerror or exc}）", cure="换一个 -o，或检查权限与空间") from exc


def _write_xlsx(path: Path, report: QualityReport) -> None:
    from openpyxl import Workbook  # with NumPy a third of a second, and most commands touch no workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheets: dict[str, _Rows] = {
        "概况": [[line.strip()] for line in _in_words(report)[: 1 + len(report.sources) + bool(report.trend)]],
        "检查项": [
            ("检查项", "维度", "已判定", "问题", "无法判定"),
            *(
                (count.check.value, count.dimension.value, *map(str, (count.decided, count.problems, count.undecided)))
                for count in report.checks
            ),
        ],
        "责任机关": [
            ("责任机关", "机关区划", "涉及主体", "问题"),
            *(
                (office.office, office.office_code, str(office.entities), str(office.problems))
                for office in report.offices
            ),
        ],
        "问题清单": [_PROBLEM_HEADINGS, *list(_problem_rows(report))[:_LARGEST_SHEET]],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            cells = [WriteOnlyCell(sheet, value=value[:_LONGEST_CELL]) for value in row]
            for cell in cells:
                cell.data_type = "s"
            sheet.append(cells)
    book.save(path)


def _problem_rows(report: QualityReport) -> Iterator[list[str]]:
    for found in report.problems:
        yield [
            harmless(cell)
            for cell in (
                found.office, found.office_code, found.check.value, found.code, found.name,
                FIELD_TITLES.get(found.field, found.field), found.value, found.sentence, found.source, found.problem_id,
            )
        ]  # fmt: skip
