"""`wangjian survey health` and `wangjian survey alarms …`: whether surveys still see, and what is done about it."""

from __future__ import annotations

from typing import Annotated

import typer

from network.hours import shanghai_words
from records.errors import ExitCode, NotFoundError
from records.health import Alarm, RunStatistics
from records.ports import Services
from records.survey import Target
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.cli.words import ALARM_STATES, ALARM_WORDS, RUN_STATES

__all__ = ["add_alarms", "survey_health"]

_RUNS = 5


def add_alarms(surveys: typer.Typer) -> None:
    """Register `alarms` with what can be done about one."""
    alarms = typer.Typer(help="列出告警；settle 处理、assign 指派", invoke_without_command=True)
    alarms.callback()(alarms_list)
    alarms.command("settle", help="处理并关闭一条告警，须写明情况")(alarms_settle)
    alarms.command("assign", help="把一条告警指派给人员")(alarms_assign)
    surveys.add_typer(alarms, name="alarms")


AlarmId = Annotated[str, typer.Argument(metavar="ID", help="告警编号，见 survey alarms")]


def survey_health(
    target_id: Annotated[str, typer.Argument(metavar="[TARGET]", help="监测对象编号；不填列出全部")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Each target: its newest runs against its past, and its open alarms."""
    with opened(data_dir) as services:
        targets = [services.survey.target(target_id)] if target_id else list(services.survey.targets())
        found = [_health_of(services, target) for target in targets]
    rows = [row for row in found if row["runs"] or target_id]
    if as_json:
        emit(rows, as_json=True, text="")
    else:
        lines = [line for row in rows for line in _health_lines(row)]
        emit(rows, as_json=False, text="\n".join(lines) or "还没有采集记录；用 wangjian survey run URL 开始")
    return ExitCode.NO if any(row["alarms"] for row in rows) else ExitCode.DONE


def alarms_list(
    context: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help="只列未关闭的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every alarm, newest first."""
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    with opened(data_dir) as services:
        names = {target.target_id: target.name for target in services.survey.targets()}
        rows = [_row(alarm, names) for alarm in services.health.alarms(open_only=only_open)]
    columns = {
        "alarm_id": "编号",
        "state_words": "状态",
        "kind_words": "告警",
        "target_name": "监测对象",
        "why": "情况",
        "runs": "连续次数",
        "assignee": "承办",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有告警")
    return ExitCode.DONE


def alarms_settle(
    alarm_id: AlarmId,
    note: Annotated[str, typer.Option("--note", help="怎样处理的（必填）")],
    accept: Annotated[bool, typer.Option("--accept", help="现状即为正常：以后以此为基线，不再就此告警")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Close an alarm with a note."""
    from offices.alarms import settle

    with opened(data_dir) as services:
        alarm = services.health.change_alarm(
            alarm_id, settle(by="命令行", note=note, at=services.clock(), accepted=accept)
        )
    emit(alarm, as_json=as_json, text=f"已处理告警 {alarm.alarm_id}：{alarm.note}")
    return ExitCode.DONE


def alarms_assign(
    alarm_id: AlarmId,
    login: Annotated[str, typer.Option("--to", help="人员的登录名")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Hand an alarm to an officer."""
    from offices.alarms import assign

    with opened(data_dir) as services:
        if services.accounts.account_by_login(login) is None:
            raise NotFoundError(f"没有登录名为 {login[:60]} 的账号", cure="wangjian users list 列出账号")
        alarm = services.health.change_alarm(alarm_id, assign(to=login))
    emit(alarm, as_json=as_json, text=f"告警 {alarm.alarm_id} 已指派给 {alarm.assignee}")
    return ExitCode.DONE


def _row(alarm: Alarm, names: dict[str, str]) -> dict[str, object]:
    return {
        **alarm.model_dump(mode="json"),
        "state_words": ALARM_STATES[alarm.state],
        "kind_words": ALARM_WORDS[alarm.kind],
        "target_name": names.get(alarm.target_id, alarm.target_id),
    }


def _health_of(services: Services, target: Target) -> dict[str, object]:
    return {
        "target": target,
        "runs": services.health.past_statistics(target.target_id, limit=_RUNS),
        "alarms": services.health.alarms(target.target_id, open_only=True),
    }


def _health_lines(row: dict[str, object]) -> list[str]:
    target, runs, alarms = row["target"], row["runs"], row["alarms"]
    assert isinstance(target, Target) and isinstance(runs, tuple) and isinstance(alarms, tuple)
    state = f"未关闭告警 {len(alarms)} 条" if alarms else "健康" if runs else "还没有采集过"
    lines = [f"{target.name}（{target.target_id}）：{state}"]
    for run in runs:
        assert isinstance(run, RunStatistics)
        mark = "" if run.healthy else "　未能读全，其中“没有”不作数"
        counts = f"{run.pages} 页　商品 {run.listings} 个"
        lines.append(f"  {shanghai_words(run.started_at)}　{RUN_STATES[run.state]}　{counts}{mark}")
    lines += [f"  告警 {alarm.alarm_id}　{ALARM_WORDS[alarm.kind]}：{alarm.why}" for alarm in alarms]
    return lines
