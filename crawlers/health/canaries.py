"""试读页: pages whose truth is known. A run that reads one otherwise, or not at all, cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawlers.addresses import canonical_url
from crawlers.health.fields import word_of_field
from records.market import PriceRole, Reading
from records.survey import Canary, Outcome, Page, Target

__all__ = ["CanaryFault", "canary_faults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryFault:
    """What is wrong with one canary page: the field, what it should say and what was read."""

    canary: Canary
    page: Page | None
    field: str
    wanted: str
    read: str

    @property
    def sentence(self) -> str:
        """In Chinese."""
        word = word_of_field(self.field) if self.field else "页面"
        return f"试读页 {self.canary.url} 的{word}应为“{self.wanted}”，本次读到的是“{self.read or '无'}”"


def canary_faults(
    target: Target, pages: Mapping[str, Page], read: Callable[[Page], Reading | None]
) -> tuple[CanaryFault, ...]:
    """Every canary of a target that was not read as it should be.

    Args:
        pages: The run's pages by canonical address.
        read: What a page gave; None when its bytes are gone.
    """
    faults: list[CanaryFault] = []
    for canary in target.canaries:
        page = pages.get(canonical_url(canary.url))
        if page is None or page.outcome not in (Outcome.READ, Outcome.UNCHANGED):
            said = "没有访问到" if page is None else f"未能读取（{page.reason or page.outcome.value}）"
            faults.append(CanaryFault(canary=canary, page=page, field="", wanted="可读", read=said))
            continue
        if page.outcome is Outcome.UNCHANGED or (reading := read(page)) is None:
            continue
        faults.extend(_compared(canary, page, reading))
    return tuple(faults)


def _compared(canary: Canary, page: Page, reading: Reading) -> list[CanaryFault]:
    listing = reading.listings[0] if reading.listings else None
    shop = reading.shop
    price = next((one for one in (listing.prices if listing else ()) if one.role is PriceRole.NOW), None)
    wanted_price = "" if canary.price_fen is None else f"{canary.price_fen / 100:.2f}"
    told = (
        ("listing.title", canary.title, listing.title if listing else ""),
        ("listing.price.now", wanted_price, f"{price.amount_fen / 100:.2f}" if price else ""),
        ("shop.name", canary.shop_name, shop.name if shop else ""),
        ("shop.licence_no", canary.licence_no, shop.disclosure.licence_no if shop else ""),
    )
    return [
        CanaryFault(canary=canary, page=page, field=name, wanted=wanted, read=was)
        for name, wanted, was in told
        if wanted and wanted != was
    ]
