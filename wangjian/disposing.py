"""留存销毁: archives of surveys and leads whose time is over are destroyed by two persons; `records/disposals.py`.

One person asks, another approves within thirty days. What is to go is looked at again at that moment: what has been
frozen meanwhile, or has become the ground of a finding or part of a case, is left and said. Then a certificate with the
digests of everything is signed and kept, the audit chain and a stamped head of the log tell of it, and only then things
go; cut off, it is finished by approving again. Entries in the evidence log stay for ever.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta

from evidence.transparency import keep_head, log_means_of
from offices.audit import AuditAction, Caller, record
from offices.permissions import region_scope, require
from records.audit_search import AuditQuery
from records.digests import Digests, digests_of, digests_of_chunks
from records.disposals import (
    Disposal,
    DisposalCertificate,
    DisposalItem,
    DisposalState,
    DisposalWish,
    RetentionClass,
    RetentionHold,
    RetentionItem,
    RetentionList,
)
from records.errors import ConflictError, InvalidInputError, NotFoundError, PermissionRefusedError
from records.people import Account, Permission
from records.ports import Services
from wangjian.indexing import try_to_catch_up
from wangjian.logging_pages import catch_up_pages
from wangjian.retention_listing import list_retention, retained_archives, retained_leads
from wangjian.settings import Settings

__all__ = ["MOST_ITEMS", "Disposing"]

MOST_ITEMS = 2_000
"""In one request; the rest is asked for in the next."""
_ASKED_FOR = timedelta(days=30)
_CHUNK_BYTES = 1 << 20
_CURE_LIST = "用 wangjian retention list 查看"


class Disposing:
    """Implements `records.disposals.RetentionDesk`."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings

    def listed(self, account: Account | None = None) -> RetentionList:
        """See RetentionDesk."""
        if account is not None:
            _check_scope(account)
        return list_retention(self._services, self._settings)

    def disposals(self) -> tuple[Disposal, ...]:
        """See RetentionDesk."""
        return self._services.disposals.disposals()

    def holds(self) -> tuple[RetentionHold, ...]:
        """See RetentionDesk."""
        return self._services.disposals.holds()

    def account(self, login: str) -> Account:
        """The account in use of that name, for a command that says on whose behalf it acts.

        Raises:
            InvalidInputError: There is none.
        """
        account = self._services.accounts.account_by_login(login)
        if account is None or not account.active:
            raise InvalidInputError(f"没有这个在用的账号：{login}", cure="账号见 wangjian users list")
        return account

    def ask(self, kind: RetentionClass, item_ids: Sequence[str], wish: DisposalWish) -> Disposal:
        """See RetentionDesk."""
        _check_may(wish.account, Permission.EVIDENCE_HOLD)
        basis = _reason(wish)
        there = {item.item_id: item for item in self._past(kind)}
        asked = self._in_open(DisposalState.ASKED, DisposalState.APPROVED)
        chosen = list(item_ids) or [one for one, item in there.items() if not item.kept_for and one not in asked]
        for one in chosen:
            _check_free(one, there.get(one), asked=one in asked)
        if not chosen:
            raise InvalidInputError(f"没有可申请销毁的{kind}", cure=_CURE_LIST)
        disposal = Disposal(
            disposal_id=f"disposal_{secrets.token_hex(8)}",
            kind=kind,
            basis=basis,
            asked_by=wish.account.login,
            asked_at=self._services.clock(),
            items=tuple(DisposalItem(item_id=one, size_bytes=there[one].size_bytes) for one in chosen[:MOST_ITEMS]),
        )
        self._services.disposals.keep_disposal(disposal, was=None)
        self._note(disposal, wish, f"申请销毁{kind} {len(disposal.items)} 件：{basis}")
        return disposal

    def approve(self, disposal_id: str, wish: DisposalWish) -> Disposal:
        """See RetentionDesk."""
        _check_may(wish.account, Permission.EVIDENCE_APPROVE)
        reason = _reason(wish)
        disposal = self._services.disposals.disposal(disposal_id)
        if disposal.state is DisposalState.APPROVED:
            return self._finish(disposal)
        self._check_asked(disposal)
        if disposal.asked_by == wish.account.login:
            raise ConflictError("销毁须由申请人以外的人批准", cure="请另一人批准")
        approved = self._certified(disposal, wish, reason)
        self._services.disposals.keep_disposal(approved, was=DisposalState.ASKED)
        left = f"，{len(approved.left)} 件留下" if approved.left else ""
        self._note(
            approved,
            wish,
            f"批准销毁{approved.kind} {len(approved.destroyed)} 件{left}，证书 {approved.certificate_sha256}：{reason}",
        )
        if self._services.evidence_log.size():
            keep_head(log_means_of(self._services))
        return self._finish(approved)

    def withdraw(self, disposal_id: str, wish: DisposalWish) -> Disposal:
        """See RetentionDesk."""
        _check_may(wish.account, Permission.EVIDENCE_HOLD)
        disposal = self._services.disposals.disposal(disposal_id)
        if disposal.state is not DisposalState.ASKED:
            raise ConflictError(f"该申请{disposal.state}，不能撤回", cure=_CURE_LIST)
        gone = disposal.model_copy(
            update={"state": DisposalState.WITHDRAWN, "reason": _reason(wish), "ended_at": self._services.clock()}
        )
        self._services.disposals.keep_disposal(gone, was=DisposalState.ASKED)
        self._note(gone, wish, f"撤回销毁申请：{gone.reason}")
        return gone

    def hold(self, item_id: str, wish: DisposalWish) -> RetentionHold:
        """See RetentionDesk."""
        _check_may(wish.account, Permission.EVIDENCE_HOLD)
        hold = RetentionHold(item_id=item_id, by=wish.account.login, reason=_reason(wish), at=self._services.clock())
        self._check_there(item_id)
        if item_id in self._in_open(DisposalState.APPROVED):
            raise ConflictError(f"{item_id[:200]} 已批准销毁，不能再冻结", cure=_CURE_LIST)
        if not self._services.disposals.hold(hold):
            raise ConflictError(f"{item_id[:200]} 已经冻结", cure=_CURE_LIST)
        self._write(wish, item_id, f"冻结：{hold.reason}")
        return hold

    def release(self, item_id: str, wish: DisposalWish) -> None:
        """See RetentionDesk."""
        _check_may(wish.account, Permission.EVIDENCE_APPROVE)
        reason = _reason(wish)
        held = next((one for one in self.holds() if one.item_id == item_id), None)
        if held is None:
            raise NotFoundError(f"{item_id[:200]} 没有冻结", cure=_CURE_LIST)
        if held.by == wish.account.login:
            raise ConflictError("解除冻结须由冻结人以外的人办理", cure="请另一人办理")
        self._services.disposals.release(item_id)
        self._write(wish, item_id, f"解除冻结：{reason}")

    def _past(self, kind: RetentionClass) -> list[RetentionItem]:
        """What of a kind is past its time, free or not."""
        chosen, now = self._settings.retention, self._services.clock()
        if kind is RetentionClass.CRAWL:
            found = retained_archives(self._services, now - timedelta(days=chosen.crawl_days))
        elif kind is RetentionClass.LEAD:
            found = retained_leads(self._services, now - timedelta(days=chosen.lead_days))
        else:
            raise InvalidInputError("证据逐件申请销毁", cure="在证据页办理，或用 wangjian evidence destroy")
        return [item for item in found if item is not None]

    def _in_open(self, *states: DisposalState) -> set[str]:
        since = self._services.clock() - _ASKED_FOR
        return {
            item.item_id
            for one in self.disposals()
            if one.state in states and (one.state is not DisposalState.ASKED or one.asked_at >= since)
            for item in one.items
        }

    def _check_asked(self, disposal: Disposal) -> None:
        if disposal.state is not DisposalState.ASKED:
            raise ConflictError(f"该申请{disposal.state}", cure=_CURE_LIST)
        if disposal.asked_at + _ASKED_FOR < self._services.clock():
            raise ConflictError("申请已过三十日，失效", cure="重新申请，三十日内由另一人批准")

    def _check_there(self, item_id: str) -> None:
        try:
            self._services.archive.size_bytes(item_id)
        except NotFoundError:
            self._services.leads.lead(item_id)

    def _certified(self, disposal: Disposal, wish: DisposalWish, reason: str) -> Disposal:
        """Looked at anew, with digests and a certificate of what may still go."""
        there = {item.item_id: item for item in self._past(disposal.kind)}
        going, left = [], []
        if disposal.kind is RetentionClass.CRAWL:
            catch_up_pages(self._services)  # what a page was stays in the log, also when its bytes are gone
        for item in disposal.items:
            now = there.get(item.item_id)
            if now is None or now.kept_for:
                left.append(f"{item.item_id}：{now.kept_for if now else '已不在，或不再期满'}")
                continue
            content = self._digests(disposal.kind, item.item_id)
            going.append(item.model_copy(update={"content": content, "size_bytes": content.size_bytes}))
        if not going:
            raise ConflictError("申请的内容现在都另有理由留着，没有可销毁的", cure=f"撤回该申请；{left[0][:200]}")
        at, signer = self._services.clock(), self._services.signer
        certificate = DisposalCertificate(
            disposal_id=disposal.disposal_id,
            kind=disposal.kind,
            items=tuple(going),
            basis=disposal.basis,
            asked_by=disposal.asked_by,
            asked_at=disposal.asked_at,
            reason=reason,
            approved_by=wish.account.login,
            approved_at=at,
            audit_sha256=self._audit_end(),
            certificates=signer.certificate_pem,
        )
        signed = certificate.model_copy(update={"signature": signer.sign(certificate.unsigned()).hex()})
        kept = self._services.blobs.put(signed.model_dump_json().encode())
        return disposal.model_copy(
            update={
                "state": DisposalState.APPROVED,
                "reason": reason,
                "approved_by": wish.account.login,
                "approved_at": at,
                "destroyed": tuple(going),
                "left": tuple(left),
                "certificate_sha256": kept.sha256,
            }
        )

    def _audit_end(self) -> str:
        """The request itself is in the audit chain, so that there is an end."""
        (last,) = self._services.audit.find_audit(AuditQuery(), limit=1)
        return last.event_sha256

    def _digests(self, kind: RetentionClass, item_id: str) -> Digests:
        if kind is RetentionClass.CRAWL:
            with self._services.archive.open(item_id) as file:
                return digests_of_chunks(iter(lambda: file.read(_CHUNK_BYTES), b""))
        leads = self._services.leads
        lead = leads.lead(item_id)
        whole = {
            "lead": lead.model_dump(mode="json"),
            "events": [one.model_dump(mode="json") for one in leads.lead_events(item_id)],
            "findings": [one.model_dump(mode="json") for one in leads.own_findings(lead)],
        }
        return digests_of(json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())

    def _finish(self, approved: Disposal) -> Disposal:
        """Take away what the certificate names; what is gone already is no error."""
        for item in approved.destroyed:
            if approved.kind is RetentionClass.CRAWL:
                self._services.archive.remove(item.item_id)
            else:
                self._services.leads.destroy(item.item_id, item, disposal_id=approved.disposal_id)
        if approved.kind is RetentionClass.LEAD:
            try_to_catch_up(self._services)
        done = approved.model_copy(update={"state": DisposalState.DONE, "ended_at": self._services.clock()})
        self._services.disposals.keep_disposal(done, was=DisposalState.APPROVED)
        return done

    def _note(self, disposal: Disposal, wish: DisposalWish, said: str) -> None:
        self._write(wish, disposal.disposal_id, said)

    def _write(self, wish: DisposalWish, object_id: str, said: str) -> None:
        caller = Caller(account=wish.account, origin=wish.origin, request_id=wish.request_id)
        action, at = AuditAction.RETENTION_ACTED, self._services.clock()
        record(self._services.audit, caller, action=action, at=at, object_id=object_id, detail=said)


def _check_may(account: Account, permission: Permission) -> None:
    require(account, permission)
    _check_scope(account)


def _check_scope(account: Account) -> None:
    """An archive file holds pages of any region."""
    if region_scope(account):
        raise PermissionRefusedError("留存与销毁不分辖区，由不限辖区的账号办理", cure="请上级机关的账号办理")


def _reason(wish: DisposalWish) -> str:
    said = wish.reason.strip()[:500]
    if not said:
        raise InvalidInputError("须写明理由", cure="如：依《档案管理规定》留存期满")
    return said


def _check_free(item_id: str, item: RetentionItem | None, *, asked: bool) -> None:
    if item is None:
        raise InvalidInputError(f"不在留存期满清单中：{item_id[:200]}", cure=_CURE_LIST)
    if item.kept_for:
        raise ConflictError(f"不得销毁 {item_id[:200]}：{item.kept_for}", cure=_CURE_LIST)
    if asked:
        raise ConflictError(f"已有人申请销毁：{item_id[:200]}", cure="由另一人批准，或先撤回")
