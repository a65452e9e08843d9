"""Who may do what and who did: Role, Account, Session, AuditEvent."""

from __future__ import annotations

from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["Account", "AuditEvent", "Permission", "Role", "Session"]


class Role(StrEnum):
    """岗位."""

    MONITOR = "网监"
    OFFICER = "办案"
    CHIEF = "负责人"
    AUDITOR = "审计"
    ADMIN = "管理"


class Permission(StrEnum):
    """What can be asked of `offices/`."""

    LEADS_READ = "leads.read"
    LEADS_ACT = "leads.act"
    CASES_ACT = "cases.act"
    CASES_APPROVE = "cases.approve"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_CAPTURE = "evidence.capture"
    EVIDENCE_RECEIVE = "evidence.receive"
    EVIDENCE_EXPORT = "evidence.export"
    EVIDENCE_HOLD = "evidence.hold"
    EVIDENCE_APPROVE = "evidence.approve"
    SURVEY_READ = "survey.read"
    SURVEY_ACT = "survey.act"
    RULES_DRAFT = "rules.draft"
    RULES_SIGN = "rules.sign"
    PERSONAL_READ = "personal.read"
    AUDIT_READ = "audit.read"
    USERS_MANAGE = "users.manage"
    EXCHANGE_MANAGE = "exchange.manage"


class Account(Record):
    """账号. `region_code` is the data scope as a prefix of GB/T 2260 codes; "" sees all. `only`: of what the
    roles allow, no more than these; set while a program uses the account through an API key, never stored."""

    account_id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    region_code: str = ""
    card_no: str = ""
    password_hash: str
    failed_sign_ins: int = 0
    locked_until: UtcDatetime | None = None
    active: bool = True
    only: tuple[Permission, ...] | None = None


class Session(Record):
    """A signed-in browser; only the SHA-256 of its token is stored."""

    token_sha256: DigestHex
    account_id: str
    csrf_token: str
    created_at: UtcDatetime
    expires_at: UtcDatetime


class AuditEvent(Record):
    """One link of the audit chain; digests as in CustodyEvent."""

    sequence: int
    actor: str
    roles: tuple[Role, ...] = ()
    origin: str = ""
    action: str
    object_id: str = ""
    detail: str = ""
    request_id: str = ""
    at: UtcDatetime
    previous_sha256: DigestHex | None = None
    previous_sm3: DigestHex | None = None
    event_sha256: DigestHex
    event_sm3: DigestHex
