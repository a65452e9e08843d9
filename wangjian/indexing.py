"""From the records to the search index: the outbox is drained, or everything is indexed again.

A dead index loses nothing: entries stay in the outbox until the index has taken them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from leads.indexing import lead_document
from offices.desk import region_of_shop
from records.errors import NotFoundError
from records.market import Listing, PriceRole, Shop
from records.ports import OutboxEntry, Services
from records.search import Facet, SearchDocument, SearchKind

__all__ = ["catch_up", "document_of", "rebuild"]

_BATCH = 500


def catch_up(services: Services) -> int:
    """Bring the index up to the records; how many documents it took.

    Raises:
        StoreAwayError: The index does not answer; what was not taken stays in the outbox.
    """
    taken = 0
    while entries := services.outbox.pending(limit=_BATCH):
        documents = [document for entry in _newest(entries) if (document := document_of(services, entry)) is not None]
        services.index.index(documents)
        services.outbox.done([entry.sequence for entry in entries])
        taken += len(documents)
    return taken


def rebuild(services: Services) -> int:
    """Forget the index and make it again from the records; how many documents it holds."""
    services.index.clear()
    taken = 0
    everything = _all_entries(services)
    while batch := list(islice(everything, _BATCH)):
        documents = [document for entry in batch if (document := document_of(services, entry)) is not None]
        services.index.index(documents)
        taken += len(documents)
    return taken


def document_of(services: Services, entry: OutboxEntry) -> SearchDocument | None:
    """What the index is told of a record; None when the record is gone."""
    try:
        if entry.kind is SearchKind.LEAD:
            return _lead_document(services, entry.record_id)
        if entry.kind is SearchKind.SHOP:
            return _shop_document(services, services.survey.shop(entry.record_id))
        return _listing_document(services, services.survey.listing(entry.record_id))
    except NotFoundError:
        return None


def _newest(entries: Sequence[OutboxEntry]) -> Iterable[OutboxEntry]:
    return {(entry.kind, entry.record_id): entry for entry in entries}.values()


def _all_entries(services: Services) -> Iterator[OutboxEntry]:
    for lead in services.leads.leads():
        yield OutboxEntry(sequence=0, kind=SearchKind.LEAD, record_id=lead.lead_id)
    for shop in services.survey.shops():
        yield OutboxEntry(sequence=0, kind=SearchKind.SHOP, record_id=shop.shop_id)
    for listing in services.survey.listings():
        yield OutboxEntry(sequence=0, kind=SearchKind.LISTING, record_id=listing.listing_id)


def _lead_document(services: Services, lead_id: str) -> SearchDocument:
    lead = services.leads.lead(lead_id)
    findings = tuple(services.leads.finding(finding_id) for finding_id in lead.finding_ids)
    shop = services.survey.shop(lead.shop_id)
    document = lead_document(lead, findings, shop, services.survey.match_of(lead.shop_id))
    # A supervisor looks for a lead by the goods it is about, also where the words hit stand in the description.
    about = dict.fromkeys(finding.listing_id for finding in findings if finding.listing_id)
    titles = [services.survey.listing(listing_id).title for listing_id in about]
    return document.model_copy(update={"text": "\n".join((document.text, *titles))})


def _shop_document(services: Services, shop: Shop) -> SearchDocument:
    match = services.survey.match_of(shop.shop_id)
    region = _region(services, shop)
    shown = shop.disclosure
    words = [shop.name, shop.url, shown.holder_name, shown.licence_no, shown.address, shown.icp_no]
    words += [block.text for block in shop.texts]
    return SearchDocument(
        doc_id=shop.shop_id,
        kind=SearchKind.SHOP,
        title=shop.name or shop.url,
        text="\n".join(word for word in words if word),
        facets={
            Facet.TARGET: (shop.target_id,),
            Facet.DECISION: (match.decision.value,) if match else (),
            Facet.REGION: (region,) if region else (),
        },
        region_code=region,
        at_epoch=int(shop.last_seen_at.timestamp()),
        version=int(shop.last_seen_at.timestamp()),
    )


def _listing_document(services: Services, listing: Listing) -> SearchDocument:
    region = _region(services, services.survey.shop(listing.shop_id))
    price = next((price.text for price in listing.prices if price.role is PriceRole.NOW), "")
    words = [listing.title, listing.url, price, *listing.approval_nos, *(block.text for block in listing.texts)]
    return SearchDocument(
        doc_id=listing.listing_id,
        kind=SearchKind.LISTING,
        title=listing.title,
        text="\n".join(word for word in words if word),
        facets={
            Facet.TARGET: (listing.target_id,),
            Facet.CATEGORY: (listing.category.value,),
            Facet.REGION: (region,) if region else (),
        },
        region_code=region,
        at_epoch=int(listing.last_seen_at.timestamp()),
        version=int(listing.last_seen_at.timestamp()),
    )


def _region(services: Services, shop: Shop) -> str:
    return region_of_shop(services, shop, services.survey.match_of(shop.shop_id))
