"""One site with every trap we know of, on a raw socket server, so that it can misbehave beneath HTTP as well."""

from __future__ import annotations

import gzip
import random
import socketserver
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import brotli

ZEROS = 40_000_000
FOOT = "<footer>杭州茗香茶叶有限公司 统一社会信用代码：91330106MA2B0T1X7C</footer>"
WORDS = "本店主营各种茶叶，自产自销，清明前采摘，条索匀整，欢迎选购。"

LINKED = (
    "/calendar?y=2026&m=1",
    "/big.html",
    "/bomb/gzip.html",
    "/bomb/br.html",
    "/bomb/deflate.html",
    "/bomb/double.html",
    "/loop/1",
    "/chain/0",
    "/drip/head.html",
    "/drip/body.html",
    "/cookies.html",
    "/headers.html",
    "/deep.html",
    "/nul.html",
    "/unclosed.html",
    "/encoding/gbk.html",
    "/encoding/utf16.html",
    "/encoding/label.html",
    "/links.html",
    "/changing.html",
    "/reset.html",
    "/short.html",
    "/chunked.html",
    "/garbage.html",
    "/sess/1?zsid=0",
    "/paged?page=1",
    "/refresh/1",
    "/many.html",
    "/same/start",
    "/maze/a",
    "/goods/1.html",
    "/goods/2.html",
    "/goods/3.html",
    "/secret/1.html",
)


def page(title: str, body: str) -> bytes:
    """An ordinary page."""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}{FOOT}</body></html>".encode()


def links(*paths: str) -> str:
    """Plain links."""
    return "".join(f'<a href="{path}">去 {path[-12:]}</a> ' for path in paths)


