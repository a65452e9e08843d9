"""What officers ruled: the words that hold now, and making a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product

from records.base import stable_id
from records.errors import InvalidInputError
from records.groups import GroupLink, GroupRuling, LinkKind, RulingKind, SellerGroup

__all__ = ["Pair", "Standing", "merge_ruling", "ruling_link", "split_ruling", "standing_rulings", "withdrawal"]

_MOST_SHOPS = 200
_MOST_REASON = 1_000

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The newest word on each pair of shops."""

    together: Mapping[Pair, GroupRuling]
    apart: Mapping[Pair, GroupRuling]


def standing_rulings(rulings: Iterable[GroupRuling]) -> Standing:
    """What holds of all rulings: a later word on a pair replaces the earlier, a withdrawn one never was."""
    ordered = sorted(rulings, key=lambda ruling: (ruling.at, ruling.ruling_id))
    withdrawn = {ruling.withdraws for ruling in ordered if ruling.kind is RulingKind.WITHDRAWN}
    newest: dict[Pair, GroupRuling] = {}
    for ruling in ordered:
        if ruling.ruling_id not in withdrawn:
            newest.update((pair, ruling) for pair in _pairs(ruling))
    return Standing(
        together={pair: said for pair, said in newest.items() if said.kind is RulingKind.TOGETHER},
        apart={pair: said for pair, said in newest.items() if said.kind is RulingKind.APART},
    )


def split_ruling(group: SellerGroup, shop_ids: Sequence[str], *, actor: str, reason: str, now: datetime) -> GroupRuling:
    """That some shops of a group are not of the hand of the others.

    Raises:
        InvalidInputError: No shop of the group is named, or all of them; no reason; too many shops.
    """
    chosen = tuple(sorted(set(shop_ids)))
    strangers = [shop_id for shop_id in chosen if shop_id not in group.shop_ids]
    if strangers:
        raise InvalidInputError(f"{strangers[0]} 不在关联组 {group.group_id} 中", cure="从组内的网店中选")
    others = tuple(shop_id for shop_id in group.shop_ids if shop_id not in chosen)
    if not chosen or not others:
        raise InvalidInputError("须选出组内的一部分网店分出去，不能一家不选或全选", cure="选出与其他各店无关的网店")
    return _ruling(RulingKind.APART, chosen, others=others, actor=actor, reason=reason, now=now)


def merge_ruling(shop_ids: Sequence[str], *, actor: str, reason: str, now: datetime) -> GroupRuling:
    """That these shops are of one hand, whatever they show.

    Raises:
        InvalidInputError: Fewer than two shops, no reason, or too many shops.
    """
    chosen = tuple(sorted(set(shop_ids)))
    if len(chosen) < 2:
        raise InvalidInputError("合并须指明至少两家网店", cure="写出两家以上的网店编号")
    return _ruling(RulingKind.TOGETHER, chosen, others=(), actor=actor, reason=reason, now=now)


def withdrawal(ruling: GroupRuling, *, actor: str, reason: str, now: datetime) -> GroupRuling:
    """That an earlier word holds no more. Raises InvalidInputError for no reason, or a ruling that withdraws itself."""
    if ruling.kind is RulingKind.WITHDRAWN:
        raise InvalidInputError(f"{ruling.ruling_id} 本身就是撤销", cure="重新作出认定")
    made = _ruling(RulingKind.WITHDRAWN, (), others=(), actor=actor, reason=reason, now=now, of=ruling.ruling_id)
    return made.model_copy(update={"withdraws": ruling.ruling_id})


def ruling_link(ruling: GroupRuling, shop_ids: Sequence[str]) -> GroupLink:
    """A ruling as a reason of a group."""
    return GroupLink(
        kind=LinkKind.RULING,
        value=ruling.ruling_id,
        weight=1.0,
        sentence=f"{ruling.actor} 认定 {len(shop_ids)} 家网店为同一经营者：{ruling.reason}",
        shop_ids=tuple(sorted(shop_ids)),
    )


def _pairs(ruling: GroupRuling) -> Iterable[Pair]:
    if ruling.kind is RulingKind.TOGETHER:
        return combinations(sorted(ruling.shop_ids), 2)
    return ((min(pair), max(pair)) for pair in product(ruling.shop_ids, ruling.other_ids))


def _ruling(  # noqa: PLR0913  # the parts of one record
    kind: RulingKind,
    shop_ids: tuple[str, ...],
    *,
    others: tuple[str, ...],
    actor: str,
    reason: str,
    now: datetime,
    of: str = "",
) -> GroupRuling:
    said = reason.strip()
    if not said or len(said) > _MOST_REASON:
        raise InvalidInputError(f"须写明认定的理由（1–{_MOST_REASON} 字）", cure="加 --reason，写明核实的经过")
    if not actor.strip():
        raise InvalidInputError("须写明认定人", cure="加 --by 姓名")
    if len(shop_ids) > _MOST_SHOPS:
        raise InvalidInputError(f"一次认定不超过 {_MOST_SHOPS} 家网店", cure="分几次认定")
    return GroupRuling(
        ruling_id=stable_id("ruling", kind.value, *shop_ids, "", *others, of, now.isoformat()),
        kind=kind,
        shop_ids=shop_ids,
        other_ids=others,
        actor=actor.strip(),
        reason=said,
        at=now,
    )
