"""The business register and who runs a shop: Entity, MatchQuery, Candidate, Match, LicenceFinding."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import Record, UtcDatetime
from records.licence_findings import LicenceFinding, LicenceProblem, ShownLicence, WithheldFinding
from records.register_history import DeclaredSite, Gone, ListedPeriod, NamePeriod

__all__ = [
    "Candidate",
    "Entity",
    "EntityKind",
    "EntityState",
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
    "ShownLicence",
    "Standing",
    "WithheldFinding",
]


class EntityStatus(StrEnum):
    """登记状态."""

    ACTIVE = "存续"
    CANCELLED = "注销"
    REVOKED = "吊销"
    MOVED_OUT = "迁出"
    SUSPENDED = "停业"
    ANNULLED = "撤销"
    ORDERED_CLOSED = "责令关闭"


class EntityKind(StrEnum):
    """主体类型."""

    COMPANY = "企业"
    INDIVIDUAL = "个体工商户"
    COOPERATIVE = "农民专业合作社"
    BRANCH = "分支机构"


class Entity(Record):
    """登记主体 as one register snapshot has it. Key: `code` (统一社会信用代码, GB 32100, or the older number).
    `approved_on` (核准日期) is when the office last changed the entry: of two rows the later one holds.

    `abnormal_since` and `seriously_illegal_since` are of the listing that still stands; listings that ended are in the
    periods. Ask `listed_as_abnormal` and `listed_as_seriously_illegal`, which know both. `former_names` are all of
    them, `name_periods` those with dates. `gone`: its source names it no more (`snapshot_id` is the one that did not).
    """

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
    valid_from: date | None = None
    name_periods: tuple[NamePeriod, ...] = ()
    abnormal_periods: tuple[ListedPeriod, ...] = ()
    seriously_illegal_periods: tuple[ListedPeriod, ...] = ()
    sites: tuple[DeclaredSite, ...] = ()
    parent_code: str = ""
    parent_name: str = ""
    gone: Gone | None = None
    source: str = ""
    snapshot_id: str = ""

    def listed_as_abnormal(self, on: date) -> ListedPeriod | None:
        """The stay on the 经营异常名录 that surely covers a day; None also where that cannot be told."""
        return _covering(self.abnormal_periods, self.abnormal_since, on)

    def listed_as_seriously_illegal(self, on: date) -> ListedPeriod | None:
        """The same of the 严重违法失信名单."""
        return _covering(self.seriously_illegal_periods, self.seriously_illegal_since, on)


def _covering(periods: tuple[ListedPeriod, ...], since: date | None, on: date) -> ListedPeriod | None:
    standing = () if since is None else (ListedPeriod(listed_on=since),)
    return next((period for period in (*standing, *periods) if period.covers(on)), None)


class EntityState(Record):
    """An entity as the register held it from `known_from` to before `known_until` (None: it holds it so still).

    `known_from` is None for what was imported before times were kept. `brought_by` is the snapshot that first had it
    so, `entity.snapshot_id` the last that confirmed it."""

    entity: Entity
    known_from: UtcDatetime | None = None
    known_until: UtcDatetime | None = None
    brought_by: str = ""


class Standing(Record):
    """How an entity stood on a day (valid time), by all the register knows; None where it cannot tell."""

    on: date
    name: str
    status: EntityStatus | None = None
    within_term: bool | None = None
    abnormal: ListedPeriod | None = None
    seriously_illegal: ListedPeriod | None = None


class ImportReport(Record):
    """What an import did. `errors` are (line number, column, Chinese message); refused rows lose no other row. `older`
    rows were approved before what the register has and were left alone. `error_sheet` is the file to send back.

    Of a full snapshot: `gone` entities it no longer names were marked, or `gone_withheld` were not, because they are
    too many to believe; `unnamed` refused rows have no readable code, so that they may be some of them."""

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
    gone: int = 0
    gone_withheld: int = 0
    unnamed: int = 0


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
    `icp_no` the filing of a site of the seller's own (never the platform's), asked of what entities declared
    (年报网站网店); `as_of` is the capture time findings are judged at; `read_by_ocr` names the fields that were read
    off a picture of the licence and may be misread."""

    query_id: str
    name: str = ""
    code: str = ""
    region: str = ""
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    shop_url: str = ""
    icp_no: str = ""
    shop_name: str = ""
    registered_on: date | None = None
    shown: ShownLicence | None = None
    """What else its pages publish; None where nobody looked, and then nothing is said of what is missing."""

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
    withheld_findings: tuple[WithheldFinding, ...] = ()
    model_version: str
    snapshot_id: str
    matched_at: UtcDatetime
