"""A mall served on loopback with an access log; what it answers is a function of the address."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Goods", "MallServer", "Reply", "goods_of"]

_NAMES = (
    "龙井茶",
    "紫砂壶",
    "蓝牙耳机",
    "真丝围巾",
    "竹菜板",
    "山核桃",
    "儿童雨衣",
    "台灯",
    "不锈钢锅",
    "宣纸",
    "面霜",
    "跑步鞋",
)
_KINDS = ("家庭装", "礼盒装", "旗舰款", "青春版", "升级款")


@dataclass(frozen=True, slots=True)
class Goods:
    """What is sold: the truth the survey is held to."""

    number: int
    title: str
    price_fen: int
    struck_fen: int
    stock: int
    sold: int

    @property
    def price(self) -> str:
        """As written: 128.50."""
        return f"{self.price_fen / 100:.2f}"

    @property
    def struck(self) -> str:
        """As written."""
        return f"{self.struck_fen / 100:.2f}"


def goods_of(count: int) -> tuple[Goods, ...]:
    """So many goods, each with a title, prices, stock and sales of its own."""
    return tuple(
        Goods(
            number=number,
            title=f"{_NAMES[number % len(_NAMES)]} {_KINDS[number % len(_KINDS)]} {number}号",
            price_fen=990 + number * 731 % 90_000,
            struck_fen=990 + number * 731 % 90_000 + 5_000,
            stock=10 + number,
            sold=number * 37 % 900,
        )
        for number in range(1, count + 1)
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: str = ""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


class MallServer:
    """Serves `answer(path)` until closed; `asked` are the paths in order, robots.txt included."""

    def __init__(self, answer: Callable[[str], Reply]) -> None:
        self.asked: list[str] = []
        mall = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                mall.asked.append(self.path)
                reply = answer(self.path)
                body = reply.body.encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.media_type, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                mall.asked.append(f"POST {self.path}")
                self.send_response(405)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
