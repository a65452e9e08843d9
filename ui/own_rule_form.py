"""The form of an own rule, read into the rule it describes; what was written stays as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError
from starlette.datastructures import FormData

from records.errors import InvalidInputError
from records.leads import Basis, Severity
from records.market import Category, Speaker
from records.own_rules import OwnConditions, OwnRule

__all__ = ["OwnRuleForm", "for_trial", "form_of", "read_form", "rule_of"]

_SEVERAL = re.compile(r"[,，、;；\n]")
_LONGEST = 2_000
_GROUPS = 4
_WRONG = {
    "rule_id": "编号应为 Z01–Z99",
    "title": "须写违法情形（至多 100 字）",
    "groups": "至少一组词，至多四组",
    "within": "相隔字数应为 0–200",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRuleForm:
    """What stands in the fields. Prices in yuan as written."""

    rule_id: str = ""
    title: str = ""
    severity: str = Severity.MEDIUM.value
    groups: tuple[str, ...] = ("",) * _GROUPS
    within: str = ""
    unless: str = ""
    denied: bool = False
    categories: tuple[str, ...] = ()
    speakers: tuple[str, ...] = (Speaker.MERCHANT.value, Speaker.LABEL.value)
    price_least: str = ""
    price_most: str = ""
    sales_least: str = ""
    sales_most: str = ""
    regions: str = ""
    instrument: str = ""
    article: str = ""
    since: str = ""
    proof: str = ""
    note: str = ""


def read_form(sent: FormData) -> OwnRuleForm:
    """The fields as they were sent."""

    def one(name: str) -> str:
        value = sent.get(name, "")
        return value[:_LONGEST].strip() if isinstance(value, str) else ""

    def many(name: str) -> tuple[str, ...]:
        return tuple(value[:_LONGEST].strip() for value in sent.getlist(name)[:50] if isinstance(value, str))

    groups = many("group")[:_GROUPS]
    return OwnRuleForm(
        rule_id=one("rule_id").upper(),
        title=one("title"),
        severity=one("severity"),
        groups=(*groups, *("",) * (_GROUPS - len(groups))),
        within=one("within"),
        unless=one("unless"),
        denied=bool(one("denied")),
        categories=many("category"),
        speakers=many("speaker"),
        price_least=one("price_least"),
        price_most=one("price_most"),
        sales_least=one("sales_least"),
        sales_most=one("sales_most"),
        regions=one("regions"),
        instrument=one("instrument"),
        article=one("article"),
        since=one("since"),
        proof=one("proof"),
        note=one("note"),
    )


def form_of(own: OwnRule) -> OwnRuleForm:
    """The fields of a rule that is there, to be changed into its next version."""
    asked, basis = own.conditions, own.basis[0]
    groups = tuple("、".join(group) for group in own.groups)
    return OwnRuleForm(
        rule_id=own.rule_id,
        title=own.title,
        severity=own.severity.value,
        groups=(*groups, *("",) * (_GROUPS - len(groups))),
        within="" if own.within is None else str(own.within),
        unless="、".join(own.unless),
        denied=own.denied_counts,
        categories=tuple(one.value for one in asked.categories),
        speakers=tuple(one.value for one in asked.speakers),
        price_least=_yuan(asked.price_least_fen),
        price_most=_yuan(asked.price_most_fen),
        sales_least="" if asked.sales_least is None else str(asked.sales_least),
        sales_most="" if asked.sales_most is None else str(asked.sales_most),
        regions="、".join(asked.regions),
        instrument=basis.instrument,
        article=basis.article,
        since=basis.in_force_from.isoformat(),
        proof=own.proof_needed,
        note=own.note,
    )


def for_trial(form: OwnRuleForm, today: date) -> OwnRuleForm:
    """The form with what a trial does not ask for: nothing is kept of it, and who tries words may not know yet what
    they break. It is tried by today's law."""
    titled = replace(form, title=form.title or "试行")
    if form.instrument and form.article and form.since:
        return titled
    return replace(titled, instrument="未写依据", article="未写条款", since=today.isoformat())


def rule_of(form: OwnRuleForm, *, by: str, now: datetime) -> OwnRule:
    """The rule of the fields, as version 1.

    Raises:
        InvalidInputError: Something cannot be read; every such thing is named.
    """
    groups = tuple(group for text in form.groups if (group := _several(text)))
    if not groups:
        raise InvalidInputError("没有写词", cure="第一组至少写一个词，如：燕窝、即食燕窝")
    try:
        return OwnRule.model_validate(
            {
                "rule_id": form.rule_id,
                "version": 1,
                "title": form.title,
                "severity": form.severity,
                "groups": groups,
                "within": _whole(form.within, "相隔字数"),
                "unless": _several(form.unless),
                "denied_counts": form.denied,
                "conditions": _conditions(form),
                "basis": (_basis(form),),
                "proof_needed": form.proof,
                "note": form.note,
                "made_by": by,
                "made_at": now,
            }
        )
    except ValidationError as exc:
        wrong = dict.fromkeys(_WRONG.get(str(one["loc"][0]), f"“{one['loc'][0]}”不对") for one in exc.errors())
        raise InvalidInputError(f"规则写法有误：{'；'.join(wrong)}", cure="改正后重试") from exc


def _conditions(form: OwnRuleForm) -> OwnConditions:
    regions = _several(form.regions)
    for region in regions:
        if not re.fullmatch(r"[0-9]{2,6}", region):
            raise InvalidInputError(f"区划代码看不懂：{region[:20]}", cure="2 至 6 位数字，如 33、3301、330106")
    least, most = _fen(form.price_least), _fen(form.price_most)
    fewest, largest = _whole(form.sales_least, "销量"), _whole(form.sales_most, "销量")
    for low, high, name in ((least, most, "现价"), (fewest, largest, "销量")):
        if low is not None and high is not None and low > high:
            raise InvalidInputError(f"{name}的下限大于上限", cure="对调两个数")
    try:
        return OwnConditions(
            categories=tuple(Category(one) for one in form.categories),
            speakers=tuple(Speaker(one) for one in form.speakers) or (Speaker.MERCHANT, Speaker.LABEL),
            price_least_fen=least,
            price_most_fen=most,
            sales_least=fewest,
            sales_most=largest,
            regions=regions,
        )
    except ValueError as exc:
        raise InvalidInputError("类目或来源不在所列之中", cure="在所列项目中勾选") from exc


def _basis(form: OwnRuleForm) -> Basis:
    try:
        since = date.fromisoformat(form.since)
    except ValueError:
        since = None
    if not (form.instrument and form.article and since):
        raise InvalidInputError(
            "规则须写明依据", cure="填写法规全称、条款和施行日期，如 中华人民共和国广告法、第二十八条"
        )
    return Basis(instrument=form.instrument.strip("《》"), article=form.article, text="", in_force_from=since)


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in _SEVERAL.split(text) if part.strip()))


def _whole(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise InvalidInputError(f"{name}应为整数：{text[:20]}", cure="只写数字")
    return int(text)


def _fen(text: str) -> int | None:
    if not text:
        return None
    try:
        amount = Decimal(text) * 100
    except InvalidOperation as exc:
        raise InvalidInputError(f"现价看不懂：{text[:20]}", cure="以元为单位，如 99.90") from exc
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value() or amount > 10**14:
        raise InvalidInputError(f"现价看不懂：{text[:20]}", cure="以元为单位，至多两位小数，如 99.90")
    return int(amount)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{Decimal(fen) / 100:f}"
