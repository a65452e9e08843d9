"""What a page says: Reading, Shop, Disclosure (亮照), Contact, Listing, Price, Review, each with its place."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime
from records.survey import Outcome, PageKind

__all__ = [
    "Category",
    "Contact",
    "ContactKind",
    "Disclosure",
    "Link",
    "Listing",
    "Price",
    "PriceRole",
    "Reading",
    "Review",
    "Shop",
    "Source",
    "Speaker",
    "TextBlock",
    "Variant",
    "merge_shops",
]


class Speaker(StrEnum):
    """Whose words a text block are; only the merchant's are advertising of the merchant."""

    MERCHANT = "merchant"
    REVIEW = "review"
    PLATFORM = "platform"
    LABEL = "label"


class Category(StrEnum):
    """Product classes the rules ask for."""

    FOOD = "食品"
    HEALTH_FOOD = "保健食品"
    DRUG = "药品"
    DEVICE = "医疗器械"
    COSMETIC = "化妆品"
    CLOTHING = "服装"
    DIGITAL = "数码"
    MOTHER_BABY = "母婴"
    EDUCATION = "教育培训"
    INVESTMENT = "金融投资"
    FARM_SUPPLY = "农资"
    WILDLIFE = "野生动物"
    TOBACCO = "烟草"
    HOME = "家居"
    JEWELLERY = "珠宝"
    LIQUOR = "酒类"
    PROPERTY = "房产"
    OTHER = "其他"


class PriceRole(StrEnum):
    """What an amount is: 现价, 划线价, 起价, 券后价, 会员价, 定金."""

    NOW = "now"
    STRUCK = "struck"
    FROM = "from"
    COUPON = "coupon"
    MEMBER = "member"
    DEPOSIT = "deposit"


class ContactKind(StrEnum):
    """Ways to reach a merchant."""

    PHONE = "phone"
    WECHAT = "wechat"
    EMAIL = "email"
    ADDRESS = "address"
    RETURN_ADDRESS = "return_address"
    QQ = "qq"


class Source(Record):
    """Where a statement was read: the page and both digests of its bytes. The place in it (a CSS selector or
    `offset:N`) stands with the statement. `page_sm3` is empty only on what was read before it was kept."""

    page_id: str
    page_sha256: DigestHex
    page_sm3: str = ""
    url: str
    seen_at: UtcDatetime


class TextBlock(Record):
    """A run of text with its speaker, exactly as on the page, and its place."""

    speaker: Speaker
    text: str
    place: str = ""


class Price(Record):
    """One amount on a page, in whole fen; `amount_max_fen` for a range, `unit` as written (元/斤 gives 斤).

    `currency` is the ISO 4217 code; of another than CNY the amounts are in hundredths of its unit, never converted.
    """

    role: PriceRole
    amount_fen: int
    amount_max_fen: int | None = None
    unit: str = ""
    currency: str = "CNY"
    text: str = ""
    place: str = ""


class Review(Record):
    """A consumer's words; the author is masked when read (个人信息保护法). `first_seen_at`: when first read."""

    author_masked: str = ""
    text: str
    written_on: date | None = None
    first_seen_at: UtcDatetime | None = None


class Variant(Record):
    """One of the choices a product comes in (SKU), with its own price in whole fen."""

    name: str
    price_fen: int
    stock_count: int | None = None


class Contact(Record):
    """A way to reach the merchant, as published by the merchant."""

    kind: ContactKind
    value: str
    place: str = ""


class Disclosure(Record):
    """亮照: what the shop publishes of its licence. Empty text = looked for and not shown.

    Law: 《中华人民共和国电子商务法》第十五条.
    """

    licence_no: str = ""
    holder_name: str = ""
    subject_kind: str = ""
    address: str = ""
    legal_representative: str = ""
    registered_on: str = ""
    valid_until: str = ""
    scope: str = ""
    has_licence_link: bool = False
    licence_image_urls: tuple[str, ...] = ()
    exemption_text: str = ""
    approval_nos: tuple[str, ...] = ()
    icp_no: str = ""
    police_no: str = ""
    place: str = ""


class Shop(Record):
    """网店. `unread` names in Chinese the parts that could not be read; absence may be concluded only when it is empty
    and `front_page_read` is true (and `licence_page_read`, when `disclosure.has_licence_link`). All three are as the
    last run that asked for those pages found them; what it could not read keeps what was read before."""

    shop_id: str
    target_id: str
    url: str
    name: str = ""
    family: str = ""
    disclosure: Disclosure = Disclosure()
    contacts: tuple[Contact, ...] = ()
    texts: tuple[TextBlock, ...] = ()
    front_page_read: bool = False
    licence_page_read: bool = False
    unread: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime


class Listing(Record):
    """商品页 as it stood on one visit. `list_price_fen` is the price the list page gave for it (None: no list read).
    `gone_at` says when its page answered that it is no longer there (下架, 404), on the page `gone_page_id`."""

    listing_id: str
    shop_id: str
    target_id: str
    url: str
    title: str
    category: Category = Category.OTHER
    texts: tuple[TextBlock, ...] = ()
    prices: tuple[Price, ...] = ()
    list_price_fen: int | None = None
    image_urls: tuple[str, ...] = ()
    sales_count: int | None = None
    stock_count: int | None = None
    promotions: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    approval_nos: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    complete: bool = True
    source: Source
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime
    gone_at: UtcDatetime | None = None
    gone_page_id: str = ""


class Link(Record):
    """An address found on a page, with what it seems to be. Larger `priority` goes first."""

    url: str
    kind: PageKind
    text: str = ""
    priority: int = 0


class Reading(Record):
    """Everything one page gave. `problem` is set when the page is not what it should be (login, captcha, empty …).
    `content_sha256` is of what a visitor can read on it; empty for a page that could not be read."""

    kind: PageKind
    family: str = ""
    shop: Shop | None = None
    listings: tuple[Listing, ...] = ()
    links: tuple[Link, ...] = ()
    problem: Outcome | None = None
    reason: str = ""
    content_sha256: str = ""


def _merge_disclosures(old: Disclosure, new: Disclosure) -> Disclosure:
    changed: dict[str, object] = {}
    for name in Disclosure.model_fields:
        value, before = getattr(new, name), getattr(old, name)
        changed[name] = value if value else before
    return Disclosure.model_validate(changed)


def merge_shops(old: Shop, new: Shop) -> Shop:
    """What is known of a shop after one more of its pages was read: said parts replace older ones, silence does not."""
    return new.model_copy(
        update={
            "name": new.name or old.name,
            "family": new.family or old.family,
            "disclosure": _merge_disclosures(old.disclosure, new.disclosure),
            "contacts": tuple(dict.fromkeys((*old.contacts, *new.contacts))),
            "texts": tuple(dict.fromkeys((*old.texts, *new.texts))),
            "front_page_read": old.front_page_read or new.front_page_read,
            "licence_page_read": old.licence_page_read or new.licence_page_read,
            "unread": tuple(dict.fromkeys((*old.unread, *new.unread))),
            "sources": tuple(dict.fromkeys((*old.sources, *new.sources)))[:50],
            "first_seen_at": min(old.first_seen_at, new.first_seen_at),
            "last_seen_at": max(old.last_seen_at, new.last_seen_at),
        }
    )
