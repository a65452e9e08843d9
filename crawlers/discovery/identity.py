"""Which addresses are the same site or shop, however they are spelt.

One: http and https, the default port, upper case, a trailing slash or dot, an index page, a Chinese domain and its
punycode. Not one but told as alike (`twin_key`): with and without `www.` or `m.`, which two different shops may hold.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from crawlers.addresses import canonical_url
from crawlers.page_kinds import shop_address
from records.errors import AddressRefusedError, InvalidInputError
from records.survey import TargetKind

__all__ = ["SiteAddress", "host_in_words", "likely_kind", "site_address"]

_WHOLE_SITE = frozenset((TargetKind.SITE, TargetKind.PLATFORM))
_INDEX_PAGE = re.compile(r"/(?:index|default|home|main)\.(?:html?|php|aspx?|jsp|shtml)$", re.IGNORECASE)
_FRONT_DOOR = re.compile(r"^(?:www\d?|m|wap|mobile|h5|3g)\.(?=[^.]+\.)")
_HOST = re.compile(r"^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$")
_MAX_HOST = 253
_BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff"
_CURE = "应形如 https://example.cn/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAddress:
    """An address with what it is known by.

    Attributes:
        url: As it is to be fetched: scheme and host in lower case, a Chinese domain in punycode, no default port.
        key: The same for every spelling of one site or shop.
        twin_key: The same for sites that are perhaps one.
        host: Of the address, in punycode.
        site_key: The key of the whole site it stands on.
    """

    url: str
    key: str
    twin_key: str
    host: str
    site_key: str


def site_address(url: str, kind: TargetKind) -> SiteAddress:
    """Read an address as a person may have typed it; without a scheme it is taken as https.

    Raises:
        InvalidInputError: No address at all, or a host no name can have.
        AddressRefusedError: Another scheme than http(s), or with user information.

    >>> site_address("HTTP://Www.Shop.cn:80/index.html", TargetKind.SITE).key
    'www.shop.cn'
    >>> site_address("https://茶叶.中国/", TargetKind.SITE).url
    'https://xn--qpr921i.xn--fiqs8s/'
    """
    text = url.strip(_BLANKS)
    if not text or len(text) > 2000 or re.search(r"\s", text):
        raise InvalidInputError(f"网址为空、过长或中间有空白：{text[:100]}", cure=_CURE, url=text[:200])
    if "://" not in text and not re.match(r"^[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE):
        text = f"https://{text.lstrip('/')}"
        if not re.match(r"https://(?:[^/?#]*[.。]|localhost\b)", text):
            raise InvalidInputError(f"网址无法识别：{url.strip()[:100]}", cure=_CURE, url=text[:200])
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as exc:
        raise InvalidInputError(f"网址无法识别：{text[:100]}", cure=_CURE, url=text[:200]) from exc
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise AddressRefusedError(f"只接受 http 与 https 网址：{text[:100]}", cure=_CURE, url=text[:200])
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError(f"网址带有登录信息，不接受：{host}", cure=_CURE, url=text[:200])
    netloc = host if port in (None, {"http": 80, "https": 443}[scheme]) else f"{host}:{port}"
    plain = urlunsplit((scheme, netloc, parts.path or "/", parts.query, parts.fragment))
    below = _below(canonical_url(plain))
    site_key = host if port in (None, 80, 443) else f"{host}:{port}"
    key = site_key if kind in _WHOLE_SITE else f"{site_key}{below}"
    fetched = urlunsplit((scheme, netloc, parts.path or "/", parts.query, _route(parts.fragment)))
    return SiteAddress(url=fetched, key=key, twin_key=_FRONT_DOOR.sub("", key), host=host, site_key=site_key)


def likely_kind(url: str) -> TargetKind:
    """What an address seems to lead to: the front of a shop on a marketplace, else a site of its own.

    >>> likely_kind("https://mall.cn/shop/12/").value, likely_kind("https://shop.cn/").value
    ('shop', 'site')
    """
    shop = shop_address(url)
    return TargetKind.SHOP if shop and _below(canonical_url(shop)) == _below(canonical_url(url)) else TargetKind.SITE


def host_in_words(host: str) -> str:
    """A host as people read it: a punycode name in its own signs.

    >>> host_in_words("xn--qpr921i.xn--fiqs8s")
    '茶叶.中国'
    """
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _below(canonical: str) -> str:
    """What stands after the host, without what does not tell one shop from another."""
    parts = urlsplit(canonical)
    path = _INDEX_PAGE.sub("/", parts.path).rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return f"{path}{query}{'#' + parts.fragment if parts.fragment.strip('/!') else ''}"


def _route(fragment: str) -> str:
    return fragment if fragment.startswith(("/", "!/")) and fragment.strip("/!") else ""


def _ascii_host(host: str) -> str:
    """The host as it is asked of the DNS. Raises ValueError for one that cannot be."""
    bare = host.rstrip(".。")
    if not bare:
        raise ValueError("no host")
    if ":" in bare:
        return f"[{ipaddress.ip_address(bare.split('%', 1)[0])}]"
    ascii_host = bare.lower() if bare.isascii() else bare.encode("idna").decode("ascii").lower()
    if len(ascii_host) > _MAX_HOST or not _HOST.match(ascii_host):
        raise ValueError("no host name")
    return ascii_host
