"""回执: what a receiver did with a bundle, signed, and what the sender's ledger then says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from exchange.reading import Reader
from exchange.sealing import check_seals, sealed_bytes, seals_of
from records.errors import BundleRefusedError, NotFoundError
from records.exchange import Bundle, BundleState, Identity, ItemOutcome, Peer, Receipt, RefusalReason
from records.ports import Signer

__all__ = [
    "RECEIPT_FORMAT",
    "SUFFIX",
    "acknowledged",
    "is_receipt",
    "read_receipt",
    "receipt_of",
    "refusal_receipt",
    "write_receipt",
]

RECEIPT_FORMAT = "wangjian-exchange-receipt/1"
SUFFIX = ".receipt.json"
_MOST_BYTES = 100_000_000
_CURE = "请收件单位重新出具回执：wangjian exchange receipts -o 目录"


def receipt_of(bundle: Bundle, outcomes: Sequence[ItemOutcome], *, us: Identity, now: datetime) -> Receipt:
    """What became of a bundle that was taken in."""
    refused = sum(not one.accepted for one in outcomes)
    return Receipt(
        format=RECEIPT_FORMAT,
        bundle_id=bundle.bundle_id,
        sender=bundle.peer,
        receiver=us.code,
        sequence=bundle.sequence,
        accepted=len(outcomes) - refused,
        refused=refused,
        items=tuple(one for one in outcomes if not one.accepted or one.note),
        made_at=now,
    )


def refusal_receipt(exc: BundleRefusedError, *, us: Identity, now: datetime) -> Receipt | None:
    """The receipt of a bundle none of which was taken in; None when not even its number is known."""
    sender, sequence, bundle_id = (exc.data.get(name) for name in ("sender", "sequence", "bundle_id"))
    if not isinstance(sender, str) or not isinstance(sequence, int) or not isinstance(bundle_id, str):
        return None
    reason = f"{exc.data.get('reason')}：{exc.message}"
    return Receipt(
        format=RECEIPT_FORMAT,
        bundle_id=bundle_id,
        sender=sender,
        receiver=us.code,
        sequence=sequence,
        reason=reason,
        made_at=now,
    )


def write_receipt(receipt: Receipt, *, signer: Signer, sm2_signer: Signer | None) -> bytes:
    """The file: the receipt and the signatures over its canonical form."""
    content = sealed_bytes(receipt)
    seals = json.loads(seals_of(content, name=RECEIPT_FORMAT, signer=signer, sm2_signer=sm2_signer))
    document = {"format": RECEIPT_FORMAT, "receipt": receipt.model_dump(mode="json"), **seals}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def is_receipt(head: bytes) -> bool:
    """Whether a file that begins so may be a receipt rather than a bundle."""
    return head.lstrip()[:1] == b"{"


def read_receipt(file: bytes, reader: Reader) -> tuple[Receipt, Peer]:
    """A receipt whose signature is that of the peer it names, and which is for us.

    Raises:
        BundleRefusedError: With the reason.
    """
    document = _document(file)
    if document.get("format") != RECEIPT_FORMAT:
        raise _refused(
            RefusalReason.UNKNOWN_FORMAT, f"不是回执，或由不认识的版本写出：{str(document.get('format'))[:40]}"
        )
    try:
        receipt = Receipt.model_validate(document.get("receipt"))
    except ValidationError as exc:
        raise _refused(RefusalReason.NOT_A_BUNDLE, "回执不合格式") from exc
    try:
        peer = reader.peer(receipt.receiver)
    except NotFoundError as exc:
        raise _refused(RefusalReason.UNKNOWN_SENDER, f"出具回执的单位未登记：{receipt.receiver[:40]}") from exc
    if peer.revoked_at is not None:
        raise _refused(RefusalReason.REVOKED, f"与 {peer.name} 的往来已停止：{peer.revoked_reason}")
    seals = json.dumps({"seals": document.get("seals")}).encode()
    check_seals(
        sealed_bytes(receipt),
        seals,
        name=RECEIPT_FORMAT,
        checker=reader.checker,
        trust_pem=peer.trust_pem,
        at=reader.now,
    )
    if receipt.sender != reader.us.code:
        raise _refused(RefusalReason.WRONG_RECEIVER, f"该回执是给 {receipt.sender} 的，本单位是 {reader.us.code}")
    return receipt, peer


def acknowledged(bundle: Bundle, receipt: Receipt) -> Bundle:
    """The ledger's bundle as the receipt says. What was acknowledged is not undone by a later refusal (that of a copy).

    Raises:
        BundleRefusedError: The receipt is of another bundle.
    """
    altered = receipt.bundle_id != bundle.bundle_id and not receipt.reason  # what was refused may have been altered
    if receipt.sequence != bundle.sequence or altered:
        raise _refused(RefusalReason.ALTERED, f"回执所指的第 {receipt.sequence} 号包与本单位发出的不是同一个")
    if receipt.reason:
        if bundle.state in (BundleState.ACKNOWLEDGED, BundleState.PARTLY):
            return bundle
        state, reason = BundleState.REFUSED, receipt.reason
    elif receipt.refused:
        first = next((one for one in receipt.items if not one.accepted), None)
        state = BundleState.PARTLY
        reason = f"{receipt.refused} 项被拒收" + (f"，如 {first.kind} {first.item_id}：{first.reason}" if first else "")
    else:
        state, reason = BundleState.ACKNOWLEDGED, ""
    return bundle.model_copy(update={"state": state, "reason": reason[:500], "settled_at": receipt.made_at})


def _document(file: bytes) -> dict[str, Any]:
    if len(file) > _MOST_BYTES:
        raise _refused(RefusalReason.TOO_LARGE, "回执过大，未读取")
    try:
        document: Any = json.loads(file)
    except (ValueError, RecursionError) as exc:
        raise _refused(RefusalReason.NOT_A_BUNDLE, "回执无法读取") from exc
    if not isinstance(document, dict):
        raise _refused(RefusalReason.NOT_A_BUNDLE, "回执无法读取")
    return document


def _refused(reason: RefusalReason, said: str) -> BundleRefusedError:
    return BundleRefusedError(said, cure=_CURE, reason=reason)
