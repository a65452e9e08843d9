"""Own rules tried on what is stored, and exchanged between bureaus as signed packs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from pydantic import ValidationError

from evidence.trust import DOCUMENT_SIGNING, chain_to_anchor, check_signature, read_certificates, subject_of
from leads.assessing import assess_listing, assess_shop
from leads.judging import Judge
from leads.own_rules import fitting, lead_rule_of, region_of
from records.base import stable_id
from records.errors import InvalidInputError, VerificationError
from records.leads import Finding
from records.own_rules import OwnRule, RulePack
from records.ports import Services
from records.workbench import OwnTrial

__all__ = ["PackContent", "next_version", "read_pack", "sign_pack", "take_pack", "try_rule"]

_FORMAT = "wangjian-rule-pack/1"
_LARGEST_PACK = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContent:
    """A pack whose signature fits, and whose certificate a trusted office's root issued."""

    pack: RulePack
    signer: str


def try_rule(services: Services, own: OwnRule) -> OwnTrial:
    """Judge everything stored by this rule alone; nothing is kept.

    Raises:
        InvalidInputError: The rule cannot be made ready; the words are named.
    """
    judge = Judge((lead_rule_of(own),), on=services.clock().date())
    found: list[Finding] = []
    shops = listings = unread = 0
    for shop in services.survey.shops():
        shops += 1
        match, now = services.survey.match_of(shop.shop_id), services.clock()
        unread += bool(own.conditions.regions) and not region_of(shop, match)
        of_shop = tuple(services.survey.listings(shop.shop_id))
        listings += len(of_shop)
        said = [finding for one in of_shop for finding in assess_listing(judge, one, shop, now=now)]
        said += [one for one in assess_shop(judge, shop, match, now=now) if one.rule_id == own.rule_id]
        found += fitting(said, judge.rules, shop=shop, match=match, listings=of_shop)
    return OwnTrial(shops=shops, listings=listings, findings=tuple(found), unread_regions=unread)


def next_version(services: Services, own: OwnRule) -> OwnRule:
    """The rule as the next version of its id; the rule that is there when it says the same already."""
    versions = services.own_rules.own_rule_versions(own.rule_id)
    if versions and _without_story(versions[-1]) == _without_story(own):
        return versions[-1]
    return own.model_copy(update={"version": len(versions) + 1})


def sign_pack(services: Services, rules: Sequence[OwnRule], *, title: str, office: str) -> bytes:
    """A pack as a file: the rules as canonical text, the organisation's signature over it and its certificates."""
    now = services.clock()
    pack = RulePack(
        pack_id=stable_id("pack", title, office, now.isoformat()),
        title=title,
        office=office,
        rules=tuple(rules),
        made_at=now,
    )
    content = pack.model_dump_json().encode()
    document = {
        "format": _FORMAT,
        "content": base64.b64encode(content).decode(),
        "algorithm": services.signer.algorithm,
        "signature": base64.b64encode(services.signer.sign(_FORMAT.encode() + b"\n" + content)).decode(),
        "certificates": services.signer.certificate_pem,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def read_pack(services: Services, file: bytes) -> PackContent:
    """A pack that holds: nothing of it is believed before its signature is.

    Raises:
        InvalidInputError: No pack at all.
        VerificationError: Its signature does not fit, or its certificate is not of a trusted office.
    """
    content, signature, pem = _parts(file)
    certificates = read_certificates(pem)
    if not certificates:
        raise VerificationError("规则包里没有签名证书")
    check_signature(certificates[0], signature, _FORMAT.encode() + b"\n" + content)
    try:
        pack = RulePack.model_validate_json(content)
    except ValidationError as exc:
        where = "、".join(".".join(map(str, one["loc"])) for one in exc.errors()[:3])
        raise InvalidInputError(f"规则包内容不合格式：{where}", cure="请发出单位用同一版本重新打包") from exc
    _trusted(services, certificates, at=pack.made_at)
    return PackContent(pack=pack, signer=subject_of(certificates[0]))


def take_pack(services: Services, read: PackContent, *, by: str) -> tuple[tuple[OwnRule, ...], tuple[OwnRule, ...]]:
    """Keep the rules of a pack under free ids; those that are there from that office become its next version.

    Returns:
        The versions kept and, unchanged, those that were there already. They judge on trial until signed here.
    """
    mine = services.own_rules.own_rules(retired=True)
    taken = {rule.rule_id for rule in mine}
    kept: list[OwnRule] = []
    known: list[OwnRule] = []
    for rule in read.pack.rules:
        origin = f"{read.pack.office} {rule.rule_id}"
        there = next((one for one in mine if one.from_office == origin), None)
        rule_id = there.rule_id if there else _free_id(taken)
        taken.add(rule_id)
        ours = rule.model_copy(
            update={
                "rule_id": rule_id,
                "from_office": origin,
                "made_by": by,
                "made_at": services.clock(),
                "retired": there.retired if there else rule.retired,
            }
        )
        next_one = next_version(services, ours)
        (known if there is not None and next_one.version == there.version else kept).append(next_one)
    services.own_rules.save_own_rules(kept)
    return tuple(kept), tuple(known)


def _trusted(services: Services, certificates: Sequence[x509.Certificate], *, at: datetime) -> None:
    anchors = read_certificates(services.trust_anchors_pem)
    try:
        chain_to_anchor(certificates[0], certificates[1:], anchors, purpose=DOCUMENT_SIGNING, at=at)
    except VerificationError as exc:
        raise VerificationError(
            exc.message, cure="核实来源后，将该单位的根证书放入 数据目录/keys/anchors/ 再导入"
        ) from exc


def _parts(file: bytes) -> tuple[bytes, bytes, str]:
    cure = "规则包由 wangjian rules own pack 写出"
    if len(file) > _LARGEST_PACK:
        raise InvalidInputError("规则包过大，未读取", cure=cure)
    try:
        document = json.loads(file)
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise InvalidInputError("不是规则包，或由不认识的版本写出", cure=cure)
        content, signature = (base64.b64decode(str(document[name]), validate=True) for name in ("content", "signature"))
        return content, signature, str(document["certificates"])
    except (ValueError, KeyError, RecursionError, binascii.Error) as exc:
        raise InvalidInputError("规则包不完整或已损坏", cure=cure) from exc


def _free_id(taken: set[str]) -> str:
    for number in range(1, 100):
        if (rule_id := f"Z{number:02}") not in taken:
            return rule_id
    raise InvalidInputError("自定规则编号 Z01–Z99 已用完", cure="停用并不释放编号；请合并规则")


def _without_story(rule: OwnRule) -> dict[str, object]:
    return rule.model_dump(exclude={"version", "made_by", "made_at", "from_office"})
