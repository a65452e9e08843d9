"""监控名单 as one person may see it: lists are everybody's, what they met is held to one's region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from offices.audit import Caller
from offices.desk import Desk, not_found
from records.errors import AwayError, NotFoundError
from records.market import Shop
from records.people import Permission
from records.ports import Services
from records.rule_exchange import RuleExchange
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchList

__all__ = ["WatchDesk", "WatchFile", "WatchFound", "WatchMet"]

_SHOWN = 200
_LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMet:
    """A hit with the shop it stands in and the row of the list that met it (None when a newer version dropped it)."""

    hit: WatchHit
    shop: Shop
    item: WatchItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """A list with what it met in one's region: all counted by certainty, the newest shown. `more` is True when there
    were too many to look at them all, so that the counts are lower bounds."""

    watched: WatchList
    met: tuple[WatchMet, ...]
    counts: dict[WatchCertainty, int]
    shops: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFound:
    """Where words stand in one's region: all counted, the first shown."""

    met: tuple[WatchMet, ...]
    hits: int
    shops: int


class WatchDesk(Desk):
    """Watch lists at a desk. Reading needs 查看线索."""

    def __init__(self, services: Services, caller: Caller, exchange: RuleExchange | None = None) -> None:
        super().__init__(services, caller)
        self._exchange = exchange

    def lists(self, *, retired: bool = False) -> tuple[WatchFile, ...]:
        """Lists in use (with `retired` all), by title, without their hits."""
        self.need(Permission.LEADS_READ)
        return tuple(self._file(one, shown=0) for one in self._services.watch.watch_lists(retired=retired))

    def find(self, words: Sequence[str]) -> WatchFound:
        """一步找出: shops of one's region that name any of these words, and where; nothing is kept but who asked.

        Raises:
            PermissionRefusedError: May not read leads.
            InvalidInputError, ConflictError: As `RuleExchange.find`.
            AwayError: This service was opened without it.
        """
        self.need(Permission.LEADS_READ)
        if self._exchange is None:
            raise AwayError("本服务没有接入这项功能", cure="用 wangjian serve 启动")
        shops: dict[str, Shop | None] = {}
        met: list[WatchMet] = []
        counted = 0
        for hit in self._exchange.find(words):
            if hit.shop_id not in shops:
                shops[hit.shop_id] = self._shop(hit.shop_id)
            shop = shops[hit.shop_id]
            if shop is None:
                continue
            counted += 1
            if len(met) < _SHOWN:
                met.append(WatchMet(hit=hit, shop=shop, item=None))
        seen = sum(1 for shop in shops.values() if shop is not None)
        return WatchFound(met=tuple(met), hits=counted, shops=seen)

    def file(self, list_id: str) -> WatchFile:
        """One list whole.

        Raises:
            NotFoundError: No such list.
            PermissionRefusedError: May not read leads.
        """
        self.need(Permission.LEADS_READ)
        try:
            watched = self._services.watch.watch_list(list_id)
        except NotFoundError as exc:
            raise not_found("名单", list_id) from exc
        return self._file(watched, shown=_SHOWN)

    def _file(self, watched: WatchList, *, shown: int) -> WatchFile:
        items = {item.item_id: item for item in watched.items}
        shops: dict[str, Shop | None] = {}
        counts: Counter[WatchCertainty] = Counter()
        met: list[WatchMet] = []
        more = False
        for number, hit in enumerate(self._services.watch.hits(watched.list_id)):
            if number >= _LOOKED_AT:
                more = True
                break
            if hit.shop_id not in shops:
                shops[hit.shop_id] = self._shop(hit.shop_id)
            shop = shops[hit.shop_id]
            if shop is None:
                continue
            counts[hit.certainty] += 1
            if len(met) < shown:
                met.append(WatchMet(hit=hit, shop=shop, item=items.get(hit.item_id)))
        seen = sum(1 for shop in shops.values() if shop is not None)
        return WatchFile(watched=watched, met=tuple(met), counts=dict(counts), shops=seen, more=more)

    def _shop(self, shop_id: str) -> Shop | None:
        try:
            return self.scoped_shop(shop_id)[0]
        except NotFoundError:
            return None
