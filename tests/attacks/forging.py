"""Named forgeries of a package and the tools to make them; `forgeries.py` has all of them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from evidence.standalone.verify import canonical, render_central, render_local

Forge = Callable[[Any, Any], bytes]
FORGERIES: dict[str, tuple[str, Forge]] = {}
WARC = "archive/data.warc.gz"
BOMBS = (
    "bomb_in_the_warc",
    "bomb_in_the_index",
    "records_with_heads_of_half_a_megabyte",
    "a_hundred_thousand_tiny_records",
    "exchanges_of_empty_lines",
    "exchanges_beyond_what_fits_in_memory",
    "exchange_in_one_endless_line",
    "manifest_of_ten_megabytes",
    "manifest_with_an_endless_number",
    "lengths_that_add_up_beyond_four_gigabytes",
)
"""Tried with the stand-alone program as a program, for what it takes (`test_bombs.py`)."""


def forgery(check_id: str) -> Callable[[Forge], Forge]:
    """Register a forgery under its function's name; `check_id` must be among the checks that fail."""

    def keep(forge: Forge) -> Forge:
        assert forge.__name__ not in FORGERIES
        FORGERIES[forge.__name__] = (check_id, forge)
        return forge

    return keep


def warc_record(kind: str, block: bytes, **headers: str) -> bytes:
    """One gzip member, its digest right."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:forged:{hashlib.sha256(kind.encode() + block).hexdigest()}>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Length": str(len(block)),
    }
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def warc_members(content: bytes) -> list[bytes]:
    """Each record of a WARC as it is packed."""
    found = []
    while content:
        decoder = zlib.decompressobj(31)
        decoder.decompress(content)
        found.append(content[: len(content) - len(decoder.unused_data)])
        content = decoder.unused_data
    return found


def rewarc(f: Any, before: bytes, after: bytes) -> bytes:
    """The WARC with text replaced, each record's own digests made right again (the lengths stay)."""
    made = []
    for packed in warc_members(f.members[WARC]):
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


def edit_json(f: Any, name: str, change: Callable[[Any], None]) -> None:
    """Change a canonical JSON member."""
    value = json.loads(f.members[name])
    change(value)
    f.members[name] = canonical(value)


def edit_lines(f: Any, name: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of a member."""
    f.members[name] = b"".join(change(f.members[name].splitlines(keepends=True)))


def zip_bytes(
    members: dict[str, bytes],
    *,
    method: int = zipfile.ZIP_STORED,
    date: tuple[int, int, int, int, int, int] = (1980, 1, 1, 0, 0, 0),
    extra: bytes = b"",
    change: Callable[[zipfile.ZipInfo], None] = lambda _: None,
) -> bytes:
    """The members as a lenient tool packs them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, date)
            info.compress_type, info.extra, info.create_system = method, extra, 0
            change(info)
            made.writestr(info, members[name])
    return out.getvalue()


def raw_zip(parts: list[tuple[str, bytes]], *, gap: bytes = b"") -> bytes:
    """A container whose headers are all as prescribed, whatever is put into it."""
    body, central = b"", b""
    for name, content in parts:
        crc = zlib.crc32(content)
        central += render_central(name, crc, len(content), len(body))
        body += render_local(name, crc, len(content)) + content + gap
    return body + central + end_record(len(parts), len(central), len(body))


def end_record(count: int, central: int, offset: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, central, offset, 0)
