"""`wangjian evidence store …`: where evidence rests, what waits before it, and the way to another store."""

from __future__ import annotations

from typing import Annotated

import typer

from records.errors import AwayError, ExitCode
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.keeping_evidence import settle
from wangjian.settings import load_settings
from wangjian.storing import store_status

__all__ = ["add_store_to"]


def add_store_to(evidence: typer.Typer) -> None:
    """Register the commands."""
    store = typer.Typer(help="证据存储：在哪里、是否锁定、待入库", no_args_is_help=True)
    store.command("status", help="证据存在哪里、能否锁定、有多少待入库")(store_shown)
    store.command("settle", help="把存储不可用时留在本机的内容（待入库）存入存储")(store_settle)
    store.command("copy", help="把全部证据复制到另一处存储：逐件校验，从不删除；可重复执行")(store_copy)
    evidence.add_typer(store, name="store")


def store_shown(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """3 while the store is away, 4 while something waits."""
    with opened(data_dir) as services:
        status = store_status(services, load_settings(data_dir=data_dir))
    lines = [f"证据存储 {status.place}（{status.kind}）", f"状态 {status.state}"]
    lines += [f"待入库 {len(status.waiting)} 件，尚在本机而未受对象锁定：wangjian evidence store settle"] * bool(
        status.waiting
    )
    emit(status, as_json=as_json, text="\n".join(lines))
    if not status.ready:
        return ExitCode.AWAY
    return ExitCode.PARTIAL if status.waiting else ExitCode.DONE


def store_settle(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """`serve` does it every minute."""
    with opened(data_dir) as services:
        before = len(services.blobs.waiting())
        try:
            settle(services)
        except AwayError:
            say(f"已入库 {before - len(services.blobs.waiting())} 件，其余仍待入库")
            raise
        left = services.blobs.waiting()
    text = f"已入库 {before - len(left)} 件" + (f"，{len(left)} 件在本机已被改动，未入库" if left else "")
    emit({"stored": before - len(left), "waiting": list(left)}, as_json=as_json, text=text)
    return ExitCode.NO if left else ExitCode.DONE


def store_copy(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="目标，如 s3://主机/桶/前缀，写法同 stores.blobs_url")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Copy, verify, never delete; afterwards set stores.blobs_url."""
    from wangjian.copying_evidence import copy_evidence
    from wangjian.wiring import blobs_at

    with opened(data_dir) as services:
        target = blobs_at(to, load_settings(data_dir=data_dir))
        report = copy_evidence(services, target, tell=lambda number: say(f"已看 {number} 件 …"))
    text = (
        f"已复制 {report.copied} 件（{report.size_bytes} 字节），另有 {report.there_already} 件已在目标中；原存储未动"
    )
    if report.altered:
        text += "\n" + "\n".join(f"内容与其 SHA-256 不符，未复制：{sha256}" for sha256 in report.altered)
    else:
        text += f"\n全部校验一致；改用它：设置 stores.blobs_url = {to}"
    emit(report, as_json=as_json, text=text)
    return ExitCode.NO if report.altered else ExitCode.DONE
