"""监测对象库: a target is known by its address, so that however it is spelt, one site is one target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from pydantic import ValidationError

from crawlers.discovery.identity import SiteAddress, host_in_words, likely_kind, site_address
from records.base import stable_id
from records.errors import AddressRefusedError, ConflictError, InvalidInputError
from records.survey import Carrier, Target, TargetKind, TargetState
from wangjian.targets.wishes import TargetWish

__all__ = ["Change", "Registration", "TargetBook", "register", "target_at"]

_NOT_FIELDS = frozenset(("seeds", "replace_seeds", "scope", "cadence"))


class Change(StrEnum):
    """What registering came to."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A target as it is to be saved. `alike` are others that may be the same site (www. or m. before the name)."""

    target: Target
    change: Change
    alike: tuple[Target, ...] = ()


class TargetBook:
    """The targets by every address they are known by."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._by_id: dict[str, Target] = {}
        self._by_key: dict[str, str] = {}
        self._by_twin: dict[str, set[str]] = {}
        for target in targets:
            self.put(target)

    def put(self, target: Target) -> None:
        """Know a target from now on, in the place of what had its id."""
        if (known := self._by_id.get(target.target_id)) is not None:
            for address in _addresses(known):
                if self._by_key.get(address.key) == known.target_id:
                    del self._by_key[address.key]
                self._by_twin.get(address.twin_key, set()).discard(known.target_id)
        self._by_id[target.target_id] = target
        for address in _addresses(target):
            self._by_key.setdefault(address.key, target.target_id)
            self._by_twin.setdefault(address.twin_key, set()).add(target.target_id)

    def by_id(self, target_id: str) -> Target | None:
        """The target of that id."""
        return self._by_id.get(target_id)

    def at(self, address: SiteAddress) -> Target | None:
        """The target known by that very address."""
        found = self._by_key.get(address.key)
        return self._by_id[found] if found else None

    def meant(self, url: str, kind: TargetKind | None) -> Target | None:
        """The target that registering an address means; `kind` None where nobody said what it is.

        Raises:
            InvalidInputError, AddressRefusedError: As `site_address`.
        """
        return self.at(site_address(url, kind or self.kind_of(url)))

    def kind_of(self, url: str) -> TargetKind:
        """What a target of an address is: as it is known, else as the address seems."""
        known = self.at(site_address(url, TargetKind.SHOP))
        return known.kind if known is not None else likely_kind(site_address(url, TargetKind.SHOP).url)

    def find(self, url: str) -> Target | None:
        """The target a survey of an address means: the shop of that address, else the whole site it stands on.

        Raises:
            InvalidInputError, AddressRefusedError: As `site_address`.
        """
        return self.at(site_address(url, TargetKind.SHOP)) or self.at(site_address(url, TargetKind.SITE))

    def alike(self, address: SiteAddress, *, but: str = "") -> tuple[Target, ...]:
        """Targets that may be the same site, by id; the one of id `but` left out."""
        found = self._by_twin.get(address.twin_key, set()) - {but}
        return tuple(self._by_id[target_id] for target_id in sorted(found))


def register(book: TargetBook, wish: TargetWish, *, now: datetime, target_id: str = "") -> Registration:
    """Say what a wish makes of the target it means, and let the book know it. Nothing is saved.

    Args:
        target_id: Of the target that is meant, when the wish is not to go by its address.

    Raises:
        InvalidInputError: An address cannot be read, there is none, or a value is out of its range.
        AddressRefusedError: Not http(s), or with user information.
        ConflictError: The address is another target's.
    """
    known = book.by_id(target_id) if target_id else None
    if not wish.seeds and known is None:
        raise InvalidInputError("没有入口网址", cure="至少给出一个网址，如 https://example.cn/")
    kind = wish.kind or (known.kind if known else None)
    addresses = tuple(site_address(seed, kind or book.kind_of(seed)) for seed in wish.seeds)
    other = next((found for address in addresses if (found := book.at(address)) is not None), None)
    if known is None:
        known = other
    elif other is not None and other.target_id != known.target_id:
        raise ConflictError(
            f"该网址已属于另一监测对象：{other.name}（{other.target_id}）", cure="核对编号与网址，或先合并两个对象"
        )
    target = _changed(known, wish, addresses) if known else _made(book, wish, addresses, now)
    change = Change.ADDED if known is None else Change.UNCHANGED if target == known else Change.CHANGED
    book.put(target)
    first = addresses[0] if addresses else site_address(target.seeds[0], target.kind)
    return Registration(target=target, change=change, alike=book.alike(first, but=target.target_id))


def target_at(book: TargetBook, url: str, *, now: datetime) -> tuple[Target, bool]:
    """The target a survey of an address is of, and whether it is known; a new one is its whole site.

    Raises:
        InvalidInputError, AddressRefusedError: As `register`.
    """
    known = book.find(url)
    if known is not None:
        return known, True
    return register(book, TargetWish(seeds=(url,), kind=TargetKind.SITE), now=now).target, False


def _made(book: TargetBook, wish: TargetWish, addresses: tuple[SiteAddress, ...], now: datetime) -> Target:
    first = addresses[0]
    kind = wish.kind or likely_kind(first.url)
    target_id = stable_id("target", first.key)
    if book.by_id(target_id) is not None:  # its target has moved to another address since
        target_id = stable_id("target", first.key, now.isoformat())
    values: dict[str, object] = {
        "target_id": target_id,
        "name": host_in_words(first.host) + first.key.removeprefix(first.host),
        "kind": kind,
        "carrier": Carrier.SHOP if kind is TargetKind.SHOP else Carrier.WEBSITE,
        "seeds": _distinct(addresses),
        "created_at": now,
        **_said(wish),
    }
    return _validated(values)


def _changed(known: Target, wish: TargetWish, addresses: tuple[SiteAddress, ...]) -> Target:
    """The target as wished. One that was retired and is registered again is surveyed again."""
    said = _said(wish)
    if wish.state is None and known.state is TargetState.RETIRED:
        said |= {"state": TargetState.ACTIVE, "state_reason": ""}
    elif wish.state is not None and wish.state is not known.state:
        said["state_reason"] = ""
    if addresses:
        kept = () if wish.replace_seeds else _addresses(known)
        said["seeds"] = _distinct((*kept, *addresses))
    if all(getattr(known, name) == value for name, value in said.items()):
        return known
    return _validated({name: getattr(known, name) for name in Target.model_fields} | said)


def _said(wish: TargetWish) -> dict[str, object]:
    said = {
        field.name: value
        for field in fields(wish)
        if field.name not in _NOT_FIELDS and (value := getattr(wish, field.name)) is not None
    }
    if "family" in said:
        said["family"] = said["family"] or None
    if said.get("name") == "":
        del said["name"]
    if wish.scope is not None:
        said["scope"] = tuple(dict.fromkeys(site_address(each, TargetKind.SHOP).url for each in wish.scope))
    return said


def _distinct(addresses: Iterable[SiteAddress]) -> tuple[str, ...]:
    """Entry addresses, those that are one page in two spellings once."""
    kept: dict[str, str] = {}
    for address in addresses:
        kept.setdefault(site_address(address.url, TargetKind.SHOP).key, address.url)
    return tuple(kept.values())


def _addresses(target: Target) -> tuple[SiteAddress, ...]:
    found = []
    for seed in target.seeds:
        try:
            found.append(site_address(seed, target.kind))
        except (InvalidInputError, AddressRefusedError):
            continue
    return tuple(found)


def _validated(values: dict[str, object]) -> Target:
    try:
        return Target.model_validate(values)
    except ValidationError as exc:
        wrong = "、".join(".".join(str(part) for part in error["loc"]) for error in exc.errors())
        raise InvalidInputError(f"监测对象的值超出范围：{wrong}", cure="核对数值") from exc
