"""What may be done with an alarm: settled with a note, handed to somebody; and that a closed one stays closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from records.errors import InvalidInputError, TransitionRefusedError
from records.health import Alarm, AlarmState

__all__ = ["assign", "settle"]

_LONGEST_NOTE = 1000


def settle(*, by: str, note: str, at: datetime, accepted: bool) -> Callable[[Alarm], Alarm]:
    """The change that closes an alarm.

    Args:
        by: Login of who closes it.
        accepted: What is now is usual from now on.

    Raises:
        InvalidInputError: No note.
        TransitionRefusedError: From the change: it is closed already.
    """
    said = note.strip()[:_LONGEST_NOTE]
    if not said:
        raise InvalidInputError("处理告警须写明情况", cure="用 --note 写明怎样处理的")

    def change(alarm: Alarm) -> Alarm:
        _check_open(alarm)
        told = {"state": AlarmState.SETTLED, "closed_at": at, "closed_by": by, "note": said, "accepted": accepted}
        return alarm.model_copy(update=told)

    return change


def assign(*, to: str) -> Callable[[Alarm], Alarm]:
    """The change that hands an alarm to somebody. Raises TransitionRefusedError from the change as settle does."""

    def change(alarm: Alarm) -> Alarm:
        _check_open(alarm)
        return alarm.model_copy(update={"assignee": to})

    return change


def _check_open(alarm: Alarm) -> None:
    if alarm.state is not AlarmState.OPEN:
        raise TransitionRefusedError(
            f"告警 {alarm.alarm_id} 已经关闭（{alarm.closed_by or '自动恢复'}），不能再改",
            cure="如仍有问题，下一次采集会另开告警",
        )
