"""Named forgeries of a package: each is refused by both verifiers, by the check that is there for it.

`outsider` forgeries have every digest made right again but no key; `insider` ones are signed and stamped with the
office's own keys, so that only the cross-checks of content can refuse them.
"""

from __future__ import annotations

import copy
import functools
import gzip
import hashlib
import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from evidence.standalone.verify import FAILED, OpensslTrust, examine
from evidence.verify import verify_package
from records.evidence import CheckResult
from tests.attacks import forgeries_by_insiders, forgeries_of_containers, forgeries_of_logs
from tests.attacks.forging import BOMBS, FORGERIES, WARC, forgery, raw_zip, zip_bytes

pytestmark = pytest.mark.browser
assert forgeries_by_insiders, forgeries_of_containers
assert forgeries_of_logs

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


# --- what is commonly tried on a package, one by one -----------------------------------------------------------------


@forgery("container")
def one_byte_of_the_warc_flipped(f: Any, _: Any) -> bytes:
    at = f.house.package.find(f.members[WARC]) + 500
    return f.house.package[:at] + bytes([f.house.package[at] ^ 1]) + f.house.package[at + 1 :]


@forgery("members")
def warc_deleted(f: Any, _: Any) -> bytes:
    del f.members[WARC]
    f.rehash_datapackage()
    return f.box()


@forgery("members")
def index_deleted(f: Any, _: Any) -> bytes:
    del f.members["indexes/index.cdx.gz"]
    f.rehash_datapackage()
    return f.box()


@forgery("members")
def pages_deleted(f: Any, _: Any) -> bytes:
    del f.members["pages/pages.jsonl"]
    f.rehash_datapackage()
    return f.box()


@forgery("members")
def package_signature_file_dropped(f: Any, _: Any) -> bytes:
    del f.members["datapackage-digest.json"]
    return f.box()


@forgery("datapackage")
def warc_edited_and_signature_dropped(f: Any, _: Any) -> bytes:
    f.members[WARC] = _rewarc(f, b"\xe4\xb8\x80\xe7\xba\xa7", b"\xe4\xba\x8c\xe7\xba\xa7")
    f.reindex()
    f.rehash_manifest()
    f.rehash_datapackage()
    found = json.loads(f.members["datapackage-digest.json"])
    del found["wangjian_signature"]
    f.members["datapackage-digest.json"] = json.dumps(found).encode()
    return f.box()


@forgery("members")
def unlisted_file_without_extension(f: Any, _: Any) -> bytes:
    f.members["archive/extra"] = b"planted"
    return f.box()


@forgery("members")
def unlisted_file_listed_in_datapackage_only(f: Any, _: Any) -> bytes:
    f.members["archive/extra.warc.gz"] = f.members[WARC]
    f.rehash_datapackage()
    return f.box()


@forgery("container")
def duplicate_entry_fake_first(f: Any, _: Any) -> bytes:
    content = f.members
    parts = [(name, content[name]) for name in sorted(content)]
    return raw_zip([(WARC, b"fake"), *parts])


