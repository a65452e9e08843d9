"""Receiving: everything of a bundle is checked before anything of it is believed, and before anything is taken in.

In this order: a sound file, a known version, a known sender that is not revoked, its signature over the manifest, us as
the receiver, the right direction, the time, every member against the manifest, and last the number in the channel.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from exchange.bundling import FORMAT
from exchange.members import MANIFEST, SEALS, Limits, opened_zip, read_member, stream_member
from exchange.sealing import check_seals, sealed_bytes
from exchange.ways import check_direction
from records.digests import Digests, digests_of, digests_of_chunks
from records.errors import BundleRefusedError, NotFoundError
from records.exchange import Bundle, BundleItem, BundleManifest, Identity, Peer, RefusalReason
from records.exchange_ports import SealChecker

__all__ = ["Arrival", "Reader", "check_sequence", "verified"]

_CURE = "未收录任何内容；请发送单位重发"
_SEALS_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who receives, when, and by which means a sender is known and a signature checked."""

    us: Identity
    now: datetime
    checker: SealChecker
    peer: Callable[[str], Peer]


class Arrival:
    """A verified bundle, open: its records and files may now be read."""

    def __init__(
        self, archive: zipfile.ZipFile, manifest: BundleManifest, content: bytes, peer: Peer, signer: str
    ) -> None:
        self._archive = archive
        self.manifest = manifest
        self.peer = peer
        self.signer = signer
        self.bundle_id = digests_of(content).sha256

    def content(self, item: BundleItem) -> bytes:
        """A record's bytes."""
        return read_member(self._archive, item.member, at_most=item.content.size_bytes)

    def file(self, sha256: str) -> Iterator[bytes]:
        """A file's bytes, a piece at a time."""
        size = next(one.size_bytes for one in self.manifest.files if one.sha256 == sha256)
        return stream_member(self._archive, f"files/{sha256}", at_most=size)


@contextmanager
def verified(path: Path, reader: Reader) -> Iterator[Arrival]:
    """Open a bundle and check everything about it but its place in the channel.

    Raises:
        BundleRefusedError: With the reason; as much as is known of the sender and number goes with it.
    """
    with opened_zip(path) as archive:
        content = read_member(archive, MANIFEST, at_most=Limits.MANIFEST_BYTES)
        _check_format(content)
        manifest = _manifest(content)
        with _named(manifest, content):
            peer = _peer(manifest, reader)
            if SEALS not in archive.namelist():
                raise _refused(RefusalReason.UNSIGNED, "没有签名")
            signer = check_seals(
                content,
                read_member(archive, SEALS, at_most=_SEALS_BYTES),
                name=FORMAT,
                checker=reader.checker,
                trust_pem=peer.trust_pem,
                at=reader.now,
                sm2=manifest.sm2,
            )
            _check_address(manifest, reader, peer)
            _check_members(archive, manifest)
        yield Arrival(archive, manifest, content, peer, signer)


def check_sequence(arrival: Arrival, last: Bundle | None) -> None:
    """Whether a bundle that is not in the ledger follows the last one of its channel.

    Raises:
        BundleRefusedError: REPLAYED, GAP (the missing number is named) or BROKEN_CHAIN.
    """
    manifest, follows = arrival.manifest, (last.sequence if last else 0) + 1
    with _named(manifest, b"", bundle_id=arrival.bundle_id):
        if manifest.sequence < follows:
            raise _refused(RefusalReason.REPLAYED, f"序号 {manifest.sequence} 已收过另一包，末号为 {follows - 1}")
        if manifest.sequence > follows:
            missing = f"{follows}" if manifest.sequence == follows + 1 else f"{follows} 至 {manifest.sequence - 1}"
            raise BundleRefusedError(
                f"缺少第 {missing} 号包，第 {manifest.sequence} 号暂不能收录",
                cure=f"先收录第 {missing} 号包，或请 {manifest.sender_name or manifest.sender} 重发",
                reason=RefusalReason.GAP,
            )
        if manifest.previous_sha256 != (last.bundle_id if last else None):
            raise _refused(RefusalReason.BROKEN_CHAIN, f"第 {manifest.sequence} 号包所载前一包的摘要与收到的不符")


