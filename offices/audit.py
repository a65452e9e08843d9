"""The audit chain: who read and changed what, each event bound to the one before by both digests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.chain import check_chain, link_digests
from records.people import Account, AuditEvent, Role
from records.ports import AuditLog

__all__ = ["AuditAction", "Caller", "event_to_be", "record", "verify_chain"]

_UNKNOWN = "0" * 64
_PAGE = 1000


class AuditAction(StrEnum):
    """What is written down."""

    SIGNED_IN = "登录"
    SIGN_IN_FAILED = "登录失败"
    SIGNED_OUT = "退出"
    LEAD_READ = "查看线索"
    LEAD_ACTED = "处置线索"
    RULE_DECIDED = "签批规则"
    OWN_RULE_SAVED = "保存自建规则"
    LIST_CONFIRMED = "确认监控名单"
    LIST_CHANGED = "变更监控名单"
    LEAD_CLAIMED = "认领线索"
    LEAD_RELEASED = "释放线索"
    BULK_FROZEN = "选定批量线索"
    PERSONAL_READ = "查看完整个人信息"
    EVIDENCE_READ = "查看证据"
    EVIDENCE_VERIFIED = "核验证据"
    EVIDENCE_EXPORTED = "导出证据"
    CAPTURE_BEGUN = "发起固证"
    UPLOAD_RECEIVED = "接收材料"
    EVIDENCE_AUDITED = "核查证据"
    EVIDENCE_COMPARED = "比对证据"
    EVIDENCE_KEPT = "冻结或销毁证据"
    PAGE_PROVED = "导出监测页面存证"
    SCHEDULE_MOVED = "变更采集计划"
    TARGET_CHANGED = "变更监测对象"
    ALARM_SETTLED = "处理告警"
    ALARM_ASSIGNED = "指派告警"
    RUN_STOPPED = "停止采集"
    CASE_OPENED = "开立案件"
    CASE_READ = "查看案件"
    CASE_EXPORTED = "导出案件"
    CASE_ACTED = "办理案件"
    CASE_VERIFIED = "核验案件"
    PAPER_READ = "查看文书"
    GROUP_RULED = "认定关联"
    CALIBRATION_CHANGED = "变更校准"
    QUALITY_PUSHED = "推送质量问题"
    QUALITY_CHECKED = "检查登记库"
    ACCOUNT_CHANGED = "变更账号"
    CREDENTIAL_CHANGED = "变更口令"
    AUDIT_READ = "查询审计"
    AUDIT_VERIFIED = "核验审计链"
    REVIEW_ANSWERED = "复核比对"
    REPORT_MADE = "生成监测报告"
    KEY_ROTATED = "更换签名密钥"
    JOB_BEGUN = "交办后台任务"
    JOB_FETCHED = "取任务文件"
    KEY_ISSUED = "签发接口密钥"
    KEY_REVOKED = "撤销接口密钥"
    BACKED_UP = "备份数据"
    RESTORE_TRIED = "演练恢复"
    PEER_CHANGED = "登记往来单位"
    BUNDLE_SENT = "发出摆渡包"
    BUNDLE_RECEIVED = "收录摆渡包"
    BUNDLE_REFUSED = "拒收摆渡包"
    MATTER_ACTED = "办理往来事项"
    RETENTION_ACTED = "办理留存与销毁"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, from where, in which request. `account` None: nobody is signed in (a failed sign-in)."""

    account: Account | None
    origin: str = ""
    request_id: str = ""

    @property
    def login(self) -> str:
        """The name written into the chain."""
        return self.account.login if self.account else ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles at that moment."""
        return self.account.roles if self.account else ()


def record(
    log: AuditLog, caller: Caller, *, action: AuditAction, at: datetime, object_id: str = "", detail: str = ""
) -> AuditEvent:
    """Append one event; it names the digests of the newest one."""
    return log.append_audit(event_to_be(caller, action=action, at=at, object_id=object_id, detail=detail))


def event_to_be(
    caller: Caller, *, action: AuditAction, at: datetime, object_id: str = "", detail: str = ""
) -> Callable[[AuditEvent | None], AuditEvent]:
    """What makes the event from the newest one, for a store that writes it with the change it tells of."""

    def build(previous: AuditEvent | None) -> AuditEvent:
        event = AuditEvent(
            sequence=previous.sequence + 1 if previous else 1,
            actor=caller.login,
            roles=caller.roles,
            origin=caller.origin,
            action=action,
            object_id=object_id[:200],
            detail=detail[:1000],
            request_id=caller.request_id[:64],
            at=at,
            previous_sha256=previous.event_sha256 if previous else None,
            previous_sm3=previous.event_sm3 if previous else None,
            event_sha256=_UNKNOWN,
            event_sm3=_UNKNOWN,
        )
        digests = link_digests(event)
        return event.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3})

    return build


def verify_chain(log: AuditLog) -> int:
    """How many events the chain has, each found to follow from the one before. A chain cut off at its end is seen only
    by comparing the number with what was noted elsewhere.

    Raises:
        CustodyError: An event is missing, moved or changed; its sequence number is said.
    """
    newest: AuditEvent | None = None
    while True:
        page = log.audit(after_sequence=newest.sequence if newest else 0, limit=_PAGE)
        if not page:
            return newest.sequence if newest else 0
        for event in check_chain(page, previous=newest):
            newest = event
