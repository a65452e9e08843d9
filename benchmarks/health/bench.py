"""Break templates in two dozen ways and count which breaks are named; run clean surveys and count false alarms.

    PYTHONPATH=. python benchmarks/health/bench.py [--clean-runs 100]    names what each break raised

Each break is served to a survey with three healthy runs behind it. A break counts as named when an alarm of that run
names the target, the family and a field the break took away. Clean runs have moving prices, sales and reviews, and
listings that come and go.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import structlog

from records.health import Alarm, AlarmKind
from wangjian.sample.models import Family

__all__ = ["measure"]

_ROOT = Path(__file__).resolve().parents[2]
_HEALTHY_RUNS = 3
Change = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One way to break a template, and the fields of which at least one must be named."""

    name: str
    family: Family
    change: Change
    fields: tuple[str, ...]


def _swap(old: str, new: str) -> Change:
    return lambda path, markup: markup.replace(old, new)


def _cut(pattern: str, new: str = "") -> Change:
    return lambda path, markup: re.sub(pattern, new, markup, flags=re.DOTALL)


def _moved(pattern: str, before: str, renamed: tuple[str, str]) -> Change:
    def change(path: str, markup: str) -> str:
        found = re.search(pattern, markup, re.DOTALL)
        if not found:
            return markup
        return markup.replace(found[0], "").replace(before, found[0].replace(*renamed) + before, 1)

    return change


_PRICE_MOVED = _moved(r'<div class="price-box">.*?</div>', '<div class="detail">', ("price-box", "top"))
_JISHI = (
    ("title class renamed", _swap('class="title"', 'class="t2"'), ("listing.title",)),
    ("title tag changed", _cut(r"<h1 class=\"title\">(.*?)</h1>", r'<h2 class="title">\1</h2>'), ("listing.title",)),
    ("price box renamed", _swap('class="price-box"', 'class="deal"'), ("listing.price.now",)),
    ("price moved and renamed", _PRICE_MOVED, ("listing.price.now",)),
    ("price drawn by script", _cut(r"<em>¥</em>[\d.,-]+", "<i data-p></i>"), ("listing.price.now",)),
    ("price as picture", _cut(r'<span class="price">.*?</span>', '<img src="/p.png">'), ("listing.price.now",)),
    ("shop box renamed", _swap('class="side"', 'class="aside"'), ("shop.name",)),
    ("shop box removed", _cut(r'<div class="side">.*?</div>'), ("shop.name",)),
    ("gallery renamed", _swap('class="gallery"', 'class="pics"'), ("listing.images",)),
    ("gallery loaded later", _cut(r'<img class="main-pic"[^>]*>', '<div data-lazy="1"></div>'), ("listing.images",)),
    ("sales line renamed", _swap('class="sold"', 'class="volume"'), ("listing.sales",)),
    ("reviews renamed", _swap('class="review"', 'class="rv"'), ("listing.reviews",)),
    ("crumbs renamed", _swap('class="crumb"', 'class="path"'), ("listing.category", "shop.name", "shop.licence_no")),
    ("info wrapped", _swap('<div class="info">', '<div class="info2">'), ("listing.title",)),
    ("shop head renamed", _swap('class="shop-head"', 'class="sh"'), ("shop.phone", "shop.name", "page.template")),
    ("lists link by script", _swap('href="/item/', 'data-to="/item/'), ("links.listing", "listing.title")),
    ("licence table renamed", _swap('class="licence"', 'class="lic"'), ("shop.licence_no", "page.template")),
)  # fmt: skip
_DULI = (
    ("title id renamed", _swap('id="ptitle"', 'id="pname"'), ("listing.title",)),
    ("price cell renamed", _swap('class="money"', 'class="amount"'), ("listing.price.now",)),
    ("price cell emptied", _cut(r'<td class="money">.*?</td>', '<td class="money"></td>'), ("listing.price.now",)),
    ("buy box renamed", _swap('id="buy"', 'id="order"'), ("listing.price.now", "listing.sales")),
    ("pictures renamed", _swap('id="pic"', 'id="photo"'), ("listing.images",)),
    ("content renamed", _swap('id="content"', 'id="text"'), ("listing.texts", "listing.images")),
    ("foot renamed", _swap('id="foot"', 'id="bottom"'), ("shop.icp", "page.template", "listing.title")),
    ("reviews renamed", _swap('class="pl"', 'class="comment"'), ("listing.reviews",)),
    ("generator changed", _swap('content="ShopBox', 'content="ShopCube'), ("page.template", "listing.title")),
)


