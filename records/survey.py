"""What is surveyed and how a visit went: Target, Run, FrontierRow, Page."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record, UtcDatetime
from records.digests import Digests

__all__ = [
    "BrowserPolicy",
    "Carrier",
    "FrontierRow",
    "FrontierState",
    "Outcome",
    "Page",
    "PageKind",
    "Run",
    "RunState",
    "Target",
    "TargetKind",
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


class BrowserPolicy(StrEnum):
    """When the survey may open a page in a browser."""

    NEVER = "never"
    WHEN_NEEDED = "when_needed"
    ALWAYS = "always"


class Target(Record):
    """监测对象: what is to be surveyed and how gently. `authorisation` names the paper that overrides robots.txt."""

    target_id: str
    name: str
    kind: TargetKind
    carrier: Carrier = Carrier.WEBSITE
    seeds: tuple[str, ...]
    family: str | None = None
    browser: BrowserPolicy = BrowserPolicy.WHEN_NEEDED
    max_pages: int = 5000
    max_body_bytes: int = 5_000_000
    delay_seconds: float = 1.0
    concurrency: int = 1
    authorisation: str = ""
    region_code: str = ""
    created_at: UtcDatetime


class RunState(StrEnum):
    """How far a run came. PARTIAL and FAILED say what is missing; only COMPLETE may be read as "all seen"."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class PageKind(StrEnum):
    """What a page is; decides when it is fetched."""

    HOME = "home"
    SHOP = "shop"
    LICENCE = "licence"
    LIST = "list"
    LISTING = "listing"
    REVIEWS = "reviews"
    RULES = "rules"
    ARTICLE = "article"
    FACET = "facet"
    OTHER = "other"


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
    FAILED = "failed"


class Run(Record):
    """One survey of one target. `missing` names in Chinese what was not read."""

    run_id: str
    target_id: str
    state: RunState
    started_at: UtcDatetime
    finished_at: UtcDatetime | None = None
    outcomes: dict[Outcome, int] = {}
    missing: tuple[str, ...] = ()
    requests_sent: int = 0
    bytes_received: int = 0


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


class Page(Record):
    """One address as it was answered. `body` are the digests of the bytes in the blob store; None when nothing came."""

    page_id: str
    run_id: str
    target_id: str
    url: str
    final_url: str
    kind: PageKind
    outcome: Outcome
    status: int | None = None
    fetched_at: UtcDatetime
    headers: tuple[tuple[str, str], ...] = ()
    body: Digests | None = None
    encoding: str = ""
    rendered: bool = False
    server_address: str = ""
    reason: str = ""
