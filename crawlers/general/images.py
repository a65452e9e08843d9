"""Where a picture really lies: pages that load lazily keep it beside `src`."""

from __future__ import annotations

from typing import Any

__all__ = ["image_source"]

_LAZY = ("data-src", "data-original", "data-lazy", "data-lazy-src", "data-echo", "lazy-src", "data-ks-lazyload")


def image_source(image: Any) -> str:  # lxml element
    """The address of a picture as written: the lazy one, the first of a srcset, else `src`; empty when it has none."""
    for name in _LAZY:
        value = (image.get(name) or "").strip()
        if value and ("/" in value or "." in value):
            return str(value)
    plain = (image.get("src") or "").strip()
    if plain and not plain.startswith("data:"):
        return str(plain)
    several = image.get("data-srcset") or image.get("srcset") or ""
    return several.split(",")[0].strip().split(" ")[0] if several.strip() else ""
