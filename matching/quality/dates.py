"""Rules for dates: possible at all, and in an order that can have happened."""

from __future__ import annotations

from datetime import date

from matching.quality.outcomes import SOUND, FieldAnswer, FieldQuestion, Subject, problem
from records.quality import QualityCheck

__all__ = ["DATE_QUESTIONS", "FIELD_TITLES"]

FIELD_TITLES = {
    "code": "统一社会信用代码",
    "name": "名称",
    "kind": "主体类型",
    "status": "登记状态",
    "status_on": "状态日期",
    "established_on": "成立日期",
    "valid_until": "营业期限止",
    "region_code": "区划代码",
    "address": "住所（经营场所）",
    "legal_representative": "法定代表人（经营者、负责人）",
    "phone": "联系电话",
    "scope": "经营范围",
    "former_names": "曾用名",
    "abnormal_since": "列入经营异常日期",
    "seriously_illegal_since": "列入严重违法失信日期",
}
"""What people call the fields of an Entity."""

_EARLIEST = date(1949, 10, 1)
_FIRST_LISTS = {"abnormal_since": date(2014, 10, 1), "seriously_illegal_since": date(2016, 4, 1)}
"""企业信息公示暂行条例 and 严重违法失信企业名单管理暂行办法 took effect: no listing can be older."""


def _possible(field: str, earliest: date) -> FieldQuestion:
    def ask(subject: Subject) -> FieldAnswer | None:
        day: date | None = getattr(subject.entity, field)
        if day is None:
            return None
        title = FIELD_TITLES[field]
        if day > subject.today:
            return problem(day, f"{title}{day}在检查当日{subject.today}之后")
        return problem(day, f"{title}{day}早于{earliest}，不可能") if day < earliest else SOUND

    return FieldQuestion(check=QualityCheck.DATE_RANGE, field=field, ask=ask)


def _not_before_establishment(field: str) -> FieldQuestion:
    def ask(subject: Subject) -> FieldAnswer | None:
        day: date | None = getattr(subject.entity, field)
        begun = subject.entity.established_on
        if day is None or begun is None:
            return None
        return problem(day, f"{FIELD_TITLES[field]}{day}早于成立日期{begun}") if day < begun else SOUND

    return FieldQuestion(check=QualityCheck.DATE_ORDER, field=field, ask=ask)


DATE_QUESTIONS = (
    _possible("established_on", _EARLIEST),
    _possible("status_on", _EARLIEST),
    *(_possible(field, earliest) for field, earliest in _FIRST_LISTS.items()),
    *(
        _not_before_establishment(field)
        for field in ("status_on", "valid_until", "abnormal_since", "seriously_illegal_since")
    ),
)
