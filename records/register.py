"""The business register and who runs a shop: Entity, MatchQuery, Candidate, Match, LicenceFinding."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import Record, UtcDatetime

__all__ = [
    "Candidate",
    "Entity",
    "EntityKind",
    "EntityStatus",
    "ImportReport",
    "LicenceFinding",
    "LicenceProblem",
    "Match",
    "MatchDecision",
    "MatchQuery",
    "Reason",
    "RegisterColumn",
    "RegisterPreview",
    "RegisterStats",
]


class EntityStatus(StrEnum):
    """登记状态."""

    ACTIVE = "存续"
    CANCELLED = "注销"
    REVOKED = "吊销"
    MOVED_OUT = "迁出"


class EntityKind(StrEnum):
    """主体类型."""

    COMPANY = "企业"
    INDIVIDUAL = "个体工商户"
    COOPERATIVE = "农民专业合作社"
    BRANCH = "分支机构"


class Entity(Record):
    """登记主体 as one register snapshot has it. Key: `code` (统一社会信用代码, GB 32100, or the older number).
    `approved_on` (核准日期) is when the office last changed the entry: of two rows the later one holds."""

    code: str
    name: str
    kind: EntityKind
    status: EntityStatus = EntityStatus.ACTIVE
    status_on: date | None = None
    established_on: date | None = None
    valid_until: date | None = None
    approved_on: date | None = None
    region_code: str = ""
    address: str = ""
    legal_representative: str = ""
    phone: str = ""
    scope: str = ""
    former_names: tuple[str, ...] = ()
    abnormal_since: date | None = None
    seriously_illegal_since: date | None = None
    shop_urls: tuple[str, ...] = ()
    source: str = ""
    snapshot_id: str = ""


class ImportReport(Record):
    """What an import did. `errors` are (line number, column, Chinese message); refused rows lose no other row. `older`
    rows were approved before what the register has and were left alone. `error_sheet` is the file to send back."""

    snapshot_id: str
    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    older: int = 0
    errors: tuple[tuple[int, str, str], ...] = ()
    profile: str = ""
    error_sheet: str = ""


class RegisterColumn(Record):
    """A column of a register file as it would be read; an empty `field` is not recognised and not imported."""

    heading: str
    field: str = ""
    sample: str = ""


class RegisterPreview(Record):
    """What an import of a file would do, by its first rows; nothing was written. `missing` are the columns without
    which it cannot be imported, `errors` as in ImportReport."""

    file: str
    kind: str
    encoding: str
    profile: str
    suggested_profile: str
    columns: tuple[RegisterColumn, ...]
    missing: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    looked_at: int
    refused: int
    errors: tuple[tuple[int, str, str], ...] = ()


class RegisterStats(Record):
    """Size of the register by status, and the newest snapshot."""

    total: int
    by_status: dict[EntityStatus, int] = {}
    snapshot_id: str = ""


class MatchQuery(Record):
    """What a shop says of itself; every field may be empty. `registered_on` is the licence's own date, where shown;
    `as_of` is the capture time findings are judged at; `read_by_ocr` names the fields that were read off a picture of
    the licence and may be misread."""

    query_id: str
    name: str = ""
    code: str = ""
    region: str = ""
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    shop_url: str = ""
    shop_name: str = ""
    registered_on: date | None = None
    read_by_ocr: tuple[str, ...] = ()
    as_of: UtcDatetime


class Reason(Record):
    """One piece of evidence for or against, as log-odds weight and one Chinese sentence."""

    feature: str
    weight: float
    sentence: str


class Candidate(Record):
    """A register entity that may run the shop, and how likely."""

    code: str
    name: str
    probability: float
    reasons: tuple[Reason, ...] = ()


class MatchDecision(StrEnum):
    """match: sure enough to act on; possible: an officer must choose; none: not found in the register."""

    MATCH = "match"
    POSSIBLE = "possible"
    NONE = "none"


class LicenceProblem(StrEnum):
    """亮照核查结论, each with its own "not to be said when" (docs/reference)."""

    CODE_INVALID = "代码无效"
    CODE_UNKNOWN = "代码查无"
    NAME_CODE_MISMATCH = "名称与代码不符"
    CANCELLED = "已注销"
    REVOKED = "已吊销"
    MOVED_OUT = "已迁出"
    ABNORMAL = "经营异常"
    SERIOUSLY_ILLEGAL = "严重违法失信"
    EXPIRED = "营业期限届满"


class LicenceFinding(Record):
    """A finding about the licence shown, as of the capture time, with the values it rests on."""

    problem: LicenceProblem
    sentence: str
    shown: str = ""
    registered: str = ""


class Match(Record):
    """Stage 3's answer. Candidate probabilities and `not_in_register_probability` sum to 1 (1e-6)."""

    match_id: str
    shop_id: str = ""
    query: MatchQuery
    decision: MatchDecision
    entity_code: str = ""
    entity_name: str = ""
    probability: float = 0.0
    not_in_register_probability: float
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    licence_findings: tuple[LicenceFinding, ...] = ()
    model_version: str
    snapshot_id: str
    matched_at: UtcDatetime
