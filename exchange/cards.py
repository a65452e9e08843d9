"""名片: how a zone or bureau makes itself known to another. It is signed by its own key, so that it is whole; that it
is theirs is for a person to make sure of, by comparing the fingerprint over another way."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import ValidationError

from exchange.sealing import check_seals, sealed_bytes, seals_of
from records.errors import BundleRefusedError, InvalidInputError
from records.exchange import PeerCard
from records.exchange_ports import SealChecker
from records.ports import Signer

__all__ = ["CARD_FORMAT", "read_card", "write_card"]

CARD_FORMAT = "wangjian-exchange-card/1"
_MOST_BYTES = 1_000_000
_CURE = "名片由对方用 wangjian exchange card -o 文件 写出"


def write_card(card: PeerCard, *, signer: Signer, sm2_signer: Signer | None) -> bytes:
    """The file to give to others."""
    content = sealed_bytes(card)
    seals = json.loads(seals_of(content, name=CARD_FORMAT, signer=signer, sm2_signer=sm2_signer))
    document = {"format": CARD_FORMAT, "card": card.model_dump(mode="json"), **seals}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def read_card(file: bytes, *, checker: SealChecker, now: datetime) -> PeerCard:
    """A card whose signature ends in the roots it brings.

    Raises:
        InvalidInputError: It is none, or its signature does not fit.
    """
    if len(file) > _MOST_BYTES:
        raise InvalidInputError("名片过大，未读取", cure=_CURE)
    try:
        document = json.loads(file)
        if not isinstance(document, dict) or document.get("format") != CARD_FORMAT:
            raise InvalidInputError("不是名片，或由不认识的版本写出", cure=_CURE)
        card = PeerCard.model_validate(document.get("card"))
        seals = json.dumps({"seals": document.get("seals")}).encode()
        check_seals(sealed_bytes(card), seals, name=CARD_FORMAT, checker=checker, trust_pem=card.trust_pem, at=now)
    except (ValidationError, ValueError, RecursionError) as exc:
        raise InvalidInputError("名片不完整或已损坏", cure=_CURE) from exc
    except BundleRefusedError as exc:
        raise InvalidInputError(f"名片的签名不成立：{exc.message}", cure=_CURE) from exc
    return card
