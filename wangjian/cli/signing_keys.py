"""`wangjian evidence keys list|rotate`: the organisation's signing keys and until when each is believed."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Annotated

import typer

from evidence.rotating import SigningKey, rotate_key, signing_keys
from evidence.signing import signing_usage
from offices.audit import AuditAction, Caller, record
from records.errors import ExitCode
from wangjian.cli.options import AsJson, DataDir, emit, opened
from wangjian.settings import load_settings

__all__ = ["add_keys_to"]

_CHINA = timezone(timedelta(hours=8))


def add_keys_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    keys = typer.Typer(help="签名密钥：查看、更换", no_args_is_help=True)
    keys.command("list", help="列出现用与已停用的签名密钥及其有效期")(keys_list)
    keys.command("rotate", help="更换签名密钥：新密钥即刻可用，旧密钥到期后的签名不再被承认")(keys_rotate)
    evidence.add_typer(keys, name="keys")


def keys_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every key, the current one first."""
    settings = load_settings(data_dir=data_dir)
    with opened(data_dir):
        found = signing_keys(settings.data_dir / "keys", signing_usage(settings.evidence.organisation))
    emit([_plain(one) for one in found], as_json=as_json, text="\n".join(map(_in_words, found)))
    return ExitCode.DONE


def keys_rotate(
    hours: Annotated[
        float, typer.Option("--hours", min=0.0, max=720.0, help="旧密钥再承认几小时；在此之内重启 serve")
    ] = 24.0,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A new key under the same root; the log goes on, older packages verify as before."""
    settings = load_settings(data_dir=data_dir)
    chosen = settings.evidence
    with opened(data_dir) as services:
        now = services.clock()
        made = rotate_key(
            settings.data_dir / "keys",
            signing_usage(chosen.organisation),
            now=now,
            ends=now + timedelta(hours=hours),
            passphrase=chosen.key_passphrase.get_secret_value(),
        )
        caller = Caller(account=None, origin="命令行")
        record(services.audit, caller, action=AuditAction.KEY_ROTATED, at=now, detail=f"新密钥 {made.sha256}")
    text = (
        f"{_in_words(made)}\n请在 {hours:g} 小时内重启 serve，并重新导出、公布根证书文件（wangjian evidence trust）："
        "旧密钥何时停用写在其中"
    )
    emit(_plain(made), as_json=as_json, text=text)
    return ExitCode.DONE


def _plain(key: SigningKey) -> dict[str, object]:
    return {
        "sha256": key.sha256,
        "subject": key.subject,
        "since": key.since.isoformat(),
        "until": key.until.isoformat(),
        "current": key.current,
    }


def _in_words(key: SigningKey) -> str:
    since, until = (each.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M") for each in (key.since, key.until))
    state = "现用" if key.current else "停用"
    return f"{state}  {since} 至 {until}（北京时间）  {key.subject}\n      SHA-256 {key.sha256}"
