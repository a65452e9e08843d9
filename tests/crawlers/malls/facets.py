"""A mall of many categories and few goods, whose every list page links endless filters by path segments."""

from __future__ import annotations

import re

from tests.crawlers.malls.serving import Goods, Reply

__all__ = ["FacetMall"]

_FOOT = """<div class="foot-base"><p>版权所有 嘉兴市百货郎网络有限公司 浙ICP备xxxxxxxx号-1 <a href="javascript:;">浙公网安备xxxxxxxxxxxxxx号</a></p>
<p>全国客服热线 <b>000-88888888</b></p></div>"""


class FacetMall:
    """`category/goods` are two to one in nothing: most categories are empty."""

    def __init__(self, goods: tuple[Goods, ...], categories: int) -> None:
        self.goods = goods
        self.categories = categories
        self.shown_at_home = goods[:6]

    def path_of(self, one: Goods) -> str:
        """Its page."""
        return f"/goods/index/id/{one.number}.html"

    def answer(self, path: str) -> Reply:
        """Any address: what is no page of it is 404."""
        if path == "/robots.txt":
            return Reply(
                "User-agent: *\nDisallow: /user/\nDisallow: /search/index/cid/9.html\n", media_type="text/plain"
            )
        if path == "/":
            return Reply(self._page("百货郎商城-首页", self._floors() + self._list(self.shown_at_home)))
        if found := re.fullmatch(r"/search/index/cid/(\d+)(/.*)?(?:\.html)?", path.replace(".html", "")):
            return Reply(self._search(int(found[1]), found[2] or ""))
        if (found := re.fullmatch(r"/goods/index/id/(\d+)\.html", path)) and int(found[1]) <= len(self.goods):
            return Reply(self._goods(self.goods[int(found[1]) - 1]))
        return Reply("<h1>404</h1>", status=404)

    def _page(self, title: str, body: str) -> str:
        return (
            f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div class='top-nav'><a href='/user/login.html'>登录</a>"
            f"<a href='/user/reg.html'>注册</a><a href='/cart/index.html'>购物车</a></div><div class='logo-big'><a href='/'>"
            f"<img alt='百货郎商城' src='/logo.png'></a></div>{body}{_FOOT}</body></html>"
        )

    def _floors(self) -> str:
        links = "".join(
            f"<a href='/search/index/cid/{n}.html' title='类目{n}'>类目{n}</a>" for n in range(1, self.categories + 1)
        )
        return f"<div class='category-content'>{links}</div>"

    def _list(self, goods: tuple[Goods, ...]) -> str:
        items = "".join(
            f"<li><div class='items'><a href='{self.path_of(one)}' target='_blank'><img src='/static/{one.number}.jpg' alt='{one.title}'>"
            f"<p class='goods-title' title='{one.title}'>{one.title}</p></a><p><span class='original-price'>¥{one.struck}</span>"
            f"<span class='sales-count'>销量 {one.sold}</span></p><p class='price'><strong>¥{one.price}</strong></p></div></li>"
            for one in goods
        )
        return f"<ul class='search-list'>{items}</ul>"

    def _search(self, category: int, filters: str) -> str:
        mine = tuple(one for one in self.goods if one.number * 13 % self.categories == category % self.categories)
        base = f"/search/index/cid/{category}"
        brands = "".join(f"<a href='{base}{filters}/bid/{n}.html'>品牌{n}</a>" for n in range(1, 9))
        prices = "".join(f"<a href='{base}{filters}/peid/{n}.html'>{n}00-{n}99</a>" for n in range(1, 7))
        sorts = "".join(
            f"<a href='{base}{filters}/ov/{kind}-{way}.html'>{words}</a>"
            for kind, words in (("default", "综合"), ("sales", "销量"), ("price", "价格"), ("new", "最新"))
            for way in ("asc", "desc")
        )
        shown = self._list(mine) if mine else "<div class='table-no'>没有相关数据</div>"
        return self._page(
            f"类目{category}-百货郎商城",
            f"<div class='screening'><h4>类目{category}</h4>{brands}{prices}</div><div class='sort-nav'>{sorts}</div>{shown}",
        )

    def _goods(self, one: Goods) -> str:
        return self._page(
            f"{one.title}-百货郎商城",
            f"""<ul class="breadcrumb"><li><a href="/">首页</a></li><li class="active">{one.title}</li></ul>
<div class="goods-detail" data-id="{one.number}"><div class="pic"><img src="/static/{one.number}.jpg" class="jqzoom"></div>
<div class="right-content"><div class="hd"><h1 class="detail-title">{one.title}</h1><p class="simple-desc">厂家直供</p></div>
<div class="price-content"><div class="items goods-price goods-original-price"><dt>原价</dt><dd><b class="goods-original-price-value">¥{one.struck}</b></dd></div>
<div class="items goods-price goods-sale-price"><dt>销售价</dt><dd><em class="symbol">¥</em><b class="goods-sale-price-value">{one.price}</b><em class="unit">/ 件</em></dd></div>
<div class="sales-volume"><span class="tm-count">{one.sold}</span><span class="tm-label">累计销量</span></div></div>
<div class="spec"><dl><dt>数量</dt><dd><input value="1"><span>件</span><span class="stock-tips">库存 <span class="stock">{one.stock}</span> 件</span></dd></dl></div>
<div class="buy-nav"><button class="buy-submit">立即购买</button><button class="cart-submit">加入购物车</button></div></div>
<div class="introduce"><ul><li>详情</li><li>评论({one.number % 4})</li><li>猜你喜欢</li></ul><div class="detail-content"><p>{one.title}，七天无理由退换。</p></div></div></div>""",
        )
