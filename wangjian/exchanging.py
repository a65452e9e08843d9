"""Receiving bundles and receipts, and what stands out: the joined-up part of the exchange every door calls.

A bundle is believed whole or not at all; once it is, a copy lies in the house, the ledger says "taking", and its items
are taken in one by one. Killed there, the next `receive` of anything goes on from the copy.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from exchange.members import MANIFEST, Limits, opened_zip, read_member
from exchange.reading import Arrival, Reader, check_sequence, verified
from exchange.receipts import SUFFIX, acknowledged, is_receipt, read_receipt, receipt_of, refusal_receipt, write_receipt
from offices.audit import AuditAction, Caller, record
from records.base import stable_id
from records.digests import digests_of_chunks
from records.errors import BundleRefusedError, InvalidInputError, NotFoundError, StorageFullError
from records.exchange import Bundle, BundleState, BundleWay, ItemOutcome, Receipt, Refusal, RefusalReason
from records.ports import Services
from wangjian.exchanging_keys import HouseSeals
from wangjian.exchanging_matters import wait_again
from wangjian.exchanging_taking import Taking

__all__ = ["RECEIPTS_FOLDER", "RECEIVED_FOLDER", "Received", "receipt_file", "receive", "resume", "write_receipts"]

_log = structlog.get_logger(__name__)
RECEIVED_FOLDER = "exchange/received"
RECEIPTS_FOLDER = "exchange/receipts"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one file: a bundle taken in (`outcomes`), one that was there already (`known`), a receipt, or a
    refusal."""

    file: str
    peer: str = ""
    bundle: Bundle | None = None
    outcomes: tuple[ItemOutcome, ...] = field(default=())
    known: bool = False
    receipt: Receipt | None = None
    refusal: Refusal | None = None

    @property
    def refused_items(self) -> int:
        """How many items of the bundle were not taken in."""
        return sum(not one.accepted for one in self.outcomes)


def receive(services: Services, files: Sequence[Path], *, caller: Caller) -> tuple[Received, ...]:
    """Take in bundles and receipts; bundles of one channel in the order of their numbers, however they are given.

    Raises:
        NotFoundError: A file is not there; nothing was read.
        AwayError: A store is away; what was taken in stays, and the next receiving goes on from there.
    """
    for path in files:
        if not path.is_file():
            raise NotFoundError(f"没有这个文件：{path}", cure="核对路径")
    resume(services, caller=caller)
    reader = _reader(services)
    return tuple(_receive_one(services, path, reader, caller=caller) for path in sorted(files, key=_turn))


def resume(services: Services, *, caller: Caller) -> tuple[Received, ...]:
    """Go on with bundles that were being taken in when this was stopped."""
    done = []
    for bundle in services.exchange.bundles(way=BundleWay.RECEIVED, states=(BundleState.TAKING,)):
        kept = services.data_dir / RECEIVED_FOLDER / bundle.file
        try:
            with verified(kept, _reader(services, now_of=bundle)) as arrival:
                done.append(_take(services, arrival, bundle, kept, caller=caller))
        except BundleRefusedError as exc:  # its sender was stopped meanwhile, or our copy is damaged
            said = f"续收中止：{exc.message}"
            settled = bundle.model_copy(update={"state": BundleState.TAKEN, "reason": said[:500]})
            services.exchange.settle(settled.model_copy(update={"settled_at": services.clock()}))
            _note_refusal(services, kept, exc, caller=caller)
    return tuple(done)


def receipt_file(services: Services, receipt: Receipt) -> Path:
    """Write a receipt among ours; it is there whole or not at all."""
    ended = "-refused" if receipt.reason else ""
    name = f"{receipt.sender}-{receipt.receiver}-{receipt.sequence:06}{ended}{SUFFIX}"
    path = services.data_dir / RECEIPTS_FOLDER / name
    _write(path, write_receipt(receipt, signer=services.signer, sm2_signer=services.sm2_signer))
    return path


def write_receipts(services: Services, folder: Path, *, code: str = "") -> tuple[Path, ...]:
    """All receipts we owe, signed today, into a folder to be carried back: of every bundle taken in, and of refusals
    newer than it."""
    written = []
    for bundle in services.exchange.bundles(peer=code, way=BundleWay.RECEIVED, states=(BundleState.TAKEN,)):
        outcomes = services.exchange.outcomes(bundle.bundle_id)
        made = receipt_of(bundle, outcomes, us=services.identity, now=bundle.settled_at or services.clock())
        written.append(_copy(receipt_file(services, made), folder))
    for path in sorted((services.data_dir / RECEIPTS_FOLDER).glob(f"{code}*-refused.receipt.json")):
        written.append(_copy(path, folder))
    return tuple(written)


