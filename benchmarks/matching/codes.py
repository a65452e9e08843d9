"""Measures single damage to real 统一社会信用代码: seen, undone from the code alone, undone with the register.

    python benchmarks/matching/codes.py REGISTER.csv[.xz] [--codes 20000] [--seed 1]

The tables of damage are made apart from those of the repair: `misread` is what readers of pictures and typists take a
sign for, `drawn` the two signs whose drawing overlaps most in a plain font, `any` any other sign of the alphabet.
Prints one JSON document, by damage: `detected` (share whose checks fail), `alone_right` and `alone_wrong` (share that
`sole_repair` undoes, or turns into another code), `first_right` (likeliest repair is the right one), `register_right`
(the register holds exactly one of the repairs, the right one), `milliseconds` a repair.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import random
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from matching.identifiers.checks import MOD31_ALPHABET
from matching.identifiers.repair import repair_code, sole_repair
from matching.identifiers.uscc import is_uscc

MISREAD = {
    "0": "ODQ8", "1": "I7L", "2": "Z7", "3": "8", "4": "A9", "5": "S6", "6": "G8", "7": "1T", "8": "B3", "9": "4G",
    "A": "4", "B": "8R", "C": "G", "D": "0O", "E": "F", "F": "P", "G": "6C", "H": "N", "J": "1", "K": "X", "L": "1",
    "M": "N", "N": "M", "P": "R", "Q": "O0", "R": "P", "T": "7", "U": "V0", "W": "M", "X": "K", "Y": "V",
}  # fmt: skip

Damage = Callable[[str, random.Random], str]


def main(arguments: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("register", type=Path)
    parser.add_argument("--codes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    every = read_codes(options.register)
    rng = random.Random(options.seed)
    sound = [code for code in every if is_uscc(code)]
    sample = rng.sample(sound, min(options.codes, len(sound)))
    register = frozenset(every)
    report = {
        "codes_in_register": len(every),
        "failing_their_checks": len(every) - len(sound),
        "codes": len(sample),
        **{name: measured(sample, damage, register, rng=rng) for name, damage in damages().items()},
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def read_codes(path: Path) -> list[str]:
    """The 18-place codes of a register file."""
    with (
        lzma.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".xz" else path.open(encoding="utf-8-sig") as file
    ):
        return [row["code"] for row in csv.DictReader(file) if len(row["code"]) == 18]


def damages() -> Mapping[str, Damage]:
    """Kinds of single damage."""
    return {
        "misread": _by(MISREAD),
        "drawn": _by(_drawn_alike(2)),
        "any": _by(dict.fromkeys(MOD31_ALPHABET, MOD31_ALPHABET)),
        "neighbours_swapped": _swapped,
        "left_out": lambda code, rng: _without(code, rng.randrange(18)),
        "doubled": lambda code, rng: _doubled(code, rng.randrange(18)),
    }


def measured(sample: list[str], damage: Damage, register: frozenset[str], *, rng: random.Random) -> dict[str, float]:
    """Shares over the sample."""
    detected = right = wrong = first = with_register = 0
    seconds = 0.0
    for code in sample:
        text = damage(code, rng)
        begun = time.perf_counter()
        repairs = repair_code(text)
        seconds += time.perf_counter() - begun
        detected += not is_uscc(text)
        sole = sole_repair(text)
        right += sole is not None and sole.code == code
        wrong += sole is not None and sole.code != code
        first += bool(repairs) and repairs[0].code == code
        with_register += [repair.code for repair in repairs if repair.code in register] == [code]
    shares = {
        "detected": detected,
        "alone_right": right,
        "alone_wrong": wrong,
        "first_right": first,
        "register_right": with_register,
    }
    found = {name: round(count / len(sample), 5) for name, count in shares.items()}
    return {**found, "milliseconds": round(seconds / len(sample) * 1000, 3)}


def _by(table: Mapping[str, str]) -> Damage:
    def damage(code: str, rng: random.Random) -> str:
        place = rng.choice([at for at, sign in enumerate(code) if sign in table])
        return code[:place] + rng.choice(table[code[place]].replace(code[place], "")) + code[place + 1 :]

    return damage


def _swapped(code: str, rng: random.Random) -> str:
    place = rng.choice([at for at in range(17) if code[at] != code[at + 1]])
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def _without(code: str, place: int) -> str:
    return code[:place] + code[place + 1 :]


def _doubled(code: str, place: int) -> str:
    return code[: place + 1] + code[place:]


def _drawn_alike(how_many: int) -> dict[str, str]:
    font = ImageFont.load_default(size=40)
    drawn = {sign: _drawing(sign, font) for sign in MOD31_ALPHABET}
    alike: dict[str, str] = {}
    for sign, picture in drawn.items():
        others = [(_apart(picture, other), name) for name, other in drawn.items() if name != sign]
        alike[sign] = "".join(name for _, name in sorted(others)[:how_many])
    return alike


def _drawing(sign: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    picture = Image.new("L", (48, 56))
    ImageDraw.Draw(picture).text((24, 28), sign, font=font, fill=255, anchor="mm")
    return picture


def _apart(one: Image.Image, other: Image.Image) -> float:
    return float(ImageStat.Stat(ImageChops.difference(one, other)).mean[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
