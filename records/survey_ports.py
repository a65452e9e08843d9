"""What surveys rest on. The adapter lives in `stores/`; promises as in `records/ports.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from records.market import Listing, Reading, Shop
from records.register import Match
from records.survey import FrontierRow, FrontierState, Outcome, Page, PageKind, Run, Target

__all__ = ["SurveyStore"]


class SurveyStore(Protocol):
    """Targets, runs, frontier, pages and what was read from them. Shops and listings enter the outbox as saved."""

    def save_target(self, target: Target) -> None: ...

    def replace_target(self, target: Target, *, before: Target) -> None:
        """Keep it in the place of `before`; raises ConflictError when that is no longer what is kept."""
        ...

    def save_targets(self, targets: Sequence[Target]) -> None:
        """All of them, or none when it fails."""
        ...

    def delete_target(self, target_id: str) -> bool:
        """Forget a target of which nothing was ever surveyed; False, and nothing changes, when a run names it."""
        ...

    def target(self, target_id: str) -> Target:
        """Raises NotFoundError."""
        ...

    def targets(self) -> tuple[Target, ...]: ...

    def open_run(self, run: Run, seeds: Sequence[FrontierRow]) -> Run:
        """Begin a run, or take up the one of that id: its leases are released and it is RUNNING again."""
        ...

    def run(self, run_id: str) -> Run: ...

    def runs(self, target_id: str = "") -> tuple[Run, ...]:
        """Newest first."""
        ...

    def finish_run(self, run: Run) -> None:
        """Write the end of a run, and settle the shops it saw (`records/shop_history.py`). Raises ConflictError when
        COMPLETE is claimed with rows pending or leased."""
        ...

    def enqueue(self, rows: Sequence[FrontierRow]) -> int:
        """Add addresses not yet known to their run; how many were new."""
        ...

    def lease(self, run_id: str, *, limit: int, until: datetime) -> tuple[FrontierRow, ...]:
        """Take up to `limit` pending rows (or rows whose lease ran out), largest priority first, then oldest."""
        ...

    def complete(self, row: FrontierRow, page: Page, reading: Reading | None, discovered: Sequence[FrontierRow]) -> int:
        """In one transaction: the page, what was read from it, the rows found on it, and the row done (failed when
        page.outcome is neither READ nor UNCHANGED). Returns how many rows were new. A done row changes nothing."""
        ...

    def pending(self, run_id: str) -> tuple[FrontierRow, ...]:
        """Addresses of a run that nobody has begun to visit, oldest first."""
        ...

    def withdraw(self, rows: Sequence[FrontierRow]) -> int:
        """Take back addresses that need no visit (another address of the same page has it); how many were still
        pending. A row that was leased or is done stays."""
        ...

    def retry(self, row: FrontierRow, *, use_browser: bool) -> None:
        """Give a leased row back as pending with one more attempt, to be opened in the browser or not."""
        ...

    def frontier_counts(self, run_id: str) -> Mapping[FrontierState, int]: ...

    def known_urls(self, run_id: str, kind: PageKind) -> frozenset[str]:
        """Canonical addresses of that kind the run knows, in any state."""
        ...

    def outcomes(self, run_id: str) -> Mapping[Outcome, int]: ...

    def pages(self, run_id: str) -> Iterator[Page]: ...

    def page(self, page_id: str) -> Page: ...

    def save_reading(self, page: Page, reading: Reading) -> None:
        """Record what a stored page gave when it is read again (stage 2 alone)."""
        ...

    def shop(self, shop_id: str) -> Shop: ...

    def shops(self, target_id: str = "") -> Iterator[Shop]:
        """By shop_id."""
        ...

    def listing(self, listing_id: str) -> Listing: ...

    def listings(self, shop_id: str = "") -> Iterator[Listing]:
        """Newest version of each, by listing_id."""
        ...

    def listing_versions(self, listing_id: str) -> tuple[Listing, ...]:
        """Every version that differed (title, words, amounts, promotions), oldest first, each with its own seen times;
        reviews are a set that grows, and make none."""
        ...

    def save_match(self, match: Match) -> None: ...

    def match_of(self, shop_id: str) -> Match | None:
        """The newest match of a shop."""
        ...

    def matches(self) -> Iterator[Match]:
        """The newest match of each shop, by shop_id."""
        ...
