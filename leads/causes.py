"""The structured part of a reason: what may be chosen for a step, and what the choice says of the rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.errors import InvalidInputError
from records.leads import RuleHit

__all__ = ["EXCLUSIONS", "NOT_FILED", "OTHER", "TRANSFERS", "cause_of", "hit_of_exclusion"]

OTHER = "其他"

EXCLUSIONS: Mapping[str, RuleHit] = MappingProxyType(
    {
        "引用、否定或劝阻语境，并非自我宣称": RuleHit.WRONG,
        "消费者评价或平台文字，并非商家所写": RuleHit.WRONG,
        "属法定除外情形": RuleHit.WRONG,
        "已公示有效资质": RuleHit.WRONG,
        "不属于该规则所管商品": RuleHit.WRONG,
        "文字或图片识别有误": RuleHit.WRONG,
        "与已有线索重复": RuleHit.ASIDE,
        "页面已改正": RuleHit.ASIDE,
        "经营主体已查明并非该店": RuleHit.ASIDE,
        "网店已关闭或主体已注销": RuleHit.ASIDE,
        "所缺编号见于图片": RuleHit.ASIDE,
        OTHER: RuleHit.WRONG,
    }
)
"""Reasons for 排除. What the rule could have seen counts against it; what lies outside it does not."""

NOT_FILED: tuple[str, ...] = (
    "违法行为轻微并及时改正，没有造成危害后果",
    "初次违法且危害后果轻微并及时改正",
    "当事人有证据足以证明没有主观过错",
    "依法可以不予立案的其他情形",
)
"""Grounds of 不予立案. Law: 《市场监督管理行政处罚程序规定》第二十条."""

TRANSFERS: tuple[str, ...] = ("不属本机关管辖", "属其他行业部门职责", "涉嫌犯罪，移送公安机关")
"""Kinds of 移送. Law: 《市场监督管理行政处罚程序规定》第十四条、第十七条; 行政处罚法第二十七条."""

_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"排除": tuple(EXCLUSIONS), "不予立案": NOT_FILED, "移送": TRANSFERS}
)


def cause_of(step: str, cause: str, reason: str) -> str:
    """The cause a step is recorded with: the one chosen, else the one the reason begins with, else 其他 for 排除.

    Raises:
        InvalidInputError: A cause was chosen that the step does not know; those it knows are named.

    >>> cause_of("排除", "", "页面已改正，见复查")
    '页面已改正'
    >>> cause_of("派单", "", "近")
    ''
    """
    known = _CHOICES.get(step, ())
    if cause:
        if cause not in known:
            raise InvalidInputError(
                f"“{step}”没有这一原因：{cause[:60]}", cure=f"可选：{'；'.join(known) or '（此步骤不须选原因）'}"
            )
        return cause
    begun = next((one for one in known if one != OTHER and reason.startswith(one)), "")
    return begun or (OTHER if step == "排除" else "")


def hit_of_exclusion(cause: str) -> RuleHit:
    """What an exclusion for this cause says of the rule."""
    return EXCLUSIONS.get(cause, RuleHit.WRONG)
