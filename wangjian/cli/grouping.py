"""`wangjian match groups`: the shops that seem to be of one hand, and what says so."""

from __future__ import annotations

from typing import Annotated

import typer

from matching.groups.remaking import Grouping
from records.errors import ExitCode
from records.groups import HeldBack, SellerGroup
from records.ports import Services
from wangjian.cli import group_ruling
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.grouping import group_sellers

__all__ = ["add_to"]

_MOST_REASONS = 6


def add_to(matching: typer.Typer) -> None:
    """Register the command beneath `match`."""
    matching.command("groups", help="关联组：哪些网店像是同一经营者的，凭什么")(groups)
    group_ruling.add_to(matching)


def groups(
    shop: Annotated[str, typer.Option("--shop", metavar="SHOP", help="只看这家网店所在的组")] = "",
    least: Annotated[int, typer.Option("--min", min=2, max=100_000, help="至少多少家网店的组")] = 2,
    held: Annotated[bool, typer.Option("--held", help="同时列出因过于常见而不采信的共同之处")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Group all surveyed shops anew, keep the groups' ids, and show them, the largest first."""
    with opened(data_dir) as services:
        if shop:
            services.survey.shop(shop)  # says so when there is none
        grouping = group_sellers(services)
        shown = _chosen(services, shop, least)
        names = {shop_id: services.survey.shop(shop_id).name for group in shown for shop_id in group.shop_ids}
    document = {
        "shop_count": grouping.shop_count,
        "changed_count": len(grouping.changed),
        "groups": shown,
        "held_back": grouping.held_back if held else (),
    }
    lines = [line for group in shown for line in _in_words(group, names)]
    lines += [_held_in_words(each) for each in grouping.held_back if held]
    emit(document, as_json=as_json, text="\n".join([*lines, _summary(grouping, shown)]))
    return ExitCode.DONE if shown else ExitCode.NO


def _chosen(services: Services, shop_id: str, least: int) -> list[SellerGroup]:
    if shop_id:
        found = services.groups.group_of(shop_id)
        return [found] if found is not None and len(found.shop_ids) >= least else []
    chosen = [group for group in services.groups.groups() if len(group.shop_ids) >= least]
    return sorted(chosen, key=lambda group: (-len(group.shop_ids), group.group_id))


def _in_words(group: SellerGroup, names: dict[str, str]) -> list[str]:
    subjects = f"，公示主体 {len(group.subjects)} 个：{'、'.join(group.subjects)}" if group.subjects else ""
    lines = [f"{group.group_id}  {len(group.shop_ids)} 家网店{subjects}"]
    lines += [f"  {shop_id}  {names[shop_id] or '（无店名）'}" for shop_id in group.shop_ids]
    lines += [f"  理由（{link.weight:.1f}）：{link.sentence}" for link in group.links[:_MOST_REASONS]]
    if len(group.links) > _MOST_REASONS:
        lines.append(f"  另有 {len(group.links) - _MOST_REASONS} 项共同之处，见 --json")
    return lines


def _held_in_words(held: HeldBack) -> str:
    return f"不采信：{held.kind.value} {held.value}：{held.reason}"


def _summary(grouping: Grouping, shown: list[SellerGroup]) -> str:
    return (
        f"网店 {grouping.shop_count} 家；关联组 {len(shown)} 个，涉及 {sum(len(g.shop_ids) for g in shown)} 家；"
        f"因过于常见不采信 {len(grouping.held_back)} 项。关联只供核查，不是认定"
    )
