"""What may be unlawful and what became of it: Rule, ScanInput, Finding, Lead, LeadEvent, Case."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime
from records.case_parts import CaseHandler, CaseState, Deadline, Party
from records.market import Category, Source, Speaker

__all__ = [
    "Basis",
    "Case",
    "Exemption",
    "Finding",
    "Jurisdiction",
    "Lead",
    "LeadEvent",
    "LeadState",
    "Officer",
    "Rule",
    "RuleExample",
    "RuleHit",
    "ScanFields",
    "ScanFinding",
    "ScanInput",
    "Severity",
    "Span",
    "Verdict",
]


class Severity(StrEnum):
    """级 1 高, 2 中, 3 低."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """suspected 涉嫌; excluded 命中但有除外情形; undetermined 无法判定. Never "unlawful": a person decides."""

    SUSPECTED = "suspected"
    EXCLUDED = "excluded"
    UNDETERMINED = "undetermined"


class Basis(Record):
    """An article of law. `verified` False prints 待核; `in_force_to` None is still in force."""

    instrument: str
    article: str
    text: str
    in_force_from: date
    in_force_to: date | None = None
    verified: bool = False


class Exemption(Record):
    """A lawful exception a rule must weigh, and what the party would have to prove."""

    exemption_id: str
    title: str
    proof: str = ""


class ScanFields(Record):
    """Structured facts beside a text; None = was not looked at, so nothing may be concluded from it."""

    page_complete: bool | None = None
    licence_no: str | None = None
    has_licence_link: bool | None = None
    shop_type: str | None = None
    approval_nos: tuple[str, ...] | None = None
    price_fen: int | None = None
    list_price_fen: int | None = None
    strike_price_fen: int | None = None


class ScanInput(Record):
    """One text to judge: a block of a page, or a whole line of `rules scan`."""

    id: str
    text: str
    category: Category = Category.OTHER
    source: Speaker = Speaker.MERCHANT
    fields: ScanFields = ScanFields()


class RuleExample(Record):
    """An example that is a test of its rule."""

    text: str
    verdict: Verdict | None
    category: Category = Category.OTHER
    source: Speaker = Speaker.MERCHANT
    fields: ScanFields = ScanFields()


class Rule(Record):
    """规则: signal, exemptions, proof needed, basis by version, penalty. A rule only suspects."""

    rule_id: str
    version: str
    title: str
    domain: str
    severity: Severity
    basis: tuple[Basis, ...]
    penalty: tuple[Basis, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    proof_needed: str = ""
    breaching: tuple[RuleExample, ...] = ()
    clean: tuple[RuleExample, ...] = ()


class Span(Record):
    """Words hit, at [start, end) of the original text, in Unicode code points."""

    start: int
    end: int
    text: str


class ScanFinding(Record):
    """What one rule says of one ScanInput."""

    rule: str
    verdict: Verdict
    severity: Severity
    spans: tuple[Span, ...] = ()
    exemption: str | None = None
    explanation: str = ""


class Finding(Record):
    """A rule's verdict on a page that was read, with the article in force on the day of the conduct. One that rests on
    a comparison names the `visits` compared, oldest first; the page is then that of the newest."""

    finding_id: str
    rule_id: str
    rule_version: str
    verdict: Verdict
    severity: Severity
    shop_id: str
    listing_id: str = ""
    url: str
    page_id: str
    page_sha256: DigestHex | None = None
    text: str = ""
    place: str = ""
    speaker: Speaker = Speaker.MERCHANT
    spans: tuple[Span, ...] = ()
    exemption: str | None = None
    explanation: str = ""
    proof_needed: str = ""
    basis: tuple[Basis, ...] = ()
    visits: tuple[Source, ...] = ()
    conduct_on: date
    found_at: UtcDatetime


class LeadState(StrEnum):
    """线索状态 (domain 5.4)."""

    NEW = "待研判"
    ASSIGNED = "已派单"
    ACCEPTED = "已签收"
    CHECKING = "核查中"
    EXCLUDED = "已排除"
    GUIDED = "已行政指导"
    ORDERED = "责令改正"
    CORRECTED = "已改正"
    NOT_FILED = "不予立案"
    FILED = "已立案"
    TRANSFERRED = "已移送"
    ASSISTING = "协查中"
    CLOSED = "已归档"
    APPRAISING = "鉴定中"
    NEGOTIATING = "管辖协商"
    PLATFORM_ASKED = "平台措施中"
    FILING = "立案审批"


class RuleHit(StrEnum):
    """What an officer's decision says of the rule: right 采纳, wrong 误报, aside 与规则无关, open 尚未决定."""

    OPEN = "open"
    RIGHT = "right"
    WRONG = "wrong"
    ASIDE = "aside"


