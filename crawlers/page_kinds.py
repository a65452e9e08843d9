"""What a link or page seems to be, from its address and words; decides when it is fetched."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawlers.addresses import is_facet
from records.survey import PageKind

__all__ = ["PRIORITIES", "kind_of_address", "kind_of_link", "priority_of", "shop_address"]

PRIORITIES: dict[PageKind, int] = {
    PageKind.LICENCE: 100,
    PageKind.HOME: 90,
    PageKind.SHOP: 90,
    PageKind.LICENCE_IMAGE: 85,
    PageKind.LISTING: 80,
    PageKind.LIST: 70,
    PageKind.RULES: 60,
    PageKind.REVIEWS: 50,
    PageKind.OTHER: 40,
    PageKind.ARTICLE: 30,
    PageKind.FACET: 5,
    PageKind.DETAIL_IMAGE: 4,
}
_REMEMBERED = 4096  # addresses and words that come on most pages of a site are judged once

_LICENCE_WORDS = re.compile(
    r"营业执照|工商执照|亮照|证照信息|证照公示|资质(?:证照|信息|公示|证书)|经营(?:证照|资质)|"
    r"主体信息|经营者信息|商家(?:资质|证照)|企业资质|电子营业执照|"
    r"工商信息|网络经营者|business licen[cs]e|company credentials"
)
_RULES_WORDS = re.compile(
    r"规则|须知|协议|条款|政策|退换|退货|售后|保障|隐私|购物指南|常见问题|配送|发货说明|服务承诺|"
    r"声明|帮助|terms|policy|returns?\b|shipping|faq|help",
    re.IGNORECASE,
)
_REVIEWS_WORDS = re.compile(
    r"(?:全部|查看|更多|累计|用户|商品)(?:\d+条)?评[价论]|评价\s*[(（]?\d+|all reviews", re.IGNORECASE
)
_ARTICLE_WORDS = re.compile(
    r"资讯|新闻|文章|博客|公告|动态|百科|攻略|blog|news|关于我们|about|联系我们|contact|加盟|招商|公司简介|品牌故事",
    re.IGNORECASE,
)
_SHOP_WORDS = re.compile(
    r"进(?:入)?店|店铺|旗舰店|专营店|专卖店|官方店|商行|小店|本店|卖家|商家|掌柜|visit store|shop home"
)
_NEXT_WORDS = re.compile(
    r"^(?:下一页|上一页|下页|上页|尾页|首页|末页|加载更多|查看更多|更多|更多商品|\d{1,4}|»|›|>|>>|"
    r"next|previous|last|first)$",
    re.IGNORECASE,
)
_LIST_WORDS = re.compile(
    r"全部(?:商品|分类|宝贝)|所有(?:商品|分类)|商品分类|分类|类目|频道|专区|新品|热卖|all products|categor|shop all",
    re.IGNORECASE,
)

_ADDRESSES: tuple[tuple[PageKind, re.Pattern[str]], ...] = (
    (
        PageKind.LICENCE,
        re.compile(
            r"licen[cs]e|zhizhao|yingyezhizhao|liangzhao|zizhi|qualification|credential|certificat|"
            r"zheng(?:zhao|shu)",
            re.IGNORECASE,
        ),
    ),
    (PageKind.REVIEWS, re.compile(r"/(?:reviews?|comments?|pingjia|rates?)(?:/|\.|$|\?)", re.IGNORECASE)),
    (
        PageKind.RULES,
        re.compile(
            r"/(?:rules?|policy|policies|terms|agreement|help|faq|returns?|refunds?|after-?sales?|"
            r"shipping|service|privacy|guize|xieyi|xuzhi|notice|protocol|guide)(?:[/._-]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        PageKind.ARTICLE,
        re.compile(
            r"/(?:news|blog|blogs|article|articles|post|posts|about|contact|info|story|zixun|wenzhang|"
            r"join|jiameng|zhaoshang)(?:[/._-]|$)|/(?:20\d\d)/[01]?\d/",
            re.IGNORECASE,
        ),
    ),
    (
        PageKind.LIST,
        re.compile(
            r"/(?:list|lists|category|categories|cat|catalog|channel|search|browse|collections?|"
            r"fenlei|liebiao|all)(?:[/._?-]|$)|[?&](?:page|cat|category|cid|category_id|cat_id|q|"
            r"keyword)=",
            re.IGNORECASE,
        ),
    ),
    (
        PageKind.LISTING,
        re.compile(
            r"/(?:items?|goods|products?|prod|detail|details|sp|shangpin|p|sku|commodity|offer|"
            r"chanpin|spu|xiangqing)(?:[/._-](?:index|show|view|detail|details|info|id)){0,3}[/._=-]?[\w-]*\d|"
            r"[?&](?:goods_?id|product_?id|prod_?id|item_?id|gid|pid|sku_?id|spu_?id)=\d|[?&]product=[\w%-]|[_-]\d+/?$",
            re.IGNORECASE,
        ),
    ),
)
_THING = re.compile(
    r"(?:goods|products?|items?|prod|detail|details|spu|sku)(?:[-_/.](?:php|html?|jsp|aspx?|do|detail|details|info|show|view|index))*"
    r"\?(?:[^#]*&)?(?:id|no|sn)=\w*\d|"
    r"/products?/(?!page|list|category|categories|all|new|index|search|hot)[\w%]+(?:-[\w%]+)+/?(?:\.html?)?$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";[a-z]+=[^/?#]*", re.IGNORECASE)
_SHOP_ADDRESS = re.compile(
    r"^(?P<shop>.*?/(?:shops?|stores?|dian|dianpu|sellers?|merchants?|vendors?|mall|"
    r"seller-?shop|d)/(?!list|index|all|search|category)[^/?#.]+(?:\.html?)?)(?P<rest>/?.*)$",
    re.IGNORECASE,
)
_SHOP_QUERY = re.compile(r"[?&](?:shop_?id|store_?id|seller_?id|shop|store)=([\w-]+)", re.IGNORECASE)


def priority_of(kind: PageKind) -> int:
    """How soon pages of this kind are fetched; larger goes first."""
    return PRIORITIES[kind]


@lru_cache(_REMEMBERED)
def kind_of_address(url: str) -> PageKind:
    """What the address alone says."""
    parts = urlsplit(url)
    path = _SESSION.sub("", unquote(parts.path))
    if path in ("", "/") and not parts.query and not parts.fragment:
        return PageKind.HOME
    if is_facet(url):
        return PageKind.FACET
    where = path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    first = [kind for kind, pattern in _ADDRESSES[:4] if pattern.search(where)]
    if first:
        return first[0]
    if (shop := _SHOP_ADDRESS.match(path)) and shop["rest"] in ("", "/") and not parts.query:
        return PageKind.SHOP
    if _THING.search(where):
        return PageKind.LISTING
    return next((kind for kind, pattern in _ADDRESSES[4:] if pattern.search(where)), PageKind.OTHER)


@lru_cache(_REMEMBERED)
def kind_of_link(url: str, text: str) -> PageKind:
    """What a link leads to, by its words first, then its address.

    >>> kind_of_link("http://a.cn/x/9", "营业执照").value, kind_of_link("http://a.cn/goods/12.html", "龙井").value
    ('licence', 'listing')
    """
    said = text.strip()
    by_address = kind_of_address(url)
    if by_address is PageKind.FACET:
        return PageKind.FACET
    if _LICENCE_WORDS.search(said) and len(said) <= 30:
        return PageKind.LICENCE
    if by_address in (PageKind.LICENCE, PageKind.HOME, PageKind.LISTING, PageKind.SHOP):
        return by_address
    if _NEXT_WORDS.match(said) and by_address in (PageKind.OTHER, PageKind.LIST, PageKind.LISTING):
        return PageKind.LIST
    for kind, words in (
        (PageKind.REVIEWS, _REVIEWS_WORDS),
        (PageKind.RULES, _RULES_WORDS),
        (PageKind.ARTICLE, _ARTICLE_WORDS),
        (PageKind.LIST, _LIST_WORDS),
    ):
        if len(said) <= 20 and words.search(said):
            return by_address if by_address is PageKind.LIST else kind
    return by_address


@lru_cache(_REMEMBERED)
def shop_address(url: str, *, text: str = "") -> str:
    """The shop's own address when the address is of a shop or a page beneath one; empty otherwise.

    Args:
        text: Words of the link; with them, an address like /shop/9 counts only when they speak of a shop.

    >>> shop_address("http://a.cn/shop/12/licence")
    'http://a.cn/shop/12'
    """
    parts = urlsplit(url)
    found = _SHOP_ADDRESS.match(parts.path)
    if text and not _SHOP_WORDS.search(text):
        return ""
    if found:
        slash = "/" if found["rest"] == "/" else ""
        return f"{parts.scheme}://{parts.netloc}{found['shop']}{slash}"
    by_query = _SHOP_QUERY.search(f"?{parts.query}")
    if by_query and re.search(r"shop|store|dian|seller", parts.path, re.IGNORECASE):
        return f"{parts.scheme}://{parts.netloc}{parts.path}?{by_query[0][1:]}"
    return ""
