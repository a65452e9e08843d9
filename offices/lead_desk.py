"""Leads as one person may see them: searched, opened whole with their findings, and decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offices.audit import AuditAction
from offices.desk import Desk
from offices.masking import mask_match, mask_shop
from records.claims import Claim, claim_for
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.evidence import Capture
from records.leads import Finding, Lead, LeadEvent
from records.market import Shop
from records.people import Permission
from records.ports import Services
from records.register import Match
from records.search import Highlight, SearchKind, SearchQuery, SearchResult

__all__ = ["Decide", "LeadDesk", "LeadFile", "LeadHit", "check_assignee"]

Decide = Callable[[Lead], tuple[Lead, LeadEvent]]
"""A step of `leads.states.act` with its action, actor, reason and moment filled in."""

_NEIGHBOUR_WINDOW = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFile:
    """A lead with all that an officer decides on. Personal data is masked unless the person may read it whole. `claim`
    is the one that holds now."""

    lead: Lead
    findings: tuple[Finding, ...]
    events: tuple[LeadEvent, ...]
    shop: Shop | None
    match: Match | None
    captures: tuple[Capture, ...]
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadHit:
    """A lead found, with the pieces of its text in which the words occur."""

    lead: Lead
    highlights: tuple[Highlight, ...]


def check_assignee(services: Services, login: str) -> None:
    """Raises InvalidInputError unless a lead given to this person will be in somebody's list."""
    account = services.accounts.account_by_login(login) if login else None
    if login and (account is None or not account.active):
        raise InvalidInputError(
            f"没有可派单的账号：{login[:60]}", cure="账号见 wangjian users list；只派机关的不填人员"
        )


