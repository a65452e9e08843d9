"""What is true of the sample market: the yardstick of the demo and of every room's tests. All of it is JSON-able."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from wangjian.sample.models import Planted

__all__ = [
    "FamilyTotals",
    "ListingTruth",
    "MarketTruth",
    "PlantTruth",
    "ShopTruth",
    "TroubleTruth",
    "plant_truth",
    "write_truth",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantTruth:
    """One planted text: rule, `violation` or `innocent`, where it stands, and its exact words."""

    rule: str
    kind: str
    place: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTruth:
    """A shop. `entity_code` is the register entity that runs it (empty: none is known); `tolerated` are decisions that
    are not wrong either; `grey` are rules that count neither as found nor as false alarm."""

    key: str
    family: str
    origin: str
    path: str
    licence_path: str
    name: str
    seller_case: str
    shown_code: str
    shown_name: str
    entity_code: str
    decision: str
    tolerated: tuple[str, ...]
    licence_problems: tuple[str, ...]
    exemption_text: str
    licence_readable: bool
    violations: tuple[str, ...]
    innocents: tuple[str, ...]
    grey: tuple[str, ...]
    planted: tuple[PlantTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTruth:
    """A listing on the market day of the truth. Amounts are fen; `price_max_fen` only for ranges (起价 = `price_fen`)."""

    key: str
    shop_key: str
    origin: str
    path: str
    title: str
    category: str
    price_form: str
    price_fen: int
    price_max_fen: int | None
    struck_fen: int | None
    coupon_fen: int | None
    unit: str
    sales_count: int
    review_count: int
    violations: tuple[str, ...]
    innocents: tuple[str, ...]
    planted: tuple[PlantTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleTruth:
    """A page of trouble and the survey outcome it deserves (records.survey.Outcome)."""

    origin: str
    path: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTotals:
    """Sums of a family. `readable_pages`: front, list (facets left out), shop, licence and detail pages."""

    family: str
    origins: int
    shops: int
    listings: int
    readable_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTruth:
    """All of it, for one market day."""

    seed: int
    day: int
    shops: tuple[ShopTruth, ...]
    listings: tuple[ListingTruth, ...]
    totals: tuple[FamilyTotals, ...]
    trouble: tuple[TroubleTruth, ...]


def plant_truth(planted: Planted) -> PlantTruth:
    """The JSON-able form of a plant."""
    return PlantTruth(rule=planted.rule, kind=planted.kind.value, place=planted.place.value, text=planted.text)


def write_truth(truth: MarketTruth, path: Path) -> None:
    """Write `truth.json`: UTF-8, two spaces, the order of the fields; the same market gives the same bytes."""
    path.write_text(json.dumps(asdict(truth), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
