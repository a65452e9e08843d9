"""审计: who read and changed what, found and shown; and whether the chain that says so is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offices.audit import AuditAction, verify_chain
from offices.desk import Desk
from offices.permissions import in_scope
from records.audit_search import AuditQuery
from records.errors import CustodyError, PermissionRefusedError
from records.people import Account, AuditEvent, Permission

__all__ = ["PERSONAL", "AuditAsk", "AuditDesk", "AuditFound"]

PERSONAL = (AuditAction.PERSONAL_READ,)
"""Acts in which somebody saw personal data whole."""

_PAGE = 100
_NOBODY = "\0"
"""A login nobody can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsk:
    """What is looked for. `actor`: a login, "-" for nobody signed in, "" for all; `before`: events before a number."""

    actor: str = ""
    actions: tuple[str, ...] = ()
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFound:
    """A page of events, newest first; `older`: the number to go on from, 0 when there is no more."""

    events: tuple[AuditEvent, ...]
    older: int


class AuditDesk(Desk):
    """The audit at a desk; everything needs 查看审计记录. Who is bound to a region sees what accounts of it did."""

    def find(self, ask: AuditAsk) -> AuditFound:
        """Events that fit. The search itself is an event, once for each search, not for each page of it."""
        self.need(Permission.AUDIT_READ)
        query = AuditQuery(
            actors=self._actors(ask.actor),
            actions=ask.actions,
            text=ask.text.strip()[:100],
            since=ask.since,
            until=ask.until,
        )
        events = self._services.audit.find_audit(query, before_sequence=ask.before, limit=_PAGE + 1)
        if not ask.before and (ask.actor or ask.actions or ask.text or ask.since or ask.until):
            said = "、".join(filter(None, (ask.actor, *ask.actions, ask.text.strip()[:100])))
            self.note(AuditAction.AUDIT_READ, "", said)
        older = events[_PAGE - 1].sequence if len(events) > _PAGE else 0
        return AuditFound(events=events[:_PAGE], older=older)

    def accounts(self) -> tuple[Account, ...]:
        """Those whose acts one may see, by login."""
        self.need(Permission.AUDIT_READ)
        return tuple(
            sorted(
                (one for one in self._services.accounts.accounts() if in_scope(self.account, one.region_code)),
                key=lambda one: one.login,
            )
        )

    def checks(self) -> tuple[AuditEvent, ...]:
        """The last times somebody followed the chain, newest first."""
        self.need(Permission.AUDIT_READ)
        return self._services.audit.find_audit(AuditQuery(actions=(AuditAction.AUDIT_VERIFIED,)), limit=5)

    def newest(self) -> AuditEvent | None:
        """The end of the chain: its number and digest, noted elsewhere, show later that nothing was cut off."""
        self.need(Permission.AUDIT_READ)
        found = self._services.audit.find_audit(AuditQuery(), limit=1)
        return found[0] if found else None

    def verify(self) -> str:
        """Follow the whole chain; what came of it is said, and written down.

        Raises:
            PermissionRefusedError: May not read the audit, or is bound to a region: the chain is everybody's.
        """
        self.need(Permission.AUDIT_READ)
        if self.scope:
            raise PermissionRefusedError("审计链是全局的，限定辖区的账号不能核验", cure="由不限辖区的审计人员办理")
        try:
            said = f"审计链完整，共 {verify_chain(self._services.audit)} 条"
        except CustodyError as exc:
            said = f"审计链不完整：{exc.message}"
        self.note(AuditAction.AUDIT_VERIFIED, "", said)
        return said

    def _actors(self, actor: str) -> tuple[str, ...]:
        wanted = ("",) if actor == "-" else (actor,) if actor else ()
        if not self.scope:
            return wanted
        seen = tuple(one.login for one in self.accounts())
        return tuple(one for one in wanted or seen if one in seen) or (_NOBODY,)
