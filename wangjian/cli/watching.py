"""`wangjian survey show | watch | stop`: how a run went, how one stands, and asking one to end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawlers.health.fields import word_of_field
from crawlers.health.words import KIND_WORDS, OUTCOME_WORDS
from matching.licence_images.engine import RECOGNITION_CURE, recognition_missing
from records.errors import ExitCode, NotFoundError
from records.health import GroupCoverage, RunProgress, RunStatistics
from records.licence_standing import PictureStanding, standing_of
from records.ports import Services
from records.survey import Outcome, Page, Run, RunState
from wangjian.cli.options import AsJson, DataDir, emit, opened, progress_console
from wangjian.cli.words import ALARM_WORDS, RUN_STATES, duration

__all__ = ["RunId", "run_of", "survey_show", "survey_stop", "survey_watch"]

RunId = Annotated[str, typer.Argument(metavar="RUN", help="采集编号，见 survey list；前几位即可")]
_SEEN = (Outcome.READ, Outcome.UNCHANGED)
_SAMPLES = 3
_STALE_SECONDS = 30
_LEAST_LETTERS = 4


def run_of(services: Services, reference: str) -> Run:
    """A run by its identifier or by how it begins (`run_` may be left out).

    Raises:
        NotFoundError: None or several begin so.
    """
    try:
        return services.survey.run(reference)
    except NotFoundError:
        begin = reference if reference.startswith("run_") else f"run_{reference}"
        if len(reference) < _LEAST_LETTERS:
            raise
        found = [run for run in services.survey.runs() if run.run_id.startswith(begin)]
        if len(found) != 1:
            raise
        return found[0]


def survey_show(run_id: RunId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Statistics of a run, failures by reason with samples, what was blind, alarms."""
    with opened(data_dir) as services:
        run = run_of(services, run_id)
        statistics = services.health.statistics(run.run_id)
        failures = _failures(services, run)
        alarms = [alarm for alarm in services.health.alarms(run.target_id) if alarm.run_id == run.run_id]
        board = services.boards.progress(run.run_id)
        name = services.survey.target(run.target_id).name
        pictures = standing_of(services.licences, target_id=run.target_id)
    document = {
        "run": run, "statistics": statistics, "failures": failures, "alarms": alarms, "progress": board,
        "licence_pictures": asdict(pictures),
    }  # fmt: skip
    lines = [f"采集 {run.run_id}　{name}　{RUN_STATES[run.state]}"]
    lines += [f"没有读到：{reason}" for reason in run.missing]
    lines += [f"未能读取（失明）：{reason}" for reason in run.blind]
    if statistics is not None:
        lines += _statistics_lines(statistics)
    elif board is not None:
        lines += _progress_lines(board)
    for outcome, samples in failures.items():
        lines.append(f"{OUTCOME_WORDS[outcome]} {run.outcomes.get(outcome, len(samples))} 个，如：")
        lines += [f"  {page.url}　{page.reason}" for page in samples]
    lines += _pictures_lines(pictures)
    lines += [f"告警 {alarm.alarm_id}　{ALARM_WORDS[alarm.kind]}：{alarm.why}" for alarm in alarms]
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def survey_watch(run_id: RunId, data_dir: DataDir = None) -> int:
    """Show a run live until it ends; Ctrl-C ends the watching, not the run."""
    with opened(data_dir) as services:
        run = run_of(services, run_id)
        with Live(console=progress_console(), refresh_per_second=2, transient=False) as live:
            for stand in _stands(services, run.run_id):
                live.update(stand)
        ended = services.survey.run(run.run_id)
    emit(ended, as_json=False, text=f"采集 {ended.run_id}：{RUN_STATES[ended.state]}；详情 wangjian survey show RUN")
    return ExitCode.DONE


