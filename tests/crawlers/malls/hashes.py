"""A mall by script: one shell of a few hundred bytes, hash routes, goods from an interface, lists that load on scrolling."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

from tests.crawlers.malls.serving import Goods, Reply

__all__ = ["HashMall"]

_SHELL = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>溪山小铺</title></head>
<body><noscript>请启用 JavaScript</noscript><div id="app"></div><script src="/static/app.js"></script></body></html>"""
_APP = """
const app = document.getElementById('app');
const get = async path => (await (await fetch(path)).json()).data;
const yuan = fen => '￥' + (fen / 100).toFixed(2);
const card = one => `<div class="van-card" style="min-height:260px"><div class="van-card__thumb"><img src="${one.picUrl}"></div><div class="van-card__content">
<div class="van-card__title">${one.name}</div><div class="van-card__price">￥ ${one.retailPrice}</div>
<div class="van-card__origin-price">￥ ${one.counterPrice}</div></div></div>`;
let page = 0, loading = false;
async function home() {
  const data = await get('/wx/home/index');
  app.innerHTML = `<div class="tab_home"><div class="goods-channel">${data.channel.map(one => `<div class="item" data-id="${one.id}"><span>${one.name}</span></div>`).join('')}</div>
<div class="panel"><h2>优惠券</h2><div class="van-coupon-item"><h2><span>¥</span> 5 元</h2><p>满 99 可用</p></div></div>
<div class="van-row">${data.newGoodsList.map(one => `<div class="van-col"><a href="#/items/detail/${one.id}"><img src="${one.picUrl}"></a><span>${one.name}</span><span>￥ ${one.retailPrice}</span></div>`).join('')}</div>
<p class="bottom">溪山小铺 统一社会信用代码：91330106MA2B0T1X7C 浙ICP备2025012345号-1</p></div>`;
  document.querySelectorAll('.goods-channel .item').forEach(node => { node.style.cursor = 'pointer'; node.onclick = () => { location.hash = '#/items/category?itemClass=' + node.dataset.id; }; });
  document.querySelector('.van-coupon-item').style.cursor = 'pointer';
  document.querySelector('.van-coupon-item').onclick = () => fetch('/wx/coupon/receive', {method: 'POST', body: '{}'});
}
async function more(category) {
  if (loading) { return; }
  loading = true; page += 1;
  const data = await get(`/wx/goods/list?categoryId=${category}&page=${page}&limit=3`);
  data.list.forEach(one => {
    app.querySelector('.list').insertAdjacentHTML('beforeend', card(one));
    app.querySelector('.list').lastElementChild.onclick = () => { location.hash = '#/items/detail/' + one.id; };
    app.querySelector('.list').lastElementChild.style.cursor = 'pointer';
  });
  loading = page >= data.pages;
}
async function category(id) {
  app.innerHTML = '<div class="item_list"><div class="list"></div></div>';
  page = 0; loading = false;
  await more(id);
  window.onscroll = () => { if (window.innerHeight + window.scrollY >= document.body.scrollHeight - 50) { more(id); } };
}
async function detail(id) {
  const data = await get('/wx/goods/detail?id=' + id);
  const one = data.info;
  app.innerHTML = `<div class="item_detail"><div class="van-swipe"><img src="${one.picUrl}"></div><div class="van-cell"><div><span class="item_price">${yuan(one.retailPrice * 100)}</span>
<span class="item_market_price">${yuan(one.counterPrice * 100)}</span></div><div class="item-title">${one.name}</div><div class="item_intro">${one.brief}</div></div>
<div class="van-cell"><span>规格</span><span>请选择</span></div><div class="van-cell"><span>运费</span><span>满88免邮费</span></div>
<div class="item_desc"><div class="item_desc_title">商品详情</div><div>${one.detail}</div></div>
<div class="goods-action"><div>加入购物车</div><div>立即购买</div></div></div>`;
}
function route() {
  const [path, query] = location.hash.slice(1).split('?');
  window.onscroll = null;
  if (path.startsWith('/items/detail/')) { detail(path.split('/')[3]); }
  else if (path === '/items/category') { category(new URLSearchParams(query).get('itemClass')); }
  else { home(); }
}
window.onhashchange = route;
route();
"""


class HashMall:
    """Some goods are on its front, the rest only behind channels that are no links."""

    def __init__(self, goods: tuple[Goods, ...], channels: int = 3) -> None:
        self.goods = goods
        self.channels = channels

    def path_of(self, one: Goods) -> str:
        """Its route."""
        return f"/#/items/detail/{1_000 + one.number}"

    def answer(self, path: str) -> Reply:
        """The shell, its script and the interface."""
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        if parts.path == "/":
            return Reply(_SHELL)
        if parts.path == "/static/app.js":
            return Reply(_APP, media_type="text/javascript; charset=utf-8")
        data: object = None
        if parts.path == "/wx/home/index":
            channels = [{"id": 100 + n, "name": f"频道{n}"} for n in range(self.channels)]
            data = {"channel": channels, "newGoodsList": [self._brief(one) for one in self.goods[:4]]}
        elif parts.path == "/wx/goods/list":
            mine = [one for one in self.goods if one.number % self.channels == int(query["categoryId"]) - 100]
            page, limit = int(query["page"]), int(query["limit"])
            data = {
                "list": [self._brief(one) for one in mine[(page - 1) * limit : page * limit]],
                "page": page,
                "pages": -(-len(mine) // limit),
            }
        elif parts.path == "/wx/goods/detail":
            one = self.goods[int(query["id"]) - 1_001]
            data = {"info": {**self._brief(one), "brief": "山里来的", "detail": f"<p>{one.title}，手工制作。</p>"}}
        if data is None:
            return Reply(status=404)
        return Reply(json.dumps({"errno": 0, "data": data}, ensure_ascii=False), media_type="application/json")

    def _brief(self, one: Goods) -> dict[str, object]:
        return {
            "id": 1_000 + one.number,
            "name": one.title,
            "retailPrice": one.price_fen / 100,
            "counterPrice": one.struck_fen / 100,
            "picUrl": f"/img/{one.number}.png",
        }
