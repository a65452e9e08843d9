"""A static shop of N pages of about 9 KB, made from a seed and served on 127.0.0.1 by a small asyncio server.

The markup is that of the ShopBox family, so that a page object knows it and the general reader can be tried on the
same pages. `python shop_site.py PAGES` prints its address and serves until its standard input ends; its own CPU time is
nobody's. With `--by-script` every page is an empty shell that its script fills, for the browser's turn.
"""

# ruff: noqa: E501  # markup keeps its lines
from __future__ import annotations

import asyncio
import json
import random
import sys
from urllib.parse import urlsplit

__all__ = ["LIST_SIZE", "make_pages"]

LIST_SIZE = 50
_WORDS = [
    "手工",
    "高山",
    "原产",
    "精选",
    "有机",
    "特级",
    "农家",
    "传统",
    "冷压",
    "陈年",
    "当季",
    "新鲜",
    "进口",
    "定制",
    "经典",
    "轻薄",
    "加厚",
    "便携",
    "智能",
    "家用",
]
_THINGS = [
    "龙井茶",
    "核桃仁",
    "蜂蜜",
    "大米",
    "羊毛衫",
    "保温杯",
    "台灯",
    "面霜",
    "帆布鞋",
    "蓝牙耳机",
    "橄榄油",
    "竹炭毛巾",
    "电饭煲",
    "双肩包",
    "枸杞",
]
_SENTENCES = (
    "选用当季原料，由老师傅按传统工序制作，出厂前逐件检查，确保每一件都合乎标准。",
    "收到后请当面验货，如有破损或缺件请在二十四小时内联系客服，我们会尽快补发。",
    "支持七天无理由退货，退回时请保持包装完好并附上订单编号，运费按平台规则处理。",
    "本品存放于阴凉干燥处，避免阳光直射，开封后请尽快食用或使用，以免影响品质。",
    "尺寸为人工测量，存在一到三厘米误差属正常现象，颜色因显示器不同略有差异。",
    "每年春秋两季集中上新，老顾客可享受会员价，具体以下单页面显示的金额为准。",
)
_SAID = (
    "包装很严实，第二天就到了，家里老人很喜欢，下次还会再来。",
    "东西和描述的一样，价格也合适，客服回答问题很耐心。",
    "用了一个星期才来评价，整体满意，就是快递慢了一天。",
    "第三次回购了，品质稳定，推荐给了同事，他们也说不错。",
)


def make_pages(count: int, *, seed: int = 618) -> dict[str, bytes]:
    """Path to body: one front page, lists of 50, and products, `count` in all."""
    lists = max(1, round(count / (LIST_SIZE + 1)))
    products = max(1, count - 1 - lists)
    chance = random.Random(seed)
    names = [f"{chance.choice(_WORDS)}{chance.choice(_WORDS)}{chance.choice(_THINGS)} {n}号" for n in range(products)]
    prices = [chance.randint(900, 99900) for _ in range(products)]
    pages = {"/": _front(lists, names, prices, chance)}
    for number in range(lists):
        here = range(number, products, lists)
        pages[f"/list/{number + 1}.html"] = _list(number, lists, here, names, prices, chance)
    for number in range(products):
        pages[f"/product/{number + 1}.html"] = _product(number, lists, names, prices, chance)
    return {path: body.encode() for path, body in pages.items()}


def _frame(title: str, body: str, lists: int) -> str:
    menu = "".join(f'<li><a href="/list/{n + 1}.html">第{n + 1}类商品</a></li>' for n in range(min(lists, 12)))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="generator" content="ShopBox 3.2">'
        f'<title>{title} - 青禾小铺</title><link rel="stylesheet" href="/static/shop.css"></head>\n<body>'
        '<div id="top"><a id="brand" href="/">青禾小铺</a><form action="/search" method="get"><input name="q"></form></div>\n'
        f'<ul id="menu"><li><a href="/">首页</a></li>{menu}</ul>\n<div id="body">\n{body}\n</div>\n'
        '<div id="foot"><p>杭州青禾贸易有限公司　客服电话：0571-88123456　邮箱：kefu@qinghe.example.cn</p>'
        "<p>地址：浙江省杭州市西湖区文三路100号　浙ICP备20231234号-1　浙公网安备33010602001234号</p>"
        "<p>统一社会信用代码：91330106MA2B0T1X7C　本店经营者已依法办理市场主体登记</p></div></body></html>\n"
    )


def _card(number: int, names: list[str], prices: list[int]) -> str:
    return (
        f'<li class="p"><a href="/product/{number + 1}.html"><img src="/static/{number + 1}.jpg" alt="{names[number]}">'
        f'<span class="pname">{names[number]}</span></a><span class="price">￥{prices[number] / 100:.2f}</span></li>'
    )