def mutations() -> Iterator[Mutation]:
    """Every break."""
    for family, breaks in ((Family.JISHI, _JISHI), (Family.INDEPENDENT, _DULI)):
        for name, change, fields in breaks:
            yield Mutation(name=name, family=family, change=change, fields=fields)


def recall(walking: ModuleType, place: Path) -> dict[str, object]:
    """Which breaks were named within the run that met them."""
    told: dict[str, list[str]] = {}
    named = with_selector = 0
    for number, mutation in enumerate(mutations()):
        with walking.walking(place / str(number), mutation.family, shops=3, listings=6) as walk:
            for _ in range(_HEALTHY_RUNS):
                walk.visit()
            alarms = _counted(walk.visit(mutation.change).alarms)
            hit = [alarm for alarm in alarms if _names(alarm, mutation.fields)]
        named += bool(hit)
        with_selector += any(proposal.new for alarm in hit for proposal in alarm.proposals)
        told[f"{mutation.family.value}: {mutation.name}"] = sorted({f"{one.kind.value} {one.field}" for one in alarms})
    return {"breaks": len(told), "named": named, "with_new_selector": with_selector, "alarms": told}


def false_alarms(walking: ModuleType, place: Path, runs: int) -> dict[str, object]:
    """Alarms of clean runs, robots and walls left out (they are facts of the sample site)."""
    raised: list[str] = []
    each = max(1, runs // 4)
    done = 0
    for number, family in enumerate((Family.JISHI, Family.INDEPENDENT, Family.JISHI, Family.INDEPENDENT)):
        chance = random.Random(number)
        with walking.walking(place / f"clean{number}", family, shops=3, listings=6, seed=7 + number) as walk:
            walk.visit()
            paths = [one.url.split("market.cn", 1)[1] for one in walk.services.survey.listings()]
            for _ in range(each):
                gone = frozenset(path for path in paths if chance.random() < 0.15)
                raised.extend(f"{alarm.kind.value} {alarm.field}" for alarm in _counted(walk.visit(gone=gone).alarms))
                done += 1
    return {"clean_runs": done, "false_alarms": len(raised), "raised": raised}


def _counted(alarms: tuple[Alarm, ...]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.kind not in (AlarmKind.WALL, AlarmKind.ROBOTS)]


def _names(alarm: Alarm, fields: tuple[str, ...]) -> bool:
    """By its own field, or by a selector it proposes another for."""
    return alarm.field in fields or any(proposal.field in fields for proposal in alarm.proposals)


def _walking() -> ModuleType:
    path = _ROOT / "tests" / "wangjian" / "market_walk.py"
    spec = importlib.util.spec_from_file_location("market_walk", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["market_walk"] = module
    spec.loader.exec_module(module)
    return module


def measure(clean_runs: int = 100) -> dict[str, float]:
    """Counts for `make bench`."""
    found = _measured(clean_runs=clean_runs)
    broken, clean = found["recall"], found["clean"]
    return {
        "templates_broken": float(str(broken["breaks"])),
        "breaks_named_within_the_run": float(str(broken["named"])),
        "breaks_with_a_new_selector": float(str(broken["with_new_selector"])),
        "clean_runs": float(str(clean["clean_runs"])),
        "false_alarms": float(str(clean["false_alarms"])),
    }


def _measured(*, clean_runs: int) -> dict[str, dict[str, object]]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    walking = _walking()
    with tempfile.TemporaryDirectory() as folder:
        return {"recall": recall(walking, Path(folder)), "clean": false_alarms(walking, Path(folder), clean_runs)}


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean-runs", type=int, default=100)
    asked = parser.parse_args()
    sys.stdout.write(json.dumps(_measured(clean_runs=asked.clean_runs), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
