"""SurveyStore: targets, runs, frontier, pages and what was read from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, delete, func, literal, select, tuple_

from records.base import stable_id
from records.errors import ConflictError, NotFoundError
from records.market import Listing, Reading, Shop
from records.ports import Clock
from records.register import Match
from records.search import SearchKind
from records.survey import PICTURE_KINDS, FrontierRow, FrontierState, Outcome, Page, PageKind, Run, RunState, Target
from stores.sql import frontier, readings, tables
from stores.sql.database import Database
from stores.sql.page_history import note_page
from stores.sql.ready import Ready
from stores.sql.rows import announce, body_of, find_body, insert_new, read_one, upsert, walk_bodies
from stores.sql.shop_history import settle_shops

__all__ = ["SqlSurveyStore"]

_READ = frozenset({Outcome.READ, Outcome.UNCHANGED})
_NEWEST_MATCH = Ready(
    select(tables.matches.c.body)
    .where(tables.matches.c.shop_id == bindparam("wanted"))
    .order_by(tables.matches.c.matched_at.desc(), tables.matches.c.match_id.desc())
    .limit(1)
)
_PAGE_ROWS = 500
_MOST_TARGETS = 8_192


class SqlSurveyStore:
    """See `records.ports.SurveyStore`. The clock says when a lease has run out."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def save_target(self, target: Target) -> None:
        with self._database.write() as connection:
            upsert(connection, tables.targets, [{"target_id": target.target_id, "body": body_of(target)}])

    def replace_target(self, target: Target, *, before: Target) -> None:
        with self._database.write() as connection:
            body = find_body(connection, tables.targets, target.target_id)
            if body is None or Target.model_validate_json(body) != before:
                raise ConflictError(f"监测对象“{before.name}”已被他人更改，本次未作更改", cure="看过最新内容后再决定")
            upsert(connection, tables.targets, [{"target_id": target.target_id, "body": body_of(target)}])

    def save_targets(self, targets: Sequence[Target]) -> None:
        rows = [{"target_id": target.target_id, "body": body_of(target)} for target in targets]
        with self._database.write() as connection:
            upsert(connection, tables.targets, rows)

    def delete_target(self, target_id: str) -> bool:
        table, runs = tables.targets, tables.runs
        with self._database.write() as connection:
            if connection.execute(select(runs.c.run_id).where(runs.c.target_id == target_id).limit(1)).first():
                return False
            connection.execute(delete(table).where(table.c.target_id == target_id))
        return True

    def target(self, target_id: str) -> Target:
        return read_one(self._database, Target, tables.targets, target_id, what="监测对象")

    def targets(self) -> tuple[Target, ...]:
        return tuple(_known_target(body) for body in walk_bodies(self._database, tables.targets))

    def open_run(self, run: Run, seeds: Sequence[FrontierRow]) -> Run:
        with self._database.write() as connection:
            body = find_body(connection, tables.runs, run.run_id)
            if body is not None:
                known = Run.model_validate_json(body)
                run = known.model_copy(update={"state": RunState.RUNNING, "finished_at": None})
                frontier.release_leases(connection, run.run_id)
            _write_run(connection, run)
            frontier.enqueue(connection, seeds)
        return run

    def run(self, run_id: str) -> Run:
        return read_one(self._database, Run, tables.runs, run_id, what="采集运行")

    def runs(self, target_id: str = "") -> tuple[Run, ...]:
        table = tables.runs
        statement = select(table.c.body).order_by(table.c.started_at.desc(), table.c.run_id.desc())
        if target_id:
            statement = statement.where(table.c.target_id == target_id)
        with self._database.read() as connection:
            return tuple(Run.model_validate_json(body) for body in connection.execute(statement).scalars())

    def finish_run(self, run: Run) -> None:
        with self._database.write() as connection:
            if find_body(connection, tables.runs, run.run_id) is None:
                raise NotFoundError(f"没有这次采集：{run.run_id[:200]}", key=run.run_id)
            left = _rows_left(frontier.count_states(connection, run.run_id))
            if run.state == RunState.COMPLETE and left:
                raise ConflictError(
                    f"巡查 {run.run_id} 尚有 {left} 个网址未访问，不能记为完整",
                    cure="继续巡查，或以 partial 结束并说明缺失",
                    rows_left=left,
                )
            settle_shops(connection, run)
            _write_run(connection, run)

    def enqueue(self, rows: Sequence[FrontierRow]) -> int:
        with self._database.write() as connection:
            return frontier.enqueue(connection, rows)

    def lease(self, run_id: str, *, limit: int, until: datetime) -> tuple[FrontierRow, ...]:
        with self._database.write(beside=()) as connection:
            return tuple(frontier.lease(connection, run_id, limit=limit, now=self._clock(), until=until))

    def complete(self, row: FrontierRow, page: Page, reading: Reading | None, discovered: Sequence[FrontierRow]) -> int:
        with self._database.write(beside=_named(page, reading)) as connection:
            done = FrontierState.DONE if page.outcome in _READ else FrontierState.FAILED
            if not frontier.close_row(connection, row.row_id, done):
                if frontier.state_of(connection, row.row_id) is None:
                    raise NotFoundError(f"没有这个待访问网址：{row.url[:200]}", key=row.row_id)
                return 0
            searched = page.outcome is Outcome.READ and page.kind not in PICTURE_KINDS
            if _write_page(connection, page) and searched:
                announce(connection, SearchKind.PAGE, (page.page_id,))
            note_page(connection, page)
            readings.note_listing_gone(connection, page)
            if reading is not None:
                readings.save_reading(connection, page, reading)
            return frontier.enqueue(connection, discovered)

    def pending(self, run_id: str) -> tuple[FrontierRow, ...]:
        with self._database.read() as connection:
            return frontier.pending(connection, run_id)

    def withdraw(self, rows: Sequence[FrontierRow]) -> int:
        with self._database.write() as connection:
            return frontier.withdraw(connection, [row.row_id for row in rows])

    def retry(self, row: FrontierRow, *, use_browser: bool) -> None:
        with self._database.write() as connection:
            frontier.give_back(connection, row, use_browser=use_browser)

    def frontier_counts(self, run_id: str) -> Mapping[FrontierState, int]:
        with self._database.read() as connection:
            return frontier.count_states(connection, run_id)

    def known_urls(self, run_id: str, kind: PageKind) -> frozenset[str]:
        with self._database.read() as connection:
            return frontier.known_urls(connection, run_id, kind)

    def outcomes(self, run_id: str) -> Mapping[Outcome, int]:
        table = tables.pages
        statement = select(table.c.outcome, func.count()).where(table.c.run_id == run_id).group_by(table.c.outcome)
        with self._database.read() as connection:
            return {Outcome(outcome): count for outcome, count in connection.execute(statement)}

    def pages(self, run_id: str) -> Iterator[Page]:
        """By the time they were fetched."""
        table = tables.pages
        turn = tuple_(table.c.fetched_at, table.c.page_id)
        statement = select(table).where(table.c.run_id == run_id).order_by(table.c.fetched_at, table.c.page_id)
        after = None
        while True:
            some = statement.limit(_PAGE_ROWS) if after is None else statement.where(turn > after).limit(_PAGE_ROWS)
            with self._database.read() as connection:
                rows = connection.execute(some).all()
            for row in rows:
                yield Page.model_validate_json(row.body)
            if len(rows) < _PAGE_ROWS:
                return
            # Typed as the columns are: a bare time would be compared as text, which no number is greater than.
            after = tuple_(
                literal(rows[-1].fetched_at, table.c.fetched_at.type), literal(rows[-1].page_id, table.c.page_id.type)
            )

    def page(self, page_id: str) -> Page:
        return read_one(self._database, Page, tables.pages, page_id, what="网页记录")

    def save_reading(self, page: Page, reading: Reading) -> None:
        with self._database.write() as connection:
            if find_body(connection, tables.pages, page.page_id) is None:
                raise NotFoundError(f"没有这条网页记录：{page.page_id[:200]}", key=page.page_id)
            readings.save_reading(connection, page, reading, again=True)

    def shop(self, shop_id: str) -> Shop:
        return read_one(self._database, Shop, tables.shops, shop_id, what="网店记录")

    def shops(self, target_id: str = "") -> Iterator[Shop]:
        return readings.walk_shops(self._database, target_id)

    def listing(self, listing_id: str) -> Listing:
        return read_one(self._database, Listing, tables.listings, listing_id, what="商品记录")

    def listings(self, shop_id: str = "") -> Iterator[Listing]:
        return readings.walk_listings(self._database, shop_id)

    def listing_versions(self, listing_id: str) -> tuple[Listing, ...]:
        return readings.listing_versions(self._database, listing_id)

    def save_match(self, match: Match) -> None:
        """The match is shown with its shop, so the shop enters the outbox."""
        row = {
            "match_id": match.match_id,
            "shop_id": match.shop_id,
            "matched_at": match.matched_at,
            "body": body_of(match),
        }
        with self._database.write() as connection:
            if find_body(connection, tables.matches, match.match_id) == row["body"]:
                return
            upsert(connection, tables.matches, [row])
            if find_body(connection, tables.shops, match.shop_id) is not None:
                announce(connection, SearchKind.SHOP, (match.shop_id,))

    def match_of(self, shop_id: str) -> Match | None:
        found = _NEWEST_MATCH.ask(self._database, {"wanted": shop_id})
        return Match.model_validate_json(found[0][0]) if found else None

    def matches(self) -> Iterator[Match]:
        table = tables.matches
        after = ""  # matches of no shop (a single query of an officer) have no shop_id and are not asked for here
        while True:
            shop_ids = select(table.c.shop_id).where(table.c.shop_id > after).distinct()
            with self._database.read() as connection:
                some = connection.execute(shop_ids.order_by(table.c.shop_id).limit(_PAGE_ROWS)).scalars().all()
            for shop_id in some:
                found = self.match_of(shop_id)
                if found is not None:
                    yield found
            if len(some) < _PAGE_ROWS:
                return
            after = some[-1]


