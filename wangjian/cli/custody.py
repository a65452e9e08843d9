"""`wangjian evidence custody|hand|renew`: who did what to a capture, other hands it went into, archive time stamps."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.renewal import renew_package
from evidence.transparency import log_means_of
from network.hours import shanghai_words
from records.digests import digests_of_chunks
from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.evidence import CustodyAction
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.custody_notes import note_handing, note_renewal

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
    evidence.command("renew", help="为旧证据包加盖存档时间戳（续期），写成新文件")(evidence_renew)


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


def evidence_renew(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="要续期的证据包，须核验通过")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="NEW", help="续期后的证据包写到哪里")],
    operator: Annotated[str, typer.Option("--operator", help="操作人；不填用系统账户名")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """An archive time stamp over everything an old package holds; the old file stays as it is."""
    if output.exists():
        raise InvalidInputError(f"已有这个文件：{output}", cure="换一个 -o，旧包不会被改写")
    with opened(data_dir) as services:
        try:
            stamps = renew_package(package, output, log_means_of(services))
        except OSError as exc:
            raise StorageFullError(f"证据包写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o 再试") from exc
        with output.open("rb") as file:
            digests = digests_of_chunks(iter(lambda: file.read(1 << 20), b""))
        note_renewal(services, package, digests.sha256, actor=operator or getpass.getuser())
    document = {"file": str(output), "timestamp": stamps.state.value, "package": digests}
    emit(document, as_json=as_json, text=f"已续期（{stamps.state.value}），写到 {output}\nSHA-256 {digests.sha256}")
    return ExitCode.DONE
