"""What each step does to the periods of a lead (domain 5.4): starts, prolongs, stops or ends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from leads.clocks import (
    ASSISTANCE_WORKING_DAYS,
    CHECK_WORKING_DAYS,
    EXTENSION_WORKING_DAYS,
    NEGOTIATION_WORKING_DAYS,
    Card,
    CardColour,
    card_of,
    day_in_china,
    due_after,
    working_days_between,
)
from records.errors import InvalidInputError
from records.leads import Lead, LeadState

__all__ = ["card_of_lead", "due_now", "with_clock"]

_Changed = tuple[Lead, str]
_TIMED = (LeadState.ACCEPTED, LeadState.CHECKING, LeadState.ORDERED)


def due_now(lead: Lead) -> date | None:
    """The day that presses first, of the step or of the 核查 or 责令改正. None while 鉴定 stops the clock."""
    if lead.stopped_on is not None:
        return None
    days = [day for day in (lead.step_due_on, lead.due_on) if day is not None]
    return min(days, default=None)


def card_of_lead(lead: Lead, today: date) -> Card:
    """The card of what presses first. A period that should run and has no last day is `UNKNOWN`, never silent."""
    due = due_now(lead)
    if lead.stopped_on is not None:
        return Card(colour=CardColour.NONE, sentence="鉴定、辨认期间，期限停止计算")
    if due is None and lead.state in _TIMED:
        return Card(colour=CardColour.UNKNOWN, sentence="期限待定，用“定期限”写明")
    return card_of(due, today)


def with_clock(lead: Lead, step: str, *, until: date | None, now: datetime) -> _Changed:
    """The lead with its periods after a step, and a note of what could not be worked out, with the cure.

    Args:
        until: The last day an officer set (责令改正, 定期限).

    Raises:
        InvalidInputError: A day is needed, or lies in the past.
    """
    today = day_in_china(now)
    if until is not None and until < today:
        raise InvalidInputError(f"期限 {until} 已经过去", cure="写今天或以后的日期，如 2026-12-05")
    change = _CHANGES.get(step)
    if change is None:
        return _ended(lead)
    return change(lead, until, today)


def _kept(lead: Lead, _until: date | None, _today: date) -> _Changed:
    return lead.model_copy(update={"step_due_on": None}), ""


def _begun(lead: Lead, _until: date | None, today: date) -> _Changed:
    due, note = _due(today, CHECK_WORKING_DAYS)
    return lead.model_copy(update={"due_on": due, "extended": False}), note


def _prolonged(lead: Lead, _until: date | None, today: date) -> _Changed:
    due, note = _due(lead.due_on or today, EXTENSION_WORKING_DAYS)
    return lead.model_copy(update={"due_on": due, "extended": True}), note


def _set(lead: Lead, until: date | None, _today: date) -> _Changed:
    if until is None:
        raise InvalidInputError("“定期限”须写明日期", cure="写明期限的最后一日，如 2026-12-05")
    return lead.model_copy(update={"due_on": until}), f"期限定为 {until}"


def _ordered(lead: Lead, until: date | None, _today: date) -> _Changed:
    note = f"改正期限至 {until}" if until else "改正期限未写明，写明（定期限）后才能安排到期复查"
    return lead.model_copy(update={"due_on": until, "step_due_on": None}), note


def _assisted(lead: Lead, _until: date | None, today: date) -> _Changed:
    due, note = _due(today, ASSISTANCE_WORKING_DAYS)
    return lead.model_copy(update={"step_due_on": due}), note


def _negotiated(lead: Lead, _until: date | None, today: date) -> _Changed:
    due, note = _due(today, NEGOTIATION_WORKING_DAYS)
    return lead.model_copy(update={"due_on": None, "step_due_on": due}), note


def _stopped(lead: Lead, _until: date | None, today: date) -> _Changed:
    return lead.model_copy(update={"stopped_on": today}), "鉴定、辨认期间不计入核查期限"


def _resumed(lead: Lead, _until: date | None, today: date) -> _Changed:
    """The working days it stood still are added."""
    running = {"stopped_on": None}
    if lead.due_on is None or lead.stopped_on is None:
        return lead.model_copy(update=running), ""
    try:
        stood = working_days_between(lead.stopped_on, today)
        due: date | None = due_after(lead.due_on, stood)
        note = f"期限顺延 {stood} 个工作日，至 {due}" if stood else ""
    except InvalidInputError as exc:
        due, note = None, f"期限待定：{exc}"
    return lead.model_copy(update={**running, "due_on": due}), note


def _taken_back(lead: Lead, _until: date | None, today: date) -> _Changed:
    due, note = _due(today, CHECK_WORKING_DAYS)
    return lead.model_copy(update={"due_on": due, "step_due_on": None, "extended": False}), note


def _returned(lead: Lead, _until: date | None, _today: date) -> _Changed:
    return _ended(lead.model_copy(update={"extended": False}))


def _corrected_not(lead: Lead, _until: date | None, today: date) -> _Changed:
    """拒不改正: back to 核查, with a period of its own."""
    return _begun(lead, None, today)


def _ended(lead: Lead) -> _Changed:
    return lead.model_copy(update={"due_on": None, "step_due_on": None, "stopped_on": None}), ""


_CHANGES: Mapping[str, Callable[[Lead, date | None, date], _Changed]] = MappingProxyType(
    {
        "派单": _kept,
        "签收": _begun,
        "核查": _kept,
        "延期核查": _prolonged,
        "定期限": _set,
        "退回": _returned,
        "重新研判": _returned,
        "责令改正": _ordered,
        "拒不改正": _corrected_not,
        "平台未处理": _kept,
        "通知平台": _kept,
        "报请立案": _kept,
        "不批准立案": _kept,
        "协查": _assisted,
        "协查回函": _kept,
        "委托鉴定": _stopped,
        "鉴定完毕": _resumed,
        "移送异议": _negotiated,
        "收回管辖": _taken_back,
    }
)
"""Steps that leave a period running; every other one ends them all."""


def _due(start: date, working_days: int) -> tuple[date | None, str]:
    try:
        return due_after(start, working_days), ""
    except InvalidInputError as exc:
        return None, f"期限待定：{exc}；确定后用“定期限”写明"
