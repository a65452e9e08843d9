"""What went over the wire is in the archive byte for byte, and anybody can read it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import page_bytes, read_exchange
from crawlers.archive.verifying import verify_archive
from records.errors import NotFoundError
from records.survey import BrowserPolicy, Outcome
from stores.backends import open_blobs

HTML = {"Content-Type": "text/html; charset=utf-8"}


def shop(*paths: str) -> str:
    links = "".join(f'<a href="{path}">商品 {path}</a>' for path in paths)
    return f"<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营各种茶叶，自产自销，欢迎选购。</p>{links}"


def goods(name: str) -> str:
    return f"<title>{name}</title><h1>{name}</h1><p>¥99.00</p><button>加入购物车</button><p>{'清明前采摘，条索匀整。' * 60}</p>"


def files_of(place: Path) -> list[Path]:
    return sorted((place / "archive").rglob("*.warc.gz"))


def records_of(*files: Path) -> list[tuple[str, str, dict[str, str], bytes]]:
    """(type, address, headers, block) by warcio, which checks block and payload digests on the way."""
    found = []
    for path in files:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.raw_stream.read()
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                said = dict(record.rec_headers.headers)
                found.append((record.rec_type, said.get("WARC-Target-URI", ""), said, record.raw_stream.read()))
    return found


def gone(name: str) -> None:
    raise NotFoundError(name)


def odd_answer(body: bytes) -> bytes:
    """Header lines no parser leaves alone, and chunks with extensions and a trailer."""
    head = (
        b"HTTP/1.1 200 Very OK\r\ncontent-TYPE:text/html; charset=utf-8\r\nX-odd:  1 \r\nSet-Cookie: a=1\r\n"
        b"no colon here\r\nSet-Cookie: b=2\r\ntransfer-encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    chunks = b"".join(b"%x;note=1\r\n%b\r\n" % (len(piece), piece) for piece in (body[:700], body[700:]))
    return head + chunks + b"0\r\nX-After: 1\r\n\r\n"


def endless(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    for _ in range(300):
        handler.wfile.write(b"x" * 10_000)


def broken(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nhalf of it")
    handler.close_connection = True


def drip(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nslow")
    handler.wfile.flush()
    handler.connection.settimeout(20)
    handler.connection.recv(1)  # until the survey goes away


def fill(site) -> None:
    """A shop that answers in every way."""
    answer = site.answer
    paths = ("/goods/1.html", "/old.html", "/gone.html", "/error.html", "/zipped.html", "/odd.html")
    site.put("/", shop(*paths, "/huge.html", "/broken.html", "/slow.html", "/image.html"))
    site.put("/goods/1.html", goods("龙井 1 号"))
    site.pages["/old.html"] = answer(status=301, headers={"Location": "/goods/2.html"})
    site.put("/goods/2.html", goods("龙井 2 号"))
    site.pages["/error.html"] = answer(body=b"<h1>Server Error</h1>", status=500)
    zipped = gzip.compress(goods("龙井 3 号").encode(), mtime=0)
    site.pages["/zipped.html"] = answer(body=zipped, headers={**HTML, "Content-Encoding": "gzip"})
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    site.pages["/odd.html"] = answer(stream=lambda h: h.wfile.write(early + odd_answer(goods("龙井 4 号").encode())))
    site.pages["/huge.html"] = answer(stream=endless)
    site.pages["/broken.html"] = answer(stream=broken)
    site.pages["/slow.html"] = answer(stream=drip)
    site.pages["/image.html"] = answer(body=b"\x89PNG" * 20_000, headers={"Content-Type": "image/png"})


def check_records(site, files: list[Path], records: list[tuple[str, str, dict[str, str], bytes]]) -> None:
    assert records[0][0] == "warcinfo"
    info = records[0][3].decode()
    assert "robots: obey" in info
    assert "isPartOf: run-1" in info
    answered = [url for kind, url, _, _ in records if kind in ("response", "revisit")]
    asked = [site.url + path.removeprefix("/") for _, path in site.asked]
    assert sorted(answered) == sorted(asked)
    assert sum(kind == "request" for kind, *_ in records) == len(asked)
    ids = {said["WARC-Record-ID"] for _, _, said, _ in records}
    assert all(said["WARC-Concurrent-To"] in ids for kind, _, said, _ in records if kind == "request")
    assert all(said["WARC-IP-Address"] == "127.0.0.1" for kind, _, said, _ in records if kind == "response")
    assert not any(b"tap" in block.lower() for kind, _, _, block in records if kind == "request")
    words = [sys.executable, "-m", "warcio.cli", "check", *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def check_cut(site, pages, records) -> None:
    cut = {
        url.rsplit("/", 1)[1]: (said.get("WARC-Truncated"), block)
        for kind, url, said, block in records
        if kind == "response"
    }
    assert cut["huge.html"][0] == "length"
    assert 50_000 <= len(cut["huge.html"][1]) < 400_000
    assert cut["broken.html"][0] == "disconnect"
    assert cut["broken.html"][1].endswith(b"half of it")
    assert cut["slow.html"][0] == "time"
    assert cut["slow.html"][1].endswith(b"slow")
    assert cut["image.html"][0] == "unspecified"
    assert cut["1.html"][0] is None
    assert pages["/slow.html"].outcome is Outcome.TIMEOUT
    assert pages["/slow.html"].wire.size_bytes == 4
    assert pages["/huge.html"].archive is not None


def test_every_exchange_is_kept_as_it_came_and_anybody_can_read_it(site, survey) -> None:
    fill(site)
    survey.run(survey.target(site.url, max_body_bytes=60_000, concurrency=4), timeout_seconds=3.0)
    root = FolderFiles(survey.place / "archive")
    files = files_of(survey.place)
    records = records_of(*files)
    check_records(site, files, records)
    pages = survey.pages()
    check_cut(site, pages, records)

    zipped = pages["/zipped.html"]
    exchange = read_exchange(root, zipped.archive)
    assert exchange.message.payload == site.pages["/zipped.html"].body
    assert exchange.request.startswith(b"GET /zipped.html HTTP/1.1\r\n")
    assert zipped.wire.size_bytes == len(site.pages["/zipped.html"].body)
    assert page_bytes(root, zipped, blob=gone) == goods("龙井 3 号").encode()

    odd = pages["/odd.html"]
    assert odd.outcome is Outcome.READ
    assert read_exchange(root, odd.archive).record.block == odd_answer(goods("龙井 4 号").encode())
    assert page_bytes(root, odd, blob=gone) == goods("龙井 4 号").encode()

    assert pages["/old.html"].archive is not None
    assert page_bytes(root, pages["/old.html"], blob=gone) == goods("龙井 2 号").encode()
    assert not any(path.is_file() for path in (survey.place / "blobs").rglob("*"))
    report = verify_archive(
        root, "run-1", survey.records.survey.pages("run-1"), blobs=open_blobs(f"file:///{root.root}")
    )
    assert (report.damaged, report.torn, report.records) == ((), (), len(records))
    for listing in survey.records.survey.listings():
        assert listing.source.page_sm3 == survey.records.survey.page(listing.source.page_id).body.sm3


def test_unchanged_page_costs_a_revisit_record_and_is_read_back_whole(site, survey, survey_class) -> None:
    site.put("/", shop("/goods/1.html", "/goods/2.html"))
    site.put("/goods/1.html", goods("龙井 1 号"))
    site.put("/goods/2.html", goods("龙井 2 号"))
    target = survey.target(site.url)
    survey.run(target)
    site.put("/goods/2.html", goods("龙井 2 号 新"))
    root = FolderFiles(survey.place / "archive")
    for run_id in ("run-2", "run-3"):
        later = survey_class(place=survey.place, records=survey.records, run_id=run_id)
        before = set(files_of(survey.place))
        later.run(target)
        (mine,) = set(files_of(survey.place)) - before
        kinds = {url.rsplit("/", 1)[1]: kind for kind, url, _, _ in records_of(mine) if kind in ("response", "revisit")}
        assert kinds["1.html"] == "revisit"
        assert kinds["2.html"] == ("response" if run_id == "run-2" else "revisit")
        page = later.pages()["/goods/1.html"]
        assert page.archive.length < 800
        exchange = read_exchange(root, page.archive)
        assert exchange.message.payload == goods("龙井 1 号").encode()
        assert exchange.record.field("WARC-Refers-To") == exchange.holder.field("WARC-Record-ID")
        assert exchange.holder.field("WARC-Type") == "response"
        assert page_bytes(root, page, blob=gone) == goods("龙井 1 号").encode()


@pytest.mark.browser
def test_page_drawn_by_script_is_kept_with_what_it_was_drawn_from(site, survey, browser_executable) -> None:
    script = "fetch('/api/goods').then(r => r.json()).then(all => { document.getElementById('list').textContent = all[0]; });"
    site.put("/", f"<title>茗香茶庄</title><div id=list></div><script>{script}</script>")
    site.put("/api/goods", '["龙井 由脚本画出的商品列表"]', headers={"Content-Type": "application/json"})
    survey.run(survey.target(site.url, browser=BrowserPolicy.ALWAYS), browser_executable=browser_executable)
    root = FolderFiles(survey.place / "archive")
    page = survey.pages()["/"]
    assert page.rendered
    exchange = read_exchange(root, page.archive)
    assert "由脚本画出" in exchange.message.payload.decode()
    assert exchange.record.field("WARC-Type") == "conversion"
    assert exchange.source is not None
    assert exchange.source.payload == site.pages["/"].body
    assert page.wire.size_bytes == len(site.pages["/"].body)
    assert page_bytes(root, page, blob=gone) == exchange.message.payload
    kept = [url.rsplit("/", 1)[1] for kind, url, _, _ in records_of(*files_of(survey.place)) if kind == "response"]
    assert set(kept) == {"", "goods", "robots.txt"}
