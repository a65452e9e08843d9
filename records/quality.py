"""What a check of the register found: QualityProblem, and QualityReport with scores, offices and trend."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record, UtcDatetime

__all__ = [
    "CheckCount",
    "DimensionScore",
    "OfficeCount",
    "QualityCheck",
    "QualityDimension",
    "QualityProblem",
    "QualityReport",
    "QualityTrend",
    "SourceScore",
]


class QualityDimension(StrEnum):
    """What a check speaks of. Standard: GB/T 36344-2018 (its 数据唯一性 is kept apart from 准确性 here)."""

    CONFORMITY = "规范性"
    COMPLETENESS = "完整性"
    ACCURACY = "准确性"
    CONSISTENCY = "一致性"
    UNIQUENESS = "唯一性"


class QualityCheck(StrEnum):
    """The checks, in the order they are shown (docs/how-to/check-the-register.md says each in full)."""

    CODE = "代码校验"
    CODE_KIND = "代码类别"
    DIVISION = "代码区划"
    OLD_NUMBER = "旧注册号"
    REQUIRED = "必填项"
    PLACEHOLDER = "占位内容"
    PHONE = "电话号码"
    DATE_RANGE = "日期范围"
    DATE_ORDER = "日期先后"
    STATUS_DATE = "状态与日期"
    LEGAL_FORM = "组织形式"
    NAME_REGION = "名称区划"
    FORMER_NAME = "曾用名"
    SAME_SUBJECT = "主体标识码重复"
    SAME_PLACE = "同名同址"
    TWO_NUMBERS = "新旧号并存"


class QualityProblem(Record):
    """One thing to correct. `problem_id` is the same in every check, so that two reports can be compared; `code` and
    `name` are empty where a whole source is meant (it carries no such column)."""

    problem_id: str
    check: QualityCheck
    field: str
    code: str = ""
    name: str = ""
    source: str
    office_code: str = ""
    office: str = ""
    value: str = ""
    sentence: str


class CheckCount(Record):
    """How often a check could be decided, how often it found a problem, and how often it could not tell."""

    check: QualityCheck
    dimension: QualityDimension
    decided: int
    problems: int
    undecided: int


class DimensionScore(Record):
    """`score` is (decided - problems) / decided, 0.0-1.0; a dimension with nothing decided has none."""

    dimension: QualityDimension
    decided: int
    problems: int
    score: float


class SourceScore(Record):
    """`score` is the plain mean of the dimensions' scores; None when nothing could be decided. `absent_fields` are
    required fields that most of the source's entities lack: they count in the score and are one problem each."""

    source: str
    entities: int
    score: float | None
    dimensions: tuple[DimensionScore, ...] = ()
    absent_fields: tuple[str, ...] = ()


class OfficeCount(Record):
    """How many problems lie with an office (登记机关)."""

    office_code: str
    office: str
    entities: int
    problems: int


class QualityTrend(Record):
    """Against an earlier report. `corrected`, `remaining` and `added` are None when a list of either was cut off."""

    since: UtcDatetime
    problems_before: int
    score_before: dict[str, float] = {}
    corrected: int | None = None
    remaining: int | None = None
    added: int | None = None


class QualityReport(Record):
    """One check of the register, or of a source or region of it. `problem_count` counts all; `problems` lists them, of
    each check of a source no more than a limit, and `unlisted` says how many are not in the list."""

    made_at: UtcDatetime
    snapshot_id: str
    source: str = ""
    region: str = ""
    entities: int
    problem_count: int
    undecided_count: int
    unlisted: int = 0
    checks: tuple[CheckCount, ...] = ()
    sources: tuple[SourceScore, ...] = ()
    offices: tuple[OfficeCount, ...] = ()
    problems: tuple[QualityProblem, ...] = ()
    trend: QualityTrend | None = None
