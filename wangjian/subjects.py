"""What is known of a subject from its other leads and its credit class, for the priority of a new one."""

from __future__ import annotations

from records.lead_ports import LeadStore
from records.leads import Lead, RuleHit
from records.market import Shop
from records.register import Match, MatchDecision
from records.subjects import SubjectHistory

__all__ = ["SubjectHistories"]


class SubjectHistories:
    """Looks a subject up once for all rules of a shop."""

    def __init__(self, leads: LeadStore) -> None:
        self._leads = leads
        self._last: tuple[str, str, tuple[Lead, ...]] = ("", "", ())

    def of(self, shop: Shop, match: Match | None, rule_id: str) -> SubjectHistory:
        """The other leads of the shop, and of the other shops of its operator where that is surely known."""
        sure = match is not None and match.decision is MatchDecision.MATCH
        code = match.entity_code if match is not None and sure else ""
        if self._last[:2] != (shop.shop_id, code):
            found = {lead.lead_id: lead for lead in self._leads.leads_of(shop_id=shop.shop_id)}
            if code:
                found |= {lead.lead_id: lead for lead in self._leads.leads_of(entity_code=code)}
            self._last = (shop.shop_id, code, tuple(found.values()))
        others = [lead for lead in self._last[2] if (lead.shop_id, lead.rule_id) != (shop.shop_id, rule_id)]
        known = self._leads.credit_class(code) if code else None
        return SubjectHistory(
            taken_up=sum(lead.rule_hit is RuleHit.RIGHT for lead in others),
            excluded=sum(lead.rule_hit is RuleHit.WRONG for lead in others),
            credit=known.credit if known else None,
        )
