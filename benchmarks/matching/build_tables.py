"""Writes matching/data/traditional.py, sounds.py, glyphs.py and counties.py from OpenCC's, pypinyin's and a typeface's
answers and from the lists of GB/T 2260.

    python benchmarks/matching/build_tables.py      # needs opencc-python-reimplemented and pypinyin (not a dependency)

The tables are kept, not computed at run time: converting costs 25 us a name and the normaliser's version stamp
(`matching.names.normalise.NORMALISER_VERSION`) must not change under us when a library is brought up to date.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from noise import glyph_neighbours
from opencc import OpenCC
from pypinyin import Style, pinyin

from matching.names.regions import bare_division

SANS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
DATA = Path(__file__).resolve().parents[2] / "matching" / "data"


def traditional() -> str:
    characters = [chr(number) for number in range(0x4E00, 0xA000)]
    answers = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = [(old, new) for old, new in zip(characters, answers, strict=True) if old != new and len(new) == 1]
    return (
        '"""Traditional characters and their simplified ones, place by place (benchmarks/matching/build_tables.py)."""'
        '\n\nfrom __future__ import annotations\n\n__all__ = ["SIMPLIFIED", "TRADITIONAL"]\n\n'
        f'TRADITIONAL = "{"".join(old for old, _ in pairs)}"\nSIMPLIFIED = "{"".join(new for _, new in pairs)}"\n'
    )


def sounds() -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            groups[pinyin(character, style=Style.NORMAL)[0][0].replace("ü", "v")].append(character)
    body = " ".join(f"{sound}{''.join(members)}" for sound, members in sorted(groups.items()))
    return (
        '"""The common (first) reading, without tone, of the 6,763 characters of GB 2312; made by\n'
        'benchmarks/matching/build_tables.py.\n"""\n\nfrom __future__ import annotations\n\n__all__ = ["SOUNDS"]\n\n'
        f'SOUNDS = "{body}"\n"""Groups separated by spaces: the syllable in letters, then its characters."""\n'
    )


def glyphs() -> str:
    found = glyph_neighbours(SANS, size=28, nearest=8)
    body = " ".join(f"{character}{near}" for character, near in found.items())
    return (
        '"""The eight characters that look most like each of the 3,755 most common ones, by pixels of Noto Sans CJK;\n'
        'made by benchmarks/matching/build_tables.py.\n"""\n\nfrom __future__ import annotations\n\n'
        f'__all__ = ["GLYPHS"]\n\nGLYPHS = "{body}"\n"""Groups separated by spaces: a character, then its like."""\n'
    )


def counties() -> str:
    """Names listed since 1995 that lie in one prefecture only, as in force or, where none is, as they last were."""
    lies_in: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for row in csv.DictReader((DATA / "division_history.csv").read_text("utf-8").splitlines()):
        code, last = row["code"], row["last"]
        if code.endswith("00") or (last and last < "199501"):
            continue
        prefecture = code[:2] if code[:2] in ("11", "12", "31", "50") else code[:4]
        lies_in[bare_division(row["name"])].add((prefecture, not last))
    found: dict[str, list[str]] = defaultdict(list)
    for name, places in lies_in.items():
        codes = {code for code, in_force in places if in_force} or {code for code, _in_force in places}
        if len(codes) == 1 and len(name) >= 2:
            found[codes.pop()].append(name)
    lines = "\n".join(f'    "{code}": "{" ".join(names)}",' for code, names in sorted(found.items()))
    return (
        '"""Counties, districts and county-level cities whose bare name lies in one prefecture only (in a\n'
        'municipality: its 2 digits); made by benchmarks/matching/build_tables.py. Standard: GB/T 2260.\n"""\n\n'
        f'from __future__ import annotations\n\n__all__ = ["COUNTIES"]\n\nCOUNTIES = {{\n{lines}\n}}\n'
    )


if __name__ == "__main__":
    (DATA / "counties.py").write_text(counties(), encoding="utf-8")
    (DATA / "traditional.py").write_text(traditional(), encoding="utf-8")
    (DATA / "glyphs.py").write_text(glyphs(), encoding="utf-8")
    (DATA / "sounds.py").write_text(sounds(), encoding="utf-8")
