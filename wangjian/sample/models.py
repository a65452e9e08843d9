"""What the sample market is made of, before any markup: sellers, shops, listings, and what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from records.market import Category
from records.register import Entity, MatchDecision

__all__ = [
    "FAMILIES",
    "MARKET_DAY_ZERO",
    "Family",
    "Planted",
    "PlantKind",
    "PlantPlace",
    "PriceForm",
    "ReviewText",
    "SampleListing",
    "SampleShop",
    "Seller",
    "SellerCase",
    "Sku",
    "day_date",
    "yuan",
]

MARKET_DAY_ZERO = date(2026, 11, 2)
"""The calendar day of `day=0`."""


class Family(StrEnum):
    """The four families of markup."""

    JISHI = "jishi"
    YUNSHANG = "yunshang"
    INDEPENDENT = "independent"
    UNSEEN = "unseen"


FAMILIES = tuple(Family)


class SellerCase(StrEnum):
    """How a shop discloses who runs it, and what is true of that."""

    PLAIN = "plain"
    TRADITIONAL = "traditional"
    FULL_WIDTH = "full_width"
    BRACKETS = "brackets"
    FORMER_NAME = "former_name"
    NAME_ONLY = "name_only"
    NICKNAME = "nickname"
    NO_LICENCE = "no_licence"
    EXEMPT = "exempt"
    LICENCE_BLOCKED = "licence_blocked"
    BAD_CODE = "bad_code"
    UNKNOWN = "unknown"
    MISMATCH = "mismatch"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    MOVED_OUT = "moved_out"
    ABNORMAL = "abnormal"
    EXPIRED = "expired"
    PLACEHOLDER = "placeholder"


class PlantKind(StrEnum):
    """A violation must be suspected; an innocent look-alike must not."""

    VIOLATION = "violation"
    INNOCENT = "innocent"


class PlantPlace(StrEnum):
    """Where a planted text stands; `notice` is the shop's announcement on its front page."""

    TITLE = "title"
    DETAIL = "detail"
    NOTICE = "notice"
    REVIEW = "review"
    PLATFORM = "platform"
    DISCLOSURE = "disclosure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One planted text, exactly as it stands on the page."""

    rule: str
    kind: PlantKind
    place: PlantPlace
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who runs a shop, and what of it the shop shows. Empty `shown_…` = not shown."""

    case: SellerCase
    entity: Entity | None
    shown_code: str
    shown_name: str
    decision: MatchDecision
    tolerated: tuple[MatchDecision, ...]
    problems: tuple[str, ...]
    exemption_text: str = ""

    @property
    def has_licence_page(self) -> bool:
        """False for those who disclose nothing and those who say they need not."""
        return self.case not in (SellerCase.NICKNAME, SellerCase.NO_LICENCE, SellerCase.EXEMPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleShop:
    """One shop. `number` is unique in its family; `origin` names the server it stands on."""

    key: str
    family: Family
    origin: str
    number: int
    name: str
    slogan: str
    categories: tuple[Category, ...]
    seller: Seller
    legal_representative: str
    address: str
    phone: str
    permits: tuple[tuple[str, str], ...]
    icp_no: str
    notices: tuple[str, ...]
    opened_on: date
    planted: tuple[Planted, ...]


class PriceForm(StrEnum):
    """How the price block is written."""

    PLAIN = "plain"
    STRUCK = "struck"
    COUPON = "coupon"
    RANGE = "range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """One variant; `extra_fen` is added to the listing's price of the day."""

    name: str
    extra_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewText:
    """A consumer's words, visible from market day `day` on (negative: before day 0)."""

    author: str
    text: str
    day: int
    stars: int

    @property
    def written_on(self) -> date:
        """The date printed beside it."""
        return day_date(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleListing:
    """One listing. `changes` are (market day, price in fen) from the earliest on; the first holds from ever."""

    key: str
    shop_key: str
    title: str
    category: Category
    breadcrumb: tuple[str, ...]
    form: PriceForm
    changes: tuple[tuple[int, int], ...]
    struck_fen: int | None
    coupon_fen: int | None
    unit: str
    skus: tuple[Sku, ...]
    params: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    labels: tuple[str, ...]
    service: tuple[str, ...]
    platform_notes: tuple[str, ...]
    sold: int
    sold_per_day: int
    reviews: tuple[ReviewText, ...]
    hue: int
    outside_link: str
    planted: tuple[Planted, ...]

    def price_fen(self, day: int) -> int:
        """The price in force on a market day."""
        price = self.changes[0][1]
        for since, amount in self.changes:
            if since <= day:
                price = amount
        return price

    def price_max_fen(self, day: int) -> int | None:
        """The upper end of a range, else None."""
        if self.form is not PriceForm.RANGE:
            return None
        return self.price_fen(day) + max(sku.extra_fen for sku in self.skus)

    def struck_on(self, day: int) -> int | None:
        """划线价 on that day: shown only while the price stands below it."""
        if self.struck_fen is not None and self.struck_fen > self.price_fen(day):
            return self.struck_fen
        return None

    def coupon_on(self, day: int) -> int | None:
        """券后价 on that day."""
        return None if self.coupon_fen is None else max(self.price_fen(day) - self.coupon_fen, 100)

    def sold_on(self, day: int) -> int:
        """销量 as counted that day."""
        return self.sold + self.sold_per_day * day

    def reviews_on(self, day: int) -> tuple[ReviewText, ...]:
        """What consumers had written by that day, newest first."""
        known = (review for review in self.reviews if review.day <= day)
        return tuple(sorted(known, key=lambda review: (-review.day, review.author)))


def day_date(day: int) -> date:
    """The calendar date of a market day."""
    return MARKET_DAY_ZERO + timedelta(days=day)


def yuan(fen: int) -> str:
    """As prices are printed.

    >>> yuan(12900), yuan(1050)
    ('129.00', '10.50')
    """
    return f"{fen // 100}.{fen % 100:02d}"