def _receive_one(services: Services, path: Path, reader: Reader, *, caller: Caller) -> Received:
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
        if is_receipt(head):
            return _take_receipt(services, path, reader, caller=caller)
        return _take_bundle(services, path, reader, caller=caller)
    except BundleRefusedError as exc:
        return _note_refusal(services, path, exc, caller=caller)
    except OSError as exc:
        raise InvalidInputError(f"文件无法读取：{path}（{exc.strerror or exc}）", cure="检查介质") from exc


def _take_bundle(services: Services, path: Path, reader: Reader, *, caller: Caller) -> Received:
    with verified(path, reader) as arrival:
        known = _known(services, arrival)
        if known is not None:
            outcomes = services.exchange.outcomes(known.bundle_id)
            return Received(file=path.name, peer=known.peer, bundle=known, outcomes=outcomes, known=True)
        check_sequence(arrival, services.exchange.last_bundle(arrival.peer.code, BundleWay.RECEIVED))
        bundle = _entry(arrival, path.stat().st_size, by=caller.login or caller.origin)
        kept = _copy(path, services.data_dir / RECEIVED_FOLDER, name=bundle.file)
        services.exchange.record_received(bundle)
        return _take(services, arrival, bundle, kept, caller=caller)


def _take(services: Services, arrival: Arrival, bundle: Bundle, kept: Path, *, caller: Caller) -> Received:
    by = caller.login or caller.origin
    done = {(one.kind, one.item_id) for one in services.exchange.outcomes(bundle.bundle_id)}
    taking = Taking(services, arrival, by=by)
    for item in arrival.manifest.items:
        if (item.kind, item.item_id) not in done:
            services.exchange.note_outcome(bundle.bundle_id, taking.item(item))
    outcomes = services.exchange.outcomes(bundle.bundle_id)
    refused = sum(not one.accepted for one in outcomes)
    said = f"第 {bundle.sequence} 号：收录 {len(outcomes) - refused} 项" + (f"，拒收 {refused} 项" if refused else "")
    now = services.clock()
    settled = bundle.model_copy(
        update={"state": BundleState.TAKEN, "settled_at": now, "reason": f"拒收 {refused} 项" if refused else ""}
    )
    record(services.audit, caller, action=AuditAction.BUNDLE_RECEIVED, at=now, object_id=bundle.peer, detail=said)
    services.exchange.settle(settled)
    receipt = receipt_of(settled, outcomes, us=services.identity, now=now)
    written = receipt_file(services, receipt)
    written.with_name(written.name.removesuffix(SUFFIX) + "-refused" + SUFFIX).unlink(missing_ok=True)
    _log.info("bundle_taken", peer=bundle.peer, sequence=bundle.sequence, items=len(outcomes), refused=refused)
    return Received(file=kept.name, peer=bundle.peer, bundle=settled, outcomes=outcomes, receipt=receipt)


def _take_receipt(services: Services, path: Path, reader: Reader, *, caller: Caller) -> Received:
    receipt, peer = read_receipt(path.read_bytes(), reader)
    found = services.exchange.bundles(peer=peer.code, way=BundleWay.SENT, sequence=receipt.sequence)
    if not found:
        raise BundleRefusedError(
            f"回执所指的第 {receipt.sequence} 号包不是本单位发给 {peer.name} 的那一个",
            cure="核对回执",
            reason=RefusalReason.ALTERED,
        )
    settled = acknowledged(found[0], receipt)
    if settled != found[0]:
        refused = [(one.kind, one.item_id) for one in receipt.items if not one.accepted]
        services.exchange.forget_sent(peer.code, refused)
        wait_again(services, [item_id for _, item_id in refused])
        services.exchange.settle(settled)
        said = f"第 {settled.sequence} 号：{settled.state}" + (f"，{settled.reason}" if settled.reason else "")
        record(
            services.audit,
            caller,
            action=AuditAction.BUNDLE_RECEIVED,
            at=services.clock(),
            object_id=peer.code,
            detail=f"回执，{said}",
        )
    return Received(file=path.name, peer=peer.code, bundle=settled, receipt=receipt, known=settled == found[0])


