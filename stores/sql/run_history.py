"""What a run found against what was known before it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, or_, select

from records.history import RunChanges, ShopVersion
from records.survey import Outcome, PageKind, Run
from stores.sql import tables
from stores.sql.survey_tables import page_versions, shop_versions

__all__ = ["changes_of"]

_SAMPLES = 10
_PAPERS = (PageKind.LICENCE.value, PageKind.RULES.value)


def changes_of(connection: Connection, run: Run) -> RunChanges:
    """New, changed, gone and unchanged of a run; also while it goes on, except for shops, which are settled at its
    end."""
    found = {**_pages(connection, run), **_listings(connection, run), **_shops(connection, run)}
    read: int = connection.execute(_READ, {"run": run.run_id}).scalar_one()
    return RunChanges(
        run_id=run.run_id,
        pages_unchanged=max(0, read - len(found["pages_new"]) - len(found["pages_changed"])),
        samples={name: tuple(urls[:_SAMPLES]) for name, urls in found.items() if urls},
        **{name: len(urls) for name, urls in found.items()},
    )


def _pages(connection: Connection, run: Run) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in ("pages_new", "pages_changed", "pages_gone", "papers_changed")}
    for row in connection.execute(_BEGUN, {"run": run.run_id, "target": run.target_id}):
        found["pages_new" if row.version_no == 1 else "pages_changed"].append(row.canonical_url)
        if row.kind in _PAPERS:
            found["papers_changed"].append(row.canonical_url)
    for gone in connection.execute(_GONE, {"run": run.run_id, "target": run.target_id}):
        found["pages_gone"].append(gone.canonical_url)
        if gone.kind in _PAPERS:
            found["papers_changed"].append(gone.canonical_url)
    return found


def _listings(connection: Connection, run: Run) -> dict[str, list[str]]:
    of_run = frozenset(connection.execute(_PAGE_IDS, {"run": run.run_id}).scalars())
    by_listing: dict[str, list[tuple[str, str, str, str]]] = {}
    for listing_id, body in connection.execute(_LISTINGS, {"target": run.target_id}):
        said = json.loads(body)
        by_listing.setdefault(listing_id, []).append(
            (said["first_seen_at"], said["source"]["page_id"], said.get("gone_page_id", ""), said["url"])
        )
    found: dict[str, list[str]] = {name: [] for name in ("listings_new", "listings_changed", "listings_gone")}
    for versions in by_listing.values():
        ordered = sorted(versions)
        name = _begun(page_id in of_run for _, page_id, _, _ in ordered)
        if name:
            found[f"listings_{name}"].append(ordered[0][3])
        if any(gone in of_run for _, _, gone, _ in ordered):
            found["listings_gone"].append(ordered[0][3])
    return found


def _begun(in_run: Iterable[bool]) -> str:
    """Of a thing's versions, oldest first, whether its first or a later one was begun in the run."""
    first, *later = in_run
    return "new" if first else "changed" if any(later) else ""


def _shops(connection: Connection, run: Run) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"shops_new": [], "shops_changed": []}
    for body in connection.execute(_SHOPS, {"target": run.target_id}).scalars():
        version = ShopVersion.model_validate_json(body)
        if version.first_run_id == run.run_id:
            found["shops_new" if version.number == 1 else "shops_changed"].append(version.shop.url)
    return found


_V, _P = page_versions, tables.pages
_OF_TARGET = _V.c.target_id == bindparam("target")
_BEGUN = (
    select(_V.c.canonical_url, _V.c.version_no, _V.c.kind)
    .join_from(_V, _P, _P.c.page_id == _V.c.first_page_id)
    .where(_OF_TARGET, _P.c.run_id == bindparam("run"))
    .order_by(_V.c.canonical_url)
)
_GONE = (
    select(_V.c.canonical_url, _V.c.kind)
    .join_from(_V, _P, _P.c.page_id == _V.c.gone_page_id)
    .where(_OF_TARGET, _P.c.run_id == bindparam("run"))
    .order_by(_V.c.canonical_url)
)
_READ = (
    select(func.count())
    .select_from(_P)
    .where(_P.c.run_id == bindparam("run"), or_(_P.c.outcome == Outcome.READ, _P.c.outcome == Outcome.UNCHANGED))
)
_PAGE_IDS = select(_P.c.page_id).where(_P.c.run_id == bindparam("run"))
_LV = tables.listing_versions
_LISTINGS = (
    select(_LV.c.listing_id, _LV.c.body)
    .join_from(_LV, tables.listings, tables.listings.c.listing_id == _LV.c.listing_id)
    .join(tables.shops, tables.shops.c.shop_id == tables.listings.c.shop_id)
    .where(tables.shops.c.target_id == bindparam("target"), _LV.c.superseded_by.is_(None))
    .order_by(_LV.c.listing_id)
)
_SHOPS = (
    select(shop_versions.c.body)
    .join_from(shop_versions, tables.shops, tables.shops.c.shop_id == shop_versions.c.shop_id)
    .where(tables.shops.c.target_id == bindparam("target"))
    .order_by(shop_versions.c.shop_id, shop_versions.c.version_no)
)
