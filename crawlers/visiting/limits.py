"""The ends a run may come to before its site does: hours, the day's pages of a host, bytes of the run."""

from __future__ import annotations

from crawlers.visiting.visit import Visit
from network.hours import is_open, next_opening, shanghai_words

__all__ = ["reason_to_stop", "seconds_until_open"]


def reason_to_stop(visit: Visit, host: str) -> str:
    """Why no further request may be made in this run, in Chinese; empty when one may."""
    target = visit.target
    if target.allowed_hours and seconds_until_open(visit) > visit.options.max_wait_seconds:
        spans = "、".join(f"{window.opens:%H:%M}—{window.closes:%H:%M}" for window in target.allowed_hours)
        opens = shanghai_words(next_opening(target.allowed_hours, visit.clock()))
        what = "已到允许时段的终点" if visit.asked_here else "现在不在允许采集的时段"
        return f"{what}（北京时间 {spans}），{opens} 起可续采"
    if target.daily_pages and visit.budget.requests_today(host) >= target.daily_pages:
        return f"主机 {host} 今日的访问已达 {target.daily_pages} 次上限（各次采集合计），明日可续采"
    if visit.impact.size_bytes >= target.max_bytes:
        return f"已达本次采集的字节上限 {target.max_bytes}"
    return ""


def seconds_until_open(visit: Visit) -> float:
    """How long until the target's hours begin; 0.0 within them."""
    windows = visit.target.allowed_hours
    if not windows:
        return 0.0
    now = visit.clock()
    return 0.0 if is_open(windows, now) else max(0.001, (next_opening(windows, now) - now).total_seconds())
