"""`wangjian survey …`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from network.guard import AddressGuard
from records.base import stable_id
from records.errors import ExitCode, FetchError
from records.ports import Services
from records.survey import FrontierState, Outcome, Run, RunState, Target, TargetState
from records.wanted_captures import WANTED_WORDS
from wangjian import flow
from wangjian.cli.alarming import add_alarms, survey_health
from wangjian.cli.archiving import add_archive_to
from wangjian.cli.dry_running import tell_dry_run
from wangjian.cli.history import add_history_to
from wangjian.cli.impact import survey_impact
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, emit_rows, opened, progress_console, say
from wangjian.cli.watching import survey_show, survey_stop, survey_watch
from wangjian.cli.words import RUN_STATES, duration
from wangjian.preserving_first import preserve_next
from wangjian.settings import Settings, load_settings
from wangjian.surveying import run_survey
from wangjian.targets.registering import TargetBook, target_at
from wangjian.walls import hand_over_walls

__all__ = ["add_to"]

_STATE_CODES = {RunState.COMPLETE: ExitCode.DONE, RunState.PARTIAL: ExitCode.PARTIAL, RunState.FAILED: ExitCode.NO}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    surveys = typer.Typer(help="监测采集", no_args_is_help=True)
    surveys.command("run", help="采集一个或多个网址，并完成比对、研判与线索")(survey_run)
    surveys.command("list", help="列出历次采集")(survey_list)
    surveys.command("resume", help="续采中断的一次采集")(survey_resume)
    surveys.command("show", help="一次采集的统计、失败样本、失明部分与告警")(survey_show)
    surveys.command("watch", help="实时查看一次正在进行的采集")(survey_watch)
    surveys.command("stop", help="请求停止一次采集：在途读完即止，可续采")(survey_stop)
    surveys.command("health", help="各监测对象的采集是否健康：近几次采集与未关闭的告警")(survey_health)
    add_alarms(surveys)
    surveys.command("impact", help="打印对站点的影响记录（请求、字节、出错占比、答复时间、间隔）")(survey_impact)
    add_history_to(surveys)
    add_archive_to(surveys)
    app.add_typer(surveys, name="survey")


MaxPages = Annotated[
    int | None,
    typer.Option("--max-pages", min=1, max=1_000_000, help="每个网址最多读取的页数；不填按监测对象，新网址 5000"),
]
DelaySeconds = Annotated[
    float | None,
    typer.Option("--delay", min=0.0, max=3600.0, help="同一主机两次访问的间隔（秒）；不填按监测对象，新网址 1"),
]


DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="试跑：只读入口页、robots 与站点地图，说明将访问什么，不保存")
]


Preserve = Annotated[bool, typer.Option("--preserve", help="高级别的新线索立即固证（先固后问）")]


def survey_run(
    urls: Annotated[list[str], typer.Argument(metavar="URL…", help="入口网址，如 https://example.cn/")],
    max_pages: MaxPages = None,
    delay: DelaySeconds = None,
    dry_run: DryRunOption = False,
    preserve: Preserve = False,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Survey addresses to the end, then match, assess and make leads."""
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    guard = AddressGuard(allow_private=settings.network.allow_private)
    for url in urls:
        guard.destination(*guard.check_url(url))
    with opened(data_dir, allow_private=allow_private) as services:
        targets = _targets(services, urls, max_pages=max_pages, delay_seconds=delay, keep=not dry_run)
        if dry_run:
            return tell_dry_run(services, settings, targets, as_json=as_json)
        runs = [_visit(services, settings, target) for target in targets]
        return _conclude(services, settings, runs, as_json=as_json, preserve=preserve)


def survey_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every run, newest first."""
    with opened(data_dir) as services:
        rows = [run.model_dump(mode="json") for run in services.survey.runs()]
    for row in rows:
        row["read"] = row["outcomes"].get("read", 0) + row["outcomes"].get("unchanged", 0)
    columns = {
        "run_id": "采集",
        "target_id": "对象",
        "state": "状态",
        "started_at": "开始",
        "read": "读取页",
        "missing": "缺失",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有采集过；用 wangjian survey run URL 开始")
    return ExitCode.DONE


def survey_resume(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="采集编号，见 survey list")],
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Take up a run where it was cut off."""
    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    with opened(data_dir, allow_private=allow_private) as services:
        target = services.survey.target(services.survey.run(run_id).target_id)
        run = _visit(services, settings, target, run_id=run_id)
        return _conclude(services, settings, [run], as_json=as_json)


