"""What is commonly tried on a package: a file changed, left out, added or swapped, and its digests with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from typing import Any

from tests.attacks.forging import WARC, forgery, raw_zip, rewarc, zip_bytes


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
    f.members[WARC] = rewarc(f, b"\xe4\xb8\x80\xe7\xba\xa7", b"\xe4\xba\x8c\xe7\xba\xa7")
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
