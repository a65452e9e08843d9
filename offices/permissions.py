"""One table says what each role may do; one function asks it. Data scope is a prefix of the region code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.errors import PermissionRefusedError
from records.people import Account, Permission, Role

__all__ = ["PERMISSIONS", "PERMISSION_TITLES", "in_scope", "may", "region_scope", "require"]

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.MONITOR: frozenset(
            {
                Permission.RULES_DRAFT,
                Permission.LEADS_READ,
                Permission.LEADS_ACT,
                Permission.EVIDENCE_READ,
                Permission.EVIDENCE_CAPTURE,
                Permission.SURVEY_READ,
                Permission.SURVEY_ACT,
            }
        ),
        Role.OFFICER: frozenset(
            {
                Permission.CASES_ACT,
                Permission.EVIDENCE_HOLD,
                Permission.EVIDENCE_RECEIVE,
                Permission.LEADS_READ,
                Permission.LEADS_ACT,
                Permission.EVIDENCE_READ,
                Permission.EVIDENCE_CAPTURE,
                Permission.EVIDENCE_EXPORT,
                Permission.SURVEY_READ,
                Permission.SURVEY_ACT,
                Permission.PERSONAL_READ,
            }
        ),
        Role.CHIEF: frozenset(
            {
                Permission.CASES_ACT,
                Permission.CASES_APPROVE,
                Permission.EVIDENCE_HOLD,
                Permission.EVIDENCE_APPROVE,
                Permission.RULES_DRAFT,
                Permission.RULES_SIGN,
                Permission.LEADS_READ,
                Permission.LEADS_ACT,
                Permission.EVIDENCE_READ,
                Permission.EVIDENCE_EXPORT,
                Permission.SURVEY_READ,
                Permission.SURVEY_ACT,
                Permission.PERSONAL_READ,
                Permission.EXCHANGE_MANAGE,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Permission.LEADS_READ,
                Permission.EVIDENCE_READ,
                Permission.SURVEY_READ,
                Permission.AUDIT_READ,
            }
        ),
        Role.ADMIN: frozenset({Permission.SURVEY_READ, Permission.USERS_MANAGE, Permission.EXCHANGE_MANAGE}),
    }
)

PERMISSION_TITLES: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.LEADS_READ: "查看线索",
        Permission.LEADS_ACT: "处置线索",
        Permission.CASES_ACT: "办理案件",
        Permission.CASES_APPROVE: "审批案件文书",
        Permission.EVIDENCE_READ: "查看证据",
        Permission.EVIDENCE_CAPTURE: "发起固证",
        Permission.EVIDENCE_RECEIVE: "接收材料",
        Permission.EVIDENCE_EXPORT: "导出证据",
        Permission.EVIDENCE_HOLD: "冻结与申请销毁证据",
        Permission.EVIDENCE_APPROVE: "批准解除冻结与销毁",
        Permission.RULES_DRAFT: "拟定规则与名单",
        Permission.RULES_SIGN: "签批规则",
        Permission.SURVEY_READ: "查看监测采集结果",
        Permission.SURVEY_ACT: "安排监测采集",
        Permission.PERSONAL_READ: "查看完整个人信息",
        Permission.AUDIT_READ: "查看审计记录",
        Permission.USERS_MANAGE: "管理账号",
        Permission.EXCHANGE_MANAGE: "办理往来",
    }
)


def may(account: Account, permission: Permission) -> bool:
    """Whether any of the account's roles allows it, and the key it comes with where it comes with one; a closed account
    may do nothing."""
    if not account.active or (account.only is not None and permission not in account.only):
        return False
    return any(permission in PERMISSIONS[role] for role in account.roles)


def require(account: Account, permission: Permission) -> None:
    """Raises PermissionRefusedError, naming the role and what it lacks, unless the account may."""
    if not may(account, permission):
        if account.only is not None and permission not in account.only:
            raise PermissionRefusedError(
                f"接口密钥没有“{PERMISSION_TITLES[permission]}”的权限",
                cure="如工作需要，请系统管理员换发权限合适的密钥",
                permission=permission.value,
            )
        roles = "、".join(account.roles)
        raise PermissionRefusedError(
            f"“{roles}”岗位没有“{PERMISSION_TITLES[permission]}”的权限",
            cure="如工作需要，请系统管理员调整岗位",
            permission=permission.value,
        )


def region_scope(account: Account) -> str:
    """The prefix of region codes the account sees; "" is the whole country."""
    return account.region_code


def in_scope(account: Account, region_code: str) -> bool:
    """Whether a thing of this region is inside the account's scope. A thing of unknown region is seen only by those who
    see all: nobody's region can be concluded from silence."""
    return region_code.startswith(account.region_code)
