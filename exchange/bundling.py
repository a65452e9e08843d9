"""Making bundles: records and files into signed, numbered parts, each whole by itself.

Parts follow one another in the channel's numbers, and a record never comes before what it rests on: a receiver may take
in each part as it comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from exchange.members import MANIFEST, SEALS, Limits, Member, write_zip
from exchange.sealing import sealed_bytes, seals_of
from exchange.ways import MAY_CARRY, direction_to
from records.digests import Digests, digests_of
from records.errors import InvalidInputError
from records.exchange import Bundle, BundleItem, BundleManifest, BundleState, BundleWay, Identity, ItemKind, Peer
from records.ports import Signer

__all__ = ["FORMAT", "SUFFIX", "Channel", "Made", "Outgoing", "make_bundles", "reseal"]

FORMAT = "wangjian-exchange/1"
SUFFIX = ".wjx"
_ORDER = {kind: number for number, kind in enumerate(ItemKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One record to send, with the digests of the files that go with it."""

    kind: ItemKind
    item_id: str
    content: bytes
    files: tuple[Digests, ...] = ()

    @property
    def size(self) -> int:
        """Bytes it adds to a bundle, at most."""
        return len(self.content) + sum(one.size_bytes for one in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """From whom to whom, where the channel stands, and the keys.

    Attributes:
        last: The newest bundle sent to the peer.
        part_bytes: What one part holds at most, before compression; a single larger record is a part of its own.
        open_file: The bytes of a file by its SHA-256, a piece at a time.
    """

    us: Identity
    peer: Peer
    last: Bundle | None
    signer: Signer
    sm2_signer: Signer | None
    now: datetime
    valid: timedelta
    part_bytes: int
    open_file: Callable[[str], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The parts of one sending, written, and everything in them."""

    bundles: tuple[Bundle, ...]
    items: tuple[BundleItem, ...]


@dataclass(slots=True)
class _Part:
    items: list[Outgoing] = field(default_factory=list)
    size: int = 0
    files: dict[str, Digests] = field(default_factory=dict)


def make_bundles(items: Sequence[Outgoing], channel: Channel, folder: Path, *, by: str) -> Made:
    """Write the parts into `folder`, under names of their numbers; nothing is entered in any ledger yet.

    Raises:
        InvalidInputError: A record may not go to that peer, or is larger than a bundle may be.
        StorageFullError: The folder cannot be written.
    """
    _check(items, channel.peer)
    parts = list(_cut(sorted(items, key=lambda one: (_ORDER[one.kind], one.item_id)), channel.part_bytes))
    bundles: list[Bundle] = []
    told: list[BundleItem] = []
    previous = channel.last.bundle_id if channel.last else None
    sequence = channel.last.sequence if channel.last else 0
    for number, part in enumerate(parts, 1):
        manifest = _manifest(part, channel, sequence=sequence + number, part_of=(number, len(parts)), previous=previous)
        bundle = _write(manifest, part, channel, folder, by=by)
        bundles.append(bundle)
        told += manifest.items
        previous = bundle.bundle_id
    return Made(bundles=tuple(bundles), items=tuple(told))


def reseal(manifest: bytes, *, signer: Signer, sm2_signer: Signer | None) -> bytes:
    """Signatures of today's keys over a manifest made before: sent again, a bundle keeps its number and content."""
    return seals_of(manifest, name=FORMAT, signer=signer, sm2_signer=sm2_signer)


def _check(items: Sequence[Outgoing], peer: Peer) -> None:
    foreign = {item.kind for item in items} - MAY_CARRY[direction_to(peer.relation)]
    if foreign:
        named = "、".join(sorted(foreign))
        raise InvalidInputError(f"不得发往{peer.relation}：{named}", cure="见 docs/how-to/exchange.md 的方向表")
    for item in items:
        if len(item.content) > Limits.ITEM_BYTES or item.size > Limits.BYTES:
            raise InvalidInputError(f"{item.kind} {item.item_id} 过大，不能装包", cure="另行移交该项")


def _cut(items: Iterable[Outgoing], part_bytes: int) -> Iterator[_Part]:
    part = _Part()
    for item in items:
        fresh = [one for one in item.files if one.sha256 not in part.files]
        size = len(item.content) + sum(one.size_bytes for one in fresh)
        if part.items and part.size + size > part_bytes:
            yield part
            part, fresh = _Part(), list(item.files)
            size = item.size
        part.items.append(item)
        part.size += size
        part.files.update({one.sha256: one for one in fresh})
    if part.items:
        yield part


def _manifest(
    part: _Part, channel: Channel, *, sequence: int, part_of: tuple[int, int], previous: str | None
) -> BundleManifest:
    told = tuple(
        BundleItem(
            kind=item.kind,
            item_id=item.item_id,
            member=f"items/{item.kind}/{number:06}.json",
            content=digests_of(item.content),
            files=tuple(one.sha256 for one in item.files),
        )
        for number, item in enumerate(part.items, 1)
    )
    return BundleManifest(
        format=FORMAT,
        sender=channel.us.code,
        sender_name=channel.us.name,
        receiver=channel.peer.code,
        direction=direction_to(channel.peer.relation),
        sequence=sequence,
        part=part_of[0],
        parts=part_of[1],
        previous_sha256=previous,
        made_at=channel.now,
        expires_at=channel.now + channel.valid,
        counts=dict(sorted(Counter(item.kind for item in part.items).items())),
        items=told,
        files=tuple(part.files[sha256] for sha256 in sorted(part.files)),
        sm2=channel.sm2_signer is not None,
    )


def _write(manifest: BundleManifest, part: _Part, channel: Channel, folder: Path, *, by: str) -> Bundle:
    content = sealed_bytes(manifest)
    seals = reseal(content, signer=channel.signer, sm2_signer=channel.sm2_signer)
    members = [Member(MANIFEST, content), Member(SEALS, seals)]
    members += [Member(told.member, item.content) for told, item in zip(manifest.items, part.items, strict=True)]
    members += [Member(f"files/{sha256}", chunks=channel.open_file(sha256)) for sha256 in sorted(part.files)]
    name = f"{manifest.sender}-{manifest.receiver}-{manifest.sequence:06}{SUFFIX}"
    size = write_zip(folder / name, members)
    return Bundle(
        bundle_id=digests_of(content).sha256,
        peer=manifest.receiver,
        way=BundleWay.SENT,
        sequence=manifest.sequence,
        part=manifest.part,
        parts=manifest.parts,
        direction=manifest.direction,
        state=BundleState.MADE,
        counts=manifest.counts,
        size_bytes=size,
        file=name,
        made_at=manifest.made_at,
        expires_at=manifest.expires_at,
        by=by,
    )
