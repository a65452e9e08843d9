"""`wangjian schedule draw …`: 双随机, one officer's seed and anybody's check."""

from __future__ import annotations

from typing import Annotated

import typer

from records.errors import ExitCode, InvalidInputError
from records.ports import Services
from records.sampling import KeptDraw
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.cli.picking import find_target
from wangjian.scheduling.drawing import draw_and_keep, officers_on_duty, population_of_shops, repeat_draw
from wangjian.scheduling.wording import in_china

__all__ = ["add_to"]

Seed = Annotated[str, typer.Option("--seed", help="事先公布的公开种子，如当日开奖号码")]
Count = Annotated[int, typer.Option("--count", min=1, max=1_000_000, help="抽多少")]
WhichDraw = Annotated[str, typer.Argument(metavar="ID", help="抽查编号，见 draw list")]


def add_to(schedules: typer.Typer) -> None:
    """Register the commands below `schedule`."""
    draws = typer.Typer(help="双随机抽查", no_args_is_help=True)
    draws.command("shops", help="抽取网店，并为每户抽两名办案人员")(draw_shops)
    draws.command("officers", help="只抽办案人员")(draw_officers)
    draws.command("list", help="列出历次抽查")(draw_list)
    draws.command("show", help="一次抽查的名单与结果")(draw_show)
    draws.command("verify", help="按公开种子与名单重抽一次，核对结果")(draw_verify)
    schedules.add_typer(draws, name="draw")


def draw_shops(
    seed: Seed,
    count: Count,
    target: Annotated[str, typer.Option("--target", help="只在一个监测对象的网店中抽：编号、名称或网址")] = "",
    region: Annotated[str, typer.Option("--region", help="只在一个行政区划（代码前缀）的网店中抽")] = "",
    shops_only: Annotated[bool, typer.Option("--shops-only", help="不抽人员")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Draw shops, and two officers for each."""
    with opened(data_dir) as services:
        target_id = find_target(services, target).target_id if target else ""
        population = population_of_shops(services, target_id=target_id, region=region)
        if not population.ids:
            raise InvalidInputError(f"没有可抽的网店：{population.told}", cure="先采集，或放宽 --target 与 --region")
        officers = None if shops_only else officers_on_duty(services)
        kept = draw_and_keep(services, population, officers, seed=seed, count=count)
        _emit_draw(services, kept, as_json=as_json)
    return ExitCode.DONE


def draw_officers(seed: Seed, count: Count, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Draw officers alone, as for an inspection of one known shop."""
    with opened(data_dir) as services:
        officers = officers_on_duty(services)
        if not officers.ids:
            raise InvalidInputError("没有可抽的办案人员", cure="wangjian users add LOGIN --role 办案")
        kept = draw_and_keep(services, officers, None, seed=seed, count=count)
        _emit_draw(services, kept, as_json=as_json)
    return ExitCode.DONE


def draw_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every draw ever made, newest first: none is replaced, so that nobody draws until the result pleases."""
    with opened(data_dir) as services:
        rows = [
            {
                "draw_id": kept.draw_id,
                "drawn": in_china(kept.draw.drawn_at),
                "seed": kept.draw.seed,
                "population": kept.population,
                "of": kept.draw.subjects_count,
                "count": len(kept.draw.assignments),
            }
            for kept in services.campaigns.draws()
        ]
    columns = {
        "draw_id": "抽查",
        "drawn": "时间",
        "seed": "种子",
        "population": "名单",
        "of": "名单户数",
        "count": "抽出",
    }
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有抽查过")
    return ExitCode.DONE


def draw_show(draw_id: WhichDraw, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """One draw as it was kept."""
    with opened(data_dir) as services:
        _emit_draw(services, services.campaigns.drawn(draw_id), as_json=as_json)
    return ExitCode.DONE


def draw_verify(draw_id: WhichDraw, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Draw again from the kept lists; exit code 1 when it comes out differently."""
    with opened(data_dir) as services:
        repeated = repeat_draw(services, draw_id)
    told = "一致：同一种子与名单得出同一结果" if repeated.same else "不一致：记录与按种子重抽的结果不同"
    emit({"draw_id": draw_id, "same": repeated.same}, as_json=as_json, text=told)
    return ExitCode.DONE if repeated.same else ExitCode.NO


def _emit_draw(services: Services, kept: KeptDraw, *, as_json: bool) -> None:
    shops = {shop.shop_id: shop.name or shop.url for shop in list(services.survey.shops())}
    people = {account.login: account.name for account in services.accounts.accounts()}
    lines = [
        f"抽查 {kept.draw_id}（{in_china(kept.draw.drawn_at)}）",
        f"公开种子：{kept.draw.seed}",
        f"名单：{kept.population}，{kept.draw.subjects_count} 户，SHA-256 {kept.draw.subjects_sha256}",
    ]
    for number, item in enumerate(kept.draw.assignments, start=1):
        named = shops.get(item.subject_id) or people.get(item.subject_id, "")
        officers = "、".join(people.get(login, login) for login in item.officer_ids)
        lines.append(f"{number}. {item.subject_id} {named}{f'  检查人员：{officers}' if officers else ''}")
    emit(kept, as_json=as_json, text="\n".join(lines))
