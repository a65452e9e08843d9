"""A made shop of any size on 127.0.0.1 that writes down what it was asked: small listing pages, lists of 40, a licence.

`python growing_site.py PRODUCTS LOG` prints its address and serves until its standard input ends. Pages are made when
they are asked for, from their number alone: the same number gives the same page, and fifty thousand take no memory.
"""

# ruff: noqa: E501  # markup keeps its lines
from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

__all__ = ["LIST_SIZE", "page_count", "price_of", "title_of"]

LIST_SIZE = 40
_WORDS = ("高山", "手工", "陈年", "头采", "原产", "有机", "特级", "农家", "明前", "当季")
_THINGS = ("龙井", "碧螺春", "毛尖", "铁观音", "普洱", "白茶", "红茶", "茉莉花茶")
_SENTENCES = (
    "清明前后采摘，条索匀整，汤色清亮。",
    "密封避光存放，开封后请尽快饮用。",
    "支持七天无理由退货，请保持包装完好。",
    "每一批都留样备查，出厂前逐件检查。",
)
_FOOT = (
    "<footer>杭州茗香茶叶有限公司　统一社会信用代码：91330106MA2B0T1X7C　浙ICP备20231234号-1"
    '<a href="/licence.html">营业执照</a></footer>'
)


def title_of(number: int) -> str:
    """Name of a product."""
    chance = random.Random(number)
    return f"{chance.choice(_WORDS)}{chance.choice(_THINGS)} {number}号"


def price_of(number: int) -> int:
    """Its price in fen."""
    return 900 + (number * 7919) % 90_000


def page_count(products: int) -> int:
    """How many pages the site has: front page, licence, lists, products."""
    return 2 + _lists(products) + products


def _lists(products: int) -> int:
    return -(-products // LIST_SIZE)


def _page(title: str, body: str) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}{_FOOT}</body></html>'


def _product(number: int) -> str:
    chance = random.Random(number + 1)
    words = "".join(f"<p>{chance.choice(_SENTENCES)}批次 {chance.randint(1, 9999)}。</p>" for _ in range(5))
    price = price_of(number)
    return _page(
        title_of(number),
        f"<h1>{title_of(number)}</h1><p class=price>¥{price // 100}.{price % 100:02d}</p><button>加入购物车</button>{words}",
    )


def _list(number: int, products: int) -> str:
    here = range((number - 1) * LIST_SIZE + 1, min(number * LIST_SIZE, products) + 1)
    cards = "".join(
        f'<li><a href="/goods/{n}.html">{title_of(n)}</a><span class=price>¥{price_of(n) // 100}.{price_of(n) % 100:02d}</span></li>'
        for n in here
    )
    more = f'<a href="/list/{number + 1}.html">下一页</a>' if number < _lists(products) else ""
    return _page(f"全部商品 第 {number} 页", f"<h2>全部商品</h2><ul>{cards}</ul>{more}")


def _front(products: int) -> str:
    links = "".join(f'<a href="/list/{n}.html">分类 {n}</a>' for n in range(1, _lists(products) + 1, 5))
    return _page("茗香茶庄", f"<h1>茗香茶庄</h1><p>本店主营各种茶叶，自产自销，欢迎选购。</p>{links}")


_LICENCE = _page(
    "证照信息",
    "<h1>证照信息</h1><table><tr><th>名称</th><td>杭州茗香茶叶有限公司</td></tr>"
    "<tr><th>统一社会信用代码</th><td>91330106MA2B0T1X7C</td></tr></table>",
)


def _content(path: str, products: int) -> str:
    kind, _, name = path.strip("/").partition("/")
    number = int(name.removesuffix(".html")) if name.removesuffix(".html").isdigit() else 0
    if path == "/":
        return _front(products)
    if path == "/licence.html":
        return _LICENCE
    if kind == "goods" and 1 <= number <= products:
        return _product(number)
    if kind == "list" and 1 <= number <= _lists(products):
        return _list(number, products)
    return ""


class _Http(asyncio.Protocol):
    """GET over kept-alive connections; every path asked for is a line of the log before it is answered."""

    def __init__(self, products: int, log: int) -> None:
        self._products = products
        self._log = log
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while b"\r\n\r\n" in self._rest:
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("latin-1")
            os.write(self._log, path.encode("latin-1") + b"\n")
            body = _content(path, self._products).encode()
            status = "200 OK" if body else "404 Not Found"
            answer = (
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            self._transport.write(answer.encode() + body)  # type: ignore[attr-defined]


async def _serve(products: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    with log.open("ab", buffering=0) as lines:
        server = await loop.create_server(lambda: _Http(products, lines.fileno()), "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        print(f"http://{host}:{port}/", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
