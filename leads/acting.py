"""What a try of a page in the browser may breach: A18 弹窗, C13 默认勾选, C18 倒计时, C09 结算价, C19 因人定价.

Pure functions over what was met (`records/acts.py`). What could not be tried is undetermined or silence, never
suspected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from leads.act_profiles import priced_by_visitor
from leads.clocks import day_in_china
from leads.over_time.answers import Answer, resting_on, yuan
from leads.over_time.list_prices import list_price_differs
from leads.rules import act_words as words
from leads.versions import in_force
from records.acts import HELD_BACK, ActVisit, CountdownTry, OptionSeen, PopupTry
from records.base import stable_id
from records.leads import Finding, Rule, Verdict
from records.market import Source

__all__ = ["ACTS", "CACHED", "FREE_OPTION", "NECESSARY", "SHIPPING", "assess_act", "judge_act"]

NECESSARY = "隐私、年龄等必要告知弹窗"
FREE_OPTION = "免费默认赠送"
CACHED = "服务端缓存"
SHIPPING = "差额为已另行标明的运费"

_RESET_SLACK_SECONDS = 2
_MOST_SECONDS = 30 * 86_400
_NECESSARY = re.compile(words.NECESSARY)
_ADVERTISES = re.compile(words.ADVERTISES)
_SIGN_IN = re.compile(words.SIGN_IN)
_ADD_ON = re.compile(words.ADD_ON)
_AGREEMENT = re.compile(words.AGREEMENT)
_FREE = re.compile(words.FREE)


def judge_act(rule_id: str, act: ActVisit) -> Answer | None:
    """What one rule says of a try; None when it has nothing to say, or looks at no act."""
    look = ACTS.get(rule_id)
    if look is None:
        return None
    if act.failure:
        return resting_on([_source(act)], Verdict.UNDETERMINED, f"浏览器实测未能进行：{act.failure}")
    return look(act)


def assess_act(
    rules: Mapping[str, Rule], act: ActVisit, record: Source, *, shop_id: str, listing_id: str, now: datetime
) -> tuple[Finding, ...]:
    """A finding for each of these rules that has something to say of the try, by rule id.

    Args:
        record: Where the try's own record is kept: its digest, and the address tried.
    """
    found = []
    for rule_id in sorted(rules.keys() & ACTS.keys()):
        answer = judge_act(rule_id, act)
        basis = in_force(rules[rule_id].basis, on=day_in_china(act.started_at))
        if answer is not None and basis:
            found.append(_finding(rules[rule_id], act, answer, record, (shop_id, listing_id), now))
    return tuple(found)


def _popup(act: ActVisit) -> Answer | None:
    """A18. Law: 《互联网广告管理办法》第十条."""
    answers = [answer for one in act.popups if (answer := _one_popup(act, one)) is not None]
    if not answers and "弹窗（页面中断了操作）" in act.unreached:
        return resting_on([_source(act)], Verdict.UNDETERMINED, "弹窗的关闭未能测完，无法判定")
    return _gravest(answers)


def _one_popup(act: ActVisit, seen: PopupTry) -> Answer | None:
    fault = _popup_fault(seen)
    if not fault:
        return None
    said = f"弹窗“{seen.text[:60]}”{fault}"
    source = [_source(act)]
    if _NECESSARY.search(seen.text):
        return resting_on(
            source, Verdict.EXCLUDED, f"{said}；属于必要告知的，不是广告", exemption=NECESSARY, quoted=seen.text
        )
    if _SIGN_IN.search(seen.text) and not _ADVERTISES.search(seen.text):
        return resting_on(source, Verdict.UNDETERMINED, f"{said}；是登录提示还是广告，须人工核对", quoted=seen.text)
    if not _ADVERTISES.search(seen.text):
        return resting_on(source, Verdict.UNDETERMINED, f"{said}；是否为广告须看截图", quoted=seen.text)
    if seen.mark and not seen.led_away and not (seen.closed and seen.clicks == 1) and HELD_BACK in act.unreached:
        told = f"{said}；但页面想发送的数据被拦下，可能因此关不掉，无法判定"
        return resting_on(source, Verdict.UNDETERMINED, told, quoted=seen.text)
    return resting_on(source, Verdict.SUSPECTED, f"{said}，涉嫌未确保一键关闭", quoted=seen.text)


def _popup_fault(seen: PopupTry) -> str:
    if not seen.mark:
        return "没有关闭标志"
    if seen.mark_after_seconds >= 1:
        return f"须等 {seen.mark_after_seconds:g} 秒才出现可点击的关闭标志"
    if seen.led_away:
        return f"的关闭标志“{seen.mark}”点击后打开了其他页面"
    if seen.closed and seen.clicks > 1:
        return f"须点击 {seen.clicks} 次才能关闭"
    if seen.again:
        return "关闭后在同一页面继续弹出"
    if not seen.closed:
        return f"的关闭标志“{seen.mark}”点击 {seen.clicks} 次仍不能关闭"
    return "的关闭标志不可清晰辨识" if seen.faint else ""


def _ticked(act: ActVisit) -> Answer | None:
    """C13. Law: 《中华人民共和国电子商务法》第十九条."""
    return _gravest([answer for one in act.options if (answer := _one_option(act, one)) is not None])


def _one_option(act: ActVisit, seen: OptionSeen) -> Answer | None:
    if not _ADD_ON.search(seen.label) or _AGREEMENT.search(seen.label):
        return None
    said = f"{seen.url} 默认勾选“{seen.label[:60]}”"
    source = [_source(act)]
    if seen.price_fen == 0 or (seen.price_fen is None and _FREE.search(seen.label)):
        return resting_on(source, Verdict.EXCLUDED, f"{said}，标明免费", exemption=FREE_OPTION, quoted=seen.label)
    if seen.price_fen is None:
        return resting_on(source, Verdict.UNDETERMINED, f"{said}，未见价格，是否收费无法判定", quoted=seen.label)
    told = f"{said}（{yuan(seen.price_fen)} 元），涉嫌将搭售作为默认同意的选项"
    return resting_on(source, Verdict.SUSPECTED, told, quoted=seen.label)


def _countdown(act: ActVisit) -> Answer | None:
    """C18. Law: 《网络交易监督管理办法》第十四条第二款."""
    return _gravest([answer for one in act.countdowns if (answer := _one_countdown(act, one)) is not None])


def _one_countdown(act: ActVisit, seen: CountdownTry) -> Answer | None:
    source = [_source(act)]
    named = f"倒计时“{seen.words}”首次打开时剩 {seen.first_seconds} 秒"
    if not seen.later:
        return resting_on(source, Verdict.UNDETERMINED, f"{named}，再次打开未见，无法比较", quoted=seen.words)
    least = seen.first_seconds - _RESET_SLACK_SECONDS
    back = [left >= least and passed > 2 * _RESET_SLACK_SECONDS for passed, left in seen.later]
    if not any(back) or seen.first_seconds > _MOST_SECONDS:
        return None
    passed, left = seen.later[-1]
    said = f"{named}，{passed:g} 秒后另一访客打开仍剩 {left} 秒"
    if seen.cached:
        return resting_on(source, Verdict.UNDETERMINED, f"{said}；应答来自缓存，无法判定", exemption=CACHED)
    if len(back) < 2 or not all(back):
        return resting_on(source, Verdict.UNDETERMINED, f"{said}；只有一次如此，无法判定", quoted=seen.words)
    if not seen.ticks:
        return resting_on(
            source, Verdict.UNDETERMINED, f"{said}；该时间在页面上不走动，未必是倒计时，无法判定", quoted=seen.words
        )
    return resting_on(source, Verdict.SUSPECTED, f"{said}，两次重新打开均重置，涉嫌虚构限时抢购", quoted=seen.words)


def _checkout(act: ActVisit) -> Answer | None:
    """C09. Law: 《明码标价和禁止价格欺诈规定》第十九条第二项."""
    seen = act.prices
    if seen is None or seen.detail_fen is None or seen.total_fen is None:
        return None
    if not list_price_differs(seen.detail_fen, seen.total_fen):
        return None
    source = [_source(act)]
    said = f"详情页标价 {yuan(seen.detail_fen)} 元，结算页（{seen.checkout_url}）应付 {yuan(seen.total_fen)} 元"
    if seen.pieces not in (None, 1):
        return resting_on(source, Verdict.UNDETERMINED, f"{said}，但结算 {seen.pieces} 件，无法比较")
    if seen.shipping_fen is None:
        return resting_on(source, Verdict.UNDETERMINED, f"{said}，未见运费如何计算，无法判定")
    if not list_price_differs(seen.detail_fen, seen.total_fen - seen.shipping_fen):
        told = f"{said}，差额为结算页标明的运费 {yuan(seen.shipping_fen)} 元"
        return resting_on(source, Verdict.EXCLUDED, told, exemption=SHIPPING)
    return resting_on(
        source, Verdict.SUSPECTED, f"{said}（其中运费 {yuan(seen.shipping_fen)} 元），涉嫌以低价诱骗、高价结算"
    )


ACTS: Mapping[str, Callable[[ActVisit], Answer | None]] = {
    "A18": _popup,
    "C09": _checkout,
    "C13": _ticked,
    "C18": _countdown,
    "C19": lambda act: priced_by_visitor(act.profiles, _source(act)),
}
"""By rule."""


def _gravest(answers: list[Answer]) -> Answer | None:
    order = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)
    return min(answers, key=lambda one: order.index(one.verdict), default=None)


def _source(act: ActVisit) -> Source:
    """The try as a visit; its digest is that of the first screenshot until the record itself is kept."""
    digest = act.shots[0].content.sha256 if act.shots else "0" * 64
    return Source(page_id=act.act_id, page_sha256=digest, url=act.final_url or act.url, seen_at=act.started_at)


def _finding(
    rule: Rule, act: ActVisit, answer: Answer, record: Source, subject: tuple[str, str], now: datetime
) -> Finding:
    conduct_on = day_in_china(act.started_at)
    return Finding(
        finding_id=stable_id("finding", rule.rule_id, answer.verdict, *subject, act.failure or act.act_id),
        rule_id=rule.rule_id,
        rule_version=rule.version,
        verdict=answer.verdict,
        severity=rule.severity,
        shop_id=subject[0],
        listing_id=subject[1],
        url=act.url,
        page_id=record.page_id,
        page_sha256=record.page_sha256,
        text=answer.quoted,
        place="act",
        exemption=answer.exemption,
        explanation=answer.explanation,
        proof_needed=rule.proof_needed,
        basis=in_force(rule.basis, on=conduct_on),
        visits=(record,),
        conduct_on=conduct_on,
        found_at=now,
    )
