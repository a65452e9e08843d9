"""`wangjian statistics …`, `wangjian report …`, `wangjian map import`: figures, monitoring reports, the ground map."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from leads.figure_asking import ask_figures
from leads.figure_periods import read_period, week_of
from leads.figures import Figures
from records.errors import InvalidInputError, StorageFullError
from records.places import checked_region
from records.statistics import MonitoringReport
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say

__all__ = ["add_to"]

Period = Annotated[str, typer.Option("--period", help="2026-W47（周）、2026-11（月）、2026、2026-11-01..2026-11-20")]
Region = Annotated[str, typer.Option("--region", help="行政区划代码：33、3301、330106；不填为全部")]
Output = Annotated[Path, typer.Option("--output", "-o", help="写到这里：.pdf 或 .docx")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    statistics = typer.Typer(help="统计：监测、检出、处置与时限", no_args_is_help=True)
    statistics.command("show", help="一个期间的数字，与上期相比")(statistics_show)
    statistics.command("rebuild", help="由记录重建统计用的汇总")(statistics_rebuild)
    app.add_typer(statistics, name="statistics")
    report = typer.Typer(help="监测报告（周、月）", no_args_is_help=True)
    report.command("monitoring", help="生成监测报告，存入系统并写出 PDF 或 Word")(report_monitoring)
    report.command("list", help="列出已生成的监测报告")(report_list)
    report.command("print", help="再次写出已生成的监测报告")(report_print)
    app.add_typer(report, name="report")
    ground = typer.Typer(help="统计图的底图", no_args_is_help=True)
    ground.command("import", help="换用本单位经审定的底图（GeoJSON），图下印审图号")(map_import)
    app.add_typer(ground, name="map")


def statistics_show(
    period: Period = "",
    region: Region = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """The figures of a period with those of the period before."""
    with opened(data_dir) as services:
        from leads.clocks import day_in_china
        from offices.statistics_desk import scoped_rows

        now = services.clock()
        asked = read_period(period) if period else week_of(day_in_china(now))
        found = ask_figures(
            lambda trend, counted: scoped_rows(services, trend, counted, place=(_region(region), "")),
            asked,
            within=region,
            now=now,
        )
    both = {"now": found.now.model_dump(mode="json"), "before": found.before.model_dump(mode="json")}
    emit(both, as_json=as_json, text=_said(found.now, found.before))


def statistics_rebuild(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make what figures are counted from anew."""
    from wangjian.marking import rebuild_marks

    with opened(data_dir) as services:
        counted = rebuild_marks(services)
    words = {"leads": "线索", "shops": "网店", "listings": "商品", "findings": "规则发现"}
    text = "已重建：" + "，".join(f"{words[name]} {count}" for name, count in counted.items())
    emit(counted, as_json=as_json, text=text)


def report_monitoring(
    output: Output,
    period: Period = "",
    region: Region = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a report, keep it and write it out."""
    from leads.clocks import day_in_china
    from wangjian.monitoring import make_report, printed, report_period

    kind = _kind(output)
    with opened(data_dir) as services:
        asked = report_period(period) if period else week_of(day_in_china(services.clock()))
        report = make_report(services, asked, region=_region(region), made_by=getpass.getuser())
        services.figures.save_report(report)
        _write(output, printed(services, report, kind))
    emit(_line(report), as_json=as_json, text=f"{report.title}\n编号 {report.report_id}\n已写出 {output}")


def report_list(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Kept reports, newest first."""
    with opened(data_dir) as services:
        rows = [_line(report) for report in services.figures.reports()]
    columns = {"report_id": "编号", "title": "报告", "made_by": "生成人", "made_at": "统计时点"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有监测报告：wangjian report monitoring")


def report_print(
    report_id: Annotated[str, typer.Argument(metavar="ID", help="报告编号")],
    output: Output,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a kept report out again."""
    import hashlib

    from wangjian.monitoring import printed

    kind = _kind(output)
    with opened(data_dir) as services:
        report = services.figures.report(report_id)
        content = printed(services, report, kind)
        _write(output, content)
    if kind == "pdf" and hashlib.sha256(content).hexdigest() != report.pdf_sha256:
        say("注意：数字相同，但排版与首次生成时不同（字体或排版程序已变）")
    emit(_line(report), as_json=as_json, text=f"已写出 {output}")


def map_import(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON：省、市、县与南海断续线")],
    gs: Annotated[str, typer.Option("--gs", help="审图号，印在图下")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Put the bureau's own map in the place of the bundled one."""
    from wangjian.map_importing import import_map
    from wangjian.settings import load_settings

    counted = import_map(source, gs, load_settings(data_dir=data_dir).data_dir.expanduser().absolute())
    text = f"已导入：省 {counted['provinces']}，市 {counted['cities']}，县 {counted['counties']}；重新启动控制台后生效"
    emit(counted, as_json=as_json, text=text)


def _region(said: str) -> str:
    return checked_region(said) if said else ""


def _kind(output: Path) -> str:
    kind = output.suffix.lower().lstrip(".")
    if kind not in ("pdf", "docx"):
        raise InvalidInputError(f"不能写成 {output.suffix or '无后缀的文件'}", cure="输出文件用 .pdf 或 .docx")
    return kind


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"写不出 {output}（{exc.strerror}）", cure="换一个位置，或检查权限与剩余空间") from exc


def _line(report: MonitoringReport) -> dict[str, object]:
    return report.model_dump(mode="json", exclude={"words_json"})


def _said(now: Figures, before: Figures) -> str:
    right, wrong = now.decisions.get("right", 0), now.decisions.get("wrong", 0)
    lines = [
        now.period.title,
        f"读到网页 {now.pages_read}（上期 {before.pages_read}），未读到 {now.pages_unread}",
        f"监测网店 {now.shops}（上期 {before.shops}），其中未读全 {now.shops_unread}；商品 {now.listings}",
        f"新发现线索 {now.leads_new}（上期 {before.leads_new}）",
        f"检出率 {_share(now.shops_suspected, now.shops)}，违法率 {_share(now.shops_upheld, now.shops)}",
        f"处置 {sum(now.decisions.values())}，采纳率 {_share(right, right + wrong)}",
    ]
    if now.partial:
        lines.append("注意：期内采集不完整，没有读到的不等于没有")
    return "\n".join(lines)


def _share(part: int, base: int) -> str:
    return f"{part / base:.1%}（{part}/{base}）" if base else "无基数"
