"""What somebody with the office's own keys could try: content that does not fit together, and bombs under a good seal."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import Any

from evidence.keys import KeyPair
from evidence.signing import KeySigner
from evidence.standalone.verify import canonical
from tests.attacks.forging import WARC, edit_json, edit_lines, forgery, warc_record

MANIFEST = "evidence/manifest.json"


# --- the manifest: JSON that makes a reader fall over ---------------------------------------------------------------------


def _raw_manifest(f: Any, before: bytes, after: bytes) -> bytes:
    assert before in f.members[MANIFEST]
    f.members[MANIFEST] = f.members[MANIFEST].replace(before, after, 1)
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def manifest_with_an_endless_number(f: Any, _: Any) -> bytes:
    return _raw_manifest(f, b'"missing":[]', b'"missing":[' + b"9" * 1_000_000 + b"]")


@forgery("manifest")
def manifest_nested_four_hundred_deep(f: Any, _: Any) -> bytes:
    return _raw_manifest(f, b'"missing":[]', b'"missing":' + b"[" * 450 + b"]" * 450)


@forgery("manifest")
def manifest_of_ten_megabytes(f: Any, _: Any) -> bytes:
    return _raw_manifest(f, b'"missing":[]', b'"missing":[' + b'{"a":0},' * 1_250_000 + b"0]")


@forgery("manifest")
def manifest_with_half_a_character(f: Any, _: Any) -> bytes:
    return _raw_manifest(f, b'"missing":[]', b'"missing":["\\ud800"]')


@forgery("manifest")
def manifest_with_not_a_number(f: Any, _: Any) -> bytes:
    return _raw_manifest(f, b'"missing":[]', b'"missing":[NaN]')


@forgery("manifest")
def manifest_in_another_encoding(f: Any, _: Any) -> bytes:
    f.members[MANIFEST] = f.members[MANIFEST].decode().encode("utf-16")
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def manifest_behind_a_byte_order_mark(f: Any, _: Any) -> bytes:
    f.members[MANIFEST] = b"\xef\xbb\xbf" + f.members[MANIFEST]
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def manifest_that_is_a_list(f: Any, _: Any) -> bytes:
    f.members[MANIFEST] = b"[]"
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def digest_in_capitals(f: Any, _: Any) -> bytes:
    f.edit_manifest(
        lambda m: m["artefacts"][0]["digests"].update(sha256=m["artefacts"][0]["digests"]["sha256"].upper())
    )
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def size_that_is_a_truth_value(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0]["digests"].update(size_bytes=True))
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def times_in_other_digits(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at=m["started_at"].replace("2", "\u0662", 1)))
    return f.insider()


@forgery("manifest")
def thirtieth_of_february(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at="2020-02-30T00:00:00Z"))
    return f.insider()


@forgery("manifest")
def ends_before_it_begins(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at=m["finished_at"], finished_at=m["started_at"]))
    return f.insider()


@forgery("manifest")
def artefact_outside_the_package(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(path="../../etc/passwd"))
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def digests_of_another_algorithm(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0]["digests"].update(md5="0" * 32))
    f.sign_as_is()
    return f.box()


@forgery("manifest")
def policy_that_asks_for_nothing(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["policy"].update(required=[], optional=[*m["policy"]["required"]]))
    return f.insider()


@forgery("signature")
def missing_list_emptied(f: Any, _: Any) -> bytes:
    """A partial capture made to look whole by somebody without the key."""
    f.edit_manifest(lambda m: m.update(state="partial", missing=["整页截图（超时）"]))
    f.insider()
    f.edit_manifest(lambda m: m.update(state="complete", missing=[]))
    return f.rehashed()


# --- what stands in two places --------------------------------------------------------------------------------------------


@forgery("agreement")
def environment_file_replaced(f: Any, _: Any) -> bytes:
    edit_json(f, "evidence/environment.json", lambda e: e.update(software="网鉴 9.9"))
    return f.insider()


@forgery("agreement")
def pictures_swapped(f: Any, _: Any) -> bytes:
    whole, first = "evidence/screenshot.png", "evidence/viewport.png"
    f.members[whole], f.members[first] = f.members[first], _taller(f.members[whole])
    return f.insider()


@forgery("pages")
def picture_with_another_head(f: Any, _: Any) -> bytes:
    f.members["evidence/viewport.png"] = b"GIF89a" + f.members["evidence/viewport.png"]
    return f.insider()


@forgery("agreement")
def document_of_another_page(f: Any, _: Any) -> bytes:
    f.members["evidence/page.txt"] = "\n".join(f"第 {n} 行：完全不同的商品 {n * n}" for n in range(9)).encode() + b"\n"
    return f.insider()


@forgery("agreement")
def list_of_digests_of_other_files(f: Any, _: Any) -> bytes:
    edit_lines(f, "evidence/sha256sums.txt", lambda lines: [lines[0][::-1].strip() + b"\n", *lines[1:]])
    return f.insider(relist=False)


@forgery("agreement")
def list_of_digests_cut_short(f: Any, _: Any) -> bytes:
    edit_lines(f, "evidence/sm3sums.txt", lambda lines: lines[:-1])
    return f.insider(relist=False)


@forgery("agreement")
def lead_of_another_capture(f: Any, _: Any) -> bytes:
    told = {"format": "wangjian-context/1", "capture_id": "capture_other", "lead_id": "", "lead": None}
    _add(f, "evidence/context.json", "lead-context", canonical(told))
    return f.insider()


@forgery("agreement")
def graph_with_other_digests(f: Any, _: Any) -> bytes:
    facets = [
        {"uco-observable:filePath": "evidence/page.html"},
        {"uco-observable:hash": {"uco-types:hashValue": {"@value": "0" * 64}}},
    ]
    graph = {"@graph": [{"@type": "uco-observable:File", "uco-core:hasFacet": facets}]}
    _add(f, "evidence/case.jsonld", "case", canonical(graph))
    return f.insider()


@forgery("pages")
def host_name_of_a_hundred_thousand_letters(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(url="http://" + "ä" * 100_000 + "/"))
    return f.insider()


@forgery("agreement")
def document_of_endless_numbers(f: Any, _: Any) -> bytes:
    """And a text nearly found everywhere in it."""
    f.members["evidence/page.html"] = b"&#" + b"9" * 1_000_000 + b";" + b"a" * 1_000_000
    f.members["evidence/page.txt"] = b"".join(b"a" * 40 + b"%d" % number + b"a" * 5000 + b"\n" for number in range(12))
    return f.insider()


@forgery("pages")
def snapshot_that_names_no_address(f: Any, _: Any) -> bytes:
    f.members["evidence/page.mhtml"] = b"From: <Saved by Blink>\r\n\r\n"
    return f.insider()


@forgery("pages")
def status_of_the_page_changed(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(navigation=[[404, m["navigation"][0][1]]]))
    return f.insider()


@forgery("pages")
def second_page_in_the_page_list(f: Any, _: Any) -> bytes:
    f.members["pages/pages.jsonl"] += canonical({"id": "x", "url": "http://another.example/"}) + b"\n"
    return f.insider()


# --- the WARC -------------------------------------------------------------------------------------------------------------


@forgery("warc")
def resource_record_slipped_in(f: Any, _: Any) -> bytes:
    """It stands in no list of exchanges; a replay tool that makes its own index would show it."""
    f.members[WARC] += warc_record("resource", b"<h1>fake</h1>", WARC_Target_URI="http://127.0.0.1/", WARC_Date="x")
    f.reindex()
    return f.insider()


@forgery("warc")
def revisit_record_slipped_in(f: Any, _: Any) -> bytes:
    f.members[WARC] += warc_record("revisit", b"HTTP/1.1 200 OK\r\n\r\n", WARC_Target_URI="http://127.0.0.1/")
    return f.insider()


@forgery("warc")
def answer_nobody_asked_for(f: Any, _: Any) -> bytes:
    f.members[WARC] += warc_record("response", b"HTTP/1.1 200 OK\r\n\r\n<h1>fake</h1>", WARC_Target_URI="http://x/")
    f.reindex()
    return f.insider()


@forgery("warc")
def record_with_a_negative_length(f: Any, _: Any) -> bytes:
    f.members[WARC] += gzip.compress(b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: -4\r\n\r\n\r\n\r\n")
    return f.insider()


@forgery("warc")
def record_with_an_endless_length(f: Any, _: Any) -> bytes:
    length = b"9" * 400_000
    f.members[WARC] += gzip.compress(b"WARC/1.1\r\nContent-Length: " + length + b"\r\n\r\n\r\n\r\n")
    return f.insider()


@forgery("warc")
def record_without_a_length(f: Any, _: Any) -> bytes:
    f.members[WARC] += gzip.compress(b"WARC/1.1\r\nWARC-Type: metadata\r\n\r\n\r\n\r\n")
    return f.insider()


@forgery("warc")
def record_with_a_field_twice(f: Any, _: Any) -> bytes:
    head = b"WARC/1.1\r\nWARC-Type: response\r\nwarc-type: metadata\r\nContent-Length: 0\r\n\r\n"
    f.members[WARC] += gzip.compress(head + b"\r\n\r\n")
    return f.insider()


@forgery("warc")
def record_head_without_an_end(f: Any, _: Any) -> bytes:
    f.members[WARC] += gzip.compress(b"WARC/1.1\r\nX: " + bytes(5 << 20))
    return f.insider()


@forgery("warc")
def record_head_that_is_no_text(f: Any, _: Any) -> bytes:
    f.members[WARC] += gzip.compress(b"WARC/1.1\r\nX: \xff\xfe\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    return f.insider()


@forgery("warc")
def two_records_in_one_gzip_member(f: Any, _: Any) -> bytes:
    one = gzip.decompress(warc_record("metadata", b"x"))
    f.members[WARC] += gzip.compress(one + one)
    return f.insider()


@forgery("warc")
def a_hundred_thousand_tiny_records(f: Any, _: Any) -> bytes:
    tiny = gzip.compress(b"WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    f.members[WARC] += tiny * 100_000
    return f.insider()


@forgery("warc")
def records_with_heads_of_half_a_megabyte(f: Any, _: Any) -> bytes:
    head = b"WARC/1.1\r\nWARC-Target-URI: " + b"a" * 500_000 + b"\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    f.members[WARC] += gzip.compress(head) * 200
    return f.insider()


@forgery("warc")
def deflate_stream_that_is_broken(f: Any, _: Any) -> bytes:
    content = bytearray(f.members[WARC])
    content[-20] ^= 0xFF
    f.members[WARC] = bytes(content)
    return f.insider()


@forgery("warc")
def exchanges_of_empty_lines(f: Any, _: Any) -> bytes:
    f.members["evidence/exchanges.jsonl"] = b"\n" * (20 << 20)
    return f.insider()


@forgery("warc")
def exchange_in_one_endless_line(f: Any, _: Any) -> bytes:
    f.members["evidence/exchanges.jsonl"] = b"[" + b"0," * (2 << 20) + b"0]\n"
    return f.insider()


@forgery("warc")
def exchanges_beyond_what_fits_in_memory(f: Any, _: Any) -> bytes:
    f.members["evidence/exchanges.jsonl"] += b" " * (33 << 20) + b"\n"
    return f.insider()


@forgery("warc")
def exchange_with_half_a_character(f: Any, _: Any) -> bytes:
    content = f.members["evidence/exchanges.jsonl"]
    f.members["evidence/exchanges.jsonl"] = content.replace(b'"url":"http', b'"url":"\\ud800\\u001b[2Jhttp', 1)
    return f.insider()


# --- the index ------------------------------------------------------------------------------------------------------------


@forgery("index")
def index_line_added(f: Any, _: Any) -> bytes:
    text = gzip.decompress(f.members["indexes/index.cdx.gz"])
    f.members["indexes/index.cdx.gz"] = gzip.compress(text + text.replace(b"127.0.0.1", b"128.0.0.1"))
    return f.insider()


@forgery("index")
def index_lines_in_another_order(f: Any, _: Any) -> bytes:
    lines = gzip.decompress(f.members["indexes/index.cdx.gz"]).splitlines(keepends=True)
    f.members["indexes/index.cdx.gz"] = gzip.compress(b"".join(reversed(lines)))
    return f.insider()


@forgery("index")
def second_gzip_member_after_the_index(f: Any, _: Any) -> bytes:
    f.members["indexes/index.cdx.gz"] += gzip.compress(b"hidden")
    return f.insider()


@forgery("index")
def index_cut_short(f: Any, _: Any) -> bytes:
    f.members["indexes/index.cdx.gz"] = f.members["indexes/index.cdx.gz"][:-9]
    return f.insider()


# --- custody --------------------------------------------------------------------------------------------------------------


def _chain(f: Any) -> list[dict[str, Any]]:
    """The capture's event, and two after it, rightly linked."""
    events = [json.loads(line) for line in f.members["evidence/custody.jsonl"].splitlines()]
    for action in ("查看", "核验"):
        last = events[-1]
        event = {**last, "sequence": last["sequence"] + 1, "action": action, "previous_sha256": last["event_sha256"]}
        event["previous_sm3"] = last["event_sm3"]
        body = canonical({name: value for name, value in event.items() if name not in ("event_sha256", "event_sm3")})
        found = f.digests(body)
        events.append({**event, "event_sha256": found["sha256"], "event_sm3": found["sm3"]})
    return events


