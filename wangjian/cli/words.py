"""Chinese words for what surveys and their health are told in on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.health import AlarmKind, AlarmState
from records.survey import RunState

__all__ = ["ALARM_WORDS", "ALARM_STATES", "RUN_STATES", "duration"]

RUN_STATES: Mapping[RunState, str] = MappingProxyType(
    {
        RunState.RUNNING: "进行中",
        RunState.COMPLETE: "完整",
        RunState.PARTIAL: "部分完成",
        RunState.FAILED: "失败",
    }
)

ALARM_WORDS: Mapping[AlarmKind, str] = MappingProxyType(
    {
        AlarmKind.COVERAGE: "字段缺失",
        AlarmKind.ZERO: "没有商品",
        AlarmKind.CANARY: "试读页不符",
        AlarmKind.DRIFT: "模板变动",
        AlarmKind.OUTCOME: "读取失败增多",
        AlarmKind.LISTINGS: "商品骤减",
        AlarmKind.ROBOTS: "robots 变更",
        AlarmKind.SPEED: "站点变慢",
        AlarmKind.WALL: "需人工处理",
    }
)

ALARM_STATES: Mapping[AlarmState, str] = MappingProxyType(
    {AlarmState.OPEN: "未关闭", AlarmState.RECOVERED: "已恢复", AlarmState.SETTLED: "已处理"}
)


def duration(seconds: float | None) -> str:
    """Seconds for a sentence.

    >>> duration(None), duration(45), duration(3700)
    ('未知', '45 秒', '1 小时 2 分')
    """
    if seconds is None:
        return "未知"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} 秒"
    hours, minutes = divmod(whole // 60 + (whole % 60 >= 30), 60)
    return f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"
