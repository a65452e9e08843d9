"""What is surveyed and how a visit went: Target, Run, FrontierRow, Page."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from records.base import Record, UtcDatetime
from records.digests import Digests
from records.schedules import HoursWindow

__all__ = [
    "ARCHIVE_FOLDER",
    "ArchivePlace",
    "BrowserPolicy",
    "Canary",
    "Carrier",
    "FrontierRow",
    "FrontierState",
    "Outcome",
    "PICTURE_KINDS",
    "Page",
    "PageKind",
    "Run",
    "RunState",
    "SiteImpact",
    "Target",
    "TargetKind",
    "TargetState",
]


class Carrier(StrEnum):
    """载体: the seven carriers of online trade (docs/glossary.md)."""

    WEBSITE = "网站"
    SHOP = "网店"
    APP = "APP"
    MINI_PROGRAM = "小程序"
    OFFICIAL_ACCOUNT = "公众号"
    LIVESTREAM = "直播间"
    LOCAL_LIFE = "本地生活"


class TargetKind(StrEnum):
    """What kind of thing a target is."""

    PLATFORM = "platform"
    SHOP = "shop"
    SITE = "site"
    MINI_SITE = "mini_site"


class TargetState(StrEnum):
    """Whether a target is surveyed. What was ever surveyed is never deleted: a RETIRED (移出) one keeps its history."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class BrowserPolicy(StrEnum):
    """When the survey may open a page in a browser."""

    NEVER = "never"
    WHEN_NEEDED = "when_needed"
    ALWAYS = "always"


class Canary(Record):
    """A page whose truth is known (试读页): a run that does not read it so has gone blind. Empty = not expected."""

    url: str
    title: str = ""
    price_fen: int | None = None
    shop_name: str = ""
    licence_no: str = ""


class Target(Record):
    """监测对象: what is to be surveyed and how gently.

    Attributes:
        seeds: Where a run begins; their origins are its scope.
        scope: Further origins or address prefixes that belong to it (`https://m.example.cn/shop/9/`).
        family: The page objects it is read with; None lets the pages tell, and the general reader read the rest.
        delay_seconds: Least time between two requests to a host; robots.txt and the host's own pace may make it more.
        max_pages, max_bytes: Of one run; `max_body_bytes` of one page.
        daily_pages: Requests to a host on one day in Asia/Shanghai, over all runs; 0 sets none.
        allowed_hours: Hours in Asia/Shanghai in which pages may be asked for; empty means any.
        clicks: What a capture of its pages clicks to have shown (`text=营业执照`), at most five.
        authorisation: Case number, officer and reason of the paper that overrides robots.txt; empty obeys it.
    """

    target_id: str
    name: str
    kind: TargetKind
    carrier: Carrier = Carrier.WEBSITE
    seeds: tuple[str, ...]
    scope: tuple[str, ...] = ()
    family: str | None = None
    browser: BrowserPolicy = BrowserPolicy.WHEN_NEEDED
    max_pages: int = Field(default=5000, ge=1)
    max_bytes: int = Field(default=5_000_000_000, ge=1)
    max_body_bytes: int = Field(default=5_000_000, ge=1)
    delay_seconds: float = Field(default=1.0, ge=0)
    concurrency: int = Field(default=1, ge=1)
    daily_pages: int = Field(default=0, ge=0)
    allowed_hours: tuple[HoursWindow, ...] = ()
    authorisation: str = ""
    region_code: str = ""
    canaries: tuple[Canary, ...] = ()
    clicks: tuple[str, ...] = ()
    note: str = ""
    state: TargetState = TargetState.ACTIVE
    state_reason: str = ""
    created_at: UtcDatetime


