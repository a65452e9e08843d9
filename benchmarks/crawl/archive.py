"""What archiving an exchange costs: CPU milliseconds and bytes a page, ours and warcio's writer on the same pages.

`python benchmarks/crawl/archive.py [--pages N]` prints a table. Both write request and response with digests, one gzip
member a record; ours adds SM3 and keeps the message's bytes, warcio parses the heads and prints them anew.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import read_exchange
from crawlers.archive.writer import Exchanged, RunArchive, RunFacts

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shop_site import make_pages

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_ASKED = (
    b"GET /product/1.html HTTP/1.1\r\nHost: shop.example.cn\r\nUser-Agent: WangJianBot/0.1\r\nAccept: text/html\r\n\r\n"
)
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: nginx\r\nContent-Length: {}\r\n\r\n"
_FACTS = RunFacts(run_id="run", target="t", seeds=(), robots="obey", user_agent="", contact="", software="WangJian")


def measure(pages: int = 1000) -> dict[str, float]:
    """CPU milliseconds and bytes of an exchange, for `make bench`; best of three turns."""
    bodies = list(make_pages(pages).values())
    figures: dict[str, float] = {}
    for _ in range(3):
        for name, write in (("ours", ours), ("warcio", warcio), ("ours_read_back", read_back)):
            with tempfile.TemporaryDirectory() as folder:
                spent = 1000 * write(Path(folder), bodies) / len(bodies)
                stored = sum(path.stat().st_size for path in Path(folder).rglob("*.warc.gz"))
            figures[f"{name}_cpu_ms"] = min(spent, figures.get(f"{name}_cpu_ms", spent))
            figures[f"{name}_bytes"] = stored / len(bodies)
    return figures


def ours(root: Path, bodies: list[bytes]) -> float:
    """CPU seconds of our writer."""
    archive = RunArchive(FolderFiles(root), _FACTS, started_at=NOW)
    began = time.process_time()
    for number, body in enumerate(bodies):
        url = f"http://shop.example.cn/product/{number}.html"
        wire = _HEAD.format(len(body)).encode() + body
        archive.keep(Exchanged(url=url, started_at=NOW, request=_ASKED, response=wire, address="203.0.113.7"))
    archive.close()
    return time.process_time() - began


def ours_again(root: Path, bodies: list[bytes]) -> float:
    """The same pages at other addresses in the same run: revisits."""
    archive = RunArchive(FolderFiles(root), _FACTS, started_at=NOW)
    first = bodies[:500]
    for _ in range(2):
        began = time.process_time()
        stored = sum(path.stat().st_size for path in root.rglob("*.warc.gz"))
        for number, body in enumerate(first):
            url = f"http://shop.example.cn/again/{number}.html"
            wire = _HEAD.format(len(body)).encode() + body
            archive.keep(Exchanged(url=url, started_at=NOW, request=_ASKED, response=wire, address="203.0.113.7"))
    seconds = time.process_time() - began
    archive.close()
    grown = sum(path.stat().st_size for path in root.rglob("*.warc.gz")) - stored
    print(f"an exchange with a payload known takes {grown / len(first):.0f} bytes")
    return seconds


def warcio(root: Path, bodies: list[bytes]) -> float:
    """CPU seconds of warcio's writer."""
    with (root / "peer.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        began = time.process_time()
        for number, body in enumerate(bodies):
            url = f"http://shop.example.cn/product/{number}.html"
            names = [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Server", "nginx"),
                ("Content-Length", str(len(body))),
            ]
            head = StatusAndHeaders("200 OK", names, protocol="HTTP/1.1")
            answer = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head)
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "shop.example.cn")], is_http_request=True)
            writer.write_request_response_pair(writer.create_warc_record(url, "request", http_headers=asked), answer)
        return time.process_time() - began


def read_back(root: Path, bodies: list[bytes]) -> float:
    """CPU seconds of reading every exchange back with its digests checked."""
    archive = RunArchive(FolderFiles(root), _FACTS, started_at=NOW)
    places = []
    for number, body in enumerate(bodies):
        wire = _HEAD.format(len(body)).encode() + body
        kept = archive.keep(Exchanged(url=f"http://a.cn/{number}", started_at=NOW, request=_ASKED, response=wire))
        assert kept is not None
        places.append(kept.place)
    archive.close()
    began = time.process_time()
    for place in places:
        read_exchange(FolderFiles(root), place)
    return time.process_time() - began


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    given = parser.parse_args()
    bodies = list(make_pages(given.pages).values())
    print(f"{len(bodies)} pages of {sum(map(len, bodies)) / len(bodies):.0f} bytes")
    print("| what | CPU ms a page | bytes a page |")
    print("|---|---|---|")
    peers: tuple[tuple[str, Callable[[Path, list[bytes]], float], int], ...] = (
        ("ours", ours, len(bodies)),
        ("ours, the second time (revisit)", ours_again, min(500, len(bodies))),
        ("warcio", warcio, len(bodies)),
        ("ours, read back and verified", read_back, len(bodies)),
    )
    for name, measure, count in peers:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(Path(folder), bodies)
            stored = sum(path.stat().st_size for path in Path(folder).rglob("*.warc.gz"))
        shown = f"{stored / count:.0f}" if measure is not ours_again else "see above"
        print(f"| {name} | {1000 * seconds / count:.3f} | {shown} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
