"""`wangjian evidence hold|release|destroy`: evidence is held against destruction; two persons alone destroy it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence.retention import Wish, ask_destruction, destroy, hold, release
from evidence.transparency import log_means_of
from records.errors import ExitCode, InvalidInputError, PermissionRefusedError
from records.people import Account, Role
from records.ports import Services
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.custody_notes import COMMAND_LINE
from wangjian.settings import load_settings

__all__ = ["add_retention_to"]

CaptureId = Annotated[str, typer.Argument(metavar="CAPTURE_ID", help="固证编号")]
By = Annotated[str, typer.Option("--by", help="办理人的账号")]
Reason = Annotated[str, typer.Option("--reason", help="理由，写入保管链")]


def add_retention_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    evidence.command("hold", help="冻结证据：解除之前任何人不得销毁")(evidence_hold)
    evidence.command("release", help="解除冻结（须由冻结人以外的人办理）")(evidence_release)
    evidence.command("destroy", help="销毁留存期满的证据：一人 --ask 申请，另一人（负责人）批准，出具销毁证书")(
        evidence_destroy
    )


def evidence_hold(
    capture_id: CaptureId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False
) -> int:
    """A legal hold: a request to destroy it falls."""
    with opened(data_dir) as services:
        wish = _wish(services, by, reason, chief=False)
        event = hold(log_means_of(services), services.evidence.capture(capture_id), wish)
    emit(event, as_json=as_json, text=f"已冻结 {capture_id}（保管链第 {event.sequence} 条）")
    return ExitCode.DONE


def evidence_release(
    capture_id: CaptureId, by: By, reason: Reason, data_dir: DataDir = None, as_json: AsJson = False
) -> int:
    """End a hold; another person than who placed it, and a 负责人."""
    with opened(data_dir) as services:
        wish = _wish(services, by, reason, chief=True)
        event = release(log_means_of(services), services.evidence.capture(capture_id), wish)
    emit(event, as_json=as_json, text=f"已解除冻结 {capture_id}（保管链第 {event.sequence} 条）")
    return ExitCode.DONE


def evidence_destroy(
    capture_id: CaptureId,
    by: By,
    reason: Reason,
    ask: Annotated[bool, typer.Option("--ask", help="只是申请；批准由另一人不带此项再执行一次")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One person asks, another (负责人) approves within thirty days; then the bytes go and a certificate stays."""
    with opened(data_dir) as services:
        capture, means = services.evidence.capture(capture_id), log_means_of(services)
        wish = _wish(services, by, reason, chief=not ask)
        if ask:
            event = ask_destruction(means, capture, wish, keep_days=_keep_days(data_dir))
            emit(event, as_json=as_json, text=f"已申请销毁 {capture_id}，三十日内由另一人批准")
        else:
            certificate = destroy(means, capture, wish)
            document = {"capture_id": capture_id, "certificate": certificate}
            emit(document, as_json=as_json, text=f"已销毁 {capture_id}，销毁证书 SHA-256 {certificate.sha256}")
    return ExitCode.DONE


def _keep_days(data_dir: Path | None) -> int:
    return load_settings(data_dir=data_dir).evidence.keep_days


def _wish(services: Services, by: str, reason: str, *, chief: bool) -> Wish:
    account = _account(services, by)
    if chief and Role.CHIEF not in account.roles:
        raise PermissionRefusedError(f"{by} 不是负责人，不能批准", cure="由负责人的账号办理")
    return Wish(actor=account.login, role="、".join(account.roles), reason=reason, origin=COMMAND_LINE)


def _account(services: Services, by: str) -> Account:
    account = services.accounts.account_by_login(by)
    if account is None or not account.active:
        raise InvalidInputError(f"没有这个在用的账号：{by}", cure="账号见 wangjian users list")
    return account
