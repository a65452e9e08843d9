"""What was there when: versions of pages and shops, differences between two of them, what a run found changed."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record, UtcDatetime
from records.market import Shop, Source
from records.survey import PageKind

__all__ = [
    "AddressRule",
    "AddressRules",
    "ChangeKind",
    "Difference",
    "PageVersion",
    "RuleState",
    "RunChanges",
    "ShopVersion",
]


class PageVersion(Record):
    """A stretch of visits in which a page read the same to a visitor (`Page.content_sha256`).

    Attributes:
        first_page_id, last_page_id: The first and the last visit of it; its bytes are those of either.
        fetched_at: When its bytes last came whole, and not by the server's word that nothing had changed (304).
        gone_at, gone_page_id: When its address answered that it is no longer there, and the visit that was told so.
    """

    target_id: str
    canonical_url: str
    number: int
    kind: PageKind
    content_sha256: str
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    first_page_id: str
    last_page_id: str
    fetched_at: UtcDatetime
    gone_at: UtcDatetime | None = None
    gone_page_id: str = ""


class ShopVersion(Record):
    """A stretch of runs in which a shop showed the same of itself; `shop` as the last of them left it."""

    shop_id: str
    number: int
    first_run_id: str
    last_run_id: str
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    shop: Shop


class ChangeKind(StrEnum):
    """What became of a field between two versions."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Difference(Record):
    """One field that differs: `field` in Chinese, both values as shown, and the page each was read on (None: the page
    is no longer told apart from others of its visit)."""

    field: str
    kind: ChangeKind
    before: str = ""
    after: str = ""
    before_source: Source | None = None
    after_source: Source | None = None


class RunChanges(Record):
    """What a run found against what was known before it. Samples are addresses, at most ten of each.

    Attributes:
        unchanged: Pages read that read as before.
        shops_changed, listings_changed: Known ones whose statements differ; `listings_new` were not known before.
        listings_gone: Listings whose page answered that it is no longer there.
        papers_changed: Licence and rules pages that are new, read otherwise, or are gone.
    """

    run_id: str
    pages_new: int = 0
    pages_changed: int = 0
    pages_gone: int = 0
    pages_unchanged: int = 0
    shops_new: int = 0
    shops_changed: int = 0
    listings_new: int = 0
    listings_changed: int = 0
    listings_gone: int = 0
    papers_changed: int = 0
    samples: dict[str, tuple[str, ...]] = {}


class RuleState(StrEnum):
    """`active` is followed; `revoked` was taken back, by a counterexample or by a person, and is not learned again."""

    ACTIVE = "active"
    REVOKED = "revoked"


class AddressRule(Record):
    """A part of addresses that makes no difference on a site: a query key, or `;name` for a path parameter.

    `evidence` are pairs of addresses that differed only in it and read the same; `counterexample` a pair that did not.
    """

    key: str
    state: RuleState
    evidence: tuple[tuple[str, str], ...] = ()
    counterexample: tuple[str, str] | None = None
    learned_at: UtcDatetime
    revoked_at: UtcDatetime | None = None
    revoked_by: str = ""


class AddressRules(Record):
    """What was learned of the addresses of one origin."""

    origin: str
    rules: tuple[AddressRule, ...] = ()
