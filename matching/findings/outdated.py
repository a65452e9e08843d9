"""与登记不一致（变更提示）: an item of the licence shown is not what the register has. Always to be checked: the page
or the register may be the older one.

Law: 《网络交易监督管理办法》第十二条 (变更之日起十个工作日内更新公示，待核); 《中华人民共和国电子商务法》第十五条.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from matching.comparing import Comparison, Feature
from matching.findings.grounds import Answer, Grounds, withheld
from matching.findings.items import (
    Item,
    address_item,
    differing,
    established_item,
    person_item,
    region_item,
    term_item,
)
from records.licence_findings import LicenceProblem
from records.register import Entity, EntityStatus

__all__ = ["outdated_answers"]

_OUTDATED = LicenceProblem.OUTDATED
_GRACE = timedelta(days=24)
"""Ten working days, reckoned as across the longest public holiday."""


def outdated_answers(grounds: Grounds) -> Iterator[Answer]:
    """Items of the holder of the code, or of the entity matched, that the page shows otherwise."""
    entity = grounds.entity
    if entity is None or entity.status is not EntityStatus.ACTIVE:
        return
    items = _items(grounds, entity)
    if grounds.then is not None and items:
        right_then = {item.field for item in _items(grounds, grounds.then)}
        items = tuple(item for item in items if item.field in right_then)
    changed = entity.approved_on
    for item in items:
        if changed is not None and timedelta() <= grounds.on - changed <= _GRACE:
            yield withheld(
                _OUTDATED, f"{item.field}与登记不同，但{changed.isoformat()}刚核准变更，尚在更新公示的期限内"
            )
            continue
        yield grounds.say(
            _OUTDATED,
            f"{item.field}：页面所示“{item.shown[:60]}”，登记为“{item.registered[:60]}”，提示核对是否变更未更新",
            field=item.field,
            values=(item.shown, item.registered),
            to_check=True,
            remarks=_remarks(grounds, item),
        )


def _items(grounds: Grounds, entity: Entity) -> tuple[Item, ...]:
    query, shown = grounds.facts.query, grounds.shown
    items = [_name_item(grounds, entity)]
    if not grounds.by_ocr("legal_representative"):
        items.append(person_item(query.legal_representative, entity))
    if not grounds.by_ocr("registered_on"):
        items.append(established_item(query.registered_on, entity))
    if shown is not None:
        items.append(region_item(shown.address, entity) or address_item(shown.address, entity))
        ran_out = entity.valid_until is not None and entity.valid_until < grounds.on  # told as that already
        items.append(None if ran_out else term_item(shown.valid_until, entity))
    return differing(items)


def _name_item(grounds: Grounds, entity: Entity) -> Item | None:
    holder: Comparison | None = grounds.licence.holder
    if holder is None or not holder.has(Feature.FORMER_NAME):
        return None
    return Item(field="名称", shown=grounds.facts.query.name, registered=entity.name)


def _remarks(grounds: Grounds, item: Item) -> tuple[str, ...]:
    remarks = []
    if item.field in ("住所", "所在地区"):
        remarks.append("所示可能是另行备案的经营场所，不等于住所变更")
    if grounds.newest is not None and grounds.newest < grounds.on:
        remarks.append(f"登记库最新至{grounds.newest.isoformat()}，其后的变更查不到")
    return tuple(remarks)