def _targets(
    services: Services, urls: list[str], *, max_pages: int | None, delay_seconds: float | None, keep: bool
) -> list[Target]:
    """The registered target of each address, else a new one; the options hold for this run only where it is known."""
    said = {"max_pages": max_pages, "delay_seconds": delay_seconds}
    changes = {name: value for name, value in said.items() if value is not None}
    book = TargetBook(services.survey.targets())
    found: dict[str, Target] = {}
    for url in urls:
        target, known = target_at(book, url, now=services.clock())
        if target.state is not TargetState.ACTIVE:
            say(f"监测对象 {target.name} 已暂停或移出监测，这一次仍按吩咐采集")
        found[target.target_id] = changed = target.model_copy(update=changes)
        if keep and not known:
            services.survey.save_target(changed)
    return list(found.values())


def _visit(services: Services, settings: Settings, target: Target, *, run_id: str = "") -> Run:
    chosen = run_id or stable_id("run", target.target_id, services.clock().isoformat())
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("已读 {task.completed} / 已知 {task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[stand]}"),
        console=progress_console(),
        transient=True,
    ) as bar:
        line = bar.add_task(f"采集 {target.name}", total=None, stand="")

        def tell(_: Run, counts: dict[FrontierState, int]) -> None:
            done = counts.get(FrontierState.DONE, 0) + counts.get(FrontierState.FAILED, 0)
            bar.update(line, completed=done, total=sum(counts.values()), stand=_stand(services, chosen))

        run = run_survey(services, settings, target, run_id=chosen, progress=tell)
    hand_over_walls(services, run)
    say(f"采集 {target.name}：{RUN_STATES[run.state]}，读取 {_pages_read(run)} 页")
    return run


def _stand(services: Services, run_id: str) -> str:
    """What a run waits for, else when it will be done."""
    board = services.boards.progress(run_id)
    if board is None:
        return ""
    return board.waiting or (f"约还需 {duration(board.left_seconds)}" if board.left else "")


def _conclude(services: Services, settings: Settings, runs: list[Run], *, as_json: bool, preserve: bool = False) -> int:
    if all(run.state is RunState.FAILED for run in runs):
        reasons = "；".join(reason for run in runs for reason in run.missing)
        raise FetchError(f"没有读到任何页面：{reasons}", cure="检查网址是否可访问，再试一次")
    pictures = [flow.read_pictures(services, settings, target_id=run.target_id) for run in runs]
    wanted = [run.target_id for run in runs if settings.images.wants(run.target_id)]
    pictures += [flow.read_images(services, settings, target_id=one) for one in wanted]
    reports = [*pictures, flow.match(services), flow.assess(services), flow.lead(services, preserve_first=preserve)]
    while preserve and (kept := preserve_next(services, settings)) is not None:
        say(f"先固后问 {kept.url}：{WANTED_WORDS[kept.state]} {kept.problem}".rstrip())
    shops = sum(1 for _ in services.survey.shops())
    listings = sum(1 for _ in services.survey.listings())
    leads = sum(1 for _ in services.leads.leads())
    lines = [f"店铺 {shops} 家，商品 {listings} 个，线索 {leads} 条"]
    lines += [f"{run.run_id} {RUN_STATES[run.state]}" for run in runs]
    lines += [f"未读到：{reason}" for run in runs for reason in run.missing]
    lines += [reason for report in reports for reason in report.missing]
    lines += [f"未能读取（失明，其中“没有”不作数）：{reason}" for run in runs for reason in run.blind]
    emit(
        {"runs": runs, "stages": reports, "shops": shops, "listings": listings, "leads": leads},
        as_json=as_json,
        text="\n".join(lines),
    )
    return max((_STATE_CODES.get(run.state, ExitCode.PARTIAL) for run in runs), default=ExitCode.DONE)


def _pages_read(run: Run) -> str:
    unchanged = run.outcomes.get(Outcome.UNCHANGED, 0)
    read = run.outcomes.get(Outcome.READ, 0) + unchanged
    return f"{read}（其中 {unchanged} 未变化）" if unchanged else str(read)
