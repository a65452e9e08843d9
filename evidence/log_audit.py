"""Whether the evidence log is still the one whose heads were signed and stamped.

The database is taken for an attacker's: rows, chain and tree may all have been made anew so that they agree with each
other. What he cannot make anew are the heads in the write-once store, in packages and in other hands: each says how
many entries there were, by which root, and where the custody chain ended. They are looked for in the store itself, not
where the database says.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from evidence.standalone.verify import Box, Checkpoint, RefusedError, UncheckedError, log_name
from evidence.transparency import Head, read_head
from evidence.verify import LibraryTrust
from records.digests import digests_of_chunks
from records.errors import AwayError, WangJianError
from records.evidence import CustodyEvent
from records.evidence_log import EvidenceLog, LeafKind, LogLeaf, leaf_bytes
from records.merkle import Frontier, Node, leaf_node
from records.ports import BlobStore

__all__ = ["FoundPackage", "KnownHead", "LogAudit", "StoreSurvey", "audit_log", "look_through", "package_heads"]

_HEAD_START = b'{"certificates":"-----BEGIN CERTIFICATE-----'
_HEAD_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHead:
    """A head of ours whose signature holds. `stamped_at` is the earliest stamp over it that holds."""

    point: Checkpoint
    stamped_at: datetime | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPackage:
    """A package in the store: whose, and the digest of its manifest."""

    package_sha256: str
    capture_id: str
    manifest_sha256: str


@dataclass(slots=True)
class StoreSurvey:
    """What lies in the store that bears on the log, whatever the database says of it."""

    heads: list[KnownHead] = field(default_factory=list)
    packages: list[FoundPackage] = field(default_factory=list)
    blobs: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LogAudit:
    """How much was looked at, what is wrong, and the entries by kind and id (pages: a sample of those asked for)."""

    leaves: int = 0
    captures: dict[str, LogLeaf] = field(default_factory=dict)
    pages: list[LogLeaf] = field(default_factory=list)
    others: dict[LeafKind, dict[str, LogLeaf]] = field(default_factory=lambda: defaultdict(dict))
    problems: list[str] = field(default_factory=list)


def look_through(blobs: BlobStore, trust: LibraryTrust, *, certificates_pem: str) -> StoreSurvey:
    """Find every head and package in the store. Heads of others, and such as were not signed by us, say nothing."""
    found, ours = StoreSurvey(), log_name(certificates_pem)
    for sha256 in blobs.digests():
        found.blobs += 1
        try:
            with blobs.open(sha256) as file:
                start = file.read(len(_HEAD_START))
                if start == _HEAD_START:
                    heads: Iterable[Head] = (read_head(start + file.read(_HEAD_MOST_BYTES)),)
                elif start[:4] == b"PK\3\4":
                    package, heads = _package(file, sha256)
                    found.packages.append(package)
                else:
                    continue
                found.heads.extend(_known(heads, trust, ours=ours, where=sha256))
        except (RefusedError, KeyError, TypeError, ValueError):
            continue  # another kind of file that begins alike; a package of ours that is broken is found by its digest
        except AwayError:
            raise
        except WangJianError as exc:
            found.problems.append(f"存储中的 {sha256} 不能读取：{exc.message}")
    return found


def package_heads(file: BinaryIO, trust: LibraryTrust, *, certificates_pem: str, where: str) -> tuple[KnownHead, ...]:
    """The heads a package in other hands carries.

    Raises:
        RefusedError: It is no package.
    """
    _, heads = _package(file, "")
    return tuple(_known(heads, trust, ours=log_name(certificates_pem), where=where))


def audit_log(
    log: EvidenceLog,
    heads: Sequence[KnownHead],
    events: Mapping[int, CustodyEvent],
    *,
    pick: Mapping[int, bool] | None = None,
) -> LogAudit:
    """Make the whole tree anew from its entries and hold it against every head.

    Args:
        heads: What the store and other hands gave.
        events: The custody chain by sequence, already followed.
        pick: Positions of page entries to hand back; None hands back all.
    """
    audit, frontier = LogAudit(), Frontier()
    roots: dict[int, Node] = {}
    wanted = {head.point.size for head in heads}
    kept = {(level, place): node for level, place, node in log.subtrees()}
    levels = {level: Frontier() for level, _ in kept}
    for position, leaf in log.leaves():
        if position != frontier.size:
            audit.problems.append(f"存证日志缺第 {frontier.size + 1} 至 {position} 条")
            break
        node = leaf_node(leaf_bytes(leaf))
        frontier.add(node)
        _check_subtrees(audit, levels, kept, node, position)
        if frontier.size in wanted:
            roots[frontier.size] = frontier.root()
        if leaf.kind in (LeafKind.RERENDERING, LeafKind.AUDIT):
            audit.others[leaf.kind][leaf.id] = leaf
        elif leaf.kind is not LeafKind.PAGE:
            audit.captures[leaf.id] = leaf
        elif pick is None or position in pick:
            audit.pages.append(leaf)
    audit.leaves = frontier.size
    audit.problems.extend(_against_heads(heads, roots, frontier.size))
    audit.problems.extend(_against_chain(heads, events))
    return audit


def _check_subtrees(
    audit: LogAudit, levels: dict[int, Frontier], kept: dict[tuple[int, int], Node], node: Node, position: int
) -> None:
    for level, frontier in levels.items():
        frontier.add(node)
        if frontier.size == 1 << level:
            levels[level] = Frontier()
            place = position >> level
            if kept.get((level, place), frontier.root()) != frontier.root():
                audit.problems.append(f"存证日志第 {place << level} 条起的中间散列与其条目不符，可能被改动")


def _against_heads(heads: Sequence[KnownHead], roots: Mapping[int, Node], size: int) -> Iterator[str]:
    """One sentence for the first head that does not fit: those after it cannot."""
    good = 0
    for head in sorted(heads, key=lambda each: each.point.size):
        point, root = head.point, roots.get(head.point.size)
        if point.size > size:
            yield f"存证日志被截短：{_named(head)}记有 {point.size} 条，现只有 {size} 条"
            return
        if root is None or (root.sha256, root.sm3) != (point.sha256, point.sm3):
            yield f"存证日志被改写：第 {good + 1} 至 {point.size} 条中有改动、调换或删除，与{_named(head)}不符"
            return
        good = point.size


def _against_chain(heads: Sequence[KnownHead], events: Mapping[int, CustodyEvent]) -> Iterator[str]:
    last = max(events, default=0)
    for head in sorted(heads, key=lambda each: each.point.custody):
        number, digest = head.point.custody
        if number > last:
            yield f"保管链被截短：{_named(head)}记有 {number} 条，现只有 {last} 条"
            return
        if number and (number not in events or events[number].event_sha256 != digest):
            yield f"保管链被重做：第 {number} 条与{_named(head)}所记不符"
            return


def _named(head: KnownHead) -> str:
    stamped = f"，授时 {head.stamped_at.isoformat()}" if head.stamped_at else ""
    return f"日志头（{head.point.time}{stamped}；{head.where}）"


def _package(file: BinaryIO, sha256: str) -> tuple[FoundPackage, tuple[Head, ...]]:
    file.seek(0, 2)
    box = Box(file, file.tell())
    raw, proof = box.read("evidence/manifest.json"), json.loads(box.read("evidence/log-proof.json"))
    documents = [proof["head"], *([proof["earlier"]["head"]] if proof["earlier"] else [])]
    package = FoundPackage(
        package_sha256=sha256,
        capture_id=str(json.loads(raw)["capture_id"]),
        manifest_sha256=digests_of_chunks((raw,)).sha256,
    )
    return package, tuple(read_head(_canonical(document)) for document in documents)


def _canonical(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _known(heads: Iterable[Head], trust: LibraryTrust, *, ours: str, where: str) -> Iterator[KnownHead]:
    for head in heads:
        if head.point.name != ours:
            continue
        try:
            signed = head.checkpoint.split("\n\n")[0] + "\n"
            trust.signature(signed.encode(), head.signature, head.certificates.encode(), at=head.point.time)
        except (RefusedError, UncheckedError):
            continue
        yield KnownHead(point=head.point, stamped_at=_stamped_at(head, trust), where=where)


def _stamped_at(head: Head, trust: LibraryTrust) -> datetime | None:
    times = []
    for token in head.tokens:
        try:
            found = trust.token(token, head.digests.sha256, head.digests.sm3)
            times.append(datetime.fromisoformat(found.gen_time).astimezone(UTC))
        except (RefusedError, UncheckedError):
            continue
    return min(times, default=None)
