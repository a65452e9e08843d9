"""`wangjian schedule …`: when targets are visited, and what became of each due time."""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from typing import Annotated

import typer

from records.errors import ExitCode, InvalidInputError, NotFoundError
from records.ports import Services
from records.schedules import DayKind, MisfirePolicy, Occurrence, OccurrenceState, Schedule
from wangjian.cli import sampling_draws
from wangjian.cli.campaigning import add_to as add_campaigns
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.cli.picking import find_target
from wangjian.scheduling.cron import CHINA
from wangjian.scheduling.targeting import Terms, schedule_target
from wangjian.scheduling.wording import POLICY_WORDS, STATE_WORDS, in_china
from wangjian.settings import load_settings
from wangjian.targets.cadence import Cadence, cadence_in_words, read_cadence
from wangjian.targets.wishes import hours_in_words, read_hours

__all__ = ["add_to"]

_DUE_SHOWN = 10
_LAST_SHOWN = 10
_OCCURRENCE_COLUMNS = {
    "occurrence_id": "任务",
    "target": "监测对象",
    "due": "到期",
    "word": "状态",
    "started": "开始",
    "finished": "结束",
    "attempts": "次数",
    "reason": "原因",
}

Which = Annotated[str, typer.Argument(metavar="ID", help="采集计划编号，见 schedule list")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    schedules = typer.Typer(help="采集计划", no_args_is_help=True)
    schedules.command("add", help="为监测对象设定采集周期；再次设定即修改")(schedule_add)
    schedules.command("list", help="列出采集计划")(schedule_list)
    schedules.command("show", help="一项计划：随后十次到期与最近的采集任务")(schedule_show)
    schedules.command("pause", help="暂停")(schedule_pause)
    schedules.command("resume", help="恢复")(schedule_resume)
    schedules.command("run-now", help="立即采集一次")(schedule_run_now)
    schedules.command("catch-up", help="补采一次错过或跳过的任务")(schedule_catch_up)
    schedules.command("occurrences", help="采集任务台账：每个到期时刻一条")(schedule_occurrences)
    schedules.command("work", help="执行采集计划，不开控制台")(schedule_work)
    add_campaigns(schedules)
    sampling_draws.add_to(schedules)
    app.add_typer(schedules, name="schedule")


def schedule_add(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="监测对象：编号、名称或网址")],
    cron: Annotated[str, typer.Option("--cron", help="周期：五段 cron（北京时间），或“每天 03:30”“每周一 03:30”")] = "",
    adaptive: Annotated[bool, typer.Option("--adaptive", help="自适应：变化多则勤访，变化少则少访")] = False,
    policy: Annotated[
        MisfirePolicy, typer.Option("--policy", help="错过时：补采一次 coalesce、不补 skip、逐次补采 all")
    ] = MisfirePolicy.COALESCE,
    hours: Annotated[str, typer.Option("--hours", help="允许时段，如 01:00-06:00；不填随监测对象")] = "",
    days: Annotated[DayKind, typer.Option("--days", help="任何日 any、工作日 working、休息日 resting")] = DayKind.ANY,
    starts: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="首日")] = None,
    ends: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="末日（含）")] = None,
    priority: Annotated[int, typer.Option("--priority", min=-100, max=100, help="优先级，大者先采")] = 0,
    jitter: Annotated[int, typer.Option("--jitter", min=0, max=86400, help="起始时刻随机推后至多多少秒")] = 0,
    name: Annotated[str, typer.Option("--name", help="计划名；同一对象要有第二个计划时填写")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Give a target its cadence."""
    if adaptive and cron:
        raise InvalidInputError("--cron 与 --adaptive 只能选一个", cure="去掉其中一个")
    if starts and ends and ends < starts:
        raise InvalidInputError("末日早于首日", cure="检查 --from 与 --to")
    cadence = read_cadence("自适应" if adaptive else cron)
    terms = Terms(
        name=name,
        misfire=policy,
        allowed_hours=read_hours(hours) if hours else None,
        days=days,
        starts_on=starts.date() if starts else None,
        ends_on=ends.date() if ends else None,
        priority=priority,
        jitter_seconds=jitter,
    )
    with opened(data_dir) as services:
        found = find_target(services, target)
        made = schedule_target(services, found.target_id, cron=cadence.cron, revisit=cadence.revisit, terms=terms)
        coming = services.timetable.next_due(made.schedule_id, count=3)
    times = "、".join(in_china(due) for due in coming) or "没有（已过末日）"
    first = "首次立即到期，" if adaptive and made.version == 1 else ""
    text = f"采集计划 {made.schedule_id}：{found.name}，{_words_of(made)}；{first}随后到期 {times}"
    emit({"schedule": made, "next_due": list(map(in_china, coming))}, as_json=as_json, text=text)
    return ExitCode.DONE


def schedule_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every schedule with its next due time and its last occurrence."""
    with opened(data_dir) as services:
        names = _names(services)
        rows = [_schedule_row(services, schedule, names) for schedule in services.schedules.schedules()]
    columns = {
        "schedule_id": "计划",
        "target": "监测对象",
        "cadence": "周期",
        "policy": "错过时",
        "priority": "优先级",
        "paused": "暂停",
        "next": "下次到期",
        "last": "最近一次",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有采集计划；用 wangjian schedule add 设定")
    return ExitCode.DONE


def schedule_show(schedule_id: Which, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One schedule, what comes, and what was."""
    with opened(data_dir) as services:
        schedule = services.schedules.schedule(schedule_id)
        coming = [in_china(due) for due in services.timetable.next_due(schedule_id, count=_DUE_SHOWN)]
        names = _names(services)
        last = services.schedules.occurrences(schedule_id=schedule_id, limit=_LAST_SHOWN)
    lines = [
        f"{schedule.schedule_id} {schedule.name}（{names.get(schedule.target_id, schedule.target_id)}）",
        f"周期：{_words_of(schedule)}{'（已暂停）' if schedule.paused else ''}",
        f"允许时段：{hours_in_words(schedule.allowed_hours) or '任何时刻'}",
        "随后到期：" + ("、".join(coming) or "没有"),
        *(f"{in_china(item.due_at)} {STATE_WORDS[item.state]} {item.reason}".rstrip() for item in last),
    ]
    emit({"schedule": schedule, "next_due": coming, "occurrences": last}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def schedule_pause(schedule_id: Which, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Let nothing of it run until it is resumed."""
    with opened(data_dir) as services:
        changed = services.timetable.pause(schedule_id)
    emit(changed, as_json=as_json, text=f"已暂停 {changed.name}；到期时刻仍记为“跳过”")
    return ExitCode.DONE


def schedule_resume(schedule_id: Which, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Let it run again from its next due time."""
    with opened(data_dir) as services:
        changed = services.timetable.resume(schedule_id)
        coming = services.timetable.next_due(schedule_id, count=1)
    told = in_china(coming[0]) if coming else "没有（已过末日）"
    emit(changed, as_json=as_json, text=f"已恢复 {changed.name}，下次到期 {told}")
    return ExitCode.DONE


def schedule_run_now(
    which: Annotated[str, typer.Argument(metavar="ID|TARGET", help="采集计划编号，或监测对象的编号、名称、网址")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Make a visit due at once; the worker takes it."""
    with opened(data_dir) as services:
        schedule = _schedule_meant(services, which)
        asked = services.timetable.run_now(schedule.schedule_id, reason="立即采集（命令行）")
    emit(asked, as_json=as_json, text=f"已排入 {asked.occurrence_id}，由运行中的 serve 或 schedule work 执行")
    return ExitCode.DONE


def schedule_catch_up(
    occurrence_id: Annotated[str, typer.Argument(metavar="OCCURRENCE", help="采集任务编号，见 schedule occurrences")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Run what was missed or skipped after all."""
    with opened(data_dir) as services:
        due = services.timetable.catch_up(occurrence_id, reason="人工补采（命令行）")
    emit(due, as_json=as_json, text=f"已排入补采 {due.occurrence_id}（原到期 {in_china(due.due_at)}）")
    return ExitCode.DONE


def schedule_occurrences(
    missed: Annotated[bool, typer.Option("--missed", help="只看错过的")] = False,
    since: Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="自哪日起")] = None,
    schedule_id: Annotated[str, typer.Option("--schedule", help="只看一项计划")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="至多多少条")] = 100,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The ledger, newest due time first."""
    with opened(data_dir) as services:
        names = _names(services)
        found = services.schedules.occurrences(
            schedule_id=schedule_id,
            states={OccurrenceState.MISSED} if missed else (),
            since=since.replace(tzinfo=CHINA) if since else None,
            limit=limit,
        )
    rows = [_occurrence_row(item, names) for item in found]
    emit_rows(rows, as_json=as_json, columns=_OCCURRENCE_COLUMNS, empty="没有采集任务")
    return ExitCode.DONE


def schedule_work(allow_private: AllowPrivate = False, data_dir: DataDir = None) -> int:
    """Survey what is due until interrupted; surveys under way are drained and taken up at the next start."""
    from wangjian.keeping_machine import end_interrupted, keep_machine
    from wangjian.scheduled_survey import SurveyWorker

    settings = load_settings(data_dir=data_dir, allow_private=allow_private)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with opened(data_dir, allow_private=allow_private) as services:
        end_interrupted(services, settings)
        worker = SurveyWorker(services, settings, tell=say, share=True)
        duty = threading.Thread(target=keep_machine, args=(services, settings, stopping), name="machine", daemon=True)
        for one in (worker, duty):
            one.start()
        say(
            f"执行采集计划：同时采集至多 {settings.schedule.workers} 项，"
            f"固证 {settings.evidence.captures_at_once} 项（Ctrl-C 结束）"
        )
        stopping.wait()
        say("正在停止：进行中的采集收尾后保留，下次启动续采")
        worker.stop()
    return ExitCode.DONE


def _schedule_meant(services: Services, words: str) -> Schedule:
    try:
        return services.schedules.schedule(words)
    except NotFoundError:
        target = find_target(services, words)
    of_target = services.schedules.schedules(target.target_id)
    if not of_target:
        raise NotFoundError(f"{target.name} 没有采集计划", cure=f"wangjian schedule add {target.target_id} --adaptive")
    return next((item for item in of_target if not item.campaign_id), of_target[0])


def _words_of(schedule: Schedule) -> str:
    words = cadence_in_words(Cadence(cron=schedule.cron, revisit=schedule.revisit))
    season = (
        (f"{schedule.starts_on or ''} 至 {schedule.ends_on or ''}",) if schedule.starts_on or schedule.ends_on else ()
    )
    days = {DayKind.ANY: (), DayKind.WORKING: ("工作日",), DayKind.RESTING: ("休息日",)}[schedule.days]
    return "，".join((words, POLICY_WORDS[schedule.misfire], *days, *season))


def _names(services: Services) -> dict[str, str]:
    return {target.target_id: target.name for target in services.survey.targets()}


def _schedule_row(services: Services, schedule: Schedule, names: dict[str, str]) -> dict[str, object]:
    coming = services.timetable.next_due(schedule.schedule_id, count=1)
    last = services.schedules.occurrences(schedule_id=schedule.schedule_id, limit=1)
    return {
        **schedule.model_dump(mode="json"),
        "target": names.get(schedule.target_id, schedule.target_id),
        "cadence": cadence_in_words(Cadence(cron=schedule.cron, revisit=schedule.revisit)),
        "policy": POLICY_WORDS[schedule.misfire],
        "next": in_china(coming[0]) if coming else "",
        "last": f"{in_china(last[0].due_at)} {STATE_WORDS[last[0].state]}" if last else "",
    }


def _occurrence_row(item: Occurrence, names: dict[str, str]) -> dict[str, object]:
    return {
        **item.model_dump(mode="json", exclude={"token"}),
        "target": names.get(item.target_id, item.target_id),
        "word": STATE_WORDS[item.state],
        "due": in_china(item.due_at),
        "started": in_china(item.started_at),
        "finished": in_china(item.finished_at),
    }