def _check_format(content: bytes) -> None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise _refused(RefusalReason.NOT_A_BUNDLE, "清单无法读取") from exc
    told = document.get("format") if isinstance(document, dict) else None
    if told != FORMAT:
        raise BundleRefusedError(
            f"格式版本不认识：{str(told)[:40]}（本机认识 {FORMAT}）",
            cure="双方使用相容的版本后重发",
            reason=RefusalReason.UNKNOWN_FORMAT,
        )


def _manifest(content: bytes) -> BundleManifest:
    try:
        manifest = BundleManifest.model_validate_json(content)
    except ValidationError as exc:
        where = "、".join(".".join(map(str, one["loc"])) for one in exc.errors()[:3])
        raise _refused(RefusalReason.NOT_A_BUNDLE, f"清单不合格式：{where}") from exc
    if sealed_bytes(manifest) != content:
        raise _refused(RefusalReason.ALTERED, "清单不是规范形式，可能被改动")
    return manifest


def _peer(manifest: BundleManifest, reader: Reader) -> Peer:
    try:
        peer = reader.peer(manifest.sender)
    except NotFoundError as exc:
        raise BundleRefusedError(
            f"发送单位未登记：{manifest.sender}（自称 {manifest.sender_name[:40]}）",
            cure="核实来源后登记：wangjian exchange peers add 名片文件",
            reason=RefusalReason.UNKNOWN_SENDER,
        ) from exc
    if peer.revoked_at is not None:
        raise BundleRefusedError(
            f"与 {peer.name} 的往来已停止：{peer.revoked_reason}",
            cure="查明后重新登记其新名片",
            reason=RefusalReason.REVOKED,
        )
    return peer


def _check_address(manifest: BundleManifest, reader: Reader, peer: Peer) -> None:
    if manifest.receiver != reader.us.code:
        raise _refused(RefusalReason.WRONG_RECEIVER, f"该包发给 {manifest.receiver}，本单位是 {reader.us.code}")
    check_direction(peer.relation, manifest.direction, frozenset(item.kind for item in manifest.items))
    if reader.now > manifest.expires_at:
        raise _refused(RefusalReason.EXPIRED, f"该包的有效期至 {manifest.expires_at:%Y-%m-%d %H:%M} UTC，已过")


def _check_members(archive: zipfile.ZipFile, manifest: BundleManifest) -> None:
    """The members are exactly those of the manifest, and each is what it says."""
    wanted = {item.member: item.content for item in manifest.items}
    wanted |= {f"files/{one.sha256}": one for one in manifest.files}
    there = set(archive.namelist()) - {MANIFEST, SEALS}
    if len(wanted) != len(manifest.items) + len(manifest.files) or there != set(wanted):
        odd = sorted(there ^ set(wanted))[:1]
        raise _refused(RefusalReason.ALTERED, f"成员与清单不符：{odd[0] if odd else '清单重复列项'}")
    held = {one.sha256 for one in manifest.files}
    if any(not held.issuperset(item.files) for item in manifest.items):
        raise _refused(RefusalReason.ALTERED, "清单所列附件不在包内")
    for name, digests in wanted.items():
        if _digests(archive, name, digests) != digests:
            raise _refused(RefusalReason.ALTERED, f"{name} 的内容与清单所载摘要不符")


def _digests(archive: zipfile.ZipFile, name: str, told: Digests) -> Digests:
    return digests_of_chunks(stream_member(archive, name, at_most=told.size_bytes))


@contextmanager
def _named(manifest: BundleManifest, content: bytes, *, bundle_id: str = "") -> Iterator[None]:
    """A refusal carries what the manifest says of its sender and number, believed or not."""
    try:
        yield
    except BundleRefusedError as exc:
        told = {"sender": manifest.sender, "sequence": manifest.sequence}
        exc.data = {**told, "bundle_id": bundle_id or digests_of(content).sha256, **exc.data}
        raise


def _refused(reason: RefusalReason, said: str) -> BundleRefusedError:
    return BundleRefusedError(said, cure=_CURE, reason=reason)
