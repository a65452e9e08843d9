"""The phrase banks and plants of `texts/`, read from their files into types."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from importlib import resources

from records.market import Category
from wangjian.sample.models import PlantKind, PlantPlace

__all__ = ["Bank", "Plant", "ProductBank", "load_banks", "load_generic_bank", "load_plants", "load_review_texts"]

_FILES = [
    "food",
    "health",
    "drug",
    "device",
    "cosmetic",
    "clothing",
    "digital",
    "baby",
    "education",
    "investment",
    "farm",
    "animal",
    "smoke",
    "home",
    "jewel",
    "liquor",
    "property",
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBank:
    """One kind of product: name, variants, price range in whole yuan, parameters and lines of its own."""

    name: str
    sub: str
    specs: tuple[str, ...]
    price: tuple[int, int]
    params: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Sentences of one product class."""

    category: Category
    label: str
    weight: int
    shop_words: tuple[str, ...]
    styles: tuple[str, ...]
    opening: tuple[str, ...]
    detail: tuple[str, ...]
    use: tuple[str, ...]
    care: tuple[str, ...]
    labels: tuple[str, ...]
    products: tuple[ProductBank, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A text to be planted; with `title` it brings a listing of its own, `price` (yuan) included, else it goes into a
    listing of the product `host` (empty: any of the category)."""

    rule: str
    kind: PlantKind
    category: Category
    place: PlantPlace
    price: int
    title: str
    host: str
    text: str

    @property
    def own_listing(self) -> bool:
        """True when a listing is made for it."""
        return bool(self.title)


def load_banks() -> dict[Category, Bank]:
    """One bank a category."""
    banks = (_bank(name) for name in _FILES)
    return {bank.category: bank for bank in banks}


def load_generic_bank() -> Bank:
    """Sentences that fit any listing: for those a plant brings."""
    return _bank("generic")


def load_review_texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ordinary reviews and hostile ones (markup, formulas, bidi marks)."""
    found = tomllib.loads(_text("reviews.toml"))
    return tuple(found["ordinary"]), tuple(found["hostile"])


def load_plants() -> tuple[Plant, ...]:
    """All plants in the order of the file."""
    return tuple(
        Plant(
            rule=row["rule"],
            kind=PlantKind(row["kind"]),
            category=Category(row["category"]),
            place=PlantPlace(row["place"]),
            price=int(row["price"] or 0),
            title=row["title"],
            host=row["host"],
            text=row["text"] or row["title"],
        )
        for row in csv.DictReader(_text("plants.csv").splitlines())
    )


def _text(name: str) -> str:
    return resources.files("wangjian.sample.texts").joinpath(name).read_text(encoding="utf-8")


def _bank(name: str) -> Bank:
    found = tomllib.loads(_text(f"{name}.toml"))
    products = tuple(
        ProductBank(
            name=product["name"],
            sub=product["sub"],
            specs=tuple(product["specs"]),
            price=(product["price"][0], product["price"][1]),
            params=tuple((key, value) for key, _, value in (line.partition("：") for line in product["params"])),
            lines=tuple(product["lines"]),
            unit=product.get("unit", ""),
        )
        for product in found["products"]
    )
    return Bank(
        category=Category(found["category"]),
        label=found["label"],
        weight=found["weight"],
        shop_words=tuple(found["shop_words"]),
        styles=tuple(found["styles"]),
        opening=tuple(found["opening"]),
        detail=tuple(found["detail"]),
        use=tuple(found["use"]),
        care=tuple(found["care"]),
        labels=tuple(found.get("labels", ())),
        products=products,
    )
