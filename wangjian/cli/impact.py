"""`wangjian survey impact`: what surveys asked of a site and how it fared, to be shown to its owner."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from records.errors import ExitCode, NotFoundError
from records.ports import SurveyStore
from records.survey import Run, SiteImpact, Target
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["LAW", "survey_impact"]

LAW = "《网络数据安全管理条例》第十八条"
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_STATUSES = {"2xx": "正常", "3xx": "跳转或无变化", "4xx": "拒绝或没有", "5xx": "服务器出错", "none": "没有答复"}


def survey_impact(
    reference: Annotated[str, typer.Argument(metavar="RUN|TARGET", help="采集编号（survey list）或监测对象编号")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The impact record of a run, or of every run of a target, newest first."""
    with opened(data_dir) as services:
        target, runs = _runs_of(services.survey, reference)
    kept = [run for run in runs if run.impact is not None]
    if not kept and not as_json:
        emit({}, as_json=False, text="没有影响记录：该对象还没有采集过，或采集早于影响记录的启用")
        return ExitCode.DONE
    if as_json:
        emit({"law": LAW, "target_id": target.target_id, "runs": [_plain(run) for run in kept]}, as_json=True, text="")
        return ExitCode.DONE
    console = Console(soft_wrap=False)
    for run in kept:
        console.print(_table(target, run), markup=False)
    console.print(f"依据：{LAW}（自动化工具访问、收集网络数据，应当评估对网络服务带来的影响）", markup=False)
    return ExitCode.DONE


def _runs_of(survey: SurveyStore, reference: str) -> tuple[Target, tuple[Run, ...]]:
    try:
        run = survey.run(reference)
    except NotFoundError:
        pass
    else:
        return survey.target(run.target_id), (run,)
    try:
        target = survey.target(reference)
    except NotFoundError as exc:
        raise NotFoundError(
            f"没有这次采集，也没有这个监测对象：{reference[:200]}",
            cure="用 wangjian survey list 或 wangjian targets list 查编号",
        ) from exc
    return target, survey.runs(target.target_id)


def _plain(run: Run) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "state": run.state.value,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "impact": run.impact.model_dump(mode="json") if run.impact is not None else None,
    }


def _table(target: Target, run: Run) -> Table:
    impact = run.impact if run.impact is not None else SiteImpact()
    began = run.started_at.astimezone(_SHANGHAI)
    ended = run.finished_at.astimezone(_SHANGHAI) if run.finished_at else None
    table = Table(title=f"影响记录：{target.name}（{run.run_id}）", title_justify="left", show_edge=False)
    table.add_column("项目")
    table.add_column("数值", overflow="fold")
    for name, value in (
        ("采集时间（北京时间）", f"{began:%Y-%m-%d %H:%M:%S} 至 {f'{ended:%Y-%m-%d %H:%M:%S}' if ended else '进行中'}"),
        ("请求数", f"{impact.requests_sent}"),
        ("收到字节", f"{impact.bytes_received}（{impact.bytes_received / 1_000_000:.2f} MB）"),
        ("答复", _answers(impact)),
        ("服务器出错（5xx）占比", f"最初 {impact.first_5xx_share:.1%}，最后 {impact.last_5xx_share:.1%}"),
        ("答复时间中位数", f"最初 {impact.first_seconds:.3f} 秒，最后 {impact.last_seconds:.3f} 秒"),
        (
            "保持的间隔",
            f"{impact.delay_seconds:.2f} 秒（声明 {target.delay_seconds:g} 秒，同时 {target.concurrency} 个）",
        ),
        ("站点要求静默", f"{impact.silences} 次，均已遵守"),
        ("等待合计", f"{impact.waited_seconds:.1f} 秒（间隔、静默与时段）"),
    ):
        table.add_row(name, value)
    return table


def _answers(impact: SiteImpact) -> str:
    return "，".join(f"{_STATUSES.get(name, name)} {count}" for name, count in impact.statuses.items()) or "没有"
