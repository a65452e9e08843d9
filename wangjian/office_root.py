"""One office signs under one root, however many machines it has: its keys are carried to each of them.

A machine that made a root of its own over records another machine began would sign evidence that the first does not
know. So the records say whose they are, and a machine that cannot show that root is refused before it makes a key.
"""

from __future__ import annotations

from pathlib import Path

from evidence.trust import fingerprint_of, load_anchors, read_certificates
from records.errors import InvalidInputError
from records.operating import OperationLedger
from records.ports import Clock, Signer

__all__ = ["check_office", "claim_office"]


def check_office(operations: OperationLedger, keys_dir: Path) -> bool:
    """Whether the records say of which root they are; then this machine has it, as its own or as an anchor. Nothing is
    made.

    Raises:
        InvalidInputError: It has not.
    """
    root = operations.office_root()
    _check(root, keys_dir)
    return bool(root)


def claim_office(operations: OperationLedger, signer: Signer, keys_dir: Path, clock: Clock) -> None:
    """Say in the records, which say nothing yet, that they are of the signer's root. Raises as `check_office`: another
    machine came first."""
    root = fingerprint_of(read_certificates(signer.certificate_pem)[-1])
    _check(operations.claim_office(root, clock()), keys_dir)


def _check(root_sha256: str, keys_dir: Path) -> None:
    if not root_sha256 or root_sha256 in {fingerprint_of(one) for one in read_certificates(load_anchors(keys_dir))}:
        return
    raise InvalidInputError(
        f"这些记录属于另一根证书（SHA-256 {root_sha256[:16]}…），本机的密钥目录中没有它：{keys_dir}",
        cure="把首台机器的 keys 目录原样带到本机（目录 700、私钥 600）再启动，或由密钥备份恢复；"
        "见 docs/operations/several-machines.md",
        root_sha256=root_sha256,
    )
