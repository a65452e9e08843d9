"""What the search index is told of each record; shops and matches are read once for the many records that name them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crawlers.archive.files import may_still_come
from crawlers.archive.reading import page_bytes
from crawlers.decoding import decode_body
from crawlers.document import Document
from leads.indexing import finding_document, lead_document
from offices.desk import region_of_shop
from records.errors import IntegrityError, NotFoundError
from records.market import PriceRole, Shop
from records.ports import OutboxEntry, Services
from records.register import Match
from records.search import Facet, SearchDocument, SearchKind
from records.survey import PICTURE_KINDS, Outcome, Page
from wangjian.marking import MarkMaker

__all__ = ["Documents", "all_entries"]

_PAGE_TEXT_LIMIT = 50_000


class Documents:
    """Makes documents of one batch; what it read is forgotten with it. `away_files`: archive files that were not there
    a moment ago, which are not asked for again; it grows."""

    def __init__(self, services: Services, away_files: set[str] | None = None) -> None:
        self._services = services
        self._away_files = set() if away_files is None else away_files
        self.marks = MarkMaker(services=services)  # what figures count is made from the same reading
        self.still_away: dict[str, datetime] = {}  # pages that cannot be read here yet, and when they were fetched
        self._shops: dict[str, tuple[Shop, Match | None, str]] = {}

    def of(self, entry: OutboxEntry) -> SearchDocument | None:
        """What the index is told of a record; None when the record is gone."""
        make = {
            SearchKind.LEAD: self._lead,
            SearchKind.FINDING: self._finding,
            SearchKind.SHOP: self._shop,
            SearchKind.LISTING: self._listing,
            SearchKind.PAGE: self._page,
        }[entry.kind]
        try:
            return make(entry.record_id)
        except NotFoundError:
            return None

    def _lead(self, lead_id: str) -> SearchDocument:
        leads = self._services.leads
        lead = leads.lead(lead_id)
        findings = tuple(leads.finding(finding_id) for finding_id in lead.finding_ids)
        shop, match, _region = self._known_shop(lead.shop_id)
        self.marks.lead(lead, shop.target_id)
        document = lead_document(lead, findings, shop, match)
        # A supervisor looks for a lead by the goods it is about, also where the words hit stand in the description.
        about = dict.fromkeys(finding.listing_id for finding in findings if finding.listing_id)
        titles = [self._services.survey.listing(listing_id).title for listing_id in about]
        return document.model_copy(update={"text": "\n".join((document.text, *titles))})

    def _finding(self, finding_id: str) -> SearchDocument:
        finding = self._services.leads.finding(finding_id)
        shop, _match, region = self._known_shop(finding.shop_id)
        self.marks.finding(finding)
        return finding_document(finding, shop, region)

    def _shop(self, shop_id: str) -> SearchDocument:
        shop, match, region = self._known_shop(shop_id)
        self.marks.shop(shop, region)
        shown = shop.disclosure
        words = [shop.name, shop.url, shown.holder_name, shown.licence_no, shown.address, shown.icp_no]
        words += [block.text for block in shop.texts]
        return SearchDocument(
            doc_id=shop.shop_id,
            kind=SearchKind.SHOP,
            title=shop.name or shop.url,
            text="\n".join(word for word in words if word),
            url=shop.url,
            facets={
                Facet.TARGET: (shop.target_id,),
                Facet.DECISION: (match.decision.value,) if match else (),
                Facet.REGION: (region,) if region else (),
            },
            region_code=region,
            at_epoch=int(shop.last_seen_at.timestamp()),
            version=int(shop.last_seen_at.timestamp()),
        )

    def _listing(self, listing_id: str) -> SearchDocument:
        listing = self._services.survey.listing(listing_id)
        _shop, _match, region = self._known_shop(listing.shop_id)
        self.marks.listing(listing)
        price = next((price.text for price in listing.prices if price.role is PriceRole.NOW), "")
        words = [listing.title, listing.url, price, *listing.approval_nos, *(block.text for block in listing.texts)]
        return SearchDocument(
            doc_id=listing.listing_id,
            kind=SearchKind.LISTING,
            title=listing.title,
            text="\n".join(word for word in words if word),
            url=listing.url,
            facets={
                Facet.TARGET: (listing.target_id,),
                Facet.CATEGORY: (listing.category.value,),
                Facet.REGION: (region,) if region else (),
                Facet.SHOP: (listing.shop_id,),
            },
            region_code=region,
            at_epoch=int(listing.last_seen_at.timestamp()),
            version=int(listing.last_seen_at.timestamp()),
        )

    def _page(self, page_id: str) -> SearchDocument | None:
        page = self._services.survey.page(page_id)
        if not _is_searched(page):
            return None
        title, text = self._text_of(page)
        return SearchDocument(
            doc_id=page.page_id,
            kind=SearchKind.PAGE,
            title=title or page.url,
            text=f"{page.url}\n{text}",
            url=page.url,
            facets={Facet.TARGET: (page.target_id,), Facet.PAGE_KIND: (page.kind.value,)},
            at_epoch=int(page.fetched_at.timestamp()),
        )

    def _text_of(self, page: Page) -> tuple[str, str]:
        """Title and visible text; empty when the bytes are not there or no longer what was read (the archive's own
        check names those). A page that is still with the machine that surveyed it is noted as `still_away`."""
        services = self._services
        if page.archive is not None and page.archive.file in self._away_files:
            self._keep_away(page)
            return "", ""
        try:
            body = page_bytes(services.archive, page, blob=services.blobs.get)
        except NotFoundError as exc:
            if page.archive is not None and exc.data.get("file") == page.archive.file:
                self._away_files.add(page.archive.file)
            self._keep_away(page)
            return "", ""
        except IntegrityError:
            return "", ""
        try:
            target = services.survey.target(page.target_id)
        except NotFoundError:
            return "", ""
        stated = next((value for name, value in page.headers if name.lower() == "content-type"), "")
        markup = decode_body(body, content_type="text/html; charset=utf-8" if page.rendered else stated).text
        document = Document(page=page, target=target, markup=markup)
        return document.title, document.visible[:_PAGE_TEXT_LIMIT]

    def _keep_away(self, page: Page) -> None:
        if may_still_come(self._services.archive, page, self._services.clock()):
            self.still_away[page.page_id] = page.fetched_at

    def _known_shop(self, shop_id: str) -> tuple[Shop, Match | None, str]:
        if shop_id not in self._shops:
            shop = self._services.survey.shop(shop_id)
            match = self._services.survey.match_of(shop_id)
            self._shops[shop_id] = shop, match, region_of_shop(self._services, shop, match)
        return self._shops[shop_id]


def all_entries(services: Services) -> Iterator[OutboxEntry]:
    """Everything that is searched, as if it had just been saved."""
    for lead in services.leads.leads():
        yield OutboxEntry(sequence=0, kind=SearchKind.LEAD, record_id=lead.lead_id)
    for finding in services.leads.findings():
        yield OutboxEntry(sequence=0, kind=SearchKind.FINDING, record_id=finding.finding_id)
    for shop in services.survey.shops():
        yield OutboxEntry(sequence=0, kind=SearchKind.SHOP, record_id=shop.shop_id)
    for listing in services.survey.listings():
        yield OutboxEntry(sequence=0, kind=SearchKind.LISTING, record_id=listing.listing_id)
    for run in services.survey.runs():
        for page in services.survey.pages(run.run_id):
            if _is_searched(page):
                yield OutboxEntry(sequence=0, kind=SearchKind.PAGE, record_id=page.page_id)


def _is_searched(page: Page) -> bool:
    """What was read anew: a page that stands as before is found as it was read then."""
    return page.outcome is Outcome.READ and page.kind not in PICTURE_KINDS
