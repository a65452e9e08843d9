"""What can be done to a ZIP container so that two programs read two packages from it, or one of them falls over."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from evidence.standalone.verify import MAX_BOX_BYTES, render_central, render_local
from tests.attacks.forging import WARC, end_record, forgery, raw_zip, zip_bytes


def _split(f: Any) -> tuple[bytes, bytes, bytes]:
    """Members, central directory and end record of the package."""
    package = f.house.package
    start = struct.unpack("<I", package[-6:-2])[0]
    return package[:start], package[start:-22], package[-22:]


@forgery("container")
def zip64_records_before_the_end(f: Any, _: Any) -> bytes:
    body, central, end = _split(f)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(central), len(body))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(body) + len(central), 1)
    return body + central + record + locator + end


@forgery("container")
def zip64_sizes_in_an_extra_field(f: Any, _: Any) -> bytes:
    return zip_bytes(f.members, extra=struct.pack("<2H2Q", 1, 16, 5, 5))


@forgery("container")
def data_descriptors_after_members(f: Any, _: Any) -> bytes:
    def change(info: Any) -> None:
        info.flag_bits |= 8

    return zip_bytes(f.members, change=change)


@forgery("container")
def comment_on_a_member(f: Any, _: Any) -> bytes:
    def change(info: Any) -> None:
        info.comment = b"hidden"

    return zip_bytes(f.members, change=change)


@forgery("container")
def symbolic_link_as_a_member(f: Any, _: Any) -> bytes:
    def change(info: Any) -> None:
        if info.filename == "evidence/screenshot.png":
            info.create_system, info.external_attr = 3, 0o120777 << 16

    f.members["evidence/screenshot.png"] = b"/etc/passwd"
    return zip_bytes(f.members, change=change)


@forgery("container")
def folder_as_a_member(f: Any, _: Any) -> bytes:
    f.members["evidence/sub/"] = b""
    return f.box()


@forgery("container")
def look_alike_letters_in_a_name(f: Any, _: Any) -> bytes:
    return zip_bytes({**f.members, "evidence/s\u0441reenshot.png": f.members["evidence/screenshot.png"]})


@forgery("container")
def full_width_letters_in_a_name(f: Any, _: Any) -> bytes:
    return zip_bytes({**f.members, "evidence/ｐage.html": b"x"})


@forgery("container")
def another_name_in_a_unicode_extra_field(f: Any, _: Any) -> bytes:
    name = b"evidence/screenshot.png"
    extra = struct.pack("<2HBI", 0x7075, 5 + len(name), 1, zlib.crc32(name)) + name
    return zip_bytes(f.members, extra=extra)


@forgery("container")
def blank_at_the_end_of_a_name(f: Any, _: Any) -> bytes:
    f.members["evidence/screenshot.png "] = b"x"
    return f.box()


@forgery("container")
def nul_in_a_name(f: Any, _: Any) -> bytes:
    return raw_zip(sorted({**f.members, "evidence/screenshot.png\0.txt": b"x"}.items()))


@forgery("container")
def backslash_in_a_name(f: Any, _: Any) -> bytes:
    f.members["evidence\\screenshot.png"] = b"x"
    return f.box()


@forgery("container")
def drive_letter_in_a_name(f: Any, _: Any) -> bytes:
    f.members["c:evil.exe"] = b"x"
    return f.box()


@forgery("container")
def empty_name(f: Any, _: Any) -> bytes:
    return raw_zip([("", b"x"), *sorted(f.members.items())])


@forgery("container")
def members_overlapping(f: Any, _: Any) -> bytes:
    """Two entries of the directory over one body, as the better zip bombs have it."""
    content = f.members[WARC]
    crc = zlib.crc32(content)
    body = render_local(WARC, crc, len(content)) + content
    central = render_central(WARC, crc, len(content), 0) + render_central("archive/extra", crc, len(content), 0)
    return body + central + end_record(2, len(central), len(body))


@forgery("container")
def lengths_that_add_up_beyond_four_gigabytes(f: Any, _: Any) -> bytes:
    body = render_local("a", 0, MAX_BOX_BYTES)
    central = render_central("a", 0, MAX_BOX_BYTES, 0) + render_central("b", 0, 0, 31)
    return body + central + end_record(2, len(central), len(body))


@forgery("container")
def last_member_longer_than_the_file(f: Any, _: Any) -> bytes:
    body = render_local("a", 0, 1 << 30) + b"short"
    central = render_central("a", 0, 1 << 30, 0)
    return body + central + end_record(1, len(central), len(body))


@forgery("container")
def checksum_wrong_in_both_headers(f: Any, _: Any) -> bytes:
    body, central = b"", b""
    for name, content in sorted(f.members.items()):
        crc = zlib.crc32(content) ^ (name == WARC)
        central += render_central(name, crc, len(content), len(body))
        body += render_local(name, crc, len(content)) + content
    return body + central + end_record(len(f.members), len(central), len(body))


@forgery("container")
def directory_twice(f: Any, _: Any) -> bytes:
    body, central, end = _split(f)
    return body + central + central + end


@forgery("container")
def second_end_record(f: Any, _: Any) -> bytes:
    return f.house.package + end_record(0, 0, len(f.house.package))


@forgery("manifest")
def archive_without_members(f: Any, _: Any) -> bytes:
    return end_record(0, 0, 0)


@forgery("container")
def needs_a_later_version(f: Any, _: Any) -> bytes:
    return f.house.package[:4] + b"\x3f\0" + f.house.package[6:]


@forgery("container")
def made_under_another_system(f: Any, _: Any) -> bytes:
    body, central, end = _split(f)
    return body + central[:4] + b"\x14\x03" + central[6:] + end


@forgery("members")
def two_thousand_files_beside(f: Any, _: Any) -> bytes:
    f.members.update({f"evidence/x{number}": b"" for number in range(1900)})
    return f.box()


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
