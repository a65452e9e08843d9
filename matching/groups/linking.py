"""Shops into clusters: values in common are weighed, common ones held back, and what is strong enough joins.

A value of weight 1.0 joins its shops by itself. Lesser values join two shops when the best of each kind add up to 1.0;
two shops known to be of different licence holders need DIFFERENT_SUBJECTS more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from matching.groups.commonness import Commonness, subjects_of
from matching.groups.joining import DisjointSets
from matching.groups.texts import Passage
from matching.groups.traits import ShopTraits, Trait
from records.groups import GroupLink, HeldBack, LinkKind

__all__ = ["DIFFERENT_SUBJECTS", "JOINS", "METHOD_VERSION", "Cluster", "Linkage", "link_shops"]

METHOD_VERSION = "groups-1"
"""Changes with every weight, limit or form of comparison; a group says which made it."""

JOINS = 1.0
DIFFERENT_SUBJECTS = 0.3

_TEXT_BASE, _TEXT_STEP, _TEXT_MOST = 0.2, 0.1, 0.6
_SNIPPETS = 2
_PAGES_PER_LINK = 60
_MOST_PAIRED = 60

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Shops of one hand, what they share, and the licence codes they are known by; all sorted."""

    shop_ids: tuple[str, ...]
    subjects: tuple[str, ...]
    links: tuple[GroupLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """What one look at all shops gave."""

    clusters: tuple[Cluster, ...]
    held_back: tuple[HeldBack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    trait: Trait
    shop_ids: tuple[str, ...]


def link_shops(shops: Sequence[ShopTraits], passages: Iterable[Passage] = ()) -> Linkage:
    """Cluster shops by what they have in common; the order of the shops does not matter."""
    by_id = {shop.shop_id: shop for shop in shops}
    shared, held = _shared_values(by_id)
    texts = _texts_by_holders(passages, by_id)
    sets = DisjointSets()
    for each in shared:
        if each.trait.weight >= JOINS:
            sets.join_all(each.shop_ids)
    for pair, strength in _pair_strengths(shared, texts).items():
        bar = JOINS + (DIFFERENT_SUBJECTS if _differ(by_id, pair) else 0.0)
        if round(strength, 6) >= bar:
            sets.join_all(pair)
    return Linkage(clusters=tuple(_clusters(sets, by_id, shared, texts)), held_back=tuple(held))


def _shared_values(by_id: dict[str, ShopTraits]) -> tuple[list[_Shared], list[HeldBack]]:
    holders: dict[tuple[LinkKind, str], list[str]] = defaultdict(list)
    traits: dict[tuple[LinkKind, str], Trait] = {}
    for shop_id in sorted(by_id):
        for trait in by_id[shop_id].traits:
            holders[trait.kind, trait.value].append(shop_id)
            traits[trait.kind, trait.value] = trait
    commonness = Commonness(by_id.values())
    shared: list[_Shared] = []
    held: list[HeldBack] = []
    for key in sorted(key for key, ids in holders.items() if len(ids) > 1):
        having = [by_id[shop_id] for shop_id in holders[key]]
        reason = commonness.reason(key[0], having)
        if not reason:
            shared.append(_Shared(trait=traits[key], shop_ids=tuple(holders[key])))
            continue
        held.append(
            HeldBack(
                kind=key[0],
                value=traits[key].shown,
                reason=reason,
                shop_count=len(having),
                subject_count=len(subjects_of(having)),
            )
        )
    return shared, held


def _texts_by_holders(
    passages: Iterable[Passage], by_id: dict[str, ShopTraits]
) -> dict[tuple[str, ...], list[Passage]]:
    found: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    for passage in passages:
        holders = tuple(sorted(shop_id for shop_id in passage.pages if shop_id in by_id))
        if len(holders) > 1:
            found[holders].append(passage)
    return found


def _pair_strengths(shared: Sequence[_Shared], texts: dict[tuple[str, ...], list[Passage]]) -> dict[Pair, float]:
    """Sum over kinds of the best value two shops share. Only values too weak to join alone are looked at: these are
    held by few shops, so that the pairs stay few."""
    best: dict[Pair, dict[LinkKind, float]] = defaultdict(dict)
    for each in shared:
        if each.trait.weight >= JOINS or len(each.shop_ids) > _MOST_PAIRED:
            continue  # so many are all of one licence (Commonness held back any other), which joins them already
        for pair in combinations(each.shop_ids, 2):
            kinds = best[pair]
            kinds[each.trait.kind] = max(kinds.get(each.trait.kind, 0.0), each.trait.weight)
    copied: Counter[Pair] = Counter()
    for holders, passages in texts.items():
        for pair in combinations(holders, 2):
            copied[pair] += len(passages)
    for pair, count in copied.items():
        if pair in best:  # text alone never joins
            best[pair][LinkKind.TEXT] = _text_weight(count)
    return {pair: sum(kinds.values()) for pair, kinds in best.items()}


def _text_weight(count: int) -> float:
    return round(min(_TEXT_MOST, _TEXT_BASE + _TEXT_STEP * count), 2)


def _differ(by_id: dict[str, ShopTraits], pair: Pair) -> bool:
    one, other = by_id[pair[0]].subject, by_id[pair[1]].subject
    return bool(one and other and one != other)


def _clusters(
    sets: DisjointSets,
    by_id: dict[str, ShopTraits],
    shared: Sequence[_Shared],
    texts: dict[tuple[str, ...], list[Passage]],
) -> Iterator[Cluster]:
    links: dict[str, list[GroupLink]] = defaultdict(list)
    for each in shared:
        for root, ids in _by_root(sets, each.shop_ids).items():
            links[root].append(_value_link(each.trait, [by_id[shop_id] for shop_id in ids]))
    within: dict[tuple[str, tuple[str, ...]], list[Passage]] = defaultdict(list)
    for holders, passages in texts.items():
        for found_in in _by_root(sets, holders).items():
            within[found_in].extend(passages)
    for (root, ids), passages in sorted(within.items()):
        links[root].append(_text_link(passages, ids))
    for root, members in sorted(sets.sets().items(), key=lambda item: item[1]):
        found = sorted(links[root], key=lambda link: (-link.weight, list(LinkKind).index(link.kind), link.shop_ids))
        subjects = subjects_of(by_id[shop_id] for shop_id in members)
        yield Cluster(shop_ids=members, subjects=subjects, links=tuple(found))


def _by_root(sets: DisjointSets, shop_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The holders of a value by the cluster they are in, where at least two of them are in one."""
    found: dict[str, list[str]] = defaultdict(list)
    for shop_id in shop_ids:
        found[sets.root(shop_id)].append(shop_id)
    return {root: tuple(ids) for root, ids in found.items() if len(ids) > 1}


def _value_link(trait: Trait, holders: Sequence[ShopTraits]) -> GroupLink:
    said = {
        LinkKind.ENTITY: f"{len(holders)} 家网店比对为同一登记主体 {trait.shown}",
        LinkKind.LICENCE: f"{len(holders)} 家网店公示同一证照号码 {trait.shown}",
    }
    subjects = subjects_of(holders)
    mixed = f"（公示的主体有 {len(subjects)} 个，须核对）" if len(subjects) > 1 else ""
    sentence = said.get(trait.kind, f"{len(holders)} 家网店公布同一{trait.kind.value} {trait.shown}") + mixed
    return GroupLink(
        kind=trait.kind,
        value=trait.shown,
        weight=trait.weight,
        sentence=sentence,
        shop_ids=tuple(holder.shop_id for holder in holders),
        pages=tuple(page for holder in holders for page in holder.pages)[:_PAGES_PER_LINK],
    )


def _text_link(passages: Sequence[Passage], shop_ids: tuple[str, ...]) -> GroupLink:
    ordered = sorted(passages, key=lambda passage: passage.snippet)
    shown = "；".join(f"“{passage.snippet}”" for passage in ordered[:_SNIPPETS])
    pages = dict.fromkeys(passage.pages[shop_id] for passage in ordered for shop_id in shop_ids)
    return GroupLink(
        kind=LinkKind.TEXT,
        value=ordered[0].snippet,
        weight=_text_weight(len(passages)),
        sentence=f"{len(shop_ids)} 家网店有 {len(passages)} 句文字逐字相同，如{shown}",
        shop_ids=shop_ids,
        pages=tuple(pages)[:_PAGES_PER_LINK],
    )
