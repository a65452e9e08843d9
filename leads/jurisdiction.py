"""Which office should take a lead: a suggestion with its article, its reason and alternatives. A person decides.

Law: 《市场监督管理行政处罚程序规定》第十条至第十七条 (domain 5.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from leads.divisions import Division, Divisions
from records.leads import Jurisdiction
from records.market import ContactKind, Shop
from records.register import Match, MatchDecision

__all__ = ["suggest"]

_PROCEDURE = "市场监督管理行政处罚程序规定"
_OTHER_DEPARTMENTS = {"G01": "林业和草原（渔业）主管部门", "G06": "烟草专卖局"}
_BUREAU = "市场监督管理局"
_LEAST_SAME_OFFICE = 0.05
_REGION_IN_CODE = re.compile(r"^(?:[1-9A-Z][1-9A-Z](\d{6})[0-9A-Z]{10}|(\d{6})\d{9})$")
_PROVINCE_LETTERS = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41",
    "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "贵": "52",
    "云": "53", "藏": "54", "陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clue:
    division: Division
    source: str
    certainty: float


def suggest(shop: Shop, match: Match | None, *, rule_id: str, divisions: Divisions) -> tuple[Jurisdiction, ...]:
    """Suggested offices, the likeliest first; one entry without a region when nothing tells where the seller is.

    Clues to 实际经营地, in this order: disclosed address, register, return address, filing of the site.
    """
    article, why = _article(shop, rule_id)
    suggestions: dict[str, Jurisdiction] = {}
    for clue in _clues(shop, match, divisions):
        known = suggestions.get(clue.division.code)
        if known is not None:
            both = f"{known.reason}；{clue.source}一致"
            certainty = min(0.95, known.certainty_score + _LEAST_SAME_OFFICE)
            suggestions[clue.division.code] = known.model_copy(update={"reason": both, "certainty_score": certainty})
            continue
        suggestions[clue.division.code] = Jurisdiction(
            office=f"{clue.division.full_name}{_BUREAU}",
            region_code=clue.division.code,
            article=article,
            reason=f"{why}；{clue.source}在{clue.division.full_name}",
            certainty_score=clue.certainty,
        )
    ordered = sorted(suggestions.values(), key=lambda one: -one.certainty_score)
    if not ordered:
        return (_unknown(article, why),)
    return (*ordered, *_transfer(rule_id, ordered[0]))


def _article(shop: Shop, rule_id: str) -> tuple[str, str]:
    if rule_id.startswith("A"):
        return f"{_PROCEDURE}第十一条", "店铺页面由广告主自行发布，由广告主所在地管辖"
    if urlsplit(shop.url).path.strip("/") in ("", "index.html", "index.php"):
        return f"{_PROCEDURE}第十条第一款", "自建网站，由住所地县级以上市场监督管理部门管辖"
    return f"{_PROCEDURE}第十条第二款", "平台内经营者，由其实际经营地县级以上市场监督管理部门管辖"


def _clues(shop: Shop, match: Match | None, divisions: Divisions) -> Iterator[_Clue]:
    shown = shop.disclosure
    addresses = [(shown.address, "公示的地址", 0.8)]
    addresses += [(one.value, "公示的经营地址", 0.75) for one in shop.contacts if one.kind is ContactKind.ADDRESS]
    for text, source, certainty in addresses:
        yield from _clue(divisions.in_text(text) if text else None, source, certainty)
    if match is not None and match.decision is MatchDecision.MATCH:
        yield from _clue(_by_number(match.entity_code, divisions), "登记机关所在地", 0.65)
    elif shown.licence_no:
        yield from _clue(_by_number(shown.licence_no, divisions), "所示执照代码的登记机关", 0.4)
    for contact in shop.contacts:
        if contact.kind is ContactKind.RETURN_ADDRESS:
            yield from _clue(divisions.in_text(contact.value), "退货地址", 0.4)
    yield from _filings(shop, divisions)


def _filings(shop: Shop, divisions: Divisions) -> Iterator[_Clue]:
    police = re.search(r"公网安备\s*(\d{6})\d{8}", shop.disclosure.police_no)
    if police:
        yield from _clue(divisions.by_code(police[1]), "公安备案地", 0.3)
    filed = re.search(f"([{''.join(_PROVINCE_LETTERS)}])ICP", shop.disclosure.icp_no)
    if filed:
        yield from _clue(divisions.by_code(f"{_PROVINCE_LETTERS[filed[1]]}0000"), "ICP 备案地", 0.15)


def _clue(division: Division | None, source: str, certainty: float) -> Iterator[_Clue]:
    if division is None:
        return
    # A province or city alone leaves open which county: less sure.
    shallow = {"0000": 0.4, "00": 0.75}.get(
        division.code[2:] if division.code.endswith("0000") else division.code[4:], 1.0
    )
    yield _Clue(division=division, source=source, certainty=round(certainty * shallow, 2))


def _by_number(code: str, divisions: Divisions) -> Division | None:
    found = _REGION_IN_CODE.match(code.strip().upper())
    if not found:
        return None
    region = found[1] or found[2]
    return None if region.startswith("10") else divisions.by_code(region)


def _transfer(rule_id: str, first: Jurisdiction) -> Iterator[Jurisdiction]:
    department = _OTHER_DEPARTMENTS.get(rule_id)
    if department is not None:
        place = first.office.removesuffix(_BUREAU)
        yield Jurisdiction(
            office=f"{place}{department}",
            region_code=first.region_code,
            article=f"{_PROCEDURE}第十七条",
            reason="先行核查固证后，认为属于其他部门职责的，依法移送",
            certainty_score=round(first.certainty_score * 0.9, 2),
        )


def _unknown(article: str, why: str) -> Jurisdiction:
    return Jurisdiction(
        office="待定（实际经营地不明）",
        region_code="",
        article=article,
        reason=f"{why}；公示地址、登记信息、退货地址、备案号均不能确定所在地，可请平台提供",
        certainty_score=0.0,
    )
