"""What the commands of the exchange say, and who says it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from exchange.ways import DIRECTION_WORDS, KIND_WORDS
from offices.audit import Caller
from records.errors import InvalidInputError, NotFoundError
from records.exchange import Bundle, BundleWay, ItemKind, Peer
from wangjian.cli.options import emit
from wangjian.exchanging import Received
from wangjian.exchanging_sending import Sending

__all__ = [
    "bundle_row",
    "caller_of",
    "content_of",
    "kinds_of",
    "peer_row",
    "received_line",
    "received_row",
    "tell_sending",
    "who",
]


def caller_of(by: str) -> Caller:
    """The command line and whoever sits there."""
    return Caller(account=None, origin=f"命令行 {who(by)}")


def who(by: str) -> str:
    """Who acts: as told, else the system account."""
    return by.strip() or getpass.getuser()


def kinds_of(words: Sequence[str]) -> tuple[ItemKind, ...]:
    """Kinds by their names. Raises InvalidInputError, naming those there are."""
    try:
        return tuple(ItemKind(word) for word in words)
    except ValueError as exc:
        known = "、".join(f"{kind}（{KIND_WORDS[kind]}）" for kind in ItemKind)
        raise InvalidInputError(f"没有这种内容：{'、'.join(words)[:80]}", cure=known) from exc


def content_of(path: Path, *, at_most: int) -> bytes:
    """A file's bytes. Raises NotFoundError, InvalidInputError when it is too large."""
    try:
        if path.stat().st_size > at_most:
            raise InvalidInputError(f"文件过大，未读取：{path}", cure=f"至多 {at_most} 字节")
        return path.read_bytes()
    except OSError as exc:
        raise NotFoundError(f"文件无法读取：{path}（{exc.strerror or exc}）", cure="核对路径与权限") from exc


def peer_row(peer: Peer) -> dict[str, object]:
    """A peer as values."""
    row = peer.model_dump(mode="json", exclude={"trust_pem"})
    return {**row, "state": f"已停止：{peer.revoked_reason}" if peer.revoked_at else "往来中"}


def bundle_row(one: Bundle) -> dict[str, object]:
    """A bundle of the ledger as values."""
    items = "、".join(f"{KIND_WORDS[kind]} {count}" for kind, count in one.counts.items())
    return {
        "peer": one.peer,
        "way": "发出" if one.way is BundleWay.SENT else "收到",
        "sequence": one.sequence,
        "part": f"{one.part}/{one.parts}",
        "direction": DIRECTION_WORDS[one.direction],
        "state": one.state.value,
        "items": items,
        "size_bytes": one.size_bytes,
        "made_at": one.made_at.isoformat(timespec="minutes"),
        "expires_at": one.expires_at.isoformat(timespec="minutes"),
        "reason": one.reason,
        "bundle_id": one.bundle_id,
        "file": one.file,
    }


def tell_sending(done: Sending, waiting: Sequence[Bundle], *, as_json: bool) -> None:
    """What was handed out, what could not go along, and what no receipt has come for."""
    lines = [f"第 {one.sequence} 号（{one.part}/{one.parts}）：{bundle_row(one)['items']}" for one in done.bundles]
    lines = lines or [f"{done.peer.name} 没有新的内容要发"]
    lines += [f"写到 {path}" for path in done.files]
    lines += [f"未附：{said}" for said in done.lacking[:20]]
    if waiting:
        numbers = "、".join(str(one.sequence) for one in waiting)
        lines.append(f"尚无回执的还有第 {numbers} 号；可用 --again 序号 重发")
    document = {
        "peer": done.peer.code,
        "bundles": [bundle_row(one) for one in done.bundles],
        "files": [str(path) for path in done.files],
        "lacking": done.lacking,
        "unacknowledged": [one.sequence for one in waiting],
    }
    emit(document, as_json=as_json, text="\n".join(lines))


def received_row(one: Received) -> dict[str, object]:
    """What became of a file, as values."""
    return {
        "file": one.file,
        "peer": one.peer,
        "bundle": bundle_row(one.bundle) if one.bundle else None,
        "known": one.known,
        "accepted": len(one.outcomes) - one.refused_items,
        "refused": one.refused_items,
        "notes": [each for each in one.outcomes if not each.accepted or each.note],
        "refusal": one.refusal,
    }


def received_line(one: Received) -> str:
    """The same in words."""
    if one.refusal is not None:
        return f"{one.file}：拒收，{one.refusal.reason}。{one.refusal.detail}"
    assert one.bundle is not None
    if one.bundle.way is BundleWay.SENT:
        return f"{one.file}：第 {one.bundle.sequence} 号包的回执，{one.bundle.state} {one.bundle.reason}".rstrip()
    if one.known:
        return f"{one.file}：第 {one.bundle.sequence} 号包以前已收录，未重复"
    said = f"{one.file}：第 {one.bundle.sequence} 号包已收录 {len(one.outcomes) - one.refused_items} 项"
    lines = [said + (f"，拒收 {one.refused_items} 项" if one.refused_items else "")]
    for each in one.outcomes:
        if not each.accepted or each.note:
            lines.append(
                f"  {KIND_WORDS[each.kind]} {each.item_id}："
                f"{'' if each.accepted else '拒收，'}{each.reason or each.note}"
            )
    return "\n".join(lines)
