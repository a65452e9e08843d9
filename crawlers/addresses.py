"""Addresses made canonical, so that one page is one row: session ids, tracking and sort order dropped, traps told."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urljoin, urlsplit, urlunsplit

__all__ = ["absolute_url", "canonical_url", "is_facet", "is_surveyable", "origin_of", "refines"]

_MAX_URL = 2000
_REMEMBERED = 4096
"""Pages of a site link mostly to the same addresses: what these pure functions said of them is kept, up to a bound."""
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/?#;]*", re.IGNORECASE)
_TRACKING = re.compile(
    r"^(?:utm_.*|spm|scm|gclid|fbclid|bd_vid|ali_trackid|pvid|clickid|_t|_r|timestamp|_ts|"
    r"hmsr|hmpl|hmcu|hmkw|hmci|share_token|"
    r"jsessionid|phpsessid|aspsessionid.*|session_?id|csrf_?token)$",
    re.IGNORECASE,
)
_MAYBE_SESSION = frozenset(("sid", "s", "token", "t", "r", "rand", "_", "v", "osCsid", "zenid"))
_SESSION_VALUE = re.compile(r"^(?:[0-9a-fA-F]{16,}|[0-9A-Za-z_-]{22,}|1\d{9,12}|0\.\d{6,})$")
_SORT = frozenset(
    (
        "sort",
        "sorts",
        "sortby",
        "sort_by",
        "sort_type",
        "sorttype",
        "orderby",
        "order_by",
        "order",
        "dir",
        "direction",
        "asc",
        "desc",
        "view",
        "viewtype",
        "layout",
    )
)
_FACET_KEYS = re.compile(
    r"^(?:price|price_?(?:min|max|from|to|low|high)|min_?price|max_?price|brand|brand_?id|bid|"
    r"color|colour|size|filter.*|attr.*|spec.*|selected_facets|material|style|tag|tags|f)$",
    re.IGNORECASE,
)
_PLAIN_KEYS = frozenset(
    (
        "id",
        "page",
        "p",
        "pn",
        "pageno",
        "page_no",
        "cat",
        "cid",
        "category",
        "category_id",
        "cat_id",
        "q",
        "keyword",
        "s",
        "m",
        "c",
        "a",
        "act",
        "mod",
        "ctrl",
        "route",
        "shop",
        "shop_id",
        "lang",
    )
)
_CATEGORY_KEYS = re.compile(
    r"^(?:[a-z]*_?)?(?:category|categorie|cate?|class|type|channel|column|classify)_?(?:id|no|code)?$|"
    r"^(?:page_?(?:num|number|index|no)?|current_?page|curr_?page|offset|start|limit|page_?size|itemclass)$",
    re.IGNORECASE,
)
_PAGE_WORDS = frozenset(("page", "p", "pn", "pageno"))
_THING_WORDS = frozenset(("goods", "item", "items", "product", "products", "detail", "sku", "spu"))
_PATH_PAIR = re.compile(r"/([a-z]{1,16})/(\d[\w-]*|[\w]+-(?:asc|desc))(?=/|\.|$)", re.IGNORECASE)
_AFTER_LIST_WORD = re.compile(
    r"/(?:list|lists|category|categories|cat|catalog|channel|search|browse)(?:/index)?(?=/)(.*)$", re.IGNORECASE
)
_FACET_PATH = re.compile(
    r"(?:/(?:price|sales|sale|time|new|hot|default)[-_](?:asc|desc)\b)|/(?:ov|bid|brand|price|"
    r"color|size|sort|order)/[^/]+/.*",
    re.IGNORECASE,
)
_LIST_PATH = re.compile(
    r"/(?:list|lists|category|categories|cat|catalog|channel|search|browse|collections?|"
    r"fenlei|liebiao|products|goods|all)(?:/|$)[^.]*$",
    re.IGNORECASE,
)
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|css|js|mjs|json|xml|rss|woff2?|ttf|eot|mp4|mp3|avi|"
    r"mov|zip|rar|7z|gz|apk|exe|dmg|pdf|docx?|xlsx?|pptx?|txt|map)$",
    re.IGNORECASE,
)
# Carts, accounts and forms are no public trade pages; many change something when they are opened.
_PRIVATE = re.compile(
    r"(?:^|/)(?:cart|shop(?:ping)?-?cart|basket|checkout|login|logout|signin|sign-in|signout|register|signup|"
    r"ucenter|usercenter|passport|wishlists?|"
    r"password-reset|i18n|ajax|captcha|unsubscribe|write-?review)(?:\.[a-z]+)?(?:/|$)|"
    r"^/(?:account|accounts|my|user|member|members|favorites?|favou?rites?|compare|order|"
    r"orders|pay|payment|admin|dashboard|api)(?:/|$)|"
    r"add[-_]?(?:to)?[-_]?(?:cart|basket|wishlist|favou?rite)|/reviews/add/|/vote/",
    re.IGNORECASE,
)
_PRIVATE_QUERY = re.compile(
    r"(?:^|[&/=])(?:add_?to_?cart|add-to-cart|login|logout|register|checkout|cart|addcart)(?:[&=/]|$)", re.IGNORECASE
)


def absolute_url(base: str, href: str) -> str:
    """The address a link leads to, without fragment (a hash route #/… is kept); empty when it is none."""
    text = href.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    if not text or len(text) > _MAX_URL:
        return ""
    if text[0] == "/" or text[:8].lower().startswith(("http://", "https://")):
        base = base[: _path_begins(base)]  # its path and query say nothing then
    return _absolute(base, text)


@lru_cache(_REMEMBERED)
def canonical_url(url: str) -> str:
    """One form for all addresses of one page. Not always an address to fetch: sort order and session are left out.

    >>> canonical_url("HTTP://Shop.cn:80/a/../g;jsessionid=AB12?utm_source=x&id=7&sort=price#top")
    'http://shop.cn/g?id=7'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    netloc = host if port in (None, default) else f"{host}:{port}"
    path = _SESSION_PATH.sub("", parts.path)
    path = _without_dots(_quoted(path)) or "/"
    kept = sorted((name, value) for name, value in _query(parts.query) if _says_which_page(name, value))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!/")) else ""
    return urlunsplit((parts.scheme.lower(), netloc, path, urlencode(kept), fragment))


@lru_cache(_REMEMBERED)
def origin_of(url: str) -> str:
    """Scheme, host and port, the scope of a survey.

    >>> origin_of("http://Shop.cn:80/a")
    'http://shop.cn'
    """
    parts = urlsplit(canonical_url(url))
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(_REMEMBERED)
def is_facet(url: str) -> bool:
    """Whether the address is one of the endless combinations of filters over a list."""
    parts = urlsplit(url)
    names = [name.lower() for name, value in _query(parts.query) if value and value != "0"]
    if any(_FACET_KEYS.match(name) for name in names):
        return True
    if any(name in _SORT for name in names) and not any(name in _PAGE_WORDS for name in names):
        return True  # beside a page number the order is only how the list was called
    beyond = sum(name not in _PLAIN_KEYS and not _CATEGORY_KEYS.match(name) for name in names)
    if beyond >= 3 or (beyond and _LIST_PATH.search(parts.path)):
        return True
    return bool(_FACET_PATH.search(parts.path)) or _pairs_of_filters(parts.path + _routed(parts.query)) >= 2


def _routed(query: str) -> str:
    """The path that `?s=/search/index/cid/5` carries as a value."""
    return next((value for name, value in _query(query) if name in ("s", "r", "route") and value.startswith("/")), "")


def _pairs_of_filters(path: str) -> int:
    """How many filters a list's address carries as path segments (/search/cid/5/bid/3/ov/price-asc has three)."""
    found = _AFTER_LIST_WORD.search(path)
    if found is None:
        return 0
    pairs = [(name.lower(), value) for name, value in _PATH_PAIR.findall(found[1])]
    if any(name in _THING_WORDS for name, _ in pairs):
        return 0
    sorts = len([value for _, value in pairs if value.lower().endswith(("-asc", "-desc"))])
    return len([name for name, _ in pairs if name not in _PAGE_WORDS]) + sorts


def refines(url: str, page_url: str) -> bool:
    """Whether a link only narrows the page it stands on: the same path with a further condition (both canonical).

    >>> refines("http://a.cn/x?svc=fast", "http://a.cn/x"), refines("http://a.cn/x?page=2", "http://a.cn/x")
    (True, False)
    """
    link, page = urlsplit(url), urlsplit(page_url)
    if (link.netloc, link.path) != (page.netloc, page.path) or not link.query:
        return False
    added = {name.lower() for name, _ in _query(link.query)} - {name.lower() for name, _ in _query(page.query)}
    return bool(added - _PLAIN_KEYS) and bool(page.path.strip("/"))


@lru_cache(_REMEMBERED)
def is_surveyable(url: str) -> bool:
    """Whether the address may be a public page: no file, no cart or account, no endlessly repeating path."""
    parts = urlsplit(url)
    if (
        len(url) > _MAX_URL
        or _NOT_PAGES.search(parts.path)
        or _PRIVATE.search(_SESSION_PATH.sub("", parts.path))
        or _PRIVATE_QUERY.search(parts.query)
    ):
        return False
    segments = [segment for segment in parts.path.split("/") if segment]
    return len(segments) <= 15 and all(segments.count(segment) < 3 for segment in set(segments))


@lru_cache(_REMEMBERED)
def _absolute(base: str, text: str) -> str:
    if text.lower().startswith(("javascript:", "mailto:", "tel:", "data:", "about:", "blob:")):
        return ""
    try:
        joined = urljoin(base, text)
        parts = urlsplit(joined)
        parts.port  # noqa: B018  # raises for a port that is no number
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    fragment = parts.fragment if parts.fragment.startswith(("/", "!/")) else ""
    return urlunsplit((parts.scheme, parts.netloc, _quoted(parts.path) or "/", _quoted_query(parts.query), fragment))


@lru_cache(64)
def _path_begins(base: str) -> int:
    authority = base.find("://") + 3
    ends = (base.find(sign, authority) for sign in "/?#") if authority > 2 else ()
    return min((end for end in ends if end >= 0), default=len(base))


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return []


def _says_which_page(name: str, value: str) -> bool:
    low = name.lower()
    if _TRACKING.match(low) or low in _SORT:
        return False
    if not value and (low in _PLAIN_KEYS or low == "keywords" or _CATEGORY_KEYS.match(low)):
        return False  # an empty field of a search form asks for nothing
    return not (name in _MAYBE_SESSION and _SESSION_VALUE.match(value))


def _quoted(path: str) -> str:
    return quote(unquote_to_bytes(path.encode("utf-8", errors="replace")), safe="/:@!$&'()*+,;=~-._")


def _quoted_query(query: str) -> str:
    return quote(query.encode("utf-8", errors="replace"), safe="/?:@!$&'()*+,;=~-._%[]|")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    tail = "/" if path.endswith(("/.", "/..")) and kept[-1:] != [""] else ""
    return "/".join(kept) + tail
