"""疑似套用执照: the licence is real, but the shop that shows it is hardly its holder's.

Two of region, telephone, ICP subject, scope and legal representative must speak against it. A telephone merely other
than the registered one is the weakest (hotlines, mobile phones of the staff): it counts only beside a place, a filing
or a scope that conflicts; another entity's telephone counts fully.

Law: 《中华人民共和国市场主体登记管理条例》第三十七条 (不得伪造、涂改、出租、出借、转让营业执照).
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.comparing import Feature
from matching.findings.grounds import Answer, Grounds, withheld
from matching.findings.items import Item, icp_item, person_item, region_item, scope_item
from matching.keys import phone_key
from records.licence_findings import LicenceProblem
from records.register import Entity

__all__ = ["MANY_UNLIKE_SHOPS", "borrowing_answers"]

MANY_UNLIKE_SHOPS = 5
"""So many other shops with nothing in common but the licence are more than a seller with several shops explains."""

_BORROWED = LicenceProblem.BORROWED
_LEAST_CONFLICTS = 2
_HARD = ("所在地区", "ICP备案", "经营范围")


def borrowing_answers(grounds: Grounds) -> Iterator[Answer]:
    """Whether the licence is likely another's; asked only where code and name are one entity's."""
    holder = grounds.licence.holder
    if holder is None or not grounds.same_name:
        return
    conflicts = _conflicts(grounds, holder.entity)
    shops = grounds.shown.unlike_shops if grounds.shown is not None else ()
    many = len(shops) >= MANY_UNLIKE_SHOPS
    if not many and not _enough(conflicts):
        return
    why_not = _cleared(grounds)
    if why_not:
        yield withheld(_BORROWED, why_not)
        return
    told = [f"{item.field}所示“{item.shown[:40]}”、登记“{item.registered[:40]}”" for item in conflicts]
    if many:
        told.append(f"另有{len(shops)}家互不相干的店铺亮同一执照（如{'、'.join(shops[:3])}）")
    yield grounds.say(
        _BORROWED,
        f"代码与名称均为“{holder.entity.name}”，但" + "；".join(told),
        field="、".join([item.field for item in conflicts] + (["亮同一执照的店铺"] if many else [])),
        values=(
            "；".join(item.shown for item in conflicts),
            "；".join(item.registered for item in conflicts),
        ),
        to_check=True,
        remarks=("须向执照主体核实是否由其经营、有无授权或代运营，登记事项近期有无变更",),
    )


def _conflicts(grounds: Grounds, entity: Entity) -> tuple[Item, ...]:
    query, shown = grounds.facts.query, grounds.shown
    asked = [person_item(query.legal_representative, entity), _phone_item(grounds, entity)]
    if shown is not None:
        asked += [region_item(shown.address, entity), icp_item(shown.icp_no, entity), scope_item(shown.scope, entity)]
    else:
        asked.append(region_item(query.address, entity))
    found = [item for item in asked if item is not None]
    then = grounds.then
    if then is not None and person_item(query.legal_representative, then) is None:
        found = [item for item in found if item.field != "法定代表人"]  # right at the capture, changed since
    return tuple(found)


def _phone_item(grounds: Grounds, entity: Entity) -> Item | None:
    facts, reached = grounds.facts, grounds.licence.reached
    if not facts.phone:
        return None
    own = [number for number in entity.phone.replace("；", ";").split(";") if phone_key(number)]
    if any(phone_key(number) == facts.phone for number in own):
        return None
    if reached is not None:
        whose = f"{entity.phone or '未载'}（所示号码登记在“{reached.entity.name}”名下）"
        return Item(field="联系电话", shown=facts.query.phone, registered=whose)
    return Item(field="电话不同", shown=facts.query.phone, registered=entity.phone) if own else None


def _enough(conflicts: tuple[Item, ...]) -> bool:
    if len(conflicts) < _LEAST_CONFLICTS:
        return False
    weak = sum(item.field == "电话不同" for item in conflicts)
    return len(conflicts) - weak >= _LEAST_CONFLICTS or any(item.field in _HARD for item in conflicts)


def _cleared(grounds: Grounds) -> str:
    """Why it is not to be said in spite of conflicts; empty when nothing clears it."""
    holder, shown = grounds.licence.holder, grounds.shown
    if holder is not None and holder.has(Feature.URL_DECLARED):
        return "本店网址已由执照主体在年报中申报，登记事项不同应是变更未更新"
    if holder is not None and holder.has(Feature.PHONE_EQUAL):
        return "所留电话就是执照主体的登记电话，登记事项不同应是变更未更新"
    if shown is not None and shown.agent_text:
        return f"页面声明由他人代为经营（“{shown.agent_text[:60]}”），须核实授权"
    return ""
