"""`wangjian schedule campaign …` and `wangjian schedule calendar …`: 专项 and 监测日历."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from records.base import stable_id
from records.errors import ExitCode, InvalidInputError
from records.ports import Services
from records.schedules import CalendarEntry, Campaign
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.cli.picking import find_target
from wangjian.scheduling.campaigning import begin_campaign, calendar_of, end_campaign, schedules_of
from wangjian.scheduling.days import china_day
from wangjian.scheduling.wording import STATE_WORDS, in_china
from wangjian.targets.cadence import read_cadence

__all__ = ["add_to"]

Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="首日，如 2026-10-20")]
LastDay = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="末日（含）")]
WhichCampaign = Annotated[str, typer.Argument(metavar="ID", help="专项编号，见 campaign list")]


def add_to(schedules: typer.Typer) -> None:
    """Register the commands below `schedule`."""
    campaigns = typer.Typer(help="专项行动", no_args_is_help=True)
    campaigns.command("add", help="开始一个专项")(campaign_add)
    campaigns.command("list", help="列出专项")(campaign_list)
    campaigns.command("show", help="一个专项：各监测对象采集得如何")(campaign_show)
    campaigns.command("end", help="提前结束一个专项")(campaign_end)
    schedules.add_typer(campaigns, name="campaign")
    calendar = typer.Typer(help="监测日历", no_args_is_help=True)
    calendar.command("list", help="一年中要重点监测的日子")(calendar_list)
    calendar.command("add", help="添入监测日历")(calendar_add)
    schedules.add_typer(calendar, name="calendar")


def campaign_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="专项名称")],
    starts: Day,
    ends: LastDay,
    target: Annotated[list[str], typer.Option("--target", help="监测对象：编号、名称或网址；可重复")],
    cron: Annotated[str, typer.Option("--cron", help="周期：五段 cron（北京时间），或“每天 03:30”")],
    priority: Annotated[int, typer.Option("--priority", min=-100, max=100, help="优先级，大者先采")] = 10,
    basis: Annotated[str, typer.Option("--basis", help="依据，如通知文号")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Begin a campaign over some targets."""
    cadence = read_cadence(cron)
    if not cadence.cron:
        raise InvalidInputError("专项的周期须为固定时刻", cure="例如 --cron '0 */4 * * *'")
    _check_days(starts.date(), ends.date())
    with opened(data_dir) as services:
        campaign = Campaign(
            campaign_id=stable_id("campaign", name, starts.date().isoformat()),
            name=name,
            starts_on=starts.date(),
            ends_on=ends.date(),
            target_ids=tuple(dict.fromkeys(find_target(services, words).target_id for words in target)),
            cron=cadence.cron,
            priority=priority,
            basis=basis,
        )
        made = begin_campaign(services, campaign)
    text = f"专项 {campaign.campaign_id}：{name}，{campaign.starts_on} 至 {campaign.ends_on}，监测对象 {len(made)} 个"
    emit({"campaign": campaign, "schedules": made}, as_json=as_json, text=text)
    return ExitCode.DONE


def campaign_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every campaign, newest first."""
    with opened(data_dir) as services:
        today = china_day(services.clock())
        rows = [
            {**campaign.model_dump(mode="json"), "targets": len(campaign.target_ids), "state": _stage(campaign, today)}
            for campaign in services.campaigns.campaigns()
        ]
    columns = {
        "campaign_id": "专项",
        "name": "名称",
        "starts_on": "首日",
        "ends_on": "末日",
        "targets": "对象数",
        "cron": "周期",
        "state": "状态",
        "basis": "依据",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有专项；用 wangjian schedule campaign add 开始")
    return ExitCode.DONE


def campaign_show(campaign_id: WhichCampaign, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One campaign with what became of each of its due times, counted."""
    with opened(data_dir) as services:
        campaign = services.campaigns.campaign(campaign_id)
        names = {target.target_id: target.name for target in services.survey.targets()}
        rows = [
            {"schedule_id": item.schedule_id, "target": names.get(item.target_id, item.target_id), **found}
            for item in schedules_of(services, campaign_id)
            for found in [_counted(services, item.schedule_id)]
        ]
        stage = _stage(campaign, china_day(services.clock()))
    lines = [
        f"{campaign.name}（{stage}）{campaign.starts_on} 至 {campaign.ends_on} {campaign.basis}".rstrip(),
        *(f"{row['target']}：{row['told'] or '尚未到期'}" for row in rows),
    ]
    emit({"campaign": campaign, "targets": rows}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def campaign_end(campaign_id: WhichCampaign, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """End a campaign before its last day."""
    with opened(data_dir) as services:
        ended = end_campaign(services, campaign_id)
    emit(ended, as_json=as_json, text=f"专项“{ended.name}”已于 {in_china(ended.ended_at)} 结束")
    return ExitCode.DONE


def calendar_list(
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="年份；不填为今年")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The days of a year to watch."""
    with opened(data_dir) as services:
        entries = calendar_of(services, year or china_day(services.clock()).year)
    rows = [
        {
            **entry.model_dump(mode="json"),
            "told": entry.note or ("" if entry.announced else "放假安排未收录，仅列法定日"),
        }
        for entry in entries
    ]
    columns = {"name": "名称", "starts_on": "首日", "ends_on": "末日", "told": "说明"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="监测日历为空")
    return ExitCode.DONE


def calendar_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="名称，如 年货节")],
    starts: Day,
    ends: LastDay,
    note: Annotated[str, typer.Option("--note", help="说明")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Add days to watch."""
    _check_days(starts.date(), ends.date())
    entry = CalendarEntry(name=name, starts_on=starts.date(), ends_on=ends.date(), note=note)
    with opened(data_dir) as services:
        services.campaigns.save_entry(entry)
    emit(entry, as_json=as_json, text=f"已添入监测日历：{name} {entry.starts_on} 至 {entry.ends_on}")
    return ExitCode.DONE


def _check_days(starts: date, ends: date) -> None:
    if ends < starts:
        raise InvalidInputError("末日早于首日", cure="检查 --from 与 --to")


def _stage(campaign: Campaign, today: date) -> str:
    if campaign.ended_at is not None:
        return "已提前结束"
    if today < campaign.starts_on:
        return "未开始"
    return "进行中" if today <= campaign.ends_on else "已结束"


def _counted(services: Services, schedule_id: str) -> dict[str, object]:
    counts: dict[str, int] = {}
    for item in services.schedules.occurrences(schedule_id=schedule_id, limit=100_000):
        counts[STATE_WORDS[item.state]] = counts.get(STATE_WORDS[item.state], 0) + 1
    return {"counts": counts, "told": "，".join(f"{word} {count}" for word, count in counts.items())}
