"""Records of another zone or bureau written into ours: each in the transaction it is given, again without effect."""

from __future__ import annotations

from sqlalchemy import Connection, select

from records.exchange import LeadFile
from records.market import Listing, Reading, Shop
from records.search import SearchKind
from records.survey import PICTURE_KINDS, Outcome, Page, PageKind
from stores.sql import readings, tables
from stores.sql.leads import append_events, check_version, lead_row
from stores.sql.page_history import note_page
from stores.sql.rows import announce, body_of, find_body, insert_new, upsert

__all__ = ["take_lead", "take_listing", "take_page", "take_shop"]


def take_page(connection: Connection, page: Page) -> bool:
    """Insert a page that is not here; its history and the index learn of it as of one we read ourselves."""
    row = {
        "page_id": page.page_id,
        "run_id": page.run_id,
        "outcome": page.outcome.value,
        "fetched_at": page.fetched_at,
        "body": body_of(page),
    }
    if not insert_new(connection, tables.pages, [row]):
        return False
    if page.outcome is Outcome.READ and page.kind not in PICTURE_KINDS:
        announce(connection, SearchKind.PAGE, (page.page_id,))
    note_page(connection, page)
    return True


def take_shop(connection: Connection, shop: Shop) -> bool:
    """Write a shop unless ours was seen as late. It comes merged already: what is silent in it was silent there."""
    body = find_body(connection, tables.shops, shop.shop_id)
    if body is not None:
        known = Shop.model_validate_json(body)
        if known.last_seen_at >= shop.last_seen_at:
            return False
        shop = shop.model_copy(update={"first_seen_at": min(known.first_seen_at, shop.first_seen_at)})
    row = {"shop_id": shop.shop_id, "target_id": shop.target_id, "body": body_of(shop)}
    upsert(connection, tables.shops, [row])
    announce(connection, SearchKind.SHOP, (shop.shop_id,))
    return True


def take_listing(connection: Connection, listing: Listing) -> bool:
    """One more reading of a listing: it makes a version, moves one, or changes nothing."""
    table = tables.listings
    held = select(table.c.body).where(table.c.listing_id == listing.listing_id)
    before = connection.execute(held).scalar()
    readings.take_reading(connection, Reading(kind=PageKind.LISTING, listings=(listing,)))
    return bool(connection.execute(held).scalar() != before)


def take_lead(connection: Connection, file: LeadFile, *, expected_version: int) -> None:
    """Write a lead and those of its events that are not here."""
    check_version(connection, tables.leads, file.lead.lead_id, expected=expected_version, what="线索")
    saved = file.lead.model_copy(update={"version": expected_version + 1})
    upsert(connection, tables.leads, [lead_row(saved)])
    append_events(connection, file.events)
    announce(connection, SearchKind.LEAD, (saved.lead_id,))
