"""The parts of a registered name: 行政区划, 字号, 行业, 组织形式, 分支.

A name is `[行政区划] 字号 [行业] [组织形式] [分支]`; a division may also stand in brackets, after the 字号 or later.
The parser works from both ends (division at the head, form and industry words at the tail); what is left is the 字号.
It never leaves the 字号 empty: two characters are always kept for it.

Law: 《企业名称登记管理规定》第六条.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from matching.data.industries import INDUSTRIES, TRADE_ENDINGS
from matching.data.legal_forms import BRANCH_ENDINGS, FORMS, STALL_FORMS
from matching.names.regions import NOWHERE, Region, read_leading_region

__all__ = ["NameParts", "form_family", "parse_name"]


class NameParts(NamedTuple):
    """A parsed name. Every text is normalised; empty where the name does not have the part."""

    region: Region = NOWHERE
    brand: str = ""
    industry: str = ""
    form: str = ""
    branch: str = ""

    @property
    def core(self) -> str:
        """字号 + 行业, and the branch where there is one: what tells one entity from another in a region."""
        return f"{self.brand}{self.industry}/{self.branch}" if self.branch else self.brand + self.industry

    @property
    def bare(self) -> bool:
        """Only a 字号: a short name that many may share."""
        return not (self.industry or self.form or self.branch)


_FAMILIES = {form: family for family, line in FORMS.items() for form in line.split()}
_FAMILIES.update(dict.fromkeys(STALL_FORMS.split(), "stall"))
_INDUSTRIES = frozenset(INDUSTRIES.split())
_TRADE_ENDINGS = frozenset(TRADE_ENDINGS)
_LONGEST_INDUSTRY = 8
_LONGEST_FORM = max(map(len, _FAMILIES))
_BRANCH_ENDINGS = tuple(BRANCH_ENDINGS.split())
_FORM_THEN_BRANCH = re.compile(
    r"(?:股份有限责任公司|股份有限公司|有限责任公司|有限公司|总公司|集团公司|公司|合作社|联合社|联社|供销社|集团)(?=.{2,}$)"
)
_OPERATOR = re.compile(r"\((?:个体工商户|个体|有限合伙|普通合伙|特殊普通合伙|集团|筹|中国)\)")
_BRACKET = re.compile(r"\(([^()]*)\)")


def parse_name(normalised: str) -> NameParts:
    """Parts of a normalised name (`normalise_name`).

    >>> p = parse_name("华翰(上海)印务有限公司"); p.region.code, p.brand, p.industry, p.form
    ('31', '华翰', '印务', '有限公司')
    >>> p = parse_name("中国农业银行股份有限公司大连泡崖支行"); p.brand, p.industry, p.branch
    ('农业', '银行', '大连泡崖支行')
    >>> p = parse_name("余杭区阿强水果店"); p.region.text, p.brand, p.industry, p.form
    ('余杭', '阿强', '水果', '店')
    """
    text = _OPERATOR.sub("", normalised) if "(" in normalised else normalised
    region, text = _take_region(text)
    text, branch = _take_branch(text)
    body, form = _take_form(text)
    brand, industry = _take_industry(body)
    return NameParts(region=region, brand=brand, industry=industry, form=form, branch=branch)


def form_family(form: str) -> str:
    """Which family of legal forms a form belongs to; empty when unknown."""
    return _FAMILIES.get(form, "")


def _take_region(text: str) -> tuple[Region, str]:
    region = read_leading_region(text)
    rest = text[region.length :]
    if "(" not in rest:
        return region, rest
    for bracket in _BRACKET.finditer(rest):
        inner = read_leading_region(bracket.group(1), keep=0)
        if inner.length and inner.length >= len(bracket.group(1)) - 1:
            rest = rest[: bracket.start()] + rest[bracket.end() :]
            return (inner if not region.code else region), rest.replace("(", "").replace(")", "")
    return region, rest.replace("(", "").replace(")", "")


def _take_branch(text: str) -> tuple[str, str]:
    found = _FORM_THEN_BRANCH.search(text)
    if found is None:
        return text, ""
    tail = text[found.end() :]
    if found.end() - found.start() < 3 and not tail.endswith(_BRANCH_ENDINGS):
        return text, ""
    return text[: found.end()], tail


def _take_form(text: str) -> tuple[str, str]:
    for length in range(min(_LONGEST_FORM, len(text) - 1), 0, -1):
        form = text[-length:]
        if length == 1 and (text[-2:] in _INDUSTRIES or text[-3:] in _INDUSTRIES):
            break  # 面馆, 药店: the trade word is worth more than its last character
        if form in _FAMILIES:
            return text[:-length], form
    return text, ""


def _take_industry(body: str) -> tuple[str, str]:
    start = len(body)
    while start > 2:
        step = _industry_ending_at(body, start)
        if not step:
            break
        start -= step
    return body[:start], body[start:]


def _industry_ending_at(body: str, end: int) -> int:
    for length in range(min(_LONGEST_INDUSTRY, end - 2), 1, -1):
        if body[end - length : end] in _INDUSTRIES:
            return length
    return 2 if end == len(body) and end >= 4 and body[end - 1] in _TRADE_ENDINGS else 0