class LeadDesk(Desk):
    """The part of a desk that deals with leads."""

    def search(self, query: SearchQuery) -> tuple[SearchResult, tuple[LeadHit, ...]]:
        """Leads of the person's region. A hit whose record is gone or has left the region is left out.

        Raises:
            PermissionRefusedError: May not read leads.
            StoreAwayError: The index is away.
            InvalidInputError: Limit or offset out of range.
        """
        self.need(Permission.LEADS_READ)
        asked = query.model_copy(update={"kind": SearchKind.LEAD, "region_scope": self.scope})
        result = self._services.index.search(asked)
        leads = self._services.leads.leads_named([hit.doc_id for hit in result.hits])
        return result, tuple(
            LeadHit(lead=lead, highlights=hit.highlights)
            for hit in result.hits
            if (lead := leads.get(hit.doc_id)) is not None and self.sees_region(lead.region_code)
        )

    def file(self, lead_id: str) -> LeadFile:
        """Everything about one lead; the reading is written into the audit chain.

        Raises:
            NotFoundError: No such lead in this region.
            PermissionRefusedError: May not read leads.
        """
        self.need(Permission.LEADS_READ)
        lead = self.scoped_lead(lead_id)
        shop, match = self._shop_of(lead)
        captures = self._services.evidence.captures(lead_id=lead_id) if self.may(Permission.EVIDENCE_READ) else ()
        file = LeadFile(
            lead=lead,
            findings=tuple(self._services.leads.finding(finding_id) for finding_id in lead.finding_ids),
            events=self._services.leads.lead_events(lead_id),
            shop=shop,
            match=match,
            captures=captures,
            claim=self._claim_now(lead_id),
        )
        whole = self.may(Permission.PERSONAL_READ)
        self.note(AuditAction.PERSONAL_READ if whole else AuditAction.LEAD_READ, lead_id)
        return file

    def step(self, lead_id: str, decide: Decide, *, expected_version: int) -> Lead:
        """Take one lawful step; the lead, its event and the audit entry are kept.

        Raises:
            ConflictError: The lead is no longer of that version, or somebody else holds it; who is named.
            TransitionRefusedError: No such step from its state.
            InvalidInputError: It is given to nobody's account.
            NotFoundError, PermissionRefusedError: As in `file`.
        """
        self.need(Permission.LEADS_READ)
        self.need(Permission.LEADS_ACT)
        lead = self.scoped_lead(lead_id)
        if lead.version != expected_version:
            last = self._services.leads.lead_events(lead_id)[-1:]
            who = f"{last[0].actor}（{last[0].action}）" if last else "他人"
            raise ConflictError(
                f"线索已被他人处置：{who}，现为“{lead.state}”，本次未作更改",
                cure="看过最新内容后再决定",
                lead_id=lead_id,
            )
        changed, event = decide(lead)
        if changed.assignee not in (lead.assignee, self.account.login):
            check_assignee(self._services, changed.assignee)
        saved = self._services.leads.save_lead(changed, event, expected_version=expected_version)
        self.note(AuditAction.LEAD_ACTED, lead_id, f"{event.action}：{event.reason}"[:500])
        return saved

    def claim(self, lead_id: str, *, minutes: int) -> Claim:
        """Hold the lead for so many minutes; one's own claim is prolonged.

        Raises:
            ConflictError: Somebody else holds it; who and until when.
            InvalidInputError: Not between 1 minute and a day.
            NotFoundError, PermissionRefusedError: As in `step`.
        """
        self.need(Permission.LEADS_READ)
        self.need(Permission.LEADS_ACT)
        self.scoped_lead(lead_id)
        claim = claim_for(lead_id, self.account.login, minutes=minutes, now=self._services.clock())
        held = self._services.leads.claim(claim)
        self.note(AuditAction.LEAD_CLAIMED, lead_id, f"{minutes} 分钟")
        return held

    def release(self, lead_id: str) -> bool:
        """Let go of one's claim; False when one had none. Raises as `step`."""
        self.need(Permission.LEADS_READ)
        self.need(Permission.LEADS_ACT)
        self.scoped_lead(lead_id)
        released = self._services.leads.release(lead_id, self.account.login)
        if released:
            self.note(AuditAction.LEAD_RELEASED, lead_id)
        return released

    def neighbours(self, query: SearchQuery, lead_id: str, *, position: int) -> tuple[str, str]:
        """The leads before and after one in a list of results ("" for none), looked for around where it last stood."""
        try:
            start, found, total = self._around(query, position, 1)
            if found[position - start : position - start + 1] != [lead_id]:
                start, found, total = self._around(query, position, _NEIGHBOUR_WINDOW)
        except InvalidInputError:
            return "", ""
        if found[-1:] == [lead_id] and start + len(found) < total:  # what follows stands beyond the window
            return self.neighbours(query, lead_id, position=start + len(found) - 1)
        if lead_id not in found:
            # It has left the list (somebody decided it): what stands in its place comes next.
            place = min(max(0, position - start), len(found))
            return (found[place - 1] if place else ""), (found[place] if place < len(found) else "")
        place = found.index(lead_id)
        return (found[place - 1] if place else ""), (found[place + 1] if place + 1 < len(found) else "")

    def _around(self, query: SearchQuery, position: int, reach: int) -> tuple[int, list[str], int]:
        """Where the window begins, the leads that stand in it, and how many there are in all."""
        start = max(0, position - reach)
        held = {"kind": SearchKind.LEAD, "region_scope": self.scope, "count_facets": ()}
        window = {"offset": start, "limit": 2 * reach + 1}
        result = self._services.index.search(query.model_copy(update=held | window))
        return start, [hit.doc_id for hit in result.hits], result.total

    def _claim_now(self, lead_id: str) -> Claim | None:
        claim = self._services.leads.claim_of(lead_id)
        return claim if claim is not None and claim.holds_at(self._services.clock()) else None

    def _shop_of(self, lead: Lead) -> tuple[Shop | None, Match | None]:
        try:
            shop = self._services.survey.shop(lead.shop_id)
        except NotFoundError:
            return None, None
        match = self._services.survey.match_of(lead.shop_id)
        if self.may(Permission.PERSONAL_READ):
            return shop, match
        return mask_shop(shop), mask_match(match) if match else None
