"""The labels of a 营业执照: which field each opens, in whole, in halves, or with one character misread."""

from __future__ import annotations

from dataclasses import dataclass

from records.licences_read import LicenceField

__all__ = ["Label", "label_at_head", "label_halves"]

_FIELDS: dict[str, LicenceField | None] = {
    "统一社会信用代码": LicenceField.CODE,
    "注册号": LicenceField.CODE,
    "名称": LicenceField.NAME,
    "企业名称": LicenceField.NAME,
    "字号名称": LicenceField.NAME,
    "类型": LicenceField.KIND,
    "主体类型": LicenceField.KIND,
    "法定代表人": LicenceField.PERSON,
    "经营者": LicenceField.PERSON,
    "经营者姓名": LicenceField.PERSON,
    "负责人": LicenceField.PERSON,
    "投资人": LicenceField.PERSON,
    "执行事务合伙人": LicenceField.PERSON,
    "住所": LicenceField.ADDRESS,
    "经营场所": LicenceField.ADDRESS,
    "主要经营场所": LicenceField.ADDRESS,
    "营业场所": LicenceField.ADDRESS,
    "成立日期": LicenceField.ESTABLISHED,
    "注册日期": LicenceField.ESTABLISHED,
    "经营范围": LicenceField.SCOPE,
    "业务范围": LicenceField.SCOPE,
    "注册资本": None,
    "出资总额": None,
    "成员出资总额": None,
    "营业期限": None,
    "经营期限": None,
    "合伙期限": None,
    "组成形式": None,
    "登记机关": None,
    "发照日期": None,
    "核准日期": None,
    "证照编号": None,
}
"""None: a label that is no field read here, yet ends the field before it."""

_LONGEST_FIRST = sorted(_FIELDS, key=len, reverse=True)
_HALVES = {"名": "称", "类": "型", "住": "所"}
_SEPARATORS = ":：·.、，,;；|丨-—_ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label at the head of a line. `rest` is the value printed in the same line; `length` what the label took."""

    text: str
    field: LicenceField | None
    rest: str
    length: int


def label_at_head(text: str) -> Label | None:
    """The label a line begins with; labels of four and more characters may have one wrong.

    >>> label_at_head("名称：上海华翰印务有限公司").rest, label_at_head("法定代表入王敏").text
    ('上海华翰印务有限公司', '法定代表人')
    >>> label_at_head("名称权纠纷咨询"), label_at_head("上海") is None
    (Label(text='名称', field=<LicenceField.NAME: '名称'>, rest='权纠纷咨询', length=2), True)
    """
    for label in _LONGEST_FIRST:
        head = text[: len(label)]
        wrong = sum(one != two for one, two in zip(head, label, strict=False)) + len(label) - len(head)
        if wrong <= (1 if len(label) >= 4 else 0):
            rest = text[len(label) :].lstrip(_SEPARATORS)
            return Label(text=label, field=_FIELDS[label], rest=rest, length=len(label))
    return None


def label_halves(first: str, second: str) -> str:
    """The two characters of a spaced label read as two lines (名 … 称), joined with what follows; empty if not so.

    >>> label_halves("名", "称上海华翰"), label_halves("名", "上海")
    ('名称上海华翰', '')
    """
    wanted = _HALVES.get(first.strip(_SEPARATORS))
    return first.strip(_SEPARATORS) + second if wanted and second.startswith(wanted) else ""