class Jurisdiction(Record):
    """建议承办机关 with its article, the reason in Chinese, and how sure (0.0-1.0)."""

    office: str
    region_code: str
    article: str
    reason: str
    certainty_score: float


class Lead(Record):
    """线索: the findings of one rule against one subject. `version` counts changes (optimistic lock).

    Attributes:
        rule_version: Of the newest finding until an officer decides, then of what was decided on.
        office: 承办机关 it was sent to; `assignee` the person.
        due_on: Last day of the 核查 or of a 责令改正; `step_due_on` that of a step beside it (协查, 管辖协商).
        extended: Its 核查 was prolonged once, which the law allows once.
        stopped_on: Since when 鉴定、辨认 stops the clock.
        rule_hit, decided_at: The decision, as far as it says something of the rule.
    """

    lead_id: str
    rule_id: str
    rule_title: str
    severity: Severity
    shop_id: str
    shop_name: str = ""
    entity_code: str = ""
    entity_name: str = ""
    title: str
    summary: str = ""
    categories: tuple[Category, ...] = ()
    finding_ids: tuple[str, ...]
    urls: tuple[str, ...] = ()
    priority_score: float
    priority_reasons: tuple[str, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    region_code: str = ""
    state: LeadState = LeadState.NEW
    assignee: str = ""
    due_on: date | None = None
    rule_version: str = ""
    office: str = ""
    step_due_on: date | None = None
    extended: bool = False
    stopped_on: date | None = None
    rule_hit: RuleHit = RuleHit.OPEN
    decided_at: UtcDatetime | None = None
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    version: int = 1


class LeadEvent(Record):
    """One step in a lead's life; history is appended, never edited. `cause` is the structured part of the reason."""

    event_id: str
    lead_id: str
    action: str
    state_from: LeadState | None = None
    state_to: LeadState
    actor: str
    reason: str = ""
    cause: str = ""
    at: UtcDatetime


class Officer(Record):
    """执法人员 with the number of the enforcement card (执法证号)."""

    name: str
    card_no: str


class Case(Record):
    """案件: leads and captures carried together. `shop_ids` are the shops it takes; `group_id` and `reasons` say why
    these are taken as of one hand (empty: one shop, or put together by an officer). `cause` is the 案由, `handlers` the
    officers in charge (`officers` are the same by name and card), `page_ids` surveyed pages kept as proof."""

    case_id: str
    title: str
    lead_ids: tuple[str, ...] = ()
    capture_ids: tuple[str, ...] = ()
    officers: tuple[Officer, ...] = ()
    shop_ids: tuple[str, ...] = ()
    group_id: str = ""
    reasons: tuple[str, ...] = ()
    cause: str = ""
    state: CaseState = CaseState.CHECKING
    parties: tuple[Party, ...] = ()
    handlers: tuple[CaseHandler, ...] = ()
    page_ids: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    office: str = ""
    region_code: str = ""
    filed_on: date | None = None
    opened_by: str = ""
    opened_at: UtcDatetime
    version: int = 1
