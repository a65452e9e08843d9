"""Which shop or site an address speaks of: a shop's own page on a platform, a whole site, or nothing to survey."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.addresses import origin_of
from crawlers.discovery.identity import SiteAddress, site_address
from crawlers.page_kinds import shop_address
from records.errors import InvalidInputError, RefusedError
from records.survey import TargetKind

__all__ = ["FoundShop", "Surroundings", "shop_behind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShop:
    """What a link leads to, as far as its address tells."""

    address: SiteAddress
    kind: TargetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a link stood. `own_site`: site key of that page; its other pages are no finds. `platforms`: site keys of
    platforms, on which only a shop's own address is a find."""

    own_site: str = ""
    platforms: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Platform:
    """A well-known marketplace. `shop` matches host, path and query of a shop's own address; its group is that."""

    domain: str
    shop: re.Pattern[str]


def _platform(domain: str, pattern: str) -> _Platform:
    return _Platform(domain=domain, shop=re.compile(pattern, re.IGNORECASE))


_PLATFORMS: tuple[_Platform, ...] = (
    _platform("taobao.com", r"^(?!www\.|s\.|item\.|detail\.|login\.|list\.|market\.)([a-z0-9-]+\.taobao\.com)/"),
    _platform("tmall.com", r"^(?!www\.|list\.|detail\.|chaoshi\.|login\.|pages\.)([a-z0-9-]+\.tmall\.com)/"),
    _platform("tmall.hk", r"^(?!www\.|list\.|detail\.)([a-z0-9-]+\.tmall\.hk)/"),
    _platform("1688.com", r"^(?!www\.|s\.|detail\.|login\.|show\.|page\.)([a-z0-9-]+\.1688\.com)/"),
    _platform("jd.com", r"^((?:mall|mshop|shop\.m)\.jd\.com/(?:index-|\?shopId=|shop/home\?shopId=)\w+(?:\.html)?)"),
    _platform("pinduoduo.com", r"^(mobile\.pinduoduo\.com/mall_page\.html\?mall_id=\d+)"),
    _platform("yangkeduo.com", r"^(mobile\.yangkeduo\.com/mall_page\.html\?mall_id=\d+)"),
    _platform("weidian.com", r"^((?:shop\d+\.v\.)?weidian\.com/(?:\?userid=\d+)?)"),
    _platform("youzan.com", r"^(shop\d+\.(?:m\.)?youzan\.com)/"),
    _platform("suning.com", r"^(shop\.suning\.com/\d+)/"),
    _platform("dangdang.com", r"^(shop\.dangdang\.com/\d+)"),
    _platform("jinritemai.com", r"^(haohuo\.jinritemai\.com/views/shop/index\?id=\w+)"),
    _platform("vip.com", r"^(brand\.vip\.com/[\w-]+)"),
    _platform("meituan.com", r"^(www\.meituan\.com/\w+/\d+)"),
    _platform("dianping.com", r"^(www\.dianping\.com/shop/\w+)"),
)  # fmt: skip
_NEVER = re.compile(
    r"(?:^|\.)(?:gov\.cn|12377\.cn|12315\.cn|weibo\.(?:com|cn)|weixin\.qq\.com|wpa\.qq\.com|qzone\.qq\.com|"
    r"(?:map|hm|tieba|baike|zhidao|wenku|passport|pan|www|m)\.baidu\.com|baidu\.com|amap\.com|alipay\.com|"
    r"tenpay\.com|unionpay\.com|kuaidi100\.com|sf-express\.com|bilibili\.com|zhihu\.com|douban\.com|"
    r"google(?:apis|tagmanager|-analytics)?\.com|gstatic\.com|w3\.org|schema\.org|github\.com|cnzz\.com|umeng\.com|"
    r"beian\.miit\.gov\.cn|cyberpolice\.cn|cnnic\.cn|itrust\.org\.cn|knet\.cn|apple\.com|microsoft\.com|adobe\.com|"
    r"facebook\.com|twitter\.com|x\.com|youtube\.com|instagram\.com|linkedin\.com)$",
    re.IGNORECASE,
)
_FILE_HOST = re.compile(r"^(?:cdn|img|image|images|static|assets|res|pic|oss|file|files|upload|api|js|css)\d*[.-]")


def shop_behind(url: str, around: Surroundings) -> FoundShop | None:
    """The shop or site of an address; None for what cannot or need not be surveyed, and for the page's own site."""
    try:
        whole = site_address(url, TargetKind.SITE)
    except (InvalidInputError, RefusedError):
        return None
    if _NEVER.search(whole.host) or _FILE_HOST.search(whole.host):
        return None
    for platform in _PLATFORMS:
        if whole.host == platform.domain or whole.host.endswith(f".{platform.domain}"):
            return _on_platform(platform, whole)
    if own := shop_address(whole.url):
        return FoundShop(address=site_address(own, TargetKind.SHOP), kind=TargetKind.SHOP)
    if whole.site_key == around.own_site or whole.site_key in around.platforms:
        return None
    front = site_address(f"{origin_of(whole.url)}/", TargetKind.SITE)
    return FoundShop(address=front, kind=TargetKind.SITE)


def _on_platform(platform: _Platform, whole: SiteAddress) -> FoundShop | None:
    parts = urlsplit(whole.url)
    found = platform.shop.match(f"{parts.netloc}{parts.path}{'?' + parts.query if parts.query else ''}")
    if not found:
        return None
    place = found[1] if "/" in found[1] else f"{found[1]}/"
    return FoundShop(address=site_address(f"{parts.scheme}://{place}", TargetKind.SHOP), kind=TargetKind.SHOP)