class RunState(StrEnum):
    """How far a run came. PARTIAL and FAILED say what is missing; only COMPLETE may be read as "all seen"."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class PageKind(StrEnum):
    """What a page is; decides when it is fetched. Pictures (`PICTURE_KINDS`) are kept and read by OCR, not as pages."""

    HOME = "home"
    SHOP = "shop"
    LICENCE = "licence"
    LICENCE_IMAGE = "licence_image"
    LIST = "list"
    LISTING = "listing"
    REVIEWS = "reviews"
    RULES = "rules"
    ARTICLE = "article"
    FACET = "facet"
    DETAIL_IMAGE = "detail_image"
    OTHER = "other"


PICTURE_KINDS = frozenset((PageKind.LICENCE_IMAGE, PageKind.DETAIL_IMAGE))
"""Licence pictures of shops, and the pictures with which a listing describes its goods."""


class Outcome(StrEnum):
    """What became of one address. Everything but READ and UNCHANGED counts as "could not read"."""

    READ = "read"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    CAPTCHA = "captcha"
    LOGIN = "login"
    SOFT_404 = "soft_404"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    ADDRESS_REFUSED = "address_refused"
    ROBOTS_REFUSED = "robots_refused"
    BROWSER_AWAY = "browser_away"
    EMPTY = "empty"
    LEFT_OUT = "left_out"
    FAILED = "failed"


class SiteImpact(Record):
    """影响记录: what a run asked of a site and how the site fared under it; printable for the site's owner.

    Attributes:
        statuses: Answers by class (`2xx` … `5xx`, `none`), robots.txt and redirects included.
        first_5xx_share, last_5xx_share: Share of 5xx among the first and the last answers (up to 50 each), 0.0–1.0.
        first_seconds, last_seconds: Median time to an answer among the same.
        delay_seconds: The distance kept between requests at the end, the slowest host's.
        silences: How often the site asked for silence (429, 503, Retry-After) and was given it.
        waited_seconds: Time spent waiting for its pace, its silences and its hours.

    Law: 《网络数据安全管理条例》第十八条.
    """

    requests_sent: int = 0
    bytes_received: int = 0
    statuses: dict[str, int] = {}
    first_5xx_share: float = 0.0
    last_5xx_share: float = 0.0
    first_seconds: float = 0.0
    last_seconds: float = 0.0
    delay_seconds: float = 0.0
    silences: int = 0
    waited_seconds: float = 0.0


class Run(Record):
    """One survey of one target. `missing` names in Chinese what was not read; `blind` what of the pages that were read
    could no longer be seen (`wangjian survey health`), so that finding nothing there says nothing. `left_out` is
    what was passed over by design so far, kept while the run goes on: a run that is taken up must say it too."""

    run_id: str
    target_id: str
    state: RunState
    started_at: UtcDatetime
    finished_at: UtcDatetime | None = None
    outcomes: dict[Outcome, int] = {}
    missing: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    requests_sent: int = 0
    bytes_received: int = 0
    impact: SiteImpact | None = None


class FrontierState(StrEnum):
    """pending → leased → done | failed; a lease that runs out makes the row pending again."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


class FrontierRow(Record):
    """One address to visit in a run; unique by (run_id, canonical_url). Larger `priority` goes first."""

    row_id: str
    run_id: str
    url: str
    canonical_url: str
    host: str
    kind: PageKind
    priority: int = 0
    depth: int = 0
    use_browser: bool = False
    attempts: int = 0
    found_on: str = ""


ARCHIVE_FOLDER = "archive"
"""The survey's archive inside the data directory; files of an `ArchivePlace` are named from there."""


class ArchivePlace(Record):
    """Where an exchange lies in the survey's archive: a WARC file and the offset and length of its response record.

    Standard: ISO 28500:2017 (WARC/1.1); each record a gzip member of its own.
    """

    file: str
    offset: int
    length: int


class Page(Record):
    """One address as it was answered. `body` are the digests of the bytes it was read from, which lie in the archive or
    in the blob store for what was not archived; None when nothing came.

    Attributes:
        canonical_url: One form for all addresses of the page.
        wire: Digests of the payload as it came, before its Content-Encoding was undone.
        archive: Where the whole exchange lies (of a rendered page: what the browser drew, which names the answer it
            drew it from); None when nothing came, or when it was read before there was an archive.
        content_sha256: Of what a visitor can read on it, so that a page that only its markup changed is the same.
        family: Which reader read it (`general` or a page-object family).
        fields: Which parts its reading gave (`listing.title`, `shop.licence_no` …), for the health of the survey.
        fruitful: It gave a shop or a listing not seen before in the run, or a way to addresses of another shape than
            its own (`crawlers.visiting.spaces`).
        elapsed_seconds: From request to answer.
    """

    page_id: str
    run_id: str
    target_id: str
    url: str
    final_url: str
    canonical_url: str = ""
    kind: PageKind
    outcome: Outcome
    status: int | None = None
    fetched_at: UtcDatetime
    headers: tuple[tuple[str, str], ...] = ()
    body: Digests | None = None
    wire: Digests | None = None
    archive: ArchivePlace | None = None
    content_sha256: str = ""
    encoding: str = ""
    family: str = ""
    fields: tuple[str, ...] = ()
    fruitful: bool = False
    rendered: bool = False
    server_address: str = ""
    elapsed_seconds: float | None = None
    reason: str = ""