def _with_chain(f: Any, events: list[dict[str, Any]]) -> bytes:
    f.members["evidence/custody.jsonl"] = b"".join(canonical(event) + b"\n" for event in events)
    f.edit_manifest(lambda m: m.update(custody_head_sha256=events[-1]["event_sha256"]))
    return f.insider()


@forgery("custody")
def custody_reordered(f: Any, _: Any) -> bytes:
    first, second, third = _chain(f)[-3:]
    return _with_chain(f, [second, first, third])


@forgery("custody")
def custody_event_twice(f: Any, _: Any) -> bytes:
    first, second, _third = _chain(f)[-3:]
    return _with_chain(f, [first, second, second])


@forgery("custody")
def custody_renumbered_after_a_drop(f: Any, _: Any) -> bytes:
    first, _second, third = _chain(f)[-3:]
    third["sequence"] = first["sequence"] + 1
    body = canonical({name: value for name, value in third.items() if name not in ("event_sha256", "event_sm3")})
    found = f.digests(body)
    third.update(event_sha256=found["sha256"], event_sm3=found["sm3"])
    return _with_chain(f, [first, third])


@forgery("custody")
def custody_without_the_capture(f: Any, _: Any) -> bytes:
    return _with_chain(f, _chain(f)[-2:])


@forgery("custody")
def custody_sm3_from_elsewhere(f: Any, _: Any) -> bytes:
    events = _chain(f)
    events[-1]["event_sm3"] = "0" * 64
    return _with_chain(f, events)


