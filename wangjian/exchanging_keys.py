"""Keys of the exchange: who we are, our card, and whether a signature is a peer's. The keys are those of evidence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from evidence.sm2 import check_sm2_signature
from evidence.standalone.verify import RefusedError as ReadingRefusedError
from evidence.standalone.verify import check_key_ends, key_ends
from evidence.trust import (
    DOCUMENT_SIGNING,
    chain_to_anchor,
    check_signature,
    fingerprint_of,
    read_certificates,
    subject_of,
)
from exchange.cards import read_card, write_card
from exchange.ways import relation_fits
from offices.audit import AuditAction, Caller, record
from records.errors import BundleRefusedError, InvalidInputError, VerificationError
from records.exchange import Identity, Peer, PeerCard, RefusalReason, Relation
from records.ports import Services

__all__ = ["HouseSeals", "add_peer", "card_of", "revoke_peer", "revoked", "root_fingerprint"]

_ENDS = "wangjian-key-ends:"


class HouseSeals:
    """Implements records.exchange_ports.SealChecker by the means that verify evidence."""

    def check(self, content: bytes, seal: Mapping[str, str], *, trust_pem: str, at: datetime) -> str:
        """As the port says."""
        try:
            signature = base64.b64decode(seal["signature"], validate=True)
        except (ValueError, binascii.Error) as exc:
            raise _refused(RefusalReason.SIGNATURE, "签名无法读取") from exc
        if seal["algorithm"] == "sm2-sm3":
            return _check_sm2(content, signature, seal["certificates"], trust_pem=trust_pem, at=at)
        certificates = read_certificates(seal["certificates"])
        if not certificates:
            raise _refused(RefusalReason.UNTRUSTED, "签名证书无法读取")
        try:
            check_signature(certificates[0], signature, content)
        except VerificationError as exc:
            raise _refused(RefusalReason.SIGNATURE, f"{exc.message}，清单可能被改动") from exc
        try:
            check_key_ends(key_ends(trust_pem), certificates[0].public_bytes(Encoding.DER), at)
        except ReadingRefusedError as exc:
            raise _refused(RefusalReason.KEY_ENDED, str(exc)) from exc
        try:
            anchors = read_certificates(trust_pem)
            chain_to_anchor(certificates[0], certificates[1:], anchors, purpose=DOCUMENT_SIGNING, at=at)
        except VerificationError as exc:
            raise _refused(RefusalReason.UNTRUSTED, exc.message) from exc
        return subject_of(certificates[0])


def root_fingerprint(pem: str) -> str:
    """SHA-256 of the last certificate of a chain, or of the first of a list of roots (ours stands first)."""
    certificates = read_certificates(pem)
    if not certificates:
        raise InvalidInputError("没有可读取的根证书", cure="请对方重新写出名片")
    return fingerprint_of(certificates[-1])


def card_of(services: Services) -> bytes:
    """Our card as a file: our roots, and when keys of ours ended."""
    chains = [services.signer.certificate_pem]
    chains += [services.sm2_signer.certificate_pem] if services.sm2_signer is not None else []
    ends = "".join(f"{line}\n" for line in services.trust_anchors_pem.splitlines() if line.startswith(_ENDS))
    internal = services.data_dir / "keys" / "timestamp-ca.pem"  # evidence of ours may carry stamps of the bundled clock
    chains += [internal.read_text(encoding="ascii")] if internal.is_file() else []
    trust = ends + "".join(_last_certificate(chain) for chain in chains)
    card = PeerCard(**services.identity.model_dump(), trust_pem=trust, made_at=services.clock())
    return write_card(card, signer=services.signer, sm2_signer=services.sm2_signer)


def add_peer(services: Services, file: bytes, relation: Relation, *, caller: Caller, fingerprint: str = "") -> Peer:
    """Register who gave us this card, or take up their newer card.

    Args:
        fingerprint: What the other side told over another way; compared when given.

    Raises:
        InvalidInputError: No card, our own, one whose root is another peer's, or not of that fingerprint.
    """
    card = read_card(file, checker=HouseSeals(), now=services.clock())
    root = _root_of(card)
    _check_card(services, card, root, relation, fingerprint=fingerprint)
    peer = Peer(
        **card.model_dump(), relation=relation, root_sha256=root, added_by=caller.login or caller.origin,
        added_at=services.clock(),
    )  # fmt: skip
    services.exchange.save_peer(peer)
    _trust(services.data_dir / "keys" / "anchors", peer)
    said = f"登记 {peer.name}（{relation}），根证书 {root}"
    record(
        services.audit, caller, action=AuditAction.PEER_CHANGED, at=services.clock(), object_id=peer.code, detail=said
    )
    return peer


def revoke_peer(services: Services, code: str, *, reason: str, caller: Caller) -> Peer:
    """As `revoked`, and written into the audit chain."""
    ended = revoked(services, code, reason=reason, by=caller.login or caller.origin)
    said = f"停止与 {ended.name} 的往来：{ended.revoked_reason}"
    at = services.clock()
    record(services.audit, caller, action=AuditAction.PEER_CHANGED, at=at, object_id=code, detail=said)
    return ended


def revoked(services: Services, code: str, *, reason: str, by: str) -> Peer:
    """Take nothing more from a peer. Evidence it gave us before verifies as before.

    Raises:
        NotFoundError: No such peer.
        InvalidInputError: No reason was given.
    """
    if not reason.strip():
        raise InvalidInputError("停止往来须写明原因", cure="填写原因")
    ended = services.exchange.peer(code).model_copy(
        update={"revoked_at": services.clock(), "revoked_by": by, "revoked_reason": reason.strip()}
    )
    services.exchange.save_peer(ended)
    return ended


def _check_card(services: Services, card: PeerCard, root: str, relation: Relation, *, fingerprint: str) -> None:
    us: Identity = services.identity
    relation_fits(us, relation)
    if card.code == us.code or root == root_fingerprint(services.signer.certificate_pem):
        raise InvalidInputError("这是本单位自己的名片", cure="登记对方的名片")
    for other in services.exchange.peers():
        if other.code != card.code and other.root_sha256 == root:
            raise InvalidInputError(
                f"该根证书已属于 {other.name}（{other.code}）", cure="每个单位须有自己的根证书，否则彼此可以冒名"
            )
        if other.code == card.code and other.root_sha256 != root and other.revoked_at is None:
            raise InvalidInputError(
                f"代码 {card.code} 已登记，而名片的根证书不同", cure="核实后先 peers revoke，再登记新名片"
            )
    wanted = "".join(sign for sign in fingerprint.lower() if sign in "0123456789abcdef")
    if fingerprint and wanted != root:
        raise InvalidInputError(f"名片的根证书指纹是 {root}，与对方所报不符", cure="名片可能被调换，勿登记；向对方核实")


def _root_of(card: PeerCard) -> str:
    certificates = read_certificates(card.trust_pem)
    if not certificates:
        raise InvalidInputError("名片中没有根证书", cure="请对方重新写出名片")
    return fingerprint_of(certificates[0])


def _trust(anchors: Path, peer: Peer) -> None:
    """Evidence of a peer's verifies here from now on; taken up when services are opened next."""
    anchors.mkdir(mode=0o700, parents=True, exist_ok=True)
    (anchors / f"peer-{peer.code}.pem").write_text(peer.trust_pem, encoding="utf-8")


def _last_certificate(pem: str) -> str:
    begin = pem.rindex("-----BEGIN CERTIFICATE-----")
    return pem[begin:].rstrip() + "\n"


def _check_sm2(content: bytes, signature: bytes, certificates: str, *, trust_pem: str, at: datetime) -> str:
    try:
        return check_sm2_signature(certificates.encode(), signature, content, anchors_pem=trust_pem, at=at)
    except VerificationError as exc:
        raise _refused(RefusalReason.SIGNATURE, exc.message) from exc
    except LookupError as exc:
        raise _refused(RefusalReason.UNTRUSTED, "对方名片中没有国密根证书") from exc


def _refused(reason: RefusalReason, said: str) -> BundleRefusedError:
    cure = "未收录任何内容；请发送单位重新发送" if reason is not RefusalReason.KEY_ENDED else "请发送单位用现用密钥重发"
    return BundleRefusedError(said, cure=cure, reason=reason)
