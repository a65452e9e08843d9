"""复查 after 责令改正: what the last visits show of each page the findings were read on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leads.assessing import assess_listing, assess_shop
from leads.judging import Judge
from leads.signals import LeadRule, Procedure
from records.base import stable_id
from records.claims import SYSTEM_ACTOR
from records.corrections import CorrectionCheck, CorrectionState, PageCheck, PageState
from records.leads import Finding, Lead, LeadEvent, LeadState, Verdict
from records.market import Listing, Shop
from records.register import Match

__all__ = ["CHECKED_STATES", "ORDERS", "RECHECK", "check_event", "check_listing", "check_shop", "ordered_at", "overall"]

CHECKED_STATES = (LeadState.ORDERED, LeadState.PLATFORM_ASKED)
ORDERS = ("责令改正", "通知平台")
RECHECK = "复查"
_BY_LICENCE = ("N01", "N02")


def ordered_at(events: Sequence[LeadEvent]) -> datetime | None:
    """When correction was last ordered."""
    return next((event.at for event in reversed(events) if event.action in ORDERS), None)


def check_listing(judge: Judge, listing: Listing, shop: Shop, *, rule_id: str, since: datetime) -> PageCheck:
    """One listing: gone, not visited since the order, or judged again as it stands now."""
    if listing.gone_at is not None and listing.gone_at > since:
        return PageCheck(
            url=listing.url,
            listing_id=listing.listing_id,
            state=PageState.GONE,
            visited_at=listing.gone_at,
            page_id=listing.gone_page_id,
        )
    found = assess_listing(judge, listing, shop, now=since)
    state, words = _judged(found, rule_id, whole=listing.complete and _judges_pages(judge, rule_id))
    visited = listing.last_seen_at > since
    return PageCheck(
        url=listing.url,
        listing_id=listing.listing_id,
        state=state if visited else PageState.NOT_VISITED,
        visited_at=listing.last_seen_at,
        page_id=listing.source.page_id,
        page_sha256=listing.source.page_sha256,
        words=words if visited else (),
    )


def check_shop(judge: Judge, shop: Shop, match: Match | None, *, rule_id: str, since: datetime) -> PageCheck:
    """The shop's own pages, as `check_listing`."""
    found = assess_shop(judge, shop, match, now=since)
    state, words = _judged(found, rule_id, whole=not shop.unread and _judges_pages(judge, rule_id))
    visited = shop.last_seen_at > since
    source = next((one for one in shop.sources if one.url == shop.url), shop.sources[0] if shop.sources else None)
    return PageCheck(
        url=shop.url,
        state=state if visited else PageState.NOT_VISITED,
        visited_at=shop.last_seen_at,
        page_id=source.page_id if source else "",
        page_sha256=source.page_sha256 if source else None,
        words=words if visited else (),
    )


def overall(pages: Iterable[PageCheck]) -> CorrectionState:
    """All pages together; one that was not seen leaves it open, one that still shows it settles it."""
    states = {page.state for page in pages}
    if PageState.STILL in states:
        return CorrectionState.STILL
    if not states or states & {PageState.NOT_VISITED, PageState.UNREAD}:
        return CorrectionState.OPEN
    return CorrectionState.CLEAR


def check_event(lead: Lead, check: CorrectionCheck, *, now: datetime) -> LeadEvent:
    """What a visit showed, for the lead's history; the same visits give the same event."""
    seen = [f"{page.url}|{page.state}|{page.page_id}|{page.visited_at}" for page in check.pages]
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, RECHECK, *seen),
        lead_id=lead.lead_id,
        action=RECHECK,
        state_from=lead.state,
        state_to=lead.state,
        actor=SYSTEM_ACTOR,
        reason=check.sentence,
        at=now,
    )


def _judges_pages(judge: Judge, rule_id: str) -> bool:
    """Whether the silence of a rule on a page says anything: not where it judges by what was there before."""
    rule = judge.rules.get(rule_id)
    if rule_id in _BY_LICENCE:
        return rule is not None
    return isinstance(rule, LeadRule) and bool(rule.signal.cues or rule.signal.procedure is not Procedure.NONE)


def _judged(found: Iterable[Finding], rule_id: str, *, whole: bool) -> tuple[PageState, tuple[str, ...]]:
    hits = [one for one in found if one.rule_id == rule_id and one.verdict is Verdict.SUSPECTED]
    if hits:
        words = dict.fromkeys(span.text for one in hits for span in one.spans)
        return PageState.STILL, tuple(words)
    return (PageState.CLEAR if whole else PageState.UNREAD), ()
