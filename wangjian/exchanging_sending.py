"""Sending: what is new for a peer since the last time, as bundles in its channel; and sending one again.

The house keeps its own copy of every bundle under `exchange/sent` until it is acknowledged and its time is over. Killed
at any moment, either nothing was sent (the numbers are free and what was written is written over), or the ledger has
the bundles and they are handed out next time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from evidence.custody import CustodyNote, record_event
from exchange.bundling import FORMAT, Channel, Outgoing, make_bundles
from exchange.members import MANIFEST, SEALS, Limits, Member, opened_zip, read_member, stream_member, write_zip
from exchange.sealing import seals_of
from offices.audit import AuditAction, Caller, record
from records.digests import digests_of
from records.errors import BundleRefusedError, IntegrityError, NotFoundError, StorageFullError
from records.evidence import CustodyAction
from records.exchange import FROM_EXCHANGE, Bundle, BundleState, BundleWay, ItemKind, Peer, RefusalReason
from records.ports import Services, Signer
from wangjian.exchanging_items import Gathered, Gathering, gather
from wangjian.exchanging_matters import add_matters, mark_sent
from wangjian.settings import ExchangeSettings

__all__ = ["SENT_FOLDER", "Sending", "hand_out", "peer_in_use", "send", "send_again", "send_items", "unacknowledged"]

_log = structlog.get_logger(__name__)
SENT_FOLDER = "exchange/sent"
WAITING = (BundleState.MADE, BundleState.HANDED_OUT, BundleState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What was handed out: the bundles of this sending, those made before that nobody had taken along, and what could
    not go with them."""

    peer: Peer
    bundles: tuple[Bundle, ...]
    left_over: tuple[Bundle, ...] = ()
    files: tuple[Path, ...] = ()
    lacking: tuple[str, ...] = ()


def send(
    services: Services,
    code: str,
    folder: Path,
    *,
    kinds: Collection[ItemKind] = (),
    chosen: ExchangeSettings,
    caller: Caller,
) -> Sending:
    """Put what is new or changed for a peer into bundles and hand them out into `folder`.

    Raises:
        NotFoundError: No such peer.
        BundleRefusedError: The peer was revoked.
        StorageFullError: The data directory or `folder` cannot be written.
        ConflictError: Somebody sent to the same peer at the same time; nothing was sent.
    """
    peer = peer_in_use(services, code)
    with services.exchange.view() as view:
        making = Gathering(services, view, peer.relation)
        gather(making, peer, kinds)
        add_matters(services, making, peer, kinds)
    sending = send_items(services, peer, making.found, folder, chosen=chosen, caller=caller)
    mark_sent(services, peer)
    return sending


def send_items(
    services: Services, peer: Peer, gathered: Gathered, folder: Path, *, chosen: ExchangeSettings, caller: Caller
) -> Sending:
    """As `send`, of items gathered already."""
    left_over = tuple(one for one in unacknowledged(services, peer.code) if one.state is BundleState.MADE)
    fresh = _fresh(services, peer.code, gathered.items)
    channel = Channel(
        us=services.identity,
        peer=peer,
        last=services.exchange.last_bundle(peer.code, BundleWay.SENT),
        signer=services.signer,
        sm2_signer=services.sm2_signer,
        now=services.clock(),
        valid=timedelta(days=chosen.valid_days),
        part_bytes=chosen.part_bytes,
        open_file=gathered.open_file,
    )
    made = make_bundles(fresh, channel, services.data_dir / SENT_FOLDER, by=caller.login or caller.origin)
    services.exchange.record_sent(made.bundles, made.items)
    _note_custody(
        services, peer, made.bundles, [one.item_id for one in made.items if one.kind is ItemKind.CAPTURE], caller
    )
    files = tuple(hand_out(services, one, folder, caller=caller) for one in (*left_over, *made.bundles))
    _log.info("bundles_sent", peer=peer.code, bundles=len(made.bundles), items=len(made.items))
    return Sending(
        peer=peer,
        bundles=tuple(services.exchange.bundle(one.bundle_id) for one in made.bundles),
        left_over=left_over,
        files=files,
        lacking=tuple(gathered.lacking),
    )


