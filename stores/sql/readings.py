"""What was read from pages: shops as merged statements, listings with their versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, bindparam, select, update

from records.base import stable_id
from records.errors import NotFoundError
from records.market import Listing, Reading, Shop
from records.search import SearchKind
from records.survey import Outcome, Page
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.history import Version, join_readings, newest_of, note_gone, place_reading
from stores.sql.ready import Ready
from stores.sql.rows import announce, body_of, chunks, upsert, walk
from stores.sql.shop_history import save_shop, save_shop_again

__all__ = ["listing_versions", "note_listing_gone", "save_reading", "take_reading", "walk_listings", "walk_shops"]


def save_reading(connection: Connection, page: Page, reading: Reading, *, again: bool = False) -> None:
    """Write a page's shop and listings into the open transaction, and tell the outbox of those that changed.

    Args:
        again: The page was stored long ago and is read anew (stage 2 alone).
    """
    if reading.shop is not None:
        (save_shop_again if again else save_shop)(connection, page, reading.shop)
    if reading.listings:
        _save_listings(connection, reading.listings, "" if again else page.run_id)


def take_reading(connection: Connection, reading: Reading) -> None:
    """Write listings read elsewhere, as readings of no run of ours."""
    _save_listings(connection, reading.listings, "")


def note_listing_gone(connection: Connection, page: Page) -> None:
    """A listing's page answered that it is no longer there (404, 下架): a fact of the listing, with its time."""
    if page.outcome not in (Outcome.NOT_FOUND, Outcome.SOFT_404):
        return
    listing_id = stable_id("listing", page.canonical_url)
    known = _versions(connection, (listing_id,))
    if not known:
        return
    changes = _Changes(lambda _: False)
    changes.gone(known[listing_id], page)
    changes.write(connection, known)


def walk_shops(database: Database, target_id: str) -> Iterator[Shop]:
    """Shops by shop_id, of one target or of all."""
    where = (tables.shops.c.target_id == target_id,) if target_id else ()
    return walk(database, Shop, tables.shops, *where)


def walk_listings(database: Database, shop_id: str) -> Iterator[Listing]:
    """The newest version of each listing by listing_id, of one shop or of all."""
    where = (tables.listings.c.shop_id == shop_id,) if shop_id else ()
    return walk(database, Listing, tables.listings, *where)


def listing_versions(database: Database, listing_id: str) -> tuple[Listing, ...]:
    """The versions in force, by the time they were first seen."""
    with database.read() as connection:
        versions = _versions(connection, (listing_id,)).get(listing_id, [])
    if not versions:
        raise NotFoundError(f"没有这条商品记录：{listing_id[:200]}", key=listing_id)
    ordered = sorted(versions, key=lambda version: (version.listing.first_seen_at, version.number))
    return tuple(version.listing for version in ordered)


def _save_listings(connection: Connection, listings: Iterable[Listing], run_id: str) -> None:
    readings = list(listings)
    known = _versions(connection, list(dict.fromkeys(reading.listing_id for reading in readings)))
    changes = _Changes(lambda page_id: bool(run_id) and _run_of(connection, page_id) == run_id)
    for reading in readings:
        changes.apply(known.setdefault(reading.listing_id, []), reading)
    changes.write(connection, known)


class _Changes:
    """What a batch of readings comes to, gathered so that each table is written once. `of_this_run` tells whether a
    page is of the run being read: its list page and its product page together make one version."""

    def __init__(self, of_this_run: Callable[[str], bool]) -> None:
        self._of_this_run = of_this_run
        self._written: dict[tuple[str, int], dict[str, object]] = {}
        self._superseded: list[tuple[str, int, int]] = []
        self._touched: dict[str, None] = {}
        self._highest: dict[str, int] = {}

    def apply(self, versions: list[Version], reading: Listing) -> None:
        """Change the versions in memory as the reading says, and remember what must be written."""
        change = place_reading(versions, reading)
        if change.added is not None and change.supersedes is None and versions:
            newest = newest_of(versions)
            if self._of_this_run(newest.listing.source.page_id):
                change = join_readings(newest, change.added)
        if change.moved is not None:
            versions[:] = [version for version in versions if version.number != change.moved.number]
            self._put(versions, change.moved)
        if change.added is None:
            return
        number = self._next_number(reading.listing_id, versions)
        if change.supersedes is not None:
            versions[:] = [version for version in versions if version.number != change.supersedes]
            self._superseded.append((reading.listing_id, change.supersedes, number))
        self._put(versions, Version(number=number, listing=change.added))

    def gone(self, versions: list[Version], page: Page) -> None:
        """Mark the newest version as no longer there."""
        change = note_gone(versions, page.fetched_at, page.page_id)
        if change.moved is not None:
            versions[:] = [version for version in versions if version.number != change.moved.number]
            self._put(versions, change.moved)

    def write(self, connection: Connection, known: dict[str, list[Version]]) -> None:
        """Write it all."""
        upsert(connection, tables.listing_versions, list(self._written.values()))
        table = tables.listing_versions
        for listing_id, number, successor in self._superseded:
            connection.execute(
                update(table)
                .where(table.c.listing_id == listing_id, table.c.version_no == number)
                .values(superseded_by=successor)
            )
        newest = [newest_of(known[listing_id]) for listing_id in self._touched]
        rows = [
            {
                "listing_id": version.listing.listing_id,
                "shop_id": version.listing.shop_id,
                "version_no": version.number,
                "body": body_of(version.listing),
            }
            for version in newest
        ]
        upsert(connection, tables.listings, rows)
        announce(connection, SearchKind.LISTING, list(self._touched))

    def _put(self, versions: list[Version], version: Version) -> None:
        versions.append(version)
        listing = version.listing
        self._touched[listing.listing_id] = None
        self._written[(listing.listing_id, version.number)] = {
            "listing_id": listing.listing_id,
            "version_no": version.number,
            "superseded_by": None,
            "body": body_of(listing),
        }

    def _next_number(self, listing_id: str, versions: list[Version]) -> int:
        number = max([self._highest.get(listing_id, 0), *(version.number for version in versions)]) + 1
        self._highest[listing_id] = number
        return number


def _run_of(connection: Connection, page_id: str) -> str:
    found = _PAGE_RUN.run(connection, {"page": page_id}).fetchone()
    return str(found[0]) if found is not None else ""


def _versions(connection: Connection, listing_ids: Iterable[str]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for some in chunks(list(listing_ids)):
        if len(some) == 1:  # a page of goods, which most pages are
            rows = _OF_ONE.run(connection, {"wanted": some[0]}).fetchall()
        else:
            rows = connection.execute(_OF_MANY, {"wanted": some}).all()
        for listing_id, number, body in rows:
            version = Version(number=number, listing=Listing.model_validate_json(body))
            found.setdefault(listing_id, []).append(version)
    return found


_PAGE_RUN = Ready(select(tables.pages.c.run_id).where(tables.pages.c.page_id == bindparam("page")))
_TABLE = tables.listing_versions
_IN_FORCE = select(_TABLE.c.listing_id, _TABLE.c.version_no, _TABLE.c.body).where(_TABLE.c.superseded_by.is_(None))
_OF_MANY = _IN_FORCE.where(_TABLE.c.listing_id.in_(bindparam("wanted", expanding=True)))
_OF_ONE = Ready(_IN_FORCE.where(_TABLE.c.listing_id == bindparam("wanted")))
