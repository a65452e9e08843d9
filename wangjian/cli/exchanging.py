"""`wangjian exchange …`: bundles between zones and bureaus, their receipts, and the matters they carry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from records.errors import ExitCode, InvalidInputError, StorageFullError
from records.exchange import ItemKind, Relation
from wangjian.cli.exchange_words import (
    bundle_row,
    caller_of,
    content_of,
    kinds_of,
    peer_row,
    received_line,
    received_row,
    tell_sending,
)
from wangjian.cli.exchanging_matters import add_matters_to
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.exchanging import receive, write_receipts
from wangjian.exchanging_keys import add_peer, card_of, revoke_peer, root_fingerprint
from wangjian.exchanging_sending import send, send_again, unacknowledged
from wangjian.settings import load_settings

__all__ = ["add_to"]

_RELATIONS = {
    "collecting": Relation.COLLECTING,
    "working": Relation.WORKING,
    "upper": Relation.UPPER,
    "lower": Relation.LOWER,
    "level": Relation.LEVEL,
}

By = Annotated[str, typer.Option("--by", help="经办人；不填用系统账户名")]
Code = Annotated[str, typer.Argument(metavar="PEER", help="往来单位的代码，见 exchange peers list")]
To = Annotated[str, typer.Option("--to", help="往来单位的代码，见 exchange peers list")]
Peer = Annotated[str, typer.Option("--peer", help="只看这个单位的代码")]
Out = Annotated[Path, typer.Option("-o", "--output", help="写到哪个目录（移动介质或交换目录）")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    exchange = typer.Typer(help="往来：两区与上下级局之间的签名摆渡包、回执、移送与协查", no_args_is_help=True)
    exchange.command("card", help="写出本单位名片，交给对方登记")(exchange_card)
    peers = typer.Typer(help="往来单位", no_args_is_help=True)
    peers.command("add", help="登记对方的名片（再次登记即更新）")(peers_add)
    peers.command("list", help="列出往来单位")(peers_list)
    peers.command("revoke", help="停止与一个单位的往来")(peers_revoke)
    exchange.add_typer(peers, name="peers")
    exchange.command("send", help="把对方尚未收到的内容装成摆渡包")(exchange_send)
    exchange.command("receive", help="验签并收录摆渡包与回执")(exchange_receive)
    exchange.command("receipts", help="写出应给对方的回执")(exchange_receipts)
    exchange.command("status", help="收发台账：待回执、被拒收、已收录")(exchange_status)
    add_matters_to(exchange)
    app.add_typer(exchange, name="exchange")


def exchange_card(
    output: Annotated[Path, typer.Option("-o", "--output", help="名片文件")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Who we are, for the other side to register."""
    with opened(data_dir) as services:
        content, us = card_of(services), services.identity
        root = root_fingerprint(services.signer.certificate_pem)
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"名片写不了：{output}（{exc.strerror or exc}）", cure="换一个目录") from exc
    emit(
        {**us.model_dump(mode="json"), "root_sha256": root, "file": str(output)},
        as_json=as_json,
        text=f"{us.name}（代码 {us.code}，{us.zone}）的名片已写到 {output}\n根证书指纹 {root}\n"
        "请用电话等另一途径把指纹告诉对方核对",
    )
    return ExitCode.DONE


def peers_add(
    file: Annotated[Path, typer.Argument(metavar="CARD", help="对方的名片文件")],
    relation: Annotated[str, typer.Option("--as", help=f"对方是本单位的什么：{' | '.join(_RELATIONS)}")],
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="对方另外告知的根证书指纹，不符即不登记")] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Register a peer by its card, after comparing the fingerprint."""
    if relation not in _RELATIONS:
        words = "、".join(f"{key}（{value}）" for key, value in _RELATIONS.items())
        raise InvalidInputError(f"没有这种关系：{relation[:40]}", cure=words)
    content = content_of(file, at_most=1_000_000)
    with opened(data_dir) as services:
        peer = add_peer(services, content, _RELATIONS[relation], caller=caller_of(by), fingerprint=fingerprint)
    checked = "指纹相符" if fingerprint else "请与对方核对指纹"
    text = f"已登记{peer.relation} {peer.name}（代码 {peer.code}）；根证书 {peer.root_sha256}，{checked}"
    emit(peer_row(peer), as_json=as_json, text=text)
    return ExitCode.DONE


def peers_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All, those revoked too."""
    with opened(data_dir) as services:
        rows = [peer_row(one) for one in services.exchange.peers()]
    columns = {
        "code": "代码",
        "name": "名称",
        "relation": "关系",
        "region_code": "区划",
        "state": "状态",
        "root_sha256": "根证书",
    }
    emit_rows(
        rows, as_json=as_json, columns=columns, empty="尚未登记往来单位；对方的名片由 wangjian exchange card 写出"
    )
    return ExitCode.DONE