def send_again(services: Services, code: str, sequence: int, folder: Path, *, caller: Caller) -> Path:
    """Hand out a bundle of the ledger once more, signed by today's keys: its content and number are what they were.

    Raises:
        NotFoundError: No such bundle, or our copy of it is gone.
        IntegrityError: Our copy is not what was sent.
    """
    peer = peer_in_use(services, code)
    found = services.exchange.bundles(peer=peer.code, way=BundleWay.SENT, sequence=sequence)
    if not found:
        raise NotFoundError(f"没有发给 {peer.name} 的第 {sequence} 号包", cure="序号见 wangjian exchange status")
    return hand_out(services, found[0], folder, caller=caller)


def unacknowledged(services: Services, code: str = "") -> tuple[Bundle, ...]:
    """Bundles no receipt has come for, or that were refused whole."""
    return services.exchange.bundles(peer=code, way=BundleWay.SENT, states=WAITING)


def peer_in_use(services: Services, code: str) -> Peer:
    """A registered peer that is not revoked."""
    peer = services.exchange.peer(code)
    if peer.revoked_at is not None:
        raise BundleRefusedError(
            f"与 {peer.name} 的往来已停止：{peer.revoked_reason}",
            cure="重新登记其名片后再发",
            reason=RefusalReason.REVOKED,
        )
    return peer


def hand_out(services: Services, bundle: Bundle, folder: Path, *, caller: Caller) -> Path:
    """Write our copy of a bundle, newly signed, to where it is carried from; it is there whole or not at all."""
    kept = services.data_dir / SENT_FOLDER / bundle.file
    if not kept.is_file():
        raise NotFoundError(f"本机留存的摆渡包已不在：{kept}", cure="从备份恢复，或重新发送其中内容")
    target = folder / bundle.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with opened_zip(kept) as archive:
            manifest = read_member(archive, MANIFEST, at_most=Limits.MANIFEST_BYTES)
            if digests_of(manifest).sha256 != bundle.bundle_id:
                raise IntegrityError(f"本机留存的摆渡包已被改动：{kept}", cure="从备份恢复该文件")
            seals = seals_of(manifest, name=FORMAT, signer=services.signer, sm2_signer=_sm2_for(services, manifest))
            members = [
                Member(info.filename, chunks=stream_member(archive, info.filename, at_most=info.file_size))
                for info in archive.infolist()
                if info.filename != SEALS
            ]
            write_zip(target, [*members, Member(SEALS, seals)])
    except OSError as exc:
        raise StorageFullError(f"不能写到 {folder}（{exc.strerror or exc}）", cure="检查介质与剩余空间") from exc
    if bundle.state in (BundleState.MADE, BundleState.REFUSED):
        services.exchange.settle(bundle.model_copy(update={"state": BundleState.HANDED_OUT, "reason": ""}))
    said = f"第 {bundle.sequence} 号，{sum(bundle.counts.values())} 项，{bundle.size_bytes} 字节"
    record(
        services.audit, caller, action=AuditAction.BUNDLE_SENT, at=services.clock(), object_id=bundle.peer, detail=said
    )
    return target


def _fresh(services: Services, code: str, items: Sequence[Outgoing]) -> list[Outgoing]:
    """Those the peer was not sent as they are now."""
    known = services.exchange.sent_digests(code, [(item.kind, item.item_id) for item in items])
    return [item for item in items if known.get((item.kind, item.item_id)) != digests_of(item.content).sha256]


def _note_custody(
    services: Services, peer: Peer, bundles: Sequence[Bundle], capture_ids: Sequence[str], caller: Caller
) -> None:
    """What leaves of evidence is in its chain, with the numbers it left under."""
    numbers = "、".join(str(bundle.sequence) for bundle in bundles)
    for capture_id in capture_ids:
        package = services.evidence.capture(capture_id).package
        note = CustodyNote(
            capture_id=capture_id,
            action=CustodyAction.TRANSFERRED,
            actor=caller.login or caller.origin,
            origin=FROM_EXCHANGE,
            reason=f"经摆渡包第 {numbers} 号送交 {peer.name}（{peer.code}）",
            subject_sha256=package.sha256 if package else None,
        )
        record_event(services.evidence, note, clock=services.clock)


def _sm2_for(services: Services, manifest: bytes) -> Signer | None:
    """A manifest that names an SM2 signature must have one; one that names none gets none."""
    if b'"sm2":true' not in manifest:
        return None
    if services.sm2_signer is None:
        raise IntegrityError("该包当时附有国密签名，本机现未启用国密", cure="设 evidence.sm2_signature = true")
    return services.sm2_signer
