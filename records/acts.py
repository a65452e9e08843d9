"""What a browser met when it tried a page as a visitor would: pop-ups, options ticked beforehand, countdowns, prices.

Facts only; what they may breach is said by `leads/acting.py`. Each screenshot is named by the digests of its bytes in
the blob store, and the record itself is kept there, so that a finding can be followed to what was seen.
"""

from __future__ import annotations

from enum import StrEnum

from records.base import Record, UtcDatetime
from records.digests import Digests
from records.leads import RuleExample

__all__ = [
    "HELD_BACK",
    "ActExample",
    "ActVisit",
    "CountdownTry",
    "OptionSeen",
    "PopupTry",
    "PriceSeen",
    "Profile",
    "ProfilePrice",
    "Shot",
]


HELD_BACK = "会发送数据的请求（只看不发，已拦下）"
"""What is named in `ActVisit.unreached` when the page wished to send something; what it would have done is open."""


class Shot(Record):
    """A screenshot (PNG) of the viewport, and in Chinese what it shows."""

    label: str
    at: UtcDatetime
    content: Digests


class PopupTry(Record):
    """A layer over the page, and what came of closing it.

    Attributes:
        mark: The words or name of the mark that closes it; empty when none was found.
        mark_after_seconds: How long after the layer the mark came; 0.0 when it was there with it.
        faint: The mark is smaller than 8 pixels or nearly transparent.
        clicks: Clicks made on marks; `closed` says whether the layer was gone after them.
        led_away: The click opened another page or left this one.
        again: Within moments a layer was there again.
        links: The layer leads somewhere (an advertisement mostly does).
    """

    text: str
    mark: str = ""
    mark_after_seconds: float = 0.0
    faint: bool = False
    clicks: int = 0
    closed: bool = False
    led_away: bool = False
    again: bool = False
    links: bool = False


class OptionSeen(Record):
    """An option that was ticked before the visitor did anything. `price_fen` None: no price is named beside it."""

    label: str
    price_fen: int | None = None
    url: str


class CountdownTry(Record):
    """A countdown at the first load and at later ones, each by a visitor unknown to the site.

    Attributes:
        words: As at the first load.
        first_seconds: What it had left then; `ticks`: it ran while the page was open.
        later: (seconds passed since the first reading, seconds left) of each later load.
        cached: The answer says it came from a cache, which may hold an old remainder.
    """

    words: str
    first_seconds: int
    ticks: bool
    later: tuple[tuple[float, int], ...] = ()
    cached: bool = False


class PriceSeen(Record):
    """What the page asks and what its public checkout asks, of one piece. Amounts in fen; None: could not be read."""

    detail_fen: int | None = None
    checkout_url: str = ""
    total_fen: int | None = None
    shipping_fen: int | None = None
    pieces: int | None = None


class Profile(StrEnum):
    """As whom a page is opened. None is anybody's: they differ in what the site was told by the browser alone."""

    NEW = "新访客"
    RETURNING = "回访者"
    IPHONE = "苹果手机访客"
    ANDROID = "安卓手机访客"


class ProfilePrice(Record):
    """What the page asked of one profile at one moment. Amounts in fen; None: not read.

    Attributes:
        problem: Why the page could not be read by this profile, in Chinese; empty when it was.
        title: The listing's, so that another product is not compared.
        conditional_fen: Prices shown with a condition (起价, 券后价, 会员价, 定金).
        variant_fen: The prices of the choices it comes in, sorted.
        sold_out: The page says there is none left.
        offers: Words of the page that say who pays less (新人专享, 会员价, 手机下单立减).
        cached: The answer says it came from a cache.
    """

    profile: Profile
    at: UtcDatetime
    problem: str = ""
    title: str = ""
    price_fen: int | None = None
    conditional_fen: tuple[int, ...] = ()
    variant_fen: tuple[int, ...] = ()
    sold_out: bool = False
    offers: tuple[str, ...] = ()
    cached: bool = False


class ActVisit(Record):
    """One try of a page, by a browser with an empty profile that never signs in and sends no form.

    Attributes:
        failure: Why nothing could be tried, in Chinese; empty when the page was opened.
        unreached: What could not be tried, in Chinese (a checkout behind a login).
        profiles: What the page asked of each profile, in the order of asking; empty when they were not compared.
        loads: Pages asked for; `requests` with all their parts.
    """

    act_id: str
    url: str
    final_url: str = ""
    started_at: UtcDatetime
    finished_at: UtcDatetime
    failure: str = ""
    unreached: tuple[str, ...] = ()
    popups: tuple[PopupTry, ...] = ()
    options: tuple[OptionSeen, ...] = ()
    countdowns: tuple[CountdownTry, ...] = ()
    prices: PriceSeen | None = None
    profiles: tuple[ProfilePrice, ...] = ()
    shots: tuple[Shot, ...] = ()
    browser_version: str = ""
    loads: int = 0
    requests: int = 0


class ActExample(RuleExample):
    """An example that is a try of a page: its `text` says in Chinese what was met."""

    act: ActVisit
