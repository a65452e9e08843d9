"""亮照核查: what a shop publishes of its licence, what is found about it, and what was deliberately not said."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import Record

__all__ = ["Certainty", "LicenceFinding", "LicenceProblem", "ShownLicence", "WithheldFinding"]


class LicenceProblem(StrEnum):
    """亮照核查结论, each with its own "not to be said when" (`matching/findings`)."""

    CODE_INVALID = "代码无效"
    CODE_UNKNOWN = "代码查无"
    NAME_CODE_MISMATCH = "名称与代码不符"
    BORROWED = "疑似套用执照"
    CANCELLED = "已注销"
    REVOKED = "已吊销"
    MOVED_OUT = "已迁出"
    SUSPENDED = "停业歇业"
    ANNULLED = "登记已撤销"
    ORDERED_CLOSED = "已责令关闭"
    ABNORMAL = "经营异常"
    SERIOUSLY_ILLEGAL = "严重违法失信"
    EXPIRED = "营业期限届满"
    NOT_SHOWN = "未亮照"
    INCOMPLETE = "亮照信息不全"
    OUTDATED = "与登记不一致"
    PERMIT_INVALID = "许可编号有误"
    UNLICENSED = "疑似无照"


class Certainty(StrEnum):
    """登记可证: the register or the page proves it. 需核实: an officer must look before anything is concluded."""

    PROVED = "登记可证"
    TO_CHECK = "需核实"


class LicenceFinding(Record):
    """A finding about the licence shown, as of the capture, with all it rests on.

    `field` is the item compared (代码, 名称, 登记状态 …) with its value on the page (`shown`) and in the register
    (`registered`); `source` and `snapshot_id` say which register, `snapshot_on` the newest date it knows (None: not
    told), `judged_on` the day of the capture in China. `remarks` are what an officer should know beside it.
    """

    problem: LicenceProblem
    sentence: str
    field: str = ""
    shown: str = ""
    registered: str = ""
    certainty: Certainty = Certainty.PROVED
    remarks: tuple[str, ...] = ()
    source: str = ""
    snapshot_id: str = ""
    snapshot_on: date | None = None
    judged_on: date | None = None


class WithheldFinding(Record):
    """What looked like a problem and is not to be called one, and why (Chinese)."""

    problem: LicenceProblem
    because: str


class ShownLicence(Record):
    """What a shop's pages publish beside name, code, person and date, and whether they could be read.

    `whole`: the front page and the licence page it links to were read, so that what is not here is not shown; `unread`
    names in Chinese the parts that were not. `unlike_shops` are other shops of the survey that show the same code and
    share no contact and no trade name with this one; `agent_text` is a statement that somebody else runs it.
    """

    subject_kind: str = ""
    address: str = ""
    valid_until: str = ""
    scope: str = ""
    icp_no: str = ""
    police_no: str = ""
    permit_nos: tuple[str, ...] = ()
    exemption_text: str = ""
    agent_text: str = ""
    has_link: bool = False
    has_image: bool = False
    whole: bool = False
    unread: tuple[str, ...] = ()
    unlike_shops: tuple[str, ...] = ()
