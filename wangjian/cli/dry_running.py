"""`wangjian survey run --dry-run`: what would be visited, told before anything is."""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.health.words import KIND_WORDS
from network.hours import shanghai_words
from records.errors import ExitCode
from records.ports import Services
from records.survey import Target
from wangjian.cli.options import emit
from wangjian.cli.words import duration
from wangjian.dry_run import DryRun, Fetched, dry_run
from wangjian.settings import Settings

__all__ = ["tell_dry_run"]


def tell_dry_run(services: Services, settings: Settings, targets: Sequence[Target], *, as_json: bool) -> int:
    """Look at each target; PARTIAL when one could not be looked at."""
    looks = [dry_run(services, settings, target) for target in targets]
    text = "\n\n".join("\n".join(_lines(look)) for look in looks)
    emit({"dry_runs": looks}, as_json=as_json, text=text)
    return ExitCode.PARTIAL if any(look.problem or not look.robots_reachable for look in looks) else ExitCode.DONE


def _lines(look: DryRun) -> list[str]:
    lines = [f"试跑 {look.name}（{look.target_id}），未保存任何内容"]
    if look.problem:
        lines.append(f"未能查看：{look.problem}")
    robots = "可读" if look.robots_reachable else "无法读取，按规定不予访问"
    delay = f"，要求间隔 {look.robots_delay_seconds:g} 秒" if look.robots_delay_seconds else ""
    maps = f"，站点地图 {len(look.sitemaps)} 个" if look.sitemaps else ""
    lines.append(f"robots.txt：{robots}{delay}{maps}")
    lines.append(f"范围：{'、'.join(look.scope)}")
    lines += [f"已读：{_fetched(one)}" for one in look.fetched]
    lines.append(f"将访问（入口与站点地图上已见 {sum(look.kinds.values())} 个地址）：")
    for kind, count in look.kinds.items():
        lines.append(f"  {KIND_WORDS[kind]} {count} 个，如 {look.samples[kind][0]}")
    lines.append(f"不访问：范围以外 {look.outside} 个，robots.txt 不允许 {look.refused} 个")
    daily = f"，每日上限 {look.daily_pages} 次" if look.daily_pages else ""
    lines.append(f"间隔 {look.delay_seconds:g} 秒，本次页数上限 {look.max_pages}{daily}")
    hours = "现在可以采集" if look.open_now else f"现在不在允许时段，下次为 {shanghai_words(look.opens_at)}（北京时间）"
    lines.append(hours)
    lines.append(f"就已见地址至少需要 {duration(look.least_seconds)}；途中还会发现更多")
    return lines


def _fetched(one: Fetched) -> str:
    reason = f"　{one.reason}" if one.reason else ""
    return f"{one.url}　{one.status if one.status is not None else '未取得'}　{one.size_bytes} 字节{reason}"