def _note_refusal(services: Services, path: Path, exc: BundleRefusedError, *, caller: Caller) -> Received:
    now = services.clock()
    with path.open("rb") as stream:
        sha256 = digests_of_chunks(iter(lambda: stream.read(_CHUNK_BYTES), b"")).sha256
    reason = RefusalReason(str(exc.data.get("reason", RefusalReason.NOT_A_BUNDLE)))
    told = {name: exc.data.get(name) for name in ("sender", "sequence", "bundle_id")}
    sender = str(told["sender"] or "")
    refusal = Refusal(
        refusal_id=stable_id("refusal", sha256, reason),
        peer=sender,
        sequence=told["sequence"] if isinstance(told["sequence"], int) else None,
        bundle_id=str(told["bundle_id"] or ""),
        file_sha256=sha256,
        reason=reason,
        detail=exc.message[:500],
        at=now,
    )
    services.exchange.note_refusal(refusal)
    said = f"{path.name[:80]}：{reason}；{exc.message}"
    record(services.audit, caller, action=AuditAction.BUNDLE_REFUSED, at=now, object_id=sender, detail=said[:1000])
    receipt = refusal_receipt(exc, us=services.identity, now=now)
    if receipt is not None and _ours(services, receipt, reason):
        receipt_file(services, receipt)
    _log.warning("bundle_refused", peer=sender, reason=reason.name)
    return Received(file=path.name, peer=sender, refusal=refusal, receipt=receipt)


def _known(services: Services, arrival: Arrival) -> Bundle | None:
    try:
        return services.exchange.bundle(arrival.bundle_id)
    except NotFoundError:
        return None


def _entry(arrival: Arrival, size: int, *, by: str) -> Bundle:
    manifest = arrival.manifest
    return Bundle(
        bundle_id=arrival.bundle_id,
        peer=manifest.sender,
        way=BundleWay.RECEIVED,
        sequence=manifest.sequence,
        part=manifest.part,
        parts=manifest.parts,
        direction=manifest.direction,
        state=BundleState.TAKING,
        counts=manifest.counts,
        size_bytes=size,
        file=f"{manifest.sender}-{manifest.receiver}-{manifest.sequence:06}.wjx",
        made_at=manifest.made_at,
        expires_at=manifest.expires_at,
        by=by,
    )


def _reader(services: Services, *, now_of: Bundle | None = None) -> Reader:
    """For a bundle that was verified already, the clock is no further than its last day: it came in time."""
    now = services.clock()
    return Reader(
        us=services.identity,
        now=min(now, now_of.expires_at) if now_of else now,
        checker=HouseSeals(),
        peer=services.exchange.peer,
    )


def _ours(services: Services, receipt: Receipt, reason: RefusalReason) -> bool:
    """Whether a refusal is told to its sender: one that is registered here, of a bundle of its channel to us that is
    not taken in already."""
    if reason is RefusalReason.WRONG_RECEIVER:
        return False
    try:
        services.exchange.peer(receipt.sender)
    except NotFoundError:
        return False
    last = services.exchange.last_bundle(receipt.sender, BundleWay.RECEIVED)
    return last is None or receipt.sequence > last.sequence


def _turn(path: Path) -> tuple[bool, str, int, str]:
    """Receipts first, then the bundles of each sender by number; what cannot be read says so in its turn."""
    try:
        with opened_zip(path) as archive:
            told = json.loads(read_member(archive, MANIFEST, at_most=Limits.MANIFEST_BYTES))
            return (True, str(told["sender"]), int(told["sequence"]), path.name)
    except (BundleRefusedError, ValueError, KeyError, TypeError, RecursionError):
        return (False, "", 0, path.name)


def _copy(path: Path, folder: Path, *, name: str = "") -> Path:
    target = folder / (name or path.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        shutil.copyfile(path, unfinished)
        unfinished.replace(target)
    except OSError as exc:
        raise StorageFullError(f"不能写到 {folder}（{exc.strerror or exc}）", cure="检查目录权限与剩余空间") from exc
    return target


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as exc:
        raise StorageFullError(
            f"不能写到 {path.parent}（{exc.strerror or exc}）", cure="检查目录权限与剩余空间"
        ) from exc
