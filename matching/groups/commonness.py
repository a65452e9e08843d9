"""Which shared values say nothing because too many unlike shops have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from records.group_marks import ShopTraits
from records.groups import LinkKind

__all__ = ["Commonness", "subjects_of"]

_MOST_SUBJECTS = {
    LinkKind.PHONE: 6,
    LinkKind.WECHAT: 6,
    LinkKind.QQ: 6,
    LinkKind.EMAIL: 6,
    LinkKind.ICP: 3,
    LinkKind.IMAGE: 2,
    LinkKind.PICTURE: 2,
    LinkKind.ADDRESS: 3,
    LinkKind.PERSON: 6,
}
"""More licence holders than this behind one value: an agent, a park, a platform."""

_FEW = (LinkKind.ADDRESS, LinkKind.IMAGE, LinkKind.PICTURE, LinkKind.ICP)
_MOST_SHOPS = {kind: 12 if kind in _FEW else 30 for kind in _MOST_SUBJECTS}
"""The same where the holders are not known."""

_PLATFORM_SHOPS = 5
_PLATFORM_SHARE = 0.5


class Commonness:
    """Judges values by who has them. Licence numbers and matched entities are never common: they say who it is."""

    def __init__(self, shops: Iterable[ShopTraits]) -> None:
        self._shops_of_target = Counter(shop.target_id for shop in shops)

    def reason(self, kind: LinkKind, holders: Sequence[ShopTraits]) -> str:
        """Why the value is held back, in Chinese; empty when it counts."""
        if kind not in _MOST_SUBJECTS:
            return ""
        known = subjects_of(holders)
        if len(known) == 1 and all(holder.subject for holder in holders):
            return ""
        if kind is LinkKind.ICP and (host := _crowded_host(holders)):
            return f"同一网站（{host}）上的多家网店共用，是平台的备案"
        if len(known) > _MOST_SUBJECTS[kind]:
            return f"{len(known)} 个不同主体共用，疑为代理、园区或平台所有"
        if self._of_platform(holders):
            return "同一平台半数以上的网店都有，疑为平台所有"
        if len(holders) > _MOST_SHOPS[kind]:
            return f"{len(holders)} 家网店共用，过于常见"
        return ""

    def _of_platform(self, holders: Sequence[ShopTraits]) -> bool:
        target, count = Counter(holder.target_id for holder in holders).most_common(1)[0]
        return count >= _PLATFORM_SHOPS and count >= _PLATFORM_SHARE * self._shops_of_target[target]


def subjects_of(shops: Iterable[ShopTraits]) -> tuple[str, ...]:
    """The different subjects the shops are known by, sorted."""
    return tuple(sorted({shop.subject for shop in shops if shop.subject}))


def _crowded_host(holders: Sequence[ShopTraits]) -> str:
    host, count = Counter(holder.host for holder in holders).most_common(1)[0]
    return host if count > 1 else ""
