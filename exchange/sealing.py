"""The signature over a manifest, a card or a receipt: the house's ordinary key and, where there is one, its SM2 key.

What is signed is the name of the format, a line break and the RFC 8785 form: a signature of one format is none of
another. Standard: RFC 8785; GB/T 32918 (SM2).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from records.base import Record
from records.canonical import canonical_bytes
from records.errors import BundleRefusedError
from records.exchange import RefusalReason
from records.exchange_ports import SealChecker
from records.ports import Signer

__all__ = ["check_seals", "sealed_bytes", "seals_of"]

_MOST_BYTES = 200_000


def sealed_bytes(record: Record) -> bytes:
    """The one byte form of a record that is signed."""
    return canonical_bytes(record.model_dump(mode="json"))


def seals_of(content: bytes, *, name: str, signer: Signer, sm2_signer: Signer | None) -> bytes:
    """The file of signatures beside `content`."""
    signed = _signed(content, name)
    seals = [_seal(signer, signed)] + ([_seal(sm2_signer, signed)] if sm2_signer is not None else [])
    return json.dumps({"seals": seals}, indent=1, sort_keys=True).encode() + b"\n"


def check_seals(  # noqa: PLR0913  # what is signed, by what, under whose roots, when, by which means
    content: bytes, seals: bytes, *, name: str, checker: SealChecker, trust_pem: str, at: datetime, sm2: bool = False
) -> str:
    """Every signature holds and is the peer's.

    Args:
        sm2: The signed content says an SM2 signature goes with it.

    Returns:
        Who signed, as the certificate of the first says.

    Raises:
        BundleRefusedError: UNSIGNED, SIGNATURE, KEY_ENDED or UNTRUSTED.
    """
    found = _read(seals)
    kinds = {seal["algorithm"] for seal in found}
    if sm2 and "sm2-sm3" not in kinds:
        raise _unsigned("清单声明附有国密签名，但文件中没有")
    if not kinds - {"sm2-sm3"}:
        raise _unsigned("没有签名")
    told = [checker.check(_signed(content, name), seal, trust_pem=trust_pem, at=at) for seal in found]
    return told[0]


def _signed(content: bytes, name: str) -> bytes:
    return name.encode() + b"\n" + content


def _seal(signer: Signer, signed: bytes) -> dict[str, str]:
    return {
        "algorithm": signer.algorithm,
        "signature": base64.b64encode(signer.sign(signed)).decode(),
        "certificates": signer.certificate_pem,
    }


def _read(seals: bytes) -> list[Mapping[str, str]]:
    if len(seals) > _MOST_BYTES:
        raise _unsigned("签名文件过大，未读取")
    try:
        document: Any = json.loads(seals)
    except (ValueError, RecursionError) as exc:
        raise _unsigned("签名文件无法读取") from exc
    found = document.get("seals") if isinstance(document, dict) else None
    if not isinstance(found, list) or not 1 <= len(found) <= 2:
        raise _unsigned("没有签名")
    fields = ("algorithm", "certificates", "signature")
    for seal in found:
        if not isinstance(seal, dict) or not all(isinstance(seal.get(field), str) for field in fields):
            raise _unsigned("签名文件无法读取")
    return found


def _unsigned(said: str) -> BundleRefusedError:
    return BundleRefusedError(said, cure="未收录任何内容；请发送单位重新发送", reason=RefusalReason.UNSIGNED)