def survey_stop(
    run_id: RunId,
    reason: Annotated[str, typer.Option("--reason", help="为什么停止，写入记录")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Ask a run to finish what is on its way and end; it can be resumed."""
    with opened(data_dir) as services:
        run = run_of(services, run_id)
        if run.state is not RunState.RUNNING:
            said = f"采集 {run.run_id} 已经结束（{RUN_STATES[run.state]}），无需停止"
            emit({"run_id": run.run_id, "asked": False, "state": run.state.value}, as_json=as_json, text=said)
            return ExitCode.NO
        services.boards.ask_stop(run.run_id, reason)
    emit(
        {"run_id": run.run_id, "asked": True, "reason": reason},
        as_json=as_json,
        text=f"已请求停止 {run.run_id}：在途页面读完即止，未读部分可用 wangjian survey resume {run.run_id} 续采",
    )
    return ExitCode.DONE


def _pictures_lines(pictures: PictureStanding) -> list[str]:
    if not pictures.waiting:
        return [pictures.sentence] if pictures.total else []
    absent = recognition_missing()
    cure = f"没有文字识别部件（{'、'.join(absent)}）；{RECOGNITION_CURE}；再" if absent else ""
    return [f"{pictures.sentence}；{cure}运行 wangjian match licences 读出"]


def _failures(services: Services, run: Run) -> dict[Outcome, list[Page]]:
    found: dict[Outcome, list[Page]] = {}
    for page in services.survey.pages(run.run_id):
        if page.outcome not in _SEEN and len(some := found.setdefault(page.outcome, [])) < _SAMPLES:
            some.append(page)
    return found


def _statistics_lines(statistics: RunStatistics) -> list[str]:
    told = [f"{OUTCOME_WORDS[outcome]} {count}" for outcome, count in statistics.outcomes.items()]
    seconds = statistics.seconds_per_page
    answered = f"，答复中位 {seconds:.2f} 秒" if seconds is not None else ""
    return [
        f"地址 {statistics.pages} 个：{'，'.join(told)}",
        f"商品 {statistics.listings} 个（新见 {statistics.new_listings}，不见 {statistics.gone_listings}），"
        f"网店 {statistics.shops} 家；每分钟 {statistics.pages_per_minute:g} 页{answered}",
        *(_coverage_line(group) for group in statistics.coverage),
    ]


def _coverage_line(group: GroupCoverage) -> str:
    fields = "，".join(f"{word_of_field(name)} {group.share(name):.0%}" for name in group.fields)
    return f"  {group.family} {KIND_WORDS[group.kind]} {group.pages} 页：{fields}"


def _progress_lines(board: RunProgress) -> list[str]:
    lines = [
        f"已完成 {board.done} / 已知 {board.known}，待读 {board.left}；每分钟 {board.pages_per_minute:g} 页，"
        f"预计还需 {duration(board.left_seconds)}；已见商品 {board.listings} 个"
    ]
    if board.waiting:
        lines.append(f"正在等待：{board.waiting}")
    lines += [f"在途：{url}" for url in board.in_flight[:_SAMPLES]]
    return lines


def _stands(services: Services, run_id: str) -> Iterator[RenderableType]:
    while True:
        run, board = services.survey.run(run_id), services.boards.progress(run_id)
        yield _stand(run, board, stale=_is_stale(services, board))
        if run.state is not RunState.RUNNING:
            return
        time.sleep(0.5)


def _is_stale(services: Services, board: RunProgress | None) -> bool:
    return board is not None and (services.clock() - board.at).total_seconds() > _STALE_SECONDS


def _stand(run: Run, board: RunProgress | None, *, stale: bool) -> RenderableType:
    if board is None:
        return Text(f"采集 {run.run_id}　{RUN_STATES[run.state]}　尚无进度")
    lines = [Text(line) for line in _progress_lines(board)]
    if stale:
        lines.append(Text("采集进程已有半分钟没有报告，可能已中断；可用 wangjian survey resume 续采", style="bold"))
    table = Table(show_edge=False, header_style="bold")
    for heading in ("模板", "页面", "页数", "覆盖"):
        table.add_column(heading)
    for group in islice(board.coverage, 8):
        fields = "，".join(f"{word_of_field(name)} {group.share(name):.0%}" for name in list(group.fields)[:8])
        table.add_row(group.family, KIND_WORDS[group.kind], str(group.pages), fields)
    return Group(Text(f"采集 {run.run_id}　{RUN_STATES[run.state]}", style="bold"), *lines, table)
