"""Of each check: what it rests on, and what the office is to do. Printed on work lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from records.quality import QualityCheck

__all__ = ["CURES", "Cure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """`basis` is the law or standard, in Chinese; `task` one sentence of what to do."""

    basis: str
    task: str


_C = QualityCheck
_REGISTRATION = "《市场主体登记管理条例》第八条（登记事项）"
_ACCURATE = "GB/T 36344-2018《信息技术 数据质量评价指标》准确性"
_CONSISTENT = "GB/T 36344-2018《信息技术 数据质量评价指标》一致性"
_UNIQUE = "GB/T 36344-2018《信息技术 数据质量评价指标》（数据唯一性）"

CURES: Mapping[QualityCheck, Cure] = {
    _C.CODE: Cure(
        basis="GB 32100-2015《法人和其他组织统一社会信用代码编码规则》（校验码）；15 位注册号依 GS15-2006",
        task="调取登记档案和执照存根核对代码，录入有误的更正；确系按原码颁发的，报赋码机关核实后注明",
    ),
    _C.CODE_KIND: Cure(
        basis="GB 32100-2015（登记管理部门代码、机构类别代码）", task="核对主体类型与代码第 1、2 位，更正录错的一项"
    ),
    _C.DIVISION: Cure(
        basis="GB 32100-2015（登记管理机关行政区划码）；GB/T 2260",
        task="核对代码第 3 至 8 位与颁发时的登记机关，更正录入",
    ),
    _C.OLD_NUMBER: Cure(
        basis="国发〔2015〕33 号；国办发〔2016〕53 号",
        task="查明是否已换发统一社会信用代码，已换发的补录，未换发的通知换照",
    ),
    _C.REQUIRED: Cure(basis=_REGISTRATION, task="按登记档案补录缺项；整列缺失的，请数据提供单位补充该列后重新报送"),
    _C.PLACEHOLDER: Cure(basis=_REGISTRATION, task="以档案中的实际内容替换占位内容；住所（经营场所）补到门牌"),
    _C.PHONE: Cure(basis=_ACCURATE, task="核对联系电话，更正或清空；不得以连号、重号代替"),
    _C.DATE_RANGE: Cure(
        basis=f"{_ACCURATE}；列入日期另依《企业信息公示暂行条例》（2014-10-01 起施行）", task="按档案更正日期"
    ),
    _C.DATE_ORDER: Cure(basis=_CONSISTENT, task="核对成立日期与后列日期，更正录错的一项"),
    _C.STATUS_DATE: Cure(basis=_CONSISTENT, task="核对登记状态与注销、吊销日期，补录或更正"),
    _C.LEGAL_FORM: Cure(
        basis=f"《企业名称登记管理规定》第六条（组织形式）；{_CONSISTENT}",
        task="核对主体类型与名称，更正录错的一项",
    ),
    _C.NAME_REGION: Cure(basis=f"GB/T 2260；{_CONSISTENT}", task="核对登记区划代码并更正"),
    _C.FORMER_NAME: Cure(basis=_CONSISTENT, task="核对变更记录，删去与现名称相同的曾用名"),
    _C.SAME_SUBJECT: Cure(
        basis=f"GB 32100-2015（主体标识码唯一）；{_UNIQUE}", task="核对两个代码，保留颁发的一个，另一个注明原因或更正"
    ),
    _C.SAME_PLACE: Cure(basis=_UNIQUE, task="核对是否同一主体重复登记，是的合并，不是的补充能区分的登记事项"),
    _C.TWO_NUMBERS: Cure(
        basis=f"国发〔2015〕33 号（一照一码）；{_UNIQUE}", task="核对后以统一社会信用代码为准合并，旧注册号列为曾用"
    ),
}
"""Every check has one."""
