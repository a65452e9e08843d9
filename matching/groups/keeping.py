"""Groups from one look to the next: an id stays while its group grows, shrinks or takes up others, and says why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.groups.linking import METHOD_VERSION, NOBODY_RULED, Cluster
from matching.groups.ruling import Standing
from records.base import stable_id
from records.groups import GroupEvent, GroupEventKind, GroupState, SellerGroup

__all__ = ["kept_groups"]

_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    now: datetime
    known: dict[str, SellerGroup]
    clusters: Sequence[Cluster]
    claims: dict[int, str]
    taken_up: dict[int, list[str]]
    rulings: Standing


def kept_groups(
    known: Sequence[SellerGroup], clusters: Sequence[Cluster], *, now: datetime, rulings: Standing = NOBODY_RULED
) -> tuple[SellerGroup, ...]:
    """The groups that changed (and only these), given all stored ones and the clusters of this look.

    A cluster goes on under the id of the group it has most shops of, the older at a tie. A group that no cluster goes
    on with is MERGED into the cluster that has most of its shops, or DISSOLVED when no two of any cluster are its own.
    """
    look = _look(known, clusters, now, rulings=rulings)
    changed = [group for at in range(len(clusters)) if (group := _current(look, at)) is not None]
    target_of = {old: look.claims[at] for at, olds in look.taken_up.items() for old in olds}
    claimed = set(look.claims.values())
    for group in known:
        if group.state is not GroupState.ACTIVE or group.group_id in claimed:
            continue
        changed.append(_ended(look, group, target_of.get(group.group_id, "")))
    return tuple(changed)


def _look(known: Sequence[SellerGroup], clusters: Sequence[Cluster], now: datetime, *, rulings: Standing) -> _Look:
    overlaps = _overlaps(known, clusters)
    by_id = {group.group_id: group for group in known}
    claims: dict[int, str] = {}
    claimed: set[str] = set()
    for group_id, at in sorted(overlaps, key=lambda pair: _rank(by_id[pair[0]], pair[1], overlaps[pair])):
        if at not in claims and group_id not in claimed:
            claims[at] = group_id
            claimed.add(group_id)
    taken_up: dict[int, list[str]] = defaultdict(list)
    best: dict[str, int] = {}
    for group_id, at in sorted(overlaps, key=lambda pair: (-overlaps[pair], pair[1])):
        if by_id[group_id].state is GroupState.ACTIVE and group_id not in claimed:
            best.setdefault(group_id, at)
    for group_id, at in sorted(best.items()):
        taken_up[at].append(group_id)
    for at, cluster in enumerate(clusters):
        if at not in claims:
            claims[at] = _new_id(cluster, by_id)
    return _Look(now=now, known=by_id, clusters=clusters, claims=claims, taken_up=taken_up, rulings=rulings)


def _rank(group: SellerGroup, at: int, overlap: int) -> tuple[bool, int, datetime, str, int]:
    return group.state is not GroupState.ACTIVE, -overlap, group.formed_at, group.group_id, at


def _overlaps(known: Sequence[SellerGroup], clusters: Sequence[Cluster]) -> Counter[tuple[str, int]]:
    """How many shops of which group are in which cluster; a dissolved group may come back."""
    owners: dict[str, list[str]] = defaultdict(list)
    for group in known:
        if group.state is not GroupState.MERGED:
            for shop_id in group.shop_ids:
                owners[shop_id].append(group.group_id)
    found: Counter[tuple[str, int]] = Counter()
    for at, cluster in enumerate(clusters):
        for shop_id in cluster.shop_ids:
            found.update((group_id, at) for group_id in owners[shop_id])
    return found


def _new_id(cluster: Cluster, known: dict[str, SellerGroup]) -> str:
    number = 0
    while True:
        made = stable_id("group", *cluster.shop_ids, *([str(number)] if number else []))
        if made not in known:
            return made
        number += 1


def _current(look: _Look, at: int) -> SellerGroup | None:
    """The group of a cluster as it is now; None when it is as stored."""
    cluster, group_id = look.clusters[at], look.claims[at]
    old = look.known.get(group_id)
    events = tuple(_events(look, at, old))
    if old is not None and not events and old.links == cluster.links and old.subjects == cluster.subjects:
        return None
    return SellerGroup(
        group_id=group_id,
        shop_ids=cluster.shop_ids,
        subjects=cluster.subjects,
        links=cluster.links,
        events=(*(old.events if old is not None else ()), *events),
        formed_at=old.formed_at if old is not None else look.now,
        changed_at=look.now,
        method_version=METHOD_VERSION,
    )


def _events(look: _Look, at: int, old: SellerGroup | None) -> list[GroupEvent]:
    cluster, taken_up = look.clusters[at], look.taken_up.get(at, [])
    now = frozenset(cluster.shop_ids)
    if old is None or old.state is not GroupState.ACTIVE:
        sentence = f"{len(now)} 家网店形成关联组：{_why(cluster, now)}"
        return [_event(look.now, GroupEventKind.FORMED, sentence, sorted(now), taken_up)]
    before = frozenset(old.shop_ids)
    found: list[GroupEvent] = []
    joined = frozenset(shop_id for group_id in taken_up for shop_id in look.known[group_id].shop_ids) & now - before
    if taken_up:
        names = "、".join(taken_up)
        sentence = f"并入 {names}（{len(joined)} 家网店）：{_why_across(cluster, before, now - before)}"
        found.append(_event(look.now, GroupEventKind.MERGED, sentence, sorted(joined), taken_up))
    if added := now - before - joined:
        sentence = f"增加 {len(added)} 家网店：{_why(cluster, added)}"
        found.append(_event(look.now, GroupEventKind.GROWN, sentence, sorted(added), ()))
    if gone := before - now:
        sentence = f"{len(gone)} 家网店{_why_gone(look, gone, before - gone)}"
        found.append(_event(look.now, GroupEventKind.SHRUNK, sentence, sorted(gone), ()))
    return found


def _ended(look: _Look, group: SellerGroup, into: str) -> SellerGroup:
    kind = GroupEventKind.MERGED if into else GroupEventKind.DISSOLVED
    shops = frozenset(group.shop_ids)
    sentence = f"并入 {into}" if into else f"组内网店{_why_gone(look, shops, shops)}"
    event = _event(look.now, kind, sentence, group.shop_ids, (into,) if into else ())
    return group.model_copy(
        update={
            "state": GroupState.MERGED if into else GroupState.DISSOLVED,
            "merged_into": into,
            "events": (*group.events, event),
            "changed_at": look.now,
        }
    )


def _why_gone(look: _Look, gone: frozenset[str], others: frozenset[str]) -> str:
    """An officer's word where there is one."""
    for (one, other), ruling in sorted(look.rulings.apart.items()):
        if (one in gone and other in others) or (other in gone and one in others):
            return f"经 {ruling.actor} 认定不属同一经营者：{ruling.reason}"
    return "不再有足够的共同之处"


def _why(cluster: Cluster, shops: frozenset[str]) -> str:
    """The strongest links any of these shops has a part in."""
    said = [link.sentence for link in cluster.links if shops & frozenset(link.shop_ids)]
    return "；".join(said[:_REASONS])


def _why_across(cluster: Cluster, one: frozenset[str], other: frozenset[str]) -> str:
    said = [
        link.sentence
        for link in cluster.links
        if one & frozenset(link.shop_ids) and other & frozenset(link.shop_ids)
    ]  # fmt: skip
    return "；".join(said[:_REASONS]) or _why(cluster, other)


def _event(
    now: datetime, kind: GroupEventKind, sentence: str, shop_ids: Sequence[str], group_ids: Sequence[str]
) -> GroupEvent:
    return GroupEvent(kind=kind, at=now, sentence=sentence, shop_ids=tuple(shop_ids), group_ids=tuple(group_ids))
