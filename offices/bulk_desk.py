"""Deciding many leads at once: freeze and count, act on exactly that set, tell what became of each, take it back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offices.audit import AuditAction
from offices.lead_desk import Decide, LeadDesk
from records.base import stable_id
from records.bulk import (
    BULK_MOST,
    UNDO_TIME,
    BulkResult,
    BulkRun,
    FrozenLead,
    FrozenSet,
    digest_of,
)
from records.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError, WangJianError
from records.leads import Lead, LeadEvent
from records.people import Permission
from records.search import SearchQuery

__all__ = ["COUNT_TYPED_ABOVE", "BulkDesk", "BulkWish", "TakeBack"]

COUNT_TYPED_ABOVE = 100
"""A larger set is acted on only when its count is typed."""
_PAGE = 200
_SAVED_EVERY = 20

TakeBack = Callable[[Lead, Lead], tuple[Lead, LeadEvent]]
"""`leads.states.take_back` with actor, words and moment filled in: the lead now and as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWish:
    """What to do with a set: a step of `leads.states`, its reason, whom it goes to, and the count as it was typed."""

    action: str
    reason: str = ""
    assignee: str = ""
    typed_count: str = ""


class BulkDesk(LeadDesk):
    """The part of a desk that deals with many leads at once; every lead is still asked for on its own."""

    def freeze(self, asked: str, *, query: SearchQuery | None = None, chosen: Sequence[str] = ()) -> FrozenSet:
        """Freeze leads chosen by hand, or all a search finds, each at the version it has now.

        Args:
            asked: The search as it is shown again (its query string).

        Raises:
            InvalidInputError: None, or more than 500.
            PermissionRefusedError: May not act on leads.
            StoreAwayError: The index is away.
        """
        self.need(Permission.LEADS_READ)
        self.need(Permission.LEADS_ACT)
        found = self._found(query) if query is not None else tuple(dict.fromkeys(chosen))
        if len(found) > BULK_MOST:
            raise InvalidInputError(f"一次至多处理 {BULK_MOST} 条，检索到的更多", cure="再加筛选后重试")
        leads = tuple(self._as_now(found))
        if not leads:
            raise InvalidInputError("没有选定线索", cure="在列表中勾选，或用“本次检索的全部”")
        frozen = FrozenSet(
            set_id=f"set_{secrets.token_hex(10)}",
            owner=self.account.login,
            asked=asked,
            by_hand=query is None,
            leads=leads,
            sha256=digest_of(leads),
            made_at=self._services.clock(),
        )
        self._services.bulk.save_set(frozen)
        self.note(AuditAction.BULK_FROZEN, frozen.set_id, f"{len(leads)} 条，SHA-256 {frozen.sha256}")
        return frozen

    def frozen(self, set_id: str) -> tuple[FrozenSet, tuple[Lead, ...]]:
        """One's own set with its leads as they are now. Raises NotFoundError for another's."""
        self.need(Permission.LEADS_READ)
        frozen = self._services.bulk.frozen_set(set_id)
        if frozen.owner != self.account.login:
            raise NotFoundError("没有这组选定的线索", cure="回到线索检索重新选定")
        return frozen, tuple(self.scoped_lead(one.lead_id) for one in frozen.leads if self._is_mine(one.lead_id))

    def run(self, run_id: str) -> BulkRun:
        """One's own run. Raises NotFoundError for another's."""
        self.need(Permission.LEADS_READ)
        run = self._services.bulk.run(run_id)
        if run.owner != self.account.login:
            raise NotFoundError("没有这次批量处理", cure="回到线索检索")
        return run

    def runs(self) -> tuple[BulkRun, ...]:
        """One's own runs, newest first."""
        self.need(Permission.LEADS_READ)
        return self._services.bulk.runs(self.account.login)

    def apply(self, set_id: str, wish: BulkWish, decide: Decide) -> BulkRun:
        """Take one step with every lead of the set that is still as it was frozen; each is written down on its own, and
        what could not be done is told of each. A set is used once.

        Raises:
            ConflictError: It was used already.
            InvalidInputError: The count was not typed, or is another.
            NotFoundError, PermissionRefusedError: As in `freeze`.
        """
        self.need(Permission.LEADS_ACT)
        frozen, _ = self.frozen(set_id)
        count = len(frozen.leads)
        if count > COUNT_TYPED_ABOVE and wish.typed_count.strip() != str(count):
            raise InvalidInputError(f"选定了 {count} 条，请照样填写条数", cure=f"在“条数”一栏填 {count}")
        run = BulkRun(
            run_id=stable_id("bulk", set_id),
            set_id=set_id,
            owner=self.account.login,
            action=wish.action,
            reason=wish.reason,
            assignee=wish.assignee,
            begun_at=self._services.clock(),
        )
        self._refuse_used(run.run_id)
        self._services.bulk.save_run(run)
        results: list[BulkResult] = []
        for one in frozen.leads:
            results.append(self._one(one, decide))
            if len(results) % _SAVED_EVERY == 0:
                self._services.bulk.save_run(run.model_copy(update={"results": tuple(results)}))
        ended = run.model_copy(update={"results": tuple(results), "ended_at": self._services.clock()})
        self._services.bulk.save_run(ended)
        return ended

    def take_back(self, run_id: str, back: TakeBack) -> BulkRun:
        """Undo a run within half an hour: each lead nobody touched since is as it was before, and its history says so.

        Raises:
            RefusedError: Too late, or taken back already.
            NotFoundError, PermissionRefusedError: As in `run`.
        """
        self.need(Permission.LEADS_ACT)
        run, now = self.run(run_id), self._services.clock()
        if run.undone_at is not None:
            raise RefusedError("这次批量处理已经撤销过", cure="逐条处理余下的线索")
        if now > run.begun_at + UNDO_TIME:
            raise RefusedError("超过半小时，不能整批撤销", cure="逐条“重新研判”或“退回”")
        results = tuple(self._back(one, back) if one.done else one for one in run.results)
        undone = run.model_copy(update={"results": results, "undone_at": now})
        self._services.bulk.save_run(undone)
        return undone

    def _found(self, query: SearchQuery) -> tuple[str, ...]:
        asked = query.model_copy(update={"offset": 0, "limit": _PAGE, "count_facets": (), "after": ""})
        found: list[str] = []
        while len(found) <= BULK_MOST:
            result, hits = self.search(asked)
            found += [hit.lead.lead_id for hit in hits]
            if not result.next_cursor:
                break
            asked = asked.model_copy(update={"after": result.next_cursor})
        return tuple(dict.fromkeys(found))

    def _as_now(self, lead_ids: Sequence[str]) -> list[FrozenLead]:
        leads = (self.scoped_lead(lead_id) for lead_id in lead_ids)
        return [FrozenLead(lead_id=lead.lead_id, version=lead.version) for lead in leads]

    def _is_mine(self, lead_id: str) -> bool:
        try:
            self.scoped_lead(lead_id)
        except NotFoundError:
            return False
        return True

    def _refuse_used(self, run_id: str) -> None:
        try:
            used = self._services.bulk.run(run_id)
        except NotFoundError:
            return
        raise ConflictError(
            f"这组线索已经处理过：{used.action}", cure="看上次的结果；要再处理请重新选定", run_id=run_id
        )

    def _one(self, frozen: FrozenLead, decide: Decide) -> BulkResult:
        try:
            before = self.scoped_lead(frozen.lead_id)
            saved = self.step(frozen.lead_id, decide, expected_version=frozen.version)
        except WangJianError as exc:
            return BulkResult(lead_id=frozen.lead_id, done=False, problem=str(exc))
        return BulkResult(lead_id=frozen.lead_id, done=True, before=before, version_after=saved.version)

    def _back(self, result: BulkResult, back: TakeBack) -> BulkResult:
        before = result.before
        assert before is not None  # of every lead that was done
        try:
            self.step(result.lead_id, lambda lead: back(lead, before), expected_version=result.version_after)
        except WangJianError as exc:
            return result.model_copy(update={"undo_problem": str(exc)})
        return result.model_copy(update={"undone": True})
