"""Shops into clusters: values in common are weighed, common ones held back, and what is strong enough joins.

A value of weight 1.0 joins its shops by itself. Lesser values join two shops when the best of each kind add up to 1.0;
two shops known to be of different licence holders need DIFFERENT_SUBJECTS more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from matching.groups.commonness import Commonness, subjects_of
from matching.groups.joining import DisjointSets
from matching.groups.ruling import Pair, Standing, ruling_link
from matching.groups.texts import CopiedTexts, Passage
from records.group_marks import ShopTraits, Trait
from records.groups import GroupLink, GroupRuling, HeldBack, LinkKind

__all__ = ["DIFFERENT_SUBJECTS", "JOINS", "METHOD_VERSION", "Cluster", "Linkage", "link_shops"]

METHOD_VERSION = "groups-2"
"""Changes with every weight, limit or form of comparison; a group says which made it."""

JOINS = 1.0
DIFFERENT_SUBJECTS = 0.3

_TEXT_BASE, _TEXT_STEP, _TEXT_MOST = 0.2, 0.1, 0.6
_SNIPPETS = 2
_PAGES_PER_LINK = 60
_MOST_PAIRED = 60
_NEARLY = 1e-6

NOBODY_RULED = Standing(together={}, apart={})


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


def link_shops(
    shops: Sequence[ShopTraits], texts: CopiedTexts | None = None, *, rulings: Standing = NOBODY_RULED
) -> Linkage:
    """Cluster shops by what they have in common; the order of the shops does not matter.

    What officers ruled goes before all else: shops of one hand are joined first, and no value joins two that are not.
    """
    by_id = {shop.shop_id: shop for shop in shops}
    shared, held = _shared_values(by_id)
    sets = _ruled(rulings, by_id)
    for each in shared:
        if each.trait.weight >= JOINS:
            sets.join_all(each.shop_ids)
    weak = {pair: sum(kinds.values()) for pair, kinds in _best_of_pairs(shared).items()}
    bars = {pair: JOINS + (DIFFERENT_SUBJECTS if _differ(by_id, pair) else 0.0) for pair in weak}
    doubtful = [
        pair
        for pair, strength in weak.items()
        if strength + _TEXT_MOST >= bars[pair] - _NEARLY and sets.root(pair[0]) != sets.root(pair[1])
    ]
    copied = texts.counts(doubtful) if texts is not None else {}
    strengths = {pair: weak[pair] + _text_weight(copied.get(pair, 0)) for pair in doubtful}
    for pair, strength in sorted(strengths.items(), key=lambda item: (-round(item[1], 6), item[0])):
        if strength >= bars[pair] - _NEARLY:
            sets.join_all(pair)
    return Linkage(clusters=tuple(_clusters(sets, by_id, shared, texts=texts, rulings=rulings)), held_back=tuple(held))


def _ruled(rulings: Standing, by_id: dict[str, ShopTraits]) -> DisjointSets:
    """Sets as officers made them, of shops that are still known."""
    sets = DisjointSets()
    for one, other in sorted(rulings.apart):
        sets.keep_apart(one, other)
    for one, other in sorted(rulings.together):
        if one in by_id and other in by_id:
            sets.join_all((one, other))
    return sets


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


def _best_of_pairs(shared: Sequence[_Shared]) -> dict[Pair, dict[LinkKind, float]]:
    """The best value of each kind two shops share. Only values too weak to join alone are looked at: these are held by
    few shops, so that the pairs stay few."""
    best: dict[Pair, dict[LinkKind, float]] = defaultdict(dict)
    for each in shared:
        if each.trait.weight >= JOINS or len(each.shop_ids) > _MOST_PAIRED:
            continue  # so many are all of one licence (Commonness held back any other), which joins them already
        for pair in combinations(each.shop_ids, 2):
            kinds = best[pair]
            kinds[each.trait.kind] = max(kinds.get(each.trait.kind, 0.0), each.trait.weight)
    return best


def _sentences(passages: Sequence[Passage], shop_ids: Sequence[str]) -> int:
    """How many sentences each of these shops has of the passages, at least."""
    return sum(min(passage.counts[shop_id] for shop_id in shop_ids) for passage in passages)


def _text_weight(count: int) -> float:
    """Text alone never joins, however much of it."""
    if not count:
        return 0.0
    return round(min(_TEXT_MOST, _TEXT_BASE + _TEXT_STEP * count), 2)


def _differ(by_id: dict[str, ShopTraits], pair: Pair) -> bool:
    one, other = by_id[pair[0]].subject, by_id[pair[1]].subject
    return bool(one and other and one != other)


def _clusters(
    sets: DisjointSets,
    by_id: dict[str, ShopTraits],
    shared: Sequence[_Shared],
    *,
    texts: CopiedTexts | None,
    rulings: Standing,
) -> Iterator[Cluster]:
    links: dict[str, list[GroupLink]] = defaultdict(list)
    for said in {ruling.ruling_id: ruling for ruling in rulings.together.values()}.values():
        for root, ids in _by_root(sets, _of_ruling(said, rulings, by_id)).items():
            links[root].append(ruling_link(said, ids))
    for each in shared:
        for root, ids in _by_root(sets, each.shop_ids).items():
            links[root].append(_value_link(each.trait, [by_id[shop_id] for shop_id in ids]))
    copied = texts.passages(list(sets.sets().values())) if texts is not None else {}
    for members, passages in copied.items():
        links[sets.root(members[0])] += _text_links(passages)
    for root, members in sorted(sets.sets().items(), key=lambda item: item[1]):
        found = sorted(links[root], key=lambda link: (-link.weight, list(LinkKind).index(link.kind), link.shop_ids))
        subjects = subjects_of(by_id[shop_id] for shop_id in members)
        yield Cluster(shop_ids=members, subjects=subjects, links=tuple(found))


def _of_ruling(said: GroupRuling, rulings: Standing, by_id: dict[str, ShopTraits]) -> list[str]:
    """The shops of which the ruling still holds."""
    held = {shop_id for pair, ruling in rulings.together.items() if ruling is said for shop_id in pair}
    return sorted(shop_id for shop_id in held if shop_id in by_id)


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
        LinkKind.PICTURE: f"{len(holders)} 家网店的执照图片逐字节相同（SHA-256 {trait.shown}）",
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


def _text_links(passages: Sequence[Passage]) -> Iterator[GroupLink]:
    """One link for each set of shops that have sentences in common."""
    by_holders: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    for passage in passages:
        by_holders[tuple(sorted(passage.pages))].append(passage)
    for holders, found in sorted(by_holders.items()):
        yield _text_link(found, holders)


def _text_link(passages: Sequence[Passage], shop_ids: tuple[str, ...]) -> GroupLink:
    ordered = sorted(passages, key=lambda passage: passage.snippet)
    shown = "；".join(f"“{passage.snippet}”" for passage in ordered[:_SNIPPETS])
    count = _sentences(passages, shop_ids)
    pages = dict.fromkeys(passage.pages[shop_id] for passage in ordered for shop_id in shop_ids)
    return GroupLink(
        kind=LinkKind.TEXT,
        value=ordered[0].snippet,
        weight=_text_weight(count),
        sentence=f"{len(shop_ids)} 家网店有 {count} 句文字相同或几乎相同，如{shown}",
        shop_ids=shop_ids,
        pages=tuple(pages)[:_PAGES_PER_LINK],
    )
