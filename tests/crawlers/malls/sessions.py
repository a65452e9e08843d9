"""A mall from server templates: session ids in addresses, empty query fields, goods pages only for who has logged in."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from tests.crawlers.malls.serving import Goods, Reply

__all__ = ["SessionMall"]

_PAGE = 8
_FOOT = """<div class="site-footer"><dl class="contact"><dd><p class="text">人工客服</p><p class="tel">400-xxx-xx13</p></dd></dl>
<div class="info-text"><p>云集铺 | Powered by 某某</p><p>QQ交流群：796794009</p><p>Copyright 沪ICP备xxx号</p></div>
<div style="display:none">演示账号 13700002703 密码 123456</div></div>"""


class SessionMall:
    """Its lists show prices to all; `/goods/detail/N` redirects to the login."""

    def __init__(self, goods: tuple[Goods, ...], *, details: bool = False) -> None:
        self.goods = goods
        self.details = details
        self.asked = 0

    def path_of(self, one: Goods) -> str:
        """Its page."""
        return f"/goods/detail/{10_000 + one.number}"

    def answer(self, path: str) -> Reply:
        """Each answer names another session."""
        self.asked += 1
        parts = urlsplit(path)
        name = parts.path.split(";")[0]
        query = dict(parse_qsl(parts.query))
        if name == "/robots.txt":
            return Reply(status=404)
        if name in ("/", "/index"):
            return Reply(self._page("云集铺-首页", self._home()))
        if name == "/search":
            return Reply(
                self._page("云集铺-搜索", self._search(int(query.get("page", 1)), query.get("goodsCategoryId", "")))
            )
        if name == "/login":
            return Reply(
                self._page(
                    "云集铺-登录",
                    "<div class='login'><p>登录</p><form><input name='loginName'><input type='password'><button>立即登录</button></form></div>",
                )
            )
        if name.startswith("/goods/detail/"):
            if not self.details:
                return Reply(status=302, headers={"Location": f"/login{self._session()}"})
            return Reply(self._page("云集铺-商品详情", self._detail(self.goods[int(name.rsplit("/", 1)[1]) - 10_001])))
        return Reply("<h1>404</h1>", status=404)

    def _session(self) -> str:
        return f";jsessionid={self.asked:032X}"

    def _page(self, title: str, body: str) -> str:
        return (
            f"<!DOCTYPE html><html><head><title>{title}</title></head><body><header id='header'><a href='/index{self._session()}' class='logo'><img src='/l.png' alt=''></a>"
            f"<a href='/login{self._session()}'>登录</a><a href='/register'>注册</a><a href='/shop-cart'>购物车</a></header>{body}{_FOOT}</body></html>"
        )

    def _home(self) -> str:
        categories = "".join(
            f"<dl><dt><a href='#'>大类</a></dt><dd><em><a href='/search{self._session()}?goodsCategoryId={n}'>小类{n}</a></em></dd></dl>"
            for n in range(20, 26)
        )
        new = "".join(
            f"<li><a href='{self.path_of(one)}{self._session()}'><img src='/g/{one.number}.jpg' alt='{one.title}'><p class='name'>{one.title}</p>"
            f"<p class='discount'>今日推荐</p><p class='item_price'>{one.price}</p></a></li>"
            for one in self.goods[:5]
        )
        return f"<div id='banner'>{categories}</div><div id='flash'><h2>新品上线</h2><ul>{new}</ul></div>"

    def _search(self, page: int, category: str) -> str:
        mine = self.goods if not category else tuple(one for one in self.goods if one.number % 6 == int(category) - 20)
        pages = max(1, -(-len(mine) // _PAGE))
        cards = "".join(
            f"<div class='item_card_frame'><div class='item_card'><a href='{self.path_of(one)}' target='_blank'><img src='/g/{one.number}.jpg' alt='{one.title}'></a></div>"
            f"<div class='item_brand'><a href='{self.path_of(one)}' target='_blank'>{one.title}</a></div><div class='item_sub_intro'>好物不贵</div>"
            f"<div class='item_price'>{one.price}元</div></div>"
            for one in mine[(page - 1) * _PAGE : page * _PAGE]
        )
        sorts = "".join(
            f"<a href='/search?keyword=&goodsCategoryId={category}&orderBy={by}'><div>{by}</div></a>"
            for by in ("default", "new", "price")
        )
        turn = (
            f"<a href='/search?keyword=&page={page + 1}&goodsCategoryId={category}&orderBy='>下一页 ></a>"
            if page < pages
            else "<a href='##'>下一页 ></a>"
        )
        return f"<div class='sort'><div class='list'>{sorts}</div></div><div class='goods_item'><div class='main'>{cards}</div></div><div class='pages'>{turn}</div>"

    def _detail(self, one: Goods) -> str:
        return f"""<div id="detail"><div class="title">商品详情</div><div class="intro"><div class="left"><img src="/g/{one.number}.jpg"></div>
<div class="right"><div class="h3 ml20">{one.title}</div><div class="sub_title">好物不贵</div>
<div class="item_price mr40">{one.price} 元 <del>{one.struck} 元</del></div><div class="order"><input type="button" value="立即选购"><input type="button" value="加入购物车"></div>
<dl><dt>承诺</dt><dd>7天无理由</dd></dl></div></div><div class="detail-text"><p>{one.title}，正品保证。</p></div></div>"""