@forgery("custody")
def custody_that_is_no_object(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = b"[]\n"
    return f.insider()


# --- keys -----------------------------------------------------------------------------------------------------------------


@forgery("signature")
def signature_with_sha1(f: Any, _: Any) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = f.house.signer._pair.key
    f.members["evidence/manifest.sig"] = key.sign(f.members[MANIFEST], ec.ECDSA(hashes.SHA1()))
    return f.rehashed()


@forgery("signature")
def signature_over_something_else_we_signed(f: Any, _: Any) -> bytes:
    """The signature of the whole package, used for the manifest."""
    digest = json.loads(f.members["datapackage-digest.json"])
    f.members["evidence/manifest.sig"] = bytes.fromhex(digest["wangjian_signature"])
    f.rehash_datapackage()
    return f.box()


@forgery("signature")
def certificate_issued_by_our_own_leaf(f: Any, _: Any) -> bytes:
    """A key of the forger's, certified by the office's signing key, which may not certify."""
    from tests.attacks.certifying import certify

    leaf = f.house.signer._pair
    key, certificate = certify(issuer=leaf.certificates[0], issuer_key=leaf.key)
    return f.signed_by(KeySigner(KeyPair(key=key, certificates=(certificate, *leaf.certificates))))


@forgery("signature")
def certificate_that_had_expired(f: Any, _: Any) -> bytes:
    from tests.attacks.certifying import certify, trusted_root

    root_key, root = trusted_root(f)
    key, certificate = certify(issuer=root, issuer_key=root_key, until=datetime(2026, 1, 1, tzinfo=UTC))
    return f.signed_by(KeySigner(KeyPair(key=key, certificates=(certificate, root))))


@forgery("signature")
def key_of_a_kind_that_is_too_weak(f: Any, _: Any) -> bytes:
    from tests.attacks.certifying import certify, trusted_root, weak_key

    root_key, root = trusted_root(f)
    key, certificate = certify(issuer=root, issuer_key=root_key, key=weak_key())
    return f.signed_by(KeySigner(KeyPair(key=key, certificates=(certificate, root))))


@forgery("signature")
def a_maze_of_certificates(f: Any, _: Any) -> bytes:
    """Many authorities of one name and key: every order of them is a chain that ends nowhere."""
    from tests.attacks.certifying import maze

    return f.signed_by(maze())


def _add(f: Any, path: str, role: str, content: bytes) -> None:
    f.members[path] = content

    def change(manifest: dict[str, Any]) -> None:
        manifest["artefacts"] = [one for one in manifest["artefacts"] if one["path"] != path]
        manifest["artefacts"].append({**manifest["artefacts"][0], "path": path, "role": role})
        manifest["artefacts"].sort(key=lambda one: one["path"])

    f.edit_manifest(change)


def _taller(picture: bytes) -> bytes:
    """The same picture said to be of twice the height."""
    height = int.from_bytes(picture[20:24], "big") * 2
    head = picture[12:20] + height.to_bytes(4, "big") + picture[24:29]
    return picture[:12] + head + zlib.crc32(head).to_bytes(4, "big") + picture[33:]
