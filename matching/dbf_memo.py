"""Memo files of DBF tables: .dbt of dBase III and IV, .fpt of FoxPro, where long texts such as 经营范围 stand."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DbfMemo", "open_memo"]

_FOXPRO = frozenset((0x30, 0x31, 0x32, 0xF5, 0xFB))
_DBASE_IV = frozenset((0x63, 0x8B, 0xCB))
_IV_MARK = b"\xff\xff\x08\x00"
_LONGEST_MEMO = 1 << 20
_MISSING = "备注文件（.dbt或.fpt）缺失，该项未导入"
_DAMAGED = "备注文件中找不到这一段，该项未导入"


@dataclass(frozen=True, slots=True, kw_only=True)
class DbfMemo:
    """The memo file of a table; `path` is None when there is none beside it."""

    path: Path | None
    version: int
    block_bytes: int

    def text_at(self, pointer: bytes) -> tuple[bytes, str]:
        """The text a memo field points to, and what was wrong (Chinese); both empty for an empty memo."""
        block = struct.unpack("<I", pointer)[0] if len(pointer) == 4 else _decimal(pointer)
        if block == 0:
            return b"", ""
        if block < 0:
            return b"", _DAMAGED
        if self.path is None:
            return b"", _MISSING
        with self.path.open("rb") as file:
            file.seek(block * self.block_bytes)
            head = file.read(8)
            if self.version in _FOXPRO and len(head) == 8:
                length = struct.unpack(">I", head[4:])[0]
            elif head.startswith(_IV_MARK):
                length = struct.unpack("<I", head[4:])[0] - 8
            else:
                text, mark, _rest = (head + file.read(_LONGEST_MEMO)).partition(b"\x1a")
                return (text.strip(b" \0\r\n"), "") if mark else (b"", _DAMAGED)
            text = file.read(min(max(length, 0), _LONGEST_MEMO))
        return (text.strip(b" \0\r\n"), "") if len(text) == length else (b"", _DAMAGED)


def open_memo(table: Path, version: int) -> DbfMemo:
    """The memo file beside a table, its name in any case."""
    ending = ".fpt" if version in _FOXPRO else ".dbt"
    wanted = (table.stem + ending).casefold()
    path = next((near for near in sorted(table.parent.iterdir()) if near.name.casefold() == wanted), None)
    block_bytes = 512
    if path is not None:
        with path.open("rb") as file:
            head = file.read(24)
        if version in _FOXPRO and len(head) >= 8:
            block_bytes = struct.unpack_from(">H", head, 6)[0] or 1
        elif version in _DBASE_IV and len(head) >= 24:
            block_bytes = struct.unpack_from("<H", head, 20)[0] or 512
    return DbfMemo(path=path, version=version, block_bytes=block_bytes)


def _decimal(pointer: bytes) -> int:
    bare = pointer.strip(b" \0")
    if not bare:
        return 0
    return int(bare) if bare.isdigit() else -1