def peers_revoke(
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="原因")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Neither take from a peer nor send to it any more."""
    with opened(data_dir) as services:
        peer = revoke_peer(services, code, reason=reason, caller=caller_of(by))
    emit(peer_row(peer), as_json=as_json, text=f"已停止与 {peer.name} 的往来；以前收到的证据照旧可核验")
    return ExitCode.DONE


def exchange_send(
    to: To,
    output: Out,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=f"只发这些：{' | '.join(ItemKind)}；不填为该方向全部，可重复")
    ] = None,
    again: Annotated[int, typer.Option("--again", min=0, help="重发台账中的第几号包")] = 0,
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """What the peer does not have yet, in bundles; or one of the ledger again."""
    kinds = kinds_of(kind or ())
    settings, caller = load_settings(data_dir=data_dir), caller_of(by)
    with opened(data_dir) as services:
        if again:
            path = send_again(services, to, again, output, caller=caller)
            emit({"file": str(path), "sequence": again}, as_json=as_json, text=f"第 {again} 号包已重新写到 {path}")
            return ExitCode.DONE
        done = send(services, to, output, kinds=kinds, chosen=settings.exchange, caller=caller)
        waiting = [
            one for one in unacknowledged(services, to) if one.bundle_id not in {b.bundle_id for b in done.bundles}
        ]
    tell_sending(done, waiting, as_json=as_json)
    return ExitCode.PARTIAL if done.lacking else ExitCode.DONE


def exchange_receive(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="摆渡包（.wjx）与回执（.receipt.json）")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Bundles are taken in whole or not at all; exit 1 when one was refused, 4 when some of its items were."""
    with opened(data_dir) as services:
        done = receive(services, files, caller=caller_of(by))
    emit({"files": [received_row(one) for one in done]}, as_json=as_json, text="\n".join(map(received_line, done)))
    if any(one.refusal is not None for one in done):
        return ExitCode.NO
    return ExitCode.PARTIAL if any(one.refused_items for one in done) else ExitCode.DONE


def exchange_receipts(output: Out, peer: Peer = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every receipt we owe, to be carried back."""
    with opened(data_dir) as services:
        written = write_receipts(services, output, code=peer)
    text = "\n".join(str(path) for path in written) or "没有要给出的回执"
    emit({"files": [str(path) for path in written]}, as_json=as_json, text=text)
    return ExitCode.DONE


def exchange_status(peer: Peer = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """The ledger by peer, and what was refused here."""
    with opened(data_dir) as services:
        bundles = services.exchange.bundles(peer=peer)
        refusals = services.exchange.refusals(peer=peer)
    rows = [bundle_row(one) for one in bundles]
    if as_json:
        emit({"bundles": rows, "refusals": refusals}, as_json=True, text="")
        return ExitCode.DONE
    columns = {
        "peer": "单位",
        "way": "收发",
        "sequence": "序号",
        "state": "状态",
        "items": "内容",
        "made_at": "制作",
        "reason": "说明",
    }
    emit_rows(rows, as_json=False, columns=columns, empty="还没有收发过摆渡包")
    for one in refusals:
        number = f"第 {one.sequence} 号" if one.sequence else one.file_sha256[:16]
        say(f"拒收 {one.at:%Y-%m-%d %H:%M} UTC　{one.peer or '来源不明'} {number}：{one.reason}，{one.detail}")
    return ExitCode.DONE
