"""Files that only grow: full ones are followed by the next, torn ones are left, harm is named."""

from __future__ import annotations

import gzip
import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import page_bytes, read_exchange
from crawlers.archive.verifying import verify_archive
from crawlers.archive.writer import Archived, Exchanged, RunArchive, RunFacts
from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError, StorageFullError
from records.survey import Outcome, Page, PageKind
from stores.backends import open_blobs

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FACTS = RunFacts(
    run_id="run-1", target="茗香茶庄", seeds=("http://shop.cn/",), robots="obey", user_agent="WangJianBot/0.1",
    contact="网监支队 0571-00000000", software="WangJian/0",
)  # fmt: skip


def body_of(number: int) -> bytes:
    return f"<h1>龙井 {number} 号</h1>{'清明前采摘，条索匀整。' * 60}".encode()


def exchange_of(number: int, body: bytes | None = None) -> Exchanged:
    content = body_of(number) if body is None else body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(content)}\r\n\r\n"
    return Exchanged(
        url=f"http://shop.cn/goods/{number}.html", started_at=NOW, request=b"GET / HTTP/1.1\r\nHost: shop.cn\r\n\r\n",
        response=head.encode() + content, address="203.0.113.7",
    )  # fmt: skip


def page_of(number: int, kept: Archived) -> Page:
    return Page(
        page_id=f"page_{number}", run_id="run-1", target_id="t1", url=f"http://shop.cn/goods/{number}.html",
        final_url=f"http://shop.cn/goods/{number}.html", kind=PageKind.LISTING, outcome=Outcome.READ, status=200,
        fetched_at=NOW, body=kept.wire, wire=kept.wire, archive=kept.place,
    )  # fmt: skip


def write(root: Path, numbers: range, **options) -> list[Page]:
    archive = RunArchive(FolderFiles(root), FACTS, started_at=NOW, **options)
    pages = [page_of(number, archive.keep(exchange_of(number))) for number in numbers]
    archive.close()
    return pages


def gone(name: str) -> bytes:
    raise NotFoundError(name)


def report_of(root: Path, pages: list[Page]):
    return verify_archive(FolderFiles(root), "run-1", pages, blobs=open_blobs(f"file:///{root}/blobs"))


def test_file_that_is_full_is_followed_by_the_next_and_each_says_what_it_is(tmp_path) -> None:
    pages = write(tmp_path, range(9), file_bytes=2000)
    files = sorted(tmp_path.rglob("*.warc.gz"))
    assert [path.relative_to(tmp_path).as_posix() for path in files][:2] == [
        "2026-11/run-1-0001.warc.gz",
        "2026-11/run-1-0002.warc.gz",
    ]
    assert len(files) > 2
    for path in files:
        with path.open("rb") as stream:
            first = next(ArchiveIterator(stream))
            assert first.rec_type == "warcinfo"
            info = first.raw_stream.read().decode()
        assert "operator: 网监支队 0571-00000000\r\n" in info
    assert [page_bytes(FolderFiles(tmp_path), page, blob=gone) for page in pages] == [
        body_of(number) for number in range(9)
    ]
    assert report_of(tmp_path, pages).damaged == ()


