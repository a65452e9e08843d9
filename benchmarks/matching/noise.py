"""Damaged names for fitting and for testing, made without the product's parser and without its look-alike table.

Shape confusions come from rendered glyphs of Noto Serif: for every common character its nearest neighbours, as a coarse
grey scan for the fit, as sharp bitmaps for the test (57 % of the pairs in common). The product's own table is of Noto
Sans (41 % of the test's pairs). Divisions are taken off by the province and city columns of the data, not by
`matching.names`.
"""

from __future__ import annotations

import csv
import io
import lzma
import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from opencc import OpenCC
from PIL import Image, ImageDraw, ImageFont

from matching.data.sounds import SOUNDS

__all__ = [
    "BARE",
    "KINDS",
    "OCR",
    "Damage",
    "Damaged",
    "damaged_names",
    "for_fit",
    "for_test",
    "glyph_neighbours",
    "real_rows",
    "split",
]

FORMS = ("有限责任公司", "股份有限公司", "有限公司", "总公司", "公司", "厂", "商店", "经营部", "合作社")
SUFFIXES = ("旗舰店", "官方旗舰店", "专营店", "专卖店", "官方店", "企业店", "（天猫店）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A query, the code it should find (empty: not in the register) and how it was made."""

    text: str
    region: str
    code: str
    kind: str


def real_rows(path: Path) -> list[dict[str, str]]:
    """The real register rows (code of 13, 15 or 18 characters)."""
    with lzma.open(path) as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    return [row for row in rows if len(row["code"]) in (13, 15, 18) and len(row["name"]) >= 4]


def split(rows: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Four fifths as the register, one fifth as sellers that are in no register. Of the latter those whose very name
    the register has (an older number of the same business) are left out: nobody could know."""
    inside = [row for row in rows if zlib.crc32(row["code"].encode()) % 5]
    names = {_plain(row["name"]) for row in inside}
    outside = [row for row in rows if not zlib.crc32(row["code"].encode()) % 5 and _plain(row["name"]) not in names]
    return inside, outside


def for_fit(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The half of the rows that queries of the fit are made of."""
    return [row for row in rows if zlib.crc32(row["code"][::-1].encode()) % 2]


def for_test(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The other half."""
    return [row for row in rows if not zlib.crc32(row["code"][::-1].encode()) % 2]


def _plain(name: str) -> str:
    return re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", name))


def glyph_neighbours(
    font: Path, *, size: int = 28, nearest: int = 6, index: int = 2, shades: int = 1
) -> dict[str, str]:
    """The nearest characters of each of the 3,755 most common ones in this typeface: by differing pixels, or by shades
    of grey at a small size, as a coarse scan shows them."""
    face = ImageFont.truetype(str(font), size, index=index)
    bitmaps = {character: _bits(character, face, size=size, shades=shades) for character in _common()}
    found = {}
    for character, bits in bitmaps.items():
        ranked = sorted(((bits ^ other).bit_count(), one) for one, other in bitmaps.items())[1 : nearest + 1]
        found[character] = "".join(one for _distance, one in ranked)
    return found


def _common() -> Iterator[str]:
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def _bits(character: str, face: ImageFont.FreeTypeFont, *, size: int, shades: int) -> int:
    """The image as one number in which differing bits count differing shades."""
    image = Image.new("L" if shades > 1 else "1", (size + 4, size + 4))
    ImageDraw.Draw(image).text((2, -size // 6), character, font=face, fill=255 if shades > 1 else 1)
    if shades == 1:
        return int.from_bytes(image.tobytes(), "big")
    steps = [256 * (step + 1) // (shades + 1) for step in range(shades)]
    bits = "".join("1" if value >= step else "0" for value in image.tobytes() for step in steps)
    return int(bits, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """How names are damaged: look-alikes, kinds in equal parts, the share that also says its city, and sound-alikes
    (the product's table of syllables where none is given)."""

    shapes: Mapping[str, str]
    kinds: tuple[str, ...]
    with_region: float = 0.0
    sounds: Mapping[str, str] | None = None


def damaged_names(
    rows: list[dict[str, str]], damage: Damage, *, rng: random.Random, registered: bool
) -> Iterator[Damaged]:
    """One damaged name a row."""
    maker = _Maker(rng=rng, shapes=damage.shapes, sounds=damage.sounds or _SOUND_OF)
    for number, row in enumerate(rows):
        kind = damage.kinds[number % len(damage.kinds)]
        text = getattr(maker, kind)(row)
        said = rng.random() < damage.with_region and row["city"] not in ("N/A", "")
        region = row["city"] if said else ""
        yield Damaged(text=text, region=region, code=row["code"] if registered else "", kind=kind)


KINDS = (
    "exact", "region_dropped", "form_changed", "short_name", "one_shape", "two_shapes", "homophone", "traditional",
    "width", "order_swapped", "shop_suffix", "deleted", "mixed",
)  # fmt: skip

"""Kinds of damage a test is made of."""

BARE = "bare"
"""Only the 字号 (two characters, three of a long name): asks for an honest `possible`, so it is counted apart."""

OCR = "ocr"
"""A whole name as an engine reads it off a picture: confusions anywhere, characters dropped and doubled."""

_MISREAD, _DROPPED, _DOUBLED = 0.05, 0.015, 0.01

_SOUND_OF = {
    character: group.lstrip("abcdefghijklmnopqrstuvwxyz") for group in SOUNDS.split() for character in group
    if not character.isascii()
}  # fmt: skip
_T = OpenCC("s2t")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    rng: random.Random
    shapes: Mapping[str, str]
    sounds: Mapping[str, str]

    def _region(self, row: dict[str, str]) -> str:
        province, city = row["province"], row["city"]
        of_province = rf"(?:{province}(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?)?"
        pattern = rf"^{of_province}(?:{re.escape(city)}(?:市|地区|区|县)?)?"
        found = re.match(pattern, row["name"])
        text = found.group() if found else ""
        return text if len(row["name"]) - len(text) >= 4 else ""

    def _form(self, name: str) -> str:
        return next((form for form in FORMS if name.endswith(form) and len(name) > len(form) + 2), "")

    def _middle(self, row: dict[str, str]) -> str:
        name = row["name"]
        return name[len(self._region(row)) : len(name) - len(self._form(name))]

    def _replace(self, name: str, row: dict[str, str], pick: Callable[[str], str], count: int) -> str:
        start, end = len(self._region(row)), len(name) - len(self._form(name))
        places = [at for at in range(start, end) if pick(name[at])]
        for at in self.rng.sample(places, min(count, len(places))):
            name = name[:at] + self.rng.choice(pick(name[at])) + name[at + 1 :]
        return name

    def _shape(self, character: str) -> str:
        return self.shapes.get(character, "")

    def _sound(self, character: str) -> str:
        return self.sounds.get(character, "").replace(character, "")

    def exact(self, row: dict[str, str]) -> str:
        return row["name"]

    def region_dropped(self, row: dict[str, str]) -> str:
        return row["name"][len(self._region(row)) :]

    def form_changed(self, row: dict[str, str]) -> str:
        name, form = row["name"], self._form(row["name"])
        others = [one for one in FORMS if one != form]
        return (name[: len(name) - len(form)] if form else name) + self.rng.choice(others)

    def short_name(self, row: dict[str, str]) -> str:
        return self._middle(row)

    def bare(self, row: dict[str, str]) -> str:
        middle = self._middle(row)
        return middle[: 3 if len(middle) % 2 else 2]

    def one_shape(self, row: dict[str, str]) -> str:
        return self._replace(row["name"], row, self._shape, 1)

    def two_shapes(self, row: dict[str, str]) -> str:
        return self._replace(row["name"], row, self._shape, 2)

    def homophone(self, row: dict[str, str]) -> str:
        return self._replace(row["name"], row, self._sound, 1)

    def traditional(self, row: dict[str, str]) -> str:
        return str(_T.convert(row["name"]))

    def width(self, row: dict[str, str]) -> str:
        name = row["name"].replace("(", "（").replace(")", "）")
        at = self.rng.randrange(1, len(name))
        wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in name)
        return f" {wide[:at]}　{wide[at:]} "

    def order_swapped(self, row: dict[str, str]) -> str:
        region, middle = self._region(row), self._middle(row)
        cut = 2 if len(middle) <= 6 else 3
        return f"{middle[:cut]}（{region}）{middle[cut:]}{self._form(row['name'])}" if region else row["name"]

    def shop_suffix(self, row: dict[str, str]) -> str:
        return self._middle(row) + self.rng.choice(SUFFIXES)

    def deleted(self, row: dict[str, str]) -> str:
        name, start = row["name"], len(self._region(row))
        at = self.rng.randrange(start, max(start + 1, len(name) - len(self._form(name))))
        return name[:at] + name[at + 1 :]

    def mixed(self, row: dict[str, str]) -> str:
        damaged = self._replace(row["name"], row, self._shape, 1)
        return str(_T.convert(damaged[len(self._region(row)) :]))

    def ocr(self, row: dict[str, str]) -> str:
        return "".join(map(self._read, row["name"]))

    def _read(self, character: str) -> str:
        chance = self.rng.random()
        if chance < _DROPPED:
            return ""
        if chance < _DROPPED + _DOUBLED:
            return character * 2
        likes = self._shape(character) if chance < _DROPPED + _DOUBLED + _MISREAD else ""
        return self.rng.choice(likes) if likes else character