@lru_cache(_MOST_TARGETS)
def _known_target(body: str) -> Target:
    """The same text is the same record, which nobody changes; a page asks for all targets to name a few."""
    return Target.model_validate_json(body)


def _named(page: Page, reading: Reading | None) -> list[str]:
    """What completing a page reads and then changes: the run's frontier, versions of the page, the shop's visit and the
    listings, whoever else meets them."""
    names = [f"run {page.run_id}", f"page {page.target_id} {page.canonical_url}"]
    names.append(f"listing {stable_id('listing', page.canonical_url)}")
    if reading is not None:
        names += [f"listing {listing.listing_id}" for listing in reading.listings]
        names += [f"shop {shop_id}" for shop_id in _shops_of(reading)]
    return names


def _shops_of(reading: Reading) -> set[str]:
    found = {listing.shop_id for listing in reading.listings}
    return found if reading.shop is None else found | {reading.shop.shop_id}


def _write_run(connection: Connection, run: Run) -> None:
    row = {
        "run_id": run.run_id,
        "target_id": run.target_id,
        "started_at": run.started_at,
        "body": body_of(run),
    }
    upsert(connection, tables.runs, [row])


def _write_page(connection: Connection, page: Page) -> int:
    row = {
        "page_id": page.page_id,
        "run_id": page.run_id,
        "outcome": page.outcome.value,
        "fetched_at": page.fetched_at,
        "body": body_of(page),
    }
    return insert_new(connection, tables.pages, [row])


def _rows_left(counts: Mapping[FrontierState, int]) -> int:
    return counts[FrontierState.PENDING] + counts[FrontierState.LEASED]