def test_every_record_is_a_gzip_member_of_its_own(tmp_path) -> None:
    write(tmp_path, range(3))
    (path,) = tmp_path.rglob("*.warc.gz")
    content = path.read_bytes()
    starts = [at for at in range(len(content)) if content.startswith(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", at)]
    assert len(starts) == 1 + 3 * 2
    for start, end in itertools.pairwise([*starts, len(content)]):
        assert gzip.decompress(content[start:end]).startswith(b"WARC/1.1\r\n")


def test_torn_tail_is_left_as_it_is_and_the_next_process_begins_a_file(tmp_path) -> None:
    first = write(tmp_path, range(3))
    (path,) = tmp_path.rglob("*.warc.gz")
    torn = path.read_bytes() + gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n")[:-12]
    path.write_bytes(torn)
    later = write(tmp_path, range(3, 5))
    assert path.read_bytes() == torn
    report = report_of(tmp_path, [*first, *later])
    assert (report.torn, report.damaged) == (("2026-11/run-1-0001.warc.gz",), ())
    assert (report.files, report.pages) == (2, 5)


def test_same_payload_is_kept_once_and_small_ones_are_not_worth_a_reference(tmp_path) -> None:
    archive = RunArchive(FolderFiles(tmp_path), FACTS, started_at=NOW)
    archive.keep(exchange_of(1))
    again = archive.keep(exchange_of(2, body_of(1)))
    archive.keep(exchange_of(3, b"<h1>404</h1>"))
    small = archive.keep(exchange_of(4, b"<h1>404</h1>"))
    archive.close()
    found = read_exchange(FolderFiles(tmp_path), again.place)
    assert found.record.field("WARC-Type") == "revisit"
    assert found.record.field("WARC-Refers-To-Target-URI") == "http://shop.cn/goods/1.html"
    assert found.message.payload == body_of(1)
    assert again.place.length < 800
    assert read_exchange(FolderFiles(tmp_path), small.place).record.field("WARC-Type") == "response"


def test_what_a_browser_drew_is_kept_beside_the_answer_it_was_drawn_from(tmp_path) -> None:
    archive = RunArchive(FolderFiles(tmp_path), FACTS, started_at=NOW)
    main = archive.keep(exchange_of(1))
    dom = "<html><body>龙井 由脚本画出</body></html>".encode()
    drawn = archive.keep_rendered("http://shop.cn/goods/1.html", dom, at=NOW, main=main)
    archive.close()
    found = read_exchange(FolderFiles(tmp_path), drawn.place)
    assert found.rendered
    assert found.message.payload == dom
    assert found.source is not None
    assert found.source.payload == body_of(1)
    page = page_of(1, drawn).model_copy(update={"body": digests_of(dom), "rendered": True})
    assert report_of(tmp_path, [page]).damaged == ()


@pytest.mark.parametrize("harm", ["flip", "cut", "gone", "other"])
def test_harm_to_a_file_is_named_and_nothing_else(tmp_path, harm) -> None:
    pages = write(tmp_path, range(4))
    (path,) = tmp_path.rglob("*.warc.gz")
    place = pages[2].archive
    content = bytearray(path.read_bytes())
    if harm == "flip":
        content[place.offset + place.length // 2] ^= 1
    elif harm == "cut":
        del content[place.offset + 10 :]
    elif harm == "other":
        pages[2] = pages[2].model_copy(update={"archive": pages[1].archive})
    path.write_bytes(content)
    if harm == "gone":
        path.unlink()
    with pytest.raises((IntegrityError, NotFoundError)):
        page_bytes(FolderFiles(tmp_path), pages[2], blob=gone)
    damaged = report_of(tmp_path, pages).damaged
    assert any(line.startswith("page_2 ") for line in damaged)
    if harm == "flip":
        assert f"偏移 {place.offset}：记录已损坏" in damaged[0]
    assert not any(line.startswith("page_1 ") for line in damaged) or harm == "gone"


def test_place_outside_the_archive_is_not_read(tmp_path) -> None:
    (page,) = write(tmp_path, range(1))
    (tmp_path / "secret").write_bytes(b"x" * 100)
    place = page.archive.model_copy(update={"file": "../secret"})
    with pytest.raises(NotFoundError, match="不在存档目录内"):
        read_exchange(FolderFiles(tmp_path / "2026-11"), place)


def test_folder_that_cannot_be_written_is_a_named_error(tmp_path) -> None:
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises((StorageFullError, Exception), match="采集存档"):
        RunArchive(FolderFiles(tmp_path / "archive"), FACTS, started_at=NOW).keep(exchange_of(1))