@forgery("datapackage")
def digests_downgraded_to_md5(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage.json"])
    for resource in found["resources"]:
        resource["hash"] = "md5:" + hashlib.md5(f.members[resource["path"]]).hexdigest()
    f.members["datapackage.json"] = json.dumps(found).encode()
    f.set_digest()
    return f.box()


@forgery("container")
def warc_stored_with_deflate(f: Any, _: Any) -> bytes:
    return zip_bytes(f.members, method=zipfile.ZIP_DEFLATED)


@forgery("signature")
def index_pointing_elsewhere(f: Any, _: Any) -> bytes:
    text = gzip.decompress(f.members["indexes/index.cdx.gz"]).replace(b"127.0.0.1", b"127.0.0.2")
    f.members["indexes/index.cdx.gz"] = gzip.compress(text)
    return f.rehashed()


@forgery("datapackage")
def signed_data_removed_from_digest_file(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage-digest.json"])
    del found["wangjian_signature"]
    f.members["datapackage-digest.json"] = json.dumps(found).encode()
    return f.box()


# --- the container --------------------------------------------------------------------------------------------------------


@forgery("container")
def bytes_appended(f: Any, _: Any) -> bytes:
    return f.house.package + b"\0"


@forgery("container")
def bytes_prepended(f: Any, _: Any) -> bytes:
    return b"#!/bin/sh\n" + f.house.package


@forgery("container")
def archive_comment_added(f: Any, _: Any) -> bytes:
    return f.house.package[:-2] + b"\x05\0hello"


@forgery("container")
def truncated_by_sixty_bytes(f: Any, _: Any) -> bytes:
    return f.house.package[:-60]


@forgery("container")
def truncated_in_the_middle(f: Any, _: Any) -> bytes:
    return f.house.package[: len(f.house.package) // 2]


@forgery("container")
def second_archive_appended(f: Any, _: Any) -> bytes:
    return f.house.package + f.house.other


@forgery("container")
def gap_between_members(f: Any, _: Any) -> bytes:
    return raw_zip([(name, f.members[name]) for name in sorted(f.members)], gap=b"hidden")


@forgery("container")
def local_header_names_another_file(f: Any, _: Any) -> bytes:
    return f.house.package.replace(b"evidence/screenshot.png", b"evidence/screenshoo.png", 1)


@forgery("container")
def central_directory_names_another_file(f: Any, _: Any) -> bytes:
    at = f.house.package.rfind(b"evidence/screenshot.png")
    return f.house.package[:at] + b"evidence/screenshou.png" + f.house.package[at + 23 :]


@forgery("container")
def member_climbing_out_of_the_folder(f: Any, _: Any) -> bytes:
    f.members["../evil"] = b"x"
    return f.box()


@forgery("container")
def member_with_absolute_name(f: Any, _: Any) -> bytes:
    f.members["/etc/passwd"] = b"x"
    return f.box()


@forgery("container")
def member_in_a_deeper_folder(f: Any, _: Any) -> bytes:
    f.members["evidence/a/b.txt"] = b"x"
    return f.box()


@forgery("container")
def member_differing_by_case_only(f: Any, _: Any) -> bytes:
    f.members["evidence/Screenshot.png"] = b"x"
    return f.box()


@forgery("container")
def member_with_a_bidi_name(f: Any, _: Any) -> bytes:
    return zip_bytes({**f.members, "evidence/\u202egnp.exe": b"x"})


@forgery("container")
def dates_set_in_headers(f: Any, _: Any) -> bytes:
    return zip_bytes(f.members, date=(2020, 1, 1, 0, 0, 0))


@forgery("container")
def extra_field_added(f: Any, _: Any) -> bytes:
    return zip_bytes(f.members, extra=b"\x99\x99\x04\0data")


@forgery("container")
def members_out_of_order(f: Any, _: Any) -> bytes:
    return raw_zip([(name, f.members[name]) for name in sorted(f.members, reverse=True)])


@forgery("container")
def marked_as_encrypted(f: Any, _: Any) -> bytes:
    return f.house.package[:6] + b"\x01\0" + f.house.package[8:]


@forgery("container")
def count_of_members_lies(f: Any, _: Any) -> bytes:
    count = struct.unpack("<H", f.house.package[-12:-10])[0] - 1
    return f.house.package[:-14] + struct.pack("<2H", count, count) + f.house.package[-10:]


@forgery("container")
def claims_several_disks(f: Any, _: Any) -> bytes:
    return f.house.package[:-18] + b"\x01\0" + f.house.package[-16:]


@forgery("container")
def not_a_package_at_all(f: Any, _: Any) -> bytes:
    return f.members["evidence/screenshot.png"]


@forgery("container")
def empty_file(_: Any, __: Any) -> bytes:
    return b""


@forgery("container")
def a_hundred_thousand_members_claimed(f: Any, _: Any) -> bytes:
    return f.house.package[:-14] + b"\xff\xff\xff\xff" + f.house.package[-10:]


# --- manifest and digests, every digest made right again -----------------------------------------------------------------


@forgery("digests")
def screenshot_replaced(f: Any, _: Any) -> bytes:
    f.members["evidence/screenshot.png"] = f.members["evidence/screenshot.png"][::-1]
    f.rehash_datapackage()
    return f.box()


@forgery("digests")
def sm3_left_wrong(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0]["digests"].update(sm3="0" * 64))
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("signature")
def dom_edited_and_rehashed(f: Any, _: Any) -> bytes:
    f.members["evidence/page.html"] += b"<p>added</p>"
    return f.rehashed()


@forgery("signature")
def address_rewritten_everywhere(f: Any, _: Any) -> bytes:
    def change(manifest: dict[str, Any]) -> None:
        manifest["url"] = manifest["final_url"] = "https://another.example/"

    f.edit_manifest(change)
    return f.rehashed()


@forgery("signature")
def time_of_capture_moved(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at="2020-01-01T00:00:00Z"))
    return f.rehashed()


@forgery("signature")
def operator_renamed(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(operator="李四"))
    return f.rehashed()


@forgery("signature")
def environment_embellished(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["environment"].update(clock_offset_1="国家授时中心：相差 0 毫秒"))
    return f.rehashed()


@forgery("manifest")
def manifest_written_with_spaces(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.json"] = json.dumps(f.manifest, ensure_ascii=False).encode()
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def manifest_with_a_field_twice(f: Any, _: Any) -> bytes:
    content = f.members["evidence/manifest.json"]
    f.members["evidence/manifest.json"] = content[:-1] + b',"url":"https://another.example/"}'
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def manifest_with_an_unknown_field(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(note="x"))
    return f.insider()


@forgery("manifest")
def manifest_of_another_format(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(format="wangjian-manifest/0"))
    return f.insider()


@forgery("manifest")
def manifest_nested_without_end(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.json"] = b"[" * 200_000
    return f.box()


@forgery("manifest")
def manifest_with_floats(f: Any, _: Any) -> bytes:
    content = f.members["evidence/manifest.json"].replace(b'"lead_id":""', b'"lead_id":1.5')
    f.members["evidence/manifest.json"] = content
    return f.box()


@forgery("manifest")
def artefact_listed_twice(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"].append(m["artefacts"][0]))
    return f.insider()


@forgery("manifest")
def artefact_without_digests(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(digests=None))
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def artefact_made_at_no_time(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(made_at="yesterday"))
    return f.insider()


@forgery("manifest")
def missing_parts_that_are_no_words(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(missing=[1]))
    return f.insider()


@forgery("manifest")
def operator_that_is_no_text(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(operator=["张三"]))
    return f.insider()


@forgery("members")
def custody_not_listed(f: Any, _: Any) -> bytes:
    del f.members["evidence/custody.jsonl"]
    f.edit_manifest(lambda m: m.update(artefacts=[a for a in m["artefacts"] if a["role"] != "custody"]))
    return f.insider()


@forgery("members")
def role_moved_to_another_place(f: Any, _: Any) -> bytes:
    f.members["evidence/shot.png"] = f.members.pop("evidence/screenshot.png")

    def change(manifest: dict[str, Any]) -> None:
        for artefact in manifest["artefacts"]:
            if artefact["role"] == "screenshot":
                artefact["path"] = "evidence/shot.png"

    f.edit_manifest(change)
    return f.insider()


@forgery("datapackage")
def title_changed_in_datapackage(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage.json"])
    found["title"] = "另一个标题"
    f.members["datapackage.json"] = json.dumps(found, ensure_ascii=False).encode()
    f.set_digest()
    return f.box()


# --- signature --------------------------------------------------------------------------------------------------------------


@forgery("members")
def manifest_signature_dropped(f: Any, _: Any) -> bytes:
    del f.members["evidence/manifest.sig"]
    f.rehash_datapackage()
    return f.box()


@forgery("signature")
def manifest_signature_emptied(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.sig"] = b""
    return f.rehashed()


@forgery("signature")
def signature_of_another_package(f: Any, _: Any) -> bytes:
    from_other = type(f)({**_members(f.house.other)}, f.house)
    f.members["evidence/manifest.sig"] = from_other.members["evidence/manifest.sig"]
    return f.rehashed()


@forgery("signature")
def twin_of_the_signature(f: Any, _: Any) -> bytes:
    r, s = decode_dss_signature(f.members["evidence/manifest.sig"])
    f.members["evidence/manifest.sig"] = encode_dss_signature(r, ORDER - s)
    f.rehash_datapackage()
    return f.box()


@forgery("package-signature")
def twin_of_the_package_signature(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage-digest.json"])
    r, s = decode_dss_signature(bytes.fromhex(found["wangjian_signature"]))
    f.set_digest(signature=encode_dss_signature(r, ORDER - s).hex())
    return f.box()


@forgery("package-signature")
def package_signature_in_capitals(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage-digest.json"])
    f.set_digest(signature=found["wangjian_signature"].upper())
    return f.box()


@forgery("signature")
def all_signed_anew_by_a_stranger(f: Any, stranger: Any) -> bytes:
    f.members["evidence/certificates.pem"] = stranger.signer.certificate_pem.encode()
    f.rehash_manifest()
    f.sign(stranger.signer, stranger.authority)
    return f.box()


@forgery("signature")
def stranger_leaf_under_our_root_certificate(f: Any, stranger: Any) -> bytes:
    theirs = stranger.signer.certificate_pem.split("-----END CERTIFICATE-----\n")[0] + "-----END CERTIFICATE-----\n"
    ours = f.house.signer.certificate_pem.split("-----END CERTIFICATE-----\n")[1] + "-----END CERTIFICATE-----\n"
    f.members["evidence/certificates.pem"] = (theirs + ours).encode()
    f.rehash_manifest()
    f.sign(stranger.signer, f.house.authority)
    return f.box()


@forgery("signature")
def signed_with_the_time_stamp_key(f: Any, _: Any) -> bytes:
    authority = f.house.authority
    chain = [pem.armor("CERTIFICATE", found.dump()) for found in authority._certificates]
    f.members["evidence/certificates.pem"] = b"".join(chain)
    f.rehash_manifest()
    f.sign(_with_key(f.house.signer, authority._key), authority)
    return f.box()


@forgery("signature")
def certificates_replaced_by_rubbish(f: Any, _: Any) -> bytes:
    f.members["evidence/certificates.pem"] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    return f.rehashed()


# --- time stamp --------------------------------------------------------------------------------------------------------------


@forgery("package-signature")
def token_dropped(f: Any, _: Any) -> bytes:
    del f.members["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_of_another_package(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = _members(f.house.other)["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_by_a_stranger(f: Any, stranger: Any) -> bytes:
    sha256 = hashlib.sha256(f.members["evidence/manifest.json"]).hexdigest()
    f.members["evidence/timestamp-1.tsr"] = stranger.authority.stamp(sha256)
    f.sign(f.house.signer)
    return f.box()


@forgery("package-signature")
def certificate_injected_into_the_token(f: Any, stranger: Any) -> bytes:
    answer = tsp.TimeStampResp.load(f.members["evidence/timestamp-1.tsr"])
    signed = answer["time_stamp_token"]["content"]
    extra = asn1_x509.Certificate.load(pem.unarmor(stranger.signer.certificate_pem.encode())[2])
    signed["certificates"] = cms.CertificateSet([*[c.chosen for c in signed["certificates"]], extra])
    f.members["evidence/timestamp-1.tsr"] = answer.dump(force=True)
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def time_inside_the_token_moved(f: Any, _: Any) -> bytes:
    token = f.members["evidence/timestamp-1.tsr"]
    year = str(datetime.now(UTC).year).encode()
    at = token.find(year)
    f.members["evidence/timestamp-1.tsr"] = token[:at] + b"2020" + token[at + 4 :]
    f.rehash_datapackage()
    return f.box()


@forgery("timestamp")
def token_replaced_by_a_rejection(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = f.house.authority.answer(b"rubbish")
    f.sign(f.house.signer)
    return f.box()


@forgery("timestamp")
def token_older_than_the_capture(f: Any, _: Any) -> bytes:
    f.edit_manifest(
        lambda m: m.update(finished_at=(datetime.now(UTC) + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
    return f.insider()


@forgery("members")
def token_number_skipped(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-3.tsr"] = f.members["evidence/timestamp-1.tsr"]
    f.sign(f.house.signer)
    return f.box()


# --- custody ----------------------------------------------------------------------------------------------------------------


@forgery("custody")
def custody_event_reworded(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = f.members["evidence/custody.jsonl"].replace("张三".encode(), "李四".encode())
    return f.insider()


@forgery("custody")
def custody_head_not_the_last_event(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(custody_head_sha256="0" * 64))
    return f.insider()


@forgery("custody")
def custody_emptied(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = b""
    return f.insider()


@forgery("custody")
def custody_of_another_capture(f: Any, _: Any) -> bytes:
    content = _members(f.house.other)["evidence/custody.jsonl"]
    f.members["evidence/custody.jsonl"] = content
    f.edit_manifest(lambda m: m.update(custody_head_sha256=json.loads(content)["event_sha256"]))
    return f.insider()


@forgery("custody")
def custody_cut_in_a_line(f: Any, _: Any) -> bytes:
    f.members["evidence/custody.jsonl"] = f.members["evidence/custody.jsonl"][:-40]
    return f.insider()


# --- content signed by an insider: the cross-checks -------------------------------------------------------------------------


@forgery("warc")
def answer_rewritten_by_an_insider(f: Any, _: Any) -> bytes:
    f.members[WARC] = _rewarc(f, "一级".encode(), "二级".encode())
    f.reindex()
    return f.insider()


@forgery("warc")
def record_dropped_by_an_insider(f: Any, _: Any) -> bytes:
    records = _warc_members(f.members[WARC])
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
    records = _warc_members(f.members[WARC])
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
    f.members[WARC] = _rewarc(f, b"WARC-Target-URI: http://127.0.0.1", b"WARC-Target-URI: http://127.0.0.2")
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


# --- they are refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_forgery_is_refused_by_both_verifiers(name: str, forger: Any, stranger: Any, package_path: Path) -> None:
    check_id, forge = FORGERIES[name]
    package_path.write_bytes(forge(forger, stranger))
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    assert not report.valid
    failed = {check.check_id for check in report.checks if check.result is CheckResult.FAILED}
    assert check_id in failed, [(c.check_id, c.result.value, c.detail) for c in report.checks]
    assert all(check.detail for check in report.checks if check.result is CheckResult.FAILED)
    if name in BOMBS:
        return
    alone = examine(str(package_path), _asking_openssl(forger.house.anchors_pem), now)
    assert not alone.valid
    assert check_id in {step.check_id for step in alone.steps if step.result == FAILED}, alone.steps


@functools.cache
def _asking_openssl(anchors_pem: str) -> OpensslTrust:
    """One for all: it remembers what the command said of a certificate, and starting a command is slow."""
    return OpensslTrust(anchors_pem)


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 180


def test_the_forger_itself_makes_no_difference(forger: Any, package_path: Path) -> None:
    """Taken apart and put together, signed anew by the office, the package holds: the forgeries fail for their reason."""
    package_path.write_bytes(copy.deepcopy(forger).box())
    assert package_path.read_bytes() == forger.house.package
    package_path.write_bytes(forger.insider())
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    assert report.valid, report.checks
    assert examine(str(package_path), OpensslTrust(forger.house.anchors_pem), now).valid


def test_every_byte_that_is_not_content_counts(house: Any, tmp_path: Path) -> None:
    """Headers and directory in full, where a lenient reader would look away: each byte of them, one after another."""
    path = tmp_path / "changed.wacz"
    start = house.package.find(b"PK\x01\x02")
    for at in [*range(50), *range(start, len(house.package), 7)]:
        package = bytearray(house.package)
        package[at] ^= 0x01
        path.write_bytes(package)
        assert not verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC)).valid, at


def _members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {name: found.read(name) for name in found.namelist()}


def _warc_members(content: bytes) -> list[bytes]:
    found = []
    while content:
        decoder = zlib.decompressobj(31)
        decoder.decompress(content)
        found.append(content[: len(content) - len(decoder.unused_data)])
        content = decoder.unused_data
    return found


def _rewarc(f: Any, before: bytes, after: bytes) -> bytes:
    """The WARC with text replaced, each record's own digests made right again (the lengths stay)."""
    made = []
    for packed in _warc_members(f.members[WARC]):
        head, _, rest = gzip.decompress(packed).replace(before, after).partition(b"\r\n\r\n")
        block = rest[:-4]
        lines = []
        for line in head.split(b"\r\n"):
            if line.startswith(b"WARC-Block-Digest"):
                line = b"WARC-Block-Digest: sha256:" + hashlib.sha256(block).hexdigest().encode()
            if line.startswith(b"WARC-Payload-Digest"):
                payload = block.partition(b"\r\n\r\n")[2]
                line = b"WARC-Payload-Digest: sha256:" + hashlib.sha256(payload).hexdigest().encode()
            lines.append(line)
        made.append(gzip.compress(b"\r\n".join(lines) + b"\r\n\r\n" + rest))
    return b"".join(made)


def _with_key(signer: Any, key: Any) -> Any:
    from evidence.keys import KeyPair
    from evidence.signing import KeySigner

    return KeySigner(KeyPair(key=key, certificates=signer._pair.certificates))
