"""Which Chinese fonts papers are set in.

The bureau's own (仿宋, 小标宋) may be put into `fonts/` of the data directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typst

from records.errors import AwayError

__all__ = ["FONT_CURE", "Typefaces", "find_typefaces"]

FONT_CURE = "apt-get install -y fonts-noto-cjk，或把字体文件放进数据目录的 fonts/"

_BODY = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC")
_TITLE = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC")
_FALLBACK = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "Source Han Sans SC", "Songti SC")


class Typefaces:
    """The font families found, in the order in which they are tried, and the folders they come from."""

    def __init__(self, *, body: tuple[str, ...], title: tuple[str, ...], folders: tuple[Path, ...]) -> None:
        self.body = body
        self.title = title
        self.folders = folders


def find_typefaces(folders: Sequence[Path] = ()) -> Typefaces:
    """Look for Chinese fonts in the system and in these folders.

    Raises:
        AwayError: There is none: papers would come out with empty boxes, so they are not made.
    """
    present = tuple(folder for folder in folders if folder.is_dir())
    families = set(typst.Fonts(font_paths=list(present)).families())
    body = tuple(dict.fromkeys(name for name in (*_BODY, *_FALLBACK) if name in families))
    title = tuple(dict.fromkeys(name for name in (*_TITLE, *_FALLBACK) if name in families))
    if not body:
        raise AwayError("没有可用于文书的中文字体", cure=FONT_CURE)
    return Typefaces(body=body, title=title, folders=present)
