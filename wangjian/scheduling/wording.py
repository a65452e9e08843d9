"""Schedules and occurrences in Chinese, as the command line writes them."""

from __future__ import annotations

from datetime import datetime

from records.schedules import MisfirePolicy, OccurrenceState
from wangjian.scheduling.cron import CHINA

__all__ = ["POLICY_WORDS", "STATE_WORDS", "in_china"]

STATE_WORDS = {
    OccurrenceState.DUE: "待采",
    OccurrenceState.LEASED: "已领取",
    OccurrenceState.RUNNING: "采集中",
    OccurrenceState.DONE: "完成",
    OccurrenceState.PARTIAL: "部分完成",
    OccurrenceState.FAILED: "失败",
    OccurrenceState.MISSED: "错过",
    OccurrenceState.SKIPPED: "跳过",
}
POLICY_WORDS = {MisfirePolicy.COALESCE: "补采一次", MisfirePolicy.SKIP: "不补采", MisfirePolicy.ALL: "逐次补采"}


def in_china(moment: datetime | None) -> str:
    """`2026-03-02 03:30` in Asia/Shanghai; empty for none."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if moment is not None else ""