def _front(lists: int, names: list[str], prices: list[int], chance: random.Random) -> str:
    links = "".join(f'<li><a href="/list/{n + 1}.html">第{n + 1}类商品</a></li>' for n in range(lists))
    cards = "".join(_card(n, names, prices) for n in sorted(chance.sample(range(len(names)), min(20, len(names)))))
    return _frame(
        "首页", f'<div id="banner"><p>欢迎光临青禾小铺</p></div><ul>{links}</ul><ul class="plist">{cards}</ul>', lists
    )


def _list(number: int, lists: int, here: range, names: list[str], prices: list[int], chance: random.Random) -> str:
    cards = "\n".join(_card(n, names, prices) for n in here)
    more = f'<p class="more"><a href="/list/{(number + 1) % lists + 1}.html">下一类</a></p>'
    said = chance.choice(_SENTENCES)
    return _frame(
        f"第{number + 1}类商品",
        f'<h2>第{number + 1}类商品</h2><p>{said}</p><ul class="plist">{cards}</ul>{more}',
        lists,
    )


def _product(number: int, lists: int, names: list[str], prices: list[int], chance: random.Random) -> str:
    name, price = names[number], prices[number]
    attributes = "".join(
        f"<li>{label}：{chance.choice(_WORDS)}{chance.choice(_THINGS)}</li>"
        for label in ("品牌", "产地", "规格", "材质", "净含量", "生产日期", "保质期", "执行标准")
    )
    words = "\n".join(f"<p>{''.join(chance.choices(_SENTENCES, k=3))}</p>" for _ in range(10))
    reviews = "\n".join(
        f'<div class="pl"><span class="who">{chance.choice("张王李赵陈")}**{chance.randint(1, 9)}</span>'
        f'<span class="when">2026-{chance.randint(1, 10):02d}-{chance.randint(1, 28):02d}</span><p>{chance.choice(_SAID)}</p></div>'
        for _ in range(4)
    )
    related = "".join(_card(n, names, prices) for n in chance.sample(range(len(names)), min(12, len(names))))
    return _frame(
        name,
        f'<p class="where"><a href="/">首页</a> &gt; <a href="/list/{number % lists + 1}.html">第{number % lists + 1}类商品</a></p>'
        f'<h1 id="ptitle">{name}</h1><div id="pic"><img src="/static/{number + 1}.jpg"><img src="/static/{number + 1}-2.jpg"></div>'
        f'<div id="buy"><table class="kv"><tr><td>价格</td><td class="money">￥{price / 100:.2f}</td></tr>'
        f"<tr><td>原价</td><td><s>￥{price * 13 // 1000 * 10 / 100:.2f}</s></td></tr>"
        f"<tr><td>销量</td><td>已售{chance.randint(3, 9000)}件</td></tr><tr><td>服务</td><td>七天无理由退货 · 正品保障</td></tr></table>"
        f'<a class="btn" href="/cart/add?id={number + 1}">加入购物车</a></div>\n<h3>规格参数</h3><ul class="attrs">{attributes}</ul>\n'
        f'<h3>商品详情</h3><div id="content">{words}<img src="/static/{number + 1}-3.jpg"></div>\n'
        f'<h3>用户评价</h3><div id="pinglun">{reviews}</div>\n<h3>猜你喜欢</h3><ul class="plist">{related}</ul>\n'
        '<div class="platform-notice"><p>价格说明：划线价为商品的参考价，并非原价，仅供参考。</p></div>',
        lists,
    )


def drawn(path: str) -> bytes:
    """A shell whose script fetches and draws the page, as a storefront by script does."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>加载中</title></head><body><div id="app"></div><script>'
        f"fetch({json.dumps('/static-page' + path)}).then(r => r.text()).then(t => {{ const d = new DOMParser()"
        ".parseFromString(t, 'text/html'); document.title = d.title; document.getElementById('app').replaceWith("
        "...d.body.childNodes); document.head.append(...d.head.childNodes); });</script></body></html>"
    ).encode()


class _Http(asyncio.Protocol):
    """GET over kept-alive connections; nothing else is asked of it."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while b"\r\n\r\n" in self._rest:
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            self._transport.write(self._answers.get(path) or self._answers[b"404"])  # type: ignore[attr-defined]


def _answer(body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve(pages: dict[str, bytes], *, by_script: bool) -> None:
    answers = {path.encode(): _answer(drawn(path) if by_script else body) for path, body in pages.items()}
    if by_script:
        answers |= {b"/static-page" + path.encode(): _answer(body) for path, body in pages.items()}
    answers[b"404"] = _answer("没有这一页".encode(), status="404 Not Found")
    answers[b"/robots.txt"] = _answer(b"User-agent: *\nDisallow: /cart/\n", kind="text/plain")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Http(answers), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    print(urlsplit(f"http://{host}:{port}/").geturl(), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(make_pages(int(sys.argv[1])), by_script="--by-script" in sys.argv))
