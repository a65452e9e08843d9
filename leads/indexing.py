"""What the search index is told of a lead and of a finding."""

from __future__ import annotations

from collections.abc import Sequence

from records.leads import Finding, Lead
from records.market import Shop
from records.register import Match
from records.search import Facet, SearchDocument, SearchKind

__all__ = ["finding_document", "lead_document"]

_TEXT_LIMIT = 20_000


def lead_document(lead: Lead, findings: Sequence[Finding], shop: Shop, match: Match | None) -> SearchDocument:
    """Title, subject, words and pages of the lead as searchable text, and its facets."""
    shown = shop.disclosure
    words = [
        lead.lead_id, lead.rule_id, lead.rule_title, lead.summary, lead.shop_name, lead.entity_name, lead.entity_code,
        shown.holder_name, shown.licence_no, shown.address, shown.icp_no, shop.url, *lead.urls,
        *(finding.text for finding in findings), *(finding.explanation for finding in findings),
        *(one.office for one in lead.jurisdictions),
    ]  # fmt: skip
    facets = {
        Facet.RULE: (lead.rule_id,),
        Facet.SEVERITY: (lead.severity.value,),
        Facet.STATE: (lead.state.value,),
        Facet.CATEGORY: tuple(category.value for category in lead.categories),
        Facet.REGION: (lead.region_code,) if lead.region_code else (),
        Facet.OFFICE: tuple(one.office for one in lead.jurisdictions[:1]),
        Facet.TARGET: (shop.target_id,),
        Facet.ASSIGNEE: (lead.assignee,) if lead.assignee else (),
        Facet.DECISION: (match.decision.value,) if match else (),
        Facet.SHOP: (lead.shop_id,),
    }
    return SearchDocument(
        doc_id=lead.lead_id,
        kind=SearchKind.LEAD,
        title=lead.title,
        url=lead.urls[0] if lead.urls else shop.url,
        text="\n".join(dict.fromkeys(word for word in words if word))[:_TEXT_LIMIT],
        facets=facets,
        region_code=lead.region_code,
        priority_score=lead.priority_score,
        at_epoch=int(lead.last_seen_at.timestamp()),
        version=lead.version,
    )


def finding_document(finding: Finding, shop: Shop, region_code: str) -> SearchDocument:
    """The words a rule spoke on, why, and whose they are; a finding never changes."""
    words = [finding.finding_id, finding.text, finding.explanation, shop.name, finding.url]
    words += [span.text for span in finding.spans]
    return SearchDocument(
        doc_id=finding.finding_id,
        kind=SearchKind.FINDING,
        title=f"{finding.rule_id} {shop.name or shop.url}",
        text="\n".join(dict.fromkeys(word for word in words if word))[:_TEXT_LIMIT],
        url=finding.url,
        facets={
            Facet.RULE: (finding.rule_id,),
            Facet.SEVERITY: (finding.severity.value,),
            Facet.VERDICT: (finding.verdict.value,),
            Facet.SPEAKER: (finding.speaker.value,),
            Facet.SHOP: (finding.shop_id,),
            Facet.TARGET: (shop.target_id,),
            Facet.REGION: (region_code,) if region_code else (),
        },
        region_code=region_code,
        at_epoch=int(finding.found_at.timestamp()),
    )