class HostileSite:
    """Listens on loopback; `asked` are the request targets in order, `sent` the bytes that went out by path."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, str]] = []
        self.sent: dict[str, int] = {}
        self.closing = threading.Event()
        self._random = random.Random(7)
        site = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):  # the client had enough: that is the point
                    site._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._other = socketserver.ThreadingTCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.other_port = self._other.server_address[1]
        self.other_asked = 0
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its origin with a slash."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [path for _, path in self.asked]

    def close(self) -> None:
        """Stop."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._other.server_close()

    def _serve(self, connection) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        target = head.split(b" ", 2)[1].decode("latin-1")
        self.asked.append((time.monotonic(), target))
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}

        def send(content: bytes) -> None:
            connection.sendall(content)
            self.sent[parts.path] = self.sent.get(parts.path, 0) + len(content)

        first = parts.path.split("/")[1]
        trap: Callable[..., None] | None = getattr(self, f"_{first.removesuffix('.html').removesuffix('.txt')}", None)
        if parts.path == "/":
            _answer(send, page("茗香茶庄", f"<p>{WORDS}</p>{links(*LINKED)}"))
        elif trap is None:
            _answer(send, "<h1>404 页面不存在</h1>".encode(), status="404 Not Found")
        else:
            trap(send, parts.path, query)
        connection.close()

    def _robots(self, send, path, query) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n\r\n")
        send(b"User-agent: *\nDisallow: /secret/\n")
        for _ in range(1000):
            send(b"# " + b"x" * 99_997 + b"\n")

    def _calendar(self, send, path, query) -> None:
        year, month = int(query["y"]), int(query["m"])
        month, year = (1, year + 1) if month == 12 else (month + 1, year)
        body = f"<p>{query['y']} 年 {query['m']} 月 暂无活动，敬请期待下个月。{WORDS}</p>"
        _answer(send, page("活动日历", body + links(f"/calendar?y={year}&m={month}", f"/calendar?y={year + 1}&m=1")))

    def _big(self, send, path, query) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
        for _ in range(100_000):  # 10 GB
            send(b"x" * 100_000)

    def _bomb(self, send, path, query) -> None:
        zeros = b"0" * ZEROS
        packed, coding = {
            "gzip.html": (gzip.compress(zeros, 1), "gzip"),
            "br.html": (brotli.compress(zeros, quality=1), "br"),
            "deflate.html": (zlib.compress(zeros, 1), "deflate"),
            "double.html": (gzip.compress(gzip.compress(zeros, 1), 1), "gzip, gzip"),
        }[path.rsplit("/", 1)[1]]
        _answer(send, packed, more=f"Content-Encoding: {coding}\r\n")

    def _loop(self, send, path, query) -> None:
        _redirect(send, "/loop/2" if path.endswith("1") else "/loop/1")

    def _chain(self, send, path, query) -> None:
        _redirect(send, f"/chain/{int(path.rsplit('/', 1)[1]) + 1}")

    def _drip(self, send, path, query) -> None:
        lines = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        slow = (b"X-%d: y\r\n" % number for number in range(400))
        if "body" in path:
            lines, slow = lines + b"\r\n", (b"<p>" for _ in range(400))
        send(lines)
        for piece in slow:
            send(piece)
            if self.closing.wait(0.1):
                return

    def _cookies(self, send, path, query) -> None:
        cookies = "".join(f"Set-Cookie: c{number}={'v' * 100}; Path=/\r\n" for number in range(10_000))
        _answer(send, page("一万个饼干", f"<p>{WORDS}</p>"), more=cookies)

    def _headers(self, send, path, query) -> None:
        _answer(send, page("大头", f"<p>{WORDS}</p>"), more=f"X-Big: {'h' * 1_000_000}\r\n")

    def _deep(self, send, path, query) -> None:
        _answer(send, page("很深", "<div>" * 100_000 + WORDS + "<a href='/goods/1.html'>龙井</a>"))

    def _nul(self, send, path, query) -> None:
        _answer(send, page("空字节", f"<p>{WORDS}</p>").replace("茶".encode(), b"\x00\xe8\x8c\xb6\x00\x1b\xff"))

    def _unclosed(self, send, path, query) -> None:
        _answer(
            send, f"<html><title>未闭合</title><table><tr><td><ul><li><b><i><p>{WORDS}<a href='/goods/2.html".encode()
        )

    def _encoding(self, send, path, query) -> None:
        html = page("编码错乱", f"<p>{WORDS}{WORDS}</p>").decode()
        body, label = {
            "gbk.html": (html.encode("gbk"), "utf-8"),
            "utf16.html": (b"\xff\xfe" + html.encode("utf-16-le"), "gb2312"),
            "label.html": (html.encode(), "x-no-such-charset"),
        }[path.rsplit("/", 1)[1]]
        _answer(send, body, kind=f"text/html; charset={label}")

    def _links(self, send, path, query) -> None:
        others = (
            f"http://127.0.0.1:{self.other_port}/",
            f"http://localhost:{self.other_port}/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,<b>x</b>",
            f"http://user:secret@127.0.0.1:{self.port}/goods/1.html",
            f"//127.0.0.1:{self.other_port}/x",
            "http://[::1]/",
            "http://127.0.0.1:99999/",
            "gopher://127.0.0.1/",
            "http://a.b.c.d.e.invalid/",
            *(f"http://s{number}.shop.invalid/" for number in range(200)),
        )
        _answer(send, page("外链", f"<p>{WORDS}</p>{links(*others)}"))

    def _changing(self, send, path, query) -> None:
        _answer(send, page("每次不同", f"<p>{WORDS}{self._random.random()}</p>"))

    def _reset(self, send, path, query) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>half")

    def _short(self, send, path, query) -> None:
        body = page("长度不对", f"<p>{WORDS}</p>")
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (len(body) - 20) + body)

    def _chunked(self, send, path, query) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100_000):
            send(b"10000\r\n" + b"y" * 0x10000 + b"\r\n")

    def _garbage(self, send, path, query) -> None:
        send(b"\x16\x03\x01 this is no HTTP at all\r\n\r\n")

    def _sess(self, send, path, query) -> None:
        fresh = [f"/sess/{number}?zsid={self._random.getrandbits(60):x}" for number in range(1, 9)]
        _answer(
            send,
            page(
                f"会话第 {path[-1]} 页", f"<p>{WORDS}第{'一二三四五六七八'[int(path[-1]) - 1]}种茶。</p>{links(*fresh)}"
            ),
        )

    def _paged(self, send, path, query) -> None:
        number = int(query["page"])
        goods = links("/goods/1.html", "/goods/2.html", "/goods/3.html") if number <= 2 else "<p>没有更多商品</p>"
        _answer(send, page("全部商品", f"<p>{WORDS}</p>{goods}<a href='/paged?page={number + 1}'>下一页</a>"))

    def _refresh(self, send, path, query) -> None:
        other = "/refresh/2" if path.endswith("1") else "/refresh/1"
        _answer(send, f"<meta http-equiv='refresh' content='0; url={other}'>".encode())

    def _many(self, send, path, query) -> None:
        _answer(send, page("十万链接", f"<p>{WORDS}</p>{links(*(f'/hop/{n}.html' for n in range(100_000)))}"))

    def _hop(self, send, path, query) -> None:
        _answer(send, page("跳板", f"<p>{WORDS}</p>"))

    def _same(self, send, path, query) -> None:
        onward = [f"/same/{''.join(self._random.choices('abcdefgh', k=9))}" for _ in range(100)]
        same = "".join(f'<a href="{path}">再看看</a>' for path in onward)
        _answer(send, page("千面", f"<p>{WORDS}</p>{same}"))

    def _maze(self, send, path, query) -> None:
        onward = [f"{path}/{''.join(self._random.choices('abcdefgh', k=6))}" for _ in range(3)]
        here = "".join(self._random.choices("春夏秋冬山水云雾", k=30))
        _answer(send, page("迷宫", f"<p>{WORDS}{here}</p>{links(*onward)}"))

    def _goods(self, send, path, query) -> None:
        number = path.rsplit("/", 1)[1][0]
        name = "一二三"[int(number) - 1]
        body = f"<p class=price>¥{number}0.00</p><button>加入购物车</button><p>{WORDS}{name}号茶。</p>"
        _answer(send, page(f"龙井 {number} 号", body))

    def _secret(self, send, path, query) -> None:
        _answer(send, page("禁止", f"<p>{WORDS}</p>"))


def _answer(
    send, body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", more: str = ""
) -> None:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    send(head.encode() + body)


def _redirect(send, location: str) -> None:
    send(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
