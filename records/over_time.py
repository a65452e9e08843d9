"""What a rule may ask of the past: prices with their times, reviews as they stood, pages as they read, what is gone.

A point names the visit it was first read on; it is known to have held until `last_seen_at` and for no moment after it.
What no visit saw is unknown: a rule that needs it must answer "could not tell".
"""

from __future__ import annotations

from datetime import date

from records.base import Record, UtcDatetime
from records.leads import RuleExample
from records.market import Source, Variant

__all__ = [
    "Closing",
    "History",
    "PageHistory",
    "PageSeen",
    "PastExample",
    "PricePoint",
    "ReviewDated",
    "ReviewElsewhere",
    "ReviewsSeen",
]


class PricePoint(Record):
    """What a listing asked while it read the same, from the visit `source` until `last_seen_at`. Amounts in fen.

    Attributes:
        struck_named: The words beside the struck price and those that explain it, as on the page.
        list_fen: What a list that led there asked for it; None when no list was read.
        coupon_fen: The price after a coupon everybody may take (券后价).
        labelled_fen: Amounts shown with a condition (起价, 会员价, 定金), so that a list may rightly show them.
        scarce: How few are left, as written (仅剩 3 件).
        sales_count: As of `last_seen_at`.
        complete: The listing's own page was read, and not only a row of a list.
    """

    source: Source
    last_seen_at: UtcDatetime
    title: str = ""
    now_fen: int | None = None
    struck_fen: int | None = None
    struck_named: str = ""
    list_fen: int | None = None
    coupon_fen: int | None = None
    labelled_fen: tuple[int, ...] = ()
    variants: tuple[Variant, ...] = ()
    scarce: str = ""
    sales_count: int | None = None
    complete: bool = True


class ReviewsSeen(Record):
    """The reviews as one visit showed them.

    Attributes:
        total, bad: The counts the page itself states (全部评价、差评); None when it states none that could be read.
        texts: The reviews listed.
        whole: Every review was listed (no further page of them), so that one not listed is not there.
        notice: The page says why reviews may be missing (违规评价已处理, 仅显示近 90 天).
    """

    source: Source
    total: int | None = None
    bad: int | None = None
    texts: tuple[str, ...] = ()
    whole: bool = False
    notice: str = ""


class ReviewDated(Record):
    """A review with the day the page gives for it."""

    written_on: date
    text: str


class ReviewElsewhere(Record):
    """A review of the listing that stands nearly word for word under a listing of another shop.

    Attributes:
        author, other_author: As shown and masked; empty when not shown or 匿名.
        other_shop: Its name, or its address where it has none; `other` the visit it was read on.
        same_hand: Both shops are thought to be of one operator (关联组).
        widespread: So many of the shops compared have it that it is a template rather than anybody's words.
    """

    text: str
    author: str = ""
    written_on: date | None = None
    other_shop_id: str
    other_shop: str
    other_author: str = ""
    other_written_on: date | None = None
    other: Source
    same_hand: bool = False
    widespread: bool = False


class PageSeen(Record):
    """A page's readable text, the same from the visit `source` until `last_seen_at`."""

    source: Source
    last_seen_at: UtcDatetime
    text: str


class PageHistory(Record):
    """A page over time, oldest first. `unreadable` counts versions whose bytes could no longer be read."""

    url: str
    versions: tuple[PageSeen, ...] = ()
    unreadable: int = 0


class Closing(Record):
    """How a shop's end looked: its front page answered that it is no longer there.

    Attributes:
        gone: The visit that was told so; `answer` what the page then said, when it said anything.
        listings_known, listings_gone: Of the shop, so that one error page is not taken for an end.
        neighbours_known, neighbours_gone: Other shops of the same platform, by their front pages.
    """

    gone: Source
    answer: str = ""
    listings_known: int = 0
    listings_gone: int = 0
    neighbours_known: int = 0
    neighbours_gone: int = 0


class History(Record):
    """What the stored visits tell of one listing, shop or platform. An empty part was not asked for or is not known.

    Attributes:
        dated: All reviews of the listing ever read that have a day.
        copied: Its reviews that other shops' listings have as well.
        page: The listing's own page, or the shop's front page.
        papers: The platform's pages of rules.
        goods: What each of a shop's listings asked and sold over time.
        notices: Further pages on which a change or an end may have been announced.
    """

    prices: tuple[PricePoint, ...] = ()
    reviews: tuple[ReviewsSeen, ...] = ()
    dated: tuple[ReviewDated, ...] = ()
    copied: tuple[ReviewElsewhere, ...] = ()
    page: PageHistory | None = None
    closing: Closing | None = None
    papers: tuple[PageHistory, ...] = ()
    goods: tuple[tuple[PricePoint, ...], ...] = ()
    notices: tuple[PageHistory, ...] = ()


class PastExample(RuleExample):
    """An example that is a history: its `text` says in Chinese what happened."""

    history: History
