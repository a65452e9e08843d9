"""核验 for everybody: what a shop shows of its licence and what the register says of it. Facts only, nothing personal.

No lead, finding or score is told here: a rule only suspects, and a suspicion is nobody's business but the office's.
What cannot be told is said to be so; that a shop is not known here says nothing about the shop.
Law: 《中华人民共和国电子商务法》第十五条 (亮照); 《企业信息公示暂行条例》第六条 (registered facts are public).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from offices.masking import mask_name
from records.errors import NotFoundError
from records.market import Shop
from records.ports import Services
from records.register import Entity, EntityKind, EntityStatus

__all__ = ["PublicAnswer", "PublicMeans", "Shown", "check_licence"]

_LONGEST = 2_000
_OF_A_PERSON = 4


class Shown(StrEnum):
    """What can be said of the 亮照 of a shop, or of a code."""

    AGREES = "公示的执照与登记信息一致"
    DIFFERS = "公示的信息与登记信息不一致"
    INVALID = "代码不符合编码规则"
    NOT_SHOWN = "最近一次监测未见公示营业执照信息"
    REGISTERED = "登记库中有此主体"
    CANNOT_TELL = "不能判断"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAnswer:
    """What is told: the outcome, why, the register's public facts, and the day the page was read."""

    asked: str
    shown: Shown
    why: str
    entity: Entity | None = None
    code_on_page: str = ""
    name_on_page: str = ""
    read_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether the register says the subject no longer carries on business."""
        return self.entity is not None and self.entity.status is not EntityStatus.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMeans:
    """What the check needs of other rooms: what is wrong with a code ("" for nothing), a text as a code (empty when it
    is none), the ids a shop may have by its address, and names in the form they are compared in."""

    code_problem: Callable[[str], str]
    clean_code: Callable[[str], str]
    shop_ids: Callable[[str], tuple[str, ...]]
    fold_name: Callable[[str], str]


def check_licence(services: Services, means: PublicMeans, asked: str) -> PublicAnswer:
    """Say of an address of a shop, or of a 统一社会信用代码, whether a registered subject stands behind it."""
    text = asked.strip()[:_LONGEST]
    code = means.clean_code(text)
    if code:
        return _of_code(services, means, text, code)
    for shop_id in means.shop_ids(text):
        try:
            shop = services.survey.shop(shop_id)
        except NotFoundError:
            continue
        return _of_shop(services, means, text, shop)
    why = "不是代码，本系统也没有监测这个网址。这不表示该网店没有登记，也不表示它有问题。请填网店首页的网址。"
    return PublicAnswer(asked=text, shown=Shown.CANNOT_TELL, why=why)


def _of_code(services: Services, means: PublicMeans, text: str, code: str) -> PublicAnswer:
    if problem := means.code_problem(code):
        return PublicAnswer(asked=text, shown=Shown.INVALID, why=f"{problem}。请核对是否抄错。")
    entity = services.register.by_code(code)
    if entity is None:
        why = "代码符合编码规则，但本系统的登记库中没有；登记库可能未收录该地区。请查国家企业信用信息公示系统。"
        return PublicAnswer(asked=text, shown=Shown.CANNOT_TELL, why=why)
    return PublicAnswer(asked=text, shown=Shown.REGISTERED, why=_standing(entity), entity=_public(entity))


def _of_shop(services: Services, means: PublicMeans, text: str, shop: Shop) -> PublicAnswer:
    code, name = means.clean_code(shop.disclosure.licence_no), shop.disclosure.holder_name.strip()
    read = PublicAnswer(
        asked=text,
        shown=Shown.CANNOT_TELL,
        why="",
        code_on_page=shop.disclosure.licence_no,
        name_on_page=name,
        read_at=shop.last_seen_at,
    )
    if not shop.disclosure.licence_no:
        return _without_code(read, shop)
    if not code or means.code_problem(code):
        return _told(read, Shown.DIFFERS, "公示的代码不符合编码规则，可能是抄录有误。")
    entity = services.register.by_code(code)
    if entity is None:
        return _told(read, Shown.CANNOT_TELL, "本系统的登记库中没有公示的代码；登记库可能未收录该地区。")
    if not name:
        return _told(read, Shown.CANNOT_TELL, f"公示了代码，没有读到公示的名称，不能比对。{_standing(entity)}", entity)
    known = {means.fold_name(one) for one in (entity.name, *entity.former_names)}
    if means.fold_name(name) not in known:
        return _told(read, Shown.DIFFERS, "公示的名称与该代码登记的名称不同。", entity)
    return _told(read, Shown.AGREES, _standing(entity), entity)


def _without_code(read: PublicAnswer, shop: Shop) -> PublicAnswer:
    """Nothing that could be read as a code: shown otherwise, not wholly read, or not shown."""
    shown = shop.disclosure
    if shown.exemption_text:
        return _told(read, Shown.CANNOT_TELL, "该网店声明依法不需要办理登记（电子商务法第十条），未另行核对。")
    if shown.licence_image_urls:
        return _told(read, Shown.CANNOT_TELL, "该网店以图片公示执照，本页不据图片判断。")
    whole = shop.front_page_read and not shop.unread and (shop.licence_page_read or not shown.has_licence_link)
    if not whole:
        return _told(read, Shown.CANNOT_TELL, "最近一次监测没有读全该网店的网页，不能判断是否公示。")
    return _told(read, Shown.NOT_SHOWN, "此后可能已经补上。网店也可能依法不需要办理登记。")


def _told(read: PublicAnswer, shown: Shown, why: str, entity: Entity | None = None) -> PublicAnswer:
    return PublicAnswer(
        asked=read.asked,
        shown=shown,
        why=why,
        entity=_public(entity) if entity else None,
        code_on_page=read.code_on_page,
        name_on_page=read.name_on_page,
        read_at=read.read_at,
    )


def _standing(entity: Entity) -> str:
    if entity.status is EntityStatus.ACTIVE:
        return "登记状态为存续。"
    on = f"（{entity.status_on.isoformat()}）" if entity.status_on else ""
    return f"登记状态为{entity.status.value}{on}。"


def _public(entity: Entity) -> Entity:
    """Only what anybody may know; a person's own name, where it is the whole name of the business, is masked."""
    a_person = entity.kind is EntityKind.INDIVIDUAL and len(entity.name) <= _OF_A_PERSON
    return Entity(
        code=entity.code,
        name=mask_name(entity.name) if a_person else entity.name,
        kind=entity.kind,
        status=entity.status,
        status_on=entity.status_on,
        established_on=entity.established_on,
        region_code=entity.region_code,
    )
