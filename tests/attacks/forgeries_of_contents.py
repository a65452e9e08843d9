"""Content changed by an insider who signs anew: what stands in two places of a package must agree."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from tests.attacks.forging import WARC, forgery, rewarc, warc_members


@forgery("warc")
def answer_rewritten_by_an_insider(f: Any, _: Any) -> bytes:
    f.members[WARC] = rewarc(f, "一级".encode(), "二级".encode())
    f.reindex()
    return f.insider()


@forgery("warc")
def record_dropped_by_an_insider(f: Any, _: Any) -> bytes:
    records = warc_members(f.members[WARC])
    f.members[WARC] = b"".join(records[:-1])
    f.reindex()
    return f.insider()


@forgery("warc")
def warc_doubled_by_an_insider(f: Any, _: Any) -> bytes:
    f.members[WARC] *= 2
    f.reindex()
    return f.insider()


@forgery("warc")
def warc_cut_by_an_insider(f: Any, _: Any) -> bytes:
    f.members[WARC] = f.members[WARC][:-60]
    return f.insider()


@forgery("warc")
def rubbish_after_the_warc(f: Any, _: Any) -> bytes:
    f.members[WARC] += b"rubbish"
    return f.insider()


@forgery("warc")
def hidden_bytes_inside_a_record(f: Any, _: Any) -> bytes:
    records = warc_members(f.members[WARC])
    records[-1] = gzip.compress(gzip.decompress(records[-1]) + b"hidden")
    f.members[WARC] = b"".join(records)
    return f.insider()


@forgery("warc")
def address_of_an_exchange_changed(f: Any, _: Any) -> bytes:
    content = f.members["evidence/exchanges.jsonl"].replace(b'"address":"127.0.0.1"', b'"address":"8.8.8.8"')
    f.members["evidence/exchanges.jsonl"] = content
    return f.insider()


@forgery("warc")
def exchange_left_out(f: Any, _: Any) -> bytes:
    lines = f.members["evidence/exchanges.jsonl"].splitlines(keepends=True)
    f.members["evidence/exchanges.jsonl"] = b"".join(lines[:-1])
    return f.insider()


@forgery("warc")
def target_addresses_rewritten(f: Any, _: Any) -> bytes:
    f.members[WARC] = rewarc(f, b"WARC-Target-URI: http://127.0.0.1", b"WARC-Target-URI: http://127.0.0.2")
    f.reindex()
    return f.insider()


@forgery("warc")
def bomb_in_the_warc(f: Any, _: Any) -> bytes:
    size = 1100 << 20
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(f"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: {size}\r\n\r\n".encode())
    head += packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + zeros * 1100
    f.members[WARC] += bomb
    return f.insider()


@forgery("index")
def bomb_in_the_index(f: Any, _: Any) -> bytes:
    f.members["indexes/index.cdx.gz"] = gzip.compress(bytes(80 << 20))
    return f.insider()


@forgery("index")
def index_line_left_out(f: Any, _: Any) -> bytes:
    lines = gzip.decompress(f.members["indexes/index.cdx.gz"]).splitlines(keepends=True)
    f.members["indexes/index.cdx.gz"] = gzip.compress(b"".join(lines[1:]))
    return f.insider()


@forgery("index")
def index_of_index_pointing_elsewhere(f: Any, _: Any) -> bytes:
    f.members["indexes/index.idx"] = f.members["indexes/index.idx"].replace(b'"offset": 0', b'"offset": 9')
    return f.insider()


@forgery("pages")
def page_list_showing_another_address(f: Any, _: Any) -> bytes:
    f.members["pages/pages.jsonl"] = f.members["pages/pages.jsonl"].replace(b"127.0.0.1", b"127.0.0.2")
    return f.insider()


@forgery("pages")
def address_never_visited(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(navigation=[[200, "http://another.example/"]], url="http://another.example/"))
    return f.insider()


@forgery("pages")
def capture_of_one_address_sold_as_another(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(url="https://another.example/"))
    return f.insider()


@forgery("pages")
def snapshot_of_another_page(f: Any, _: Any) -> bytes:
    f.members["evidence/page.mhtml"] = f.members["evidence/page.mhtml"].replace(
        b"Snapshot-Content-Location: http://127", b"Snapshot-Content-Location: http://128", 1
    )
    return f.insider()


@forgery("pages")
def screenshot_taken_elsewhere(f: Any, _: Any) -> bytes:
    lines = f.members["evidence/visit.jsonl"].splitlines(keepends=True)
    changed = [line.replace(b"127.0.0.1", b"127.0.0.2") if b'"screenshot"' in line else line for line in lines]
    f.members["evidence/visit.jsonl"] = b"".join(changed)
    return f.insider()


@forgery("pages")
def screenshot_that_is_no_picture(f: Any, _: Any) -> bytes:
    f.members["evidence/screenshot.png"] = b"not a picture"
    return f.insider()


@forgery("state")
def complete_without_a_screenshot(f: Any, _: Any) -> bytes:
    del f.members["evidence/screenshot.png"]
    f.edit_manifest(lambda m: m.update(artefacts=[a for a in m["artefacts"] if a["role"] != "screenshot"]))
    return f.insider()


@forgery("state")
def complete_with_something_missing(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(missing=["整页截图"]))
    return f.insider()


@forgery("state")
def partial_without_saying_what(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(state="partial"))
    return f.insider()


@forgery("state")
def failed_capture_packed_as_evidence(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(state="failed", missing=["全部"]))
    return f.insider()
