"""Rules that judge the facts beside a text. A fact that was not looked at (None) proves nothing.

A duty to show something is suspected of being breached only when the page was read whole and the thing was looked for
and not found; else undetermined or silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from leads.codes import CodeState, licence_state
from leads.numbers import NUMBER_PATTERNS, NumberKind, fault_of
from leads.over_time.list_prices import FROM_PRICE, list_price_differs
from leads.promising import broken_promise
from leads.reviewing import may_be_alike, reviews_alike, reviews_in
from leads.rules.subject import EXEMPT_STATEMENT
from leads.signals import LeadRule, Procedure
from records.leads import ScanFields, ScanFinding, ScanInput, Span, Verdict
from records.market import Speaker

__all__ = ["judge_facts", "shows_words"]

_Answer = tuple[Verdict, str | None, str]
_Shown = tuple[tuple[Span, ...], str]
_EXEMPT_STATEMENT = re.compile(EXEMPT_STATEMENT)
_CONDITIONAL_PRICE = re.compile(
    r"\d\s*元?起|起价|券后|领券|会员价|拼团价?|新人价|到手价|预售|定金|凑单|以旧换新|补贴后|秒杀价"
)


def judge_facts(
    rules: Sequence[LeadRule], scan: ScanInput, normalised: str, *, on: date, fold: Callable[[str], str]
) -> Iterator[ScanFinding]:
    """What the rules with a procedure say of the facts of this text, on that day; `fold` normalises numbers."""
    facts_read = bool(scan.fields.model_fields_set)
    if not facts_read and (scan.source is not Speaker.REVIEW or not may_be_alike(scan.text)):
        return
    for rule in rules:
        if not facts_read and rule.signal.procedure is not Procedure.REVIEWS_ALIKE:
            continue
        if rule.signal.procedure in _SHOWN_BY:
            shown = _SHOWN_BY[rule.signal.procedure](scan, fold)
            if shown is not None:
                yield ScanFinding(
                    rule=rule.rule_id,
                    verdict=Verdict.SUSPECTED,
                    severity=rule.severity,
                    spans=shown[0],
                    explanation=shown[1],
                )
            continue
        if rule.signal.procedure is Procedure.APPROVAL_FORM:
            answer = _numbers_faulty(rule, tuple(fold(number) for number in scan.fields.approval_nos or ()), on)
        else:
            answer = _PROCEDURES[rule.signal.procedure](scan, normalised)
        if answer is not None:
            verdict, exemption, explanation = answer
            yield ScanFinding(
                rule=rule.rule_id, verdict=verdict, severity=rule.severity, exemption=exemption, explanation=explanation
            )


def shows_words(rule: LeadRule) -> bool:
    """Whether the rule's procedure says where in the text it found what it tells."""
    return rule.signal.procedure in _SHOWN_BY


def _licence_shown(scan: ScanInput, normalised: str) -> _Answer | None:
    """N01. Law: 《中华人民共和国电子商务法》第十五条."""
    fields = scan.fields
    if scan.source in (Speaker.REVIEW, Speaker.LABEL) or fields.licence_no != "" or fields.has_licence_link:
        return None
    if _EXEMPT_STATEMENT.search(normalised):
        return Verdict.EXCLUDED, "依法不需要办理登记", "未见执照，但自我声明依法不需要办理市场主体登记，需当事人举证"
    unknown = _not_looked_at(fields)
    if unknown:
        return Verdict.UNDETERMINED, None, f"未见执照，但{unknown}，无法判定"
    return Verdict.SUSPECTED, None, "首页及页脚已完整读取，未见营业执照代码、亮照链接，也无依法不需要登记的声明"


def _not_looked_at(fields: ScanFields) -> str:
    if not fields.page_complete:
        return "页面未完整读取"
    if fields.has_licence_link is None:
        return "亮照链接未查看"
    return ""


def _licence_valid(scan: ScanInput, _normalised: str) -> _Answer | None:
    """N02. Standard: GB 32100-2015."""
    shown = scan.fields.licence_no
    if not shown or scan.source is Speaker.REVIEW:
        return None
    state = licence_state(shown)
    if state is CodeState.RIGHT:
        return None
    if state is CodeState.DOUBTFUL:
        return Verdict.UNDETERMINED, "读取有误", f"公示的代码“{shown}”校验不符，但可能是个别字符读取有误，须看原图"
    return Verdict.SUSPECTED, None, f"公示的代码“{shown}”不符合统一社会信用代码或注册号的编码与校验规则"


def _numbers_faulty(rule: LeadRule, numbers: Sequence[str], on: date) -> _Answer | None:
    """Numbers read on the page, checked as the rule's cues check those in the text."""
    if not numbers:
        return None  # most blocks of most pages
    for kind in {cue.number for cue in rule.signal.cues} - {NumberKind.NONE}:
        for shown in numbers:
            found = re.search(NUMBER_PATTERNS[kind], shown)
            fault = fault_of(kind, found[0], on=on) if found else ""
            if fault:
                return Verdict.SUSPECTED, None, f"页面所示“{shown.upper()}”：{fault}"
    return None


def _reviews_alike(scan: ScanInput, _fold: Callable[[str], str]) -> _Shown | None:
    """C01. Law: 《中华人民共和国电子商务法》第十七条."""
    alike = reviews_alike(reviews_in(scan.text)) if scan.source is Speaker.REVIEW else ()
    if not alike:
        return None
    spans = tuple(Span(start=one.start, end=one.end, text=one.text) for one in alike)
    return spans, f"{len(alike)} 条评价内容几乎相同而署名不同，疑似编造"


def _promotion_kept(scan: ScanInput, fold: Callable[[str], str]) -> _Shown | None:
    """C10. Law: 《明码标价和禁止价格欺诈规定》第二十条第二项."""
    price, struck = scan.fields.price_fen, scan.fields.strike_price_fen
    if price is None or struck is None or scan.source in (Speaker.REVIEW, Speaker.PLATFORM):
        return None
    broken = broken_promise(fold(scan.text), price_fen=price, strike_price_fen=struck)
    if broken is None:
        return None
    start, end, why = broken
    return (Span(start=start, end=end, text=scan.text[start:end]),), f"促销承诺与标价不符：{why}"


_SHOWN_BY: dict[Procedure, Callable[[ScanInput, Callable[[str], str]], _Shown | None]] = {
    Procedure.REVIEWS_ALIKE: _reviews_alike,
    Procedure.PROMOTION_KEPT: _promotion_kept,
}


def _list_price(scan: ScanInput, normalised: str) -> _Answer | None:
    """C09. Law: 《明码标价和禁止价格欺诈规定》第二十条第一款第一项."""
    listed, asked = scan.fields.list_price_fen, scan.fields.price_fen
    if listed is None or asked is None or scan.source is Speaker.REVIEW or not list_price_differs(listed, asked):
        return None
    said = f"列表或者首页标价 {listed / 100:g} 元，详情页标价 {asked / 100:g} 元"
    if _CONDITIONAL_PRICE.search(normalised):
        return Verdict.EXCLUDED, FROM_PRICE, f"{said}，但文字注明了价格的条件，须核对列表上是否注明"
    return Verdict.SUSPECTED, None, f"{said}，列表价低于详情价"


_PROCEDURES: dict[Procedure, Callable[[ScanInput, str], _Answer | None]] = {
    Procedure.LICENCE_SHOWN: _licence_shown,
    Procedure.LICENCE_VALID: _licence_valid,
    Procedure.LIST_PRICE: _list_price,
}
