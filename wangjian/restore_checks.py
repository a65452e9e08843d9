"""What is looked at in a restored system before anybody trusts it: seal, tables, counts, chains, log, every object."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.standalone.verify import RefusedError, UncheckedError
from evidence.trust import MALFORMED, check_signature, read_certificates, subject_of
from evidence.verify import LibraryTrust
from records.backups import BackupHeads, ChainHead, DrillCheck, ObjectVersion, VersionedBlobs
from records.errors import IntegrityError, VerificationError, WangJianError
from records.ports import Services
from wangjian.auditing import audit_everything
from wangjian.backup import VERSIONS
from wangjian.backup_archive import check_archive
from wangjian.backup_reader import BackupReader, CheckedBackup
from wangjian.settings import Settings
from wangjian.wiring import open_copier, open_services

__all__ = ["examine_restored", "seal_check"]

_SHOWN = 20


def seal_check(checked: CheckedBackup, trust_pem: str) -> DrillCheck:
    """Who sealed the backup. Without roots of his own the reader learns the name only; a forger can write any.

    Raises:
        IntegrityError: The signature does not fit, or does not lead to the roots given.
    """
    seal = checked.seal
    cure = "这份备份不是本单位封存的，或被改动；换用另一份"
    try:
        signature, found = bytes.fromhex(seal.signature), read_certificates(seal.certificates)
        if trust_pem:
            at = checked.manifest.records_at.isoformat()
            LibraryTrust(trust_pem).signature(seal.unsigned(), signature, seal.certificates.encode(), at=at)
        check_signature(found[0], signature, seal.unsigned())
    except (VerificationError, RefusedError, UncheckedError, IndexError, *MALFORMED) as exc:
        raise IntegrityError(f"备份的封签不成立：{exc}", cure=cure) from exc
    how = "由给出的根证书核实" if trust_pem else "未用根证书核实，可加 --trust"
    return DrillCheck(part="封签", ok=True, state=f"{subject_of(found[0])}（{how}）")


def examine_restored(settings: Settings, checked: CheckedBackup, path: Path, *, full: bool) -> Iterator[DrillCheck]:
    """Hold what was restored against the manifest; with `full` hash every object, package and archived page anew and
    follow chains and log to their ends. What is wrong is said, not raised."""
    manifest = checked.manifest
    with open_copier(settings) as copier, copier.snapshot() as snapshot:
        revision, heads, counts = snapshot.revision, snapshot.heads(), copier.counts()
    told = "" if revision == manifest.revision else f"，备份时为 {manifest.revision}，已升级"
    yield DrillCheck(part="数据库版本", ok=True, state=f"{revision}{told}")
    wrong = [
        f"{name} {counts.get(name)}（应为 {rows}）"
        for name, rows in manifest.tables.items()
        if counts.get(name) != rows
    ]
    total = f"{len(manifest.tables)} 张表共 {sum(manifest.tables.values())} 条，与清单一致"
    yield DrillCheck(part="条数", ok=not wrong, state="；".join(wrong) or total)
    yield _ends(manifest.heads, heads)
    if manifest.problems:
        shown = "；".join(manifest.problems[:_SHOWN])
        yield DrillCheck(part="备份时已有的问题", ok=False, state=f"{len(manifest.problems)} 项：{shown}")
    if full:
        with open_services(settings, signer=_ReadingSigner(checked.seal.certificates)) as services:
            yield from _audited(services)
            yield from _versions(services, checked, path)
            yield from check_archive(services, checked, path)


def _ends(wanted: BackupHeads, found: BackupHeads) -> DrillCheck:
    wrong = [
        what
        for what, one, other in (
            ("审计链", wanted.audit, found.audit),
            ("保管链", wanted.custody, found.custody),
            ("存证日志", (wanted.log_size, wanted.log_head_sha256), (found.log_size, found.log_head_sha256)),
        )
        if one != other
    ]
    if wrong:
        return DrillCheck(part="各链末端", ok=False, state=f"与清单不符：{'、'.join(wrong)}")
    state = f"审计链 {_number(found.audit)} 条，保管链 {_number(found.custody)} 条，存证日志 {found.log_size} 条"
    return DrillCheck(part="各链末端", ok=True, state=state)


def _number(head: ChainHead | None) -> int:
    return head.sequence if head else 0


def _audited(services: Services) -> Iterator[DrillCheck]:
    """Chains, log against its signed heads, objects, packages and pages, as the audit of evidence looks at them."""
    try:
        found = audit_everything(services, full=True)
    except WangJianError as exc:
        yield DrillCheck(part="全面核查", ok=False, state=exc.message)
        return
    state = (
        f"证据包 {found.packages} 个、对象 {found.objects} 个、存档网页 {found.pages} 条重新计算校验值；"
        f"保管链 {found.events} 条、存证日志 {found.leaves} 条逐条核对，日志头 {found.heads} 个"
    )
    yield DrillCheck(part="全面核查", ok=not found.problems, state="；".join(found.problems[:_SHOWN]) or state)


def _versions(services: Services, checked: CheckedBackup, path: Path) -> Iterator[DrillCheck]:
    """In a store that keeps versions itself: whether each of the backup is there."""
    held = checked.manifest.objects
    if held.held != VERSIONS.removeprefix("object-") or not isinstance(services.blobs, VersionedBlobs):
        return
    gone, other, count, there = [], [], 0, services.blobs.versions()
    found = next(there, None)
    for wanted in _noted_versions(path):  # both in the order of their digests
        count += 1
        while found is not None and found.sha256 < wanted.sha256:
            found = next(there, None)
        if found is None or found.sha256 != wanted.sha256:
            gone.append(wanted.sha256)
        elif (found.version, found.size_bytes) != (wanted.version, wanted.size_bytes):
            other.append(wanted.sha256)
    state = f"备份所记 {count} 个对象的版本逐一在桶中"
    if other:  # a copy of the bucket numbers its versions itself; what the bytes are, the audit has looked at
        state = f"备份所记 {count} 个对象都在桶中，{len(other)} 个是另一版本：{'、'.join(other[:_SHOWN])}"
    if gone:
        state = f"{len(gone)} 个对象不在：{'、'.join(gone[:_SHOWN])}"
    yield DrillCheck(part="对象存储", ok=not gone and count == held.count, state=state)


def _noted_versions(path: Path) -> Iterator[ObjectVersion]:
    for name, _, chunks in BackupReader(path).members():
        content = b"".join(chunks) if name.startswith(f"{VERSIONS}/") else _read_over(chunks)
        for line in gzip.decompress(content).splitlines() if content else ():
            yield ObjectVersion.model_validate_json(line)


def _read_over(chunks: Iterator[bytes]) -> bytes:
    for _ in chunks:
        pass
    return b""


@dataclass(frozen=True, slots=True)
class _ReadingSigner:
    """Knows whose certificate it is, and signs nothing."""

    certificate_pem: str
    algorithm: str = "ecdsa-p256-sha256"

    def sign(self, content: bytes) -> bytes:
        raise IntegrityError("核查恢复结果时不签名", cure="先恢复密钥")
