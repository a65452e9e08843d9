"""`wangjian evidence custody|hand`: who did what to a capture, and that it went into other hands."""

from __future__ import annotations

import getpass
from enum import StrEnum
from typing import Annotated

import typer

from network.hours import shanghai_words
from records.errors import ExitCode
from records.evidence import CustodyAction
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.custody_notes import note_handing

__all__ = ["add_custody_to"]

CaptureId = Annotated[str, typer.Argument(metavar="CAPTURE_ID", help="固证编号")]


class Handing(StrEnum):
    """移交: to another authority with the case; 交付: a copy to a party or a court."""

    TRANSFER = "移交"
    COPY = "交付"


def add_custody_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    evidence.command("custody", help="查看一次固证的保管链")(evidence_custody)
    evidence.command("hand", help="登记证据移交其他机关，或交付当事人、法院")(evidence_hand)


def evidence_custody(capture_id: CaptureId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every event of one capture, oldest first."""
    with opened(data_dir) as services:
        services.evidence.capture(capture_id)
        events = list(services.evidence.custody(capture_id))
    lines = [
        f"{event.sequence}  {shanghai_words(event.at)}  {event.action.value}  {event.actor}"
        + "".join(f"  {each}" for each in (event.role, event.origin, event.reason) if each)
        for event in events
    ]
    emit({"events": events}, as_json=as_json, text="\n".join(lines) or "保管链中还没有它的记录")
    return ExitCode.DONE


def evidence_hand(
    capture_id: CaptureId,
    to: Annotated[str, typer.Option("--to", help="给谁：机关、法院或当事人")],
    how: Annotated[Handing, typer.Option("--as", help="移交（随案移送）或交付（提供副本）")] = Handing.TRANSFER,
    reason: Annotated[str, typer.Option("--reason", help="事由，如移送案由、调取函号")] = "",
    operator: Annotated[str, typer.Option("--operator", help="经办人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Write into the chain that a package went into other hands; the log's head is stamped as of then."""
    actor = operator or getpass.getuser()
    with opened(data_dir) as services:
        capture = services.evidence.capture(capture_id)
        event = note_handing(services, capture, CustodyAction(how.value), actor=actor, to=to, reason=reason)
    emit(event, as_json=as_json, text=f"已登记：{event.reason}（保管链第 {event.sequence} 条）")
    return ExitCode.DONE
