"""Measures the reading of licence pictures: those of the sample market, degraded, read by OCR, matched in its register.

    python benchmarks/matching/licences.py [--shops 40] [--wrong wrong.jsonl]

Every licence is read as drawn and in five damaged forms (blur, tilt, watermark, 840 pixels in a poor JPEG, all of
these). Prints one JSON document: code read exactly as printed, name read exactly as printed (width of brackets aside),
codes that pass their checks though they are not the printed ones, matches with an entity the licence does not name,
seconds a picture; in all and by damage.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from matching.licence_images.asking import licence_query
from matching.licence_images.engine import RapidEngine
from matching.licence_images.reading import read_licence
from matching.resolver import Resolver
from matching.rows import register_row
from records.licences_read import LicenceField, LicenceReading
from records.register import Match, MatchDecision
from stores.backends import open_records
from wangjian.sample.models import SampleShop
from wangjian.sample.pictures import find_font, licence_png
from wangjian.sample.small import small_market

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    shop: SampleShop
    damage: str
    reading: LicenceReading
    match: Match
    seconds: float

    @property
    def printed_code(self) -> str:
        entity = self.shop.seller.entity
        return _folded(self.shop.seller.shown_code or (entity.code if entity else ""))

    @property
    def code_right(self) -> bool:
        return self.reading.text_of(LicenceField.CODE) == self.printed_code

    @property
    def name_right(self) -> bool:
        return _folded(self.reading.text_of(LicenceField.NAME)) == _folded(self.shop.seller.shown_name)

    @property
    def wrong_code_passes(self) -> bool:
        code = self.reading.text_of(LicenceField.CODE)
        return bool(code) and not self.reading.code_problem and not self.code_right

    @property
    def wrong_match(self) -> bool:
        """Called match with somebody who has neither the printed code nor is the seller."""
        entity = self.shop.seller.entity
        lawful = {self.printed_code, entity.code if entity else ""}
        return self.match.decision is MatchDecision.MATCH and self.match.entity_code not in lawful


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def plain(image: Image.Image, rng: random.Random) -> Image.Image:
    return image


def blurred(image: Image.Image, rng: random.Random) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.2)))


def tilted(image: Image.Image, rng: random.Random) -> Image.Image:
    degrees = rng.choice((-1, 1)) * rng.uniform(1.0, 6.0)
    return image.rotate(degrees, expand=True, fillcolor=(214, 210, 204), resample=Image.Resampling.BICUBIC)


def watermarked(image: Image.Image, rng: random.Random) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw, grey = ImageDraw.Draw(layer), rng.randint(120, 170)
    font = ImageFont.truetype(str(find_font()), 30, index=2)
    for top in range(-40, image.height, 130):
        for left in range(-60, image.width, 330):
            draw.text((left + top % 90, top), "仅供网店亮照使用", font=font, fill=(grey, grey, grey, 130))
    turned = layer.rotate(rng.uniform(12, 28), resample=Image.Resampling.BICUBIC)
    return Image.alpha_composite(image.convert("RGBA"), turned).convert("RGB")


def small(image: Image.Image, rng: random.Random) -> Image.Image:
    height = round(image.height * 840 / image.width)
    out = io.BytesIO()
    image.resize((840, height), Image.Resampling.BILINEAR).save(out, "JPEG", quality=rng.randint(40, 60))
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def everything(image: Image.Image, rng: random.Random) -> Image.Image:
    soft = watermarked(image, rng).filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.8)))
    return small(tilted(soft, rng), rng)


DAMAGES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "plain": plain,
    "blur": blurred,
    "tilt": tilted,
    "watermark": watermarked,
    "840px": small,
    "everything": everything,
}


def outcomes(shops: int, seed: int) -> Iterator[Outcome]:
    market = small_market(seed=seed, shops=shops, listings_per_shop=1, register_size=1_500)
    engine, rng = RapidEngine(), random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        records = open_records(f"sqlite://{place}/wangjian.db")
        records.migrate()
        records.register.import_entities("样本", "snap_20261101_0123456789ab", map(register_row, market.register))
        resolver = Resolver(records.register, lambda: NOW)
        for shop in market.shops:
            if not shop.seller.has_licence_page:
                continue
            drawn = Image.open(io.BytesIO(licence_png(shop))).convert("RGB")
            for name, damage in DAMAGES.items():
                out = io.BytesIO()
                damage(drawn, rng).save(out, "JPEG", quality=88)
                began = time.perf_counter()
                reading = read_licence(out.getvalue(), engine=engine, clock=lambda: NOW)
                seconds = time.perf_counter() - began
                match = resolver.match(licence_query(reading, as_of=NOW))
                yield Outcome(shop=shop, damage=name, reading=reading, match=match, seconds=seconds)
        records.close()


def measured(found: list[Outcome]) -> dict[str, object]:
    times = sorted(one.seconds for one in found)
    return {
        "pictures": len(found),
        "code_right": round(sum(one.code_right for one in found) / len(found), 4),
        "name_right": round(sum(one.name_right for one in found) / len(found), 4),
        "wrong_codes_passing_their_checks": sum(one.wrong_code_passes for one in found),
        "wrong_matches": sum(one.wrong_match for one in found),
        "unreadable": sum(one.reading.outcome.name == "UNREADABLE" for one in found),
        "passes_mean": round(sum(len(one.reading.passes) for one in found) / len(found), 2),
        "seconds_p50": round(times[len(times) // 2], 2),
        "seconds_p95": round(times[len(times) * 95 // 100], 2),
    }


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--shops", type=int, default=40)
    reader.add_argument("--seed", type=int, default=11)
    reader.add_argument("--wrong", type=Path, help="where to write what was read wrong, one a line")
    options = reader.parse_args()
    found: list[Outcome] = []
    with options.wrong.open("w", encoding="utf-8") if options.wrong else contextlib.nullcontext() as wrong:
        for one in outcomes(options.shops, options.seed):
            found.append(one)
            if wrong and (not (one.code_right and one.name_right) or one.wrong_match):
                print(_wrong_line(one), file=wrong, flush=True)
            print(f"\r{len(found)}", end="", file=sys.stderr, flush=True)
    by_damage: dict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        by_damage[one.damage].append(one)
    document = {"all": measured(found), **{name: measured(some) for name, some in by_damage.items()}}
    print(json.dumps(document, ensure_ascii=False, indent=1))


def _wrong_line(one: Outcome) -> str:
    said = {
        "shop": one.shop.key,
        "case": one.shop.seller.case.value,
        "damage": one.damage,
        "code": [one.printed_code, one.reading.text_of(LicenceField.CODE)],
        "name": [one.shop.seller.shown_name, one.reading.text_of(LicenceField.NAME)],
        "match": [one.match.decision.value, one.match.entity_code],
        "passes": len(one.reading.passes),
    }
    return json.dumps(said, ensure_ascii=False)


if __name__ == "__main__":
    main()
