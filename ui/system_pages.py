"""系统: offices with their people and matters, storage, clocks, keys and backups; read only, for 管理 and 审计."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from leads.divisions import Divisions
from offices.system_desk import OfficeNode, SystemDesk
from records.people import Permission
from records.search import Facet
from ui.door import Asked, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/system")

_BUREAU = "市场监督管理局"
_OTHERS_SHOWN = 30
_MATTERS = (
    "不限辖区：看得到各地线索；下发名单、规则与专项，指定管辖",
    "省级：法律、法规、规章规定由省级以上管辖的案件；下级管辖争议的指定",
    "设区的市级：依职权管辖本辖区内发生的案件；重大、复杂或跨县区的案件",
    "县级：依职权管辖本辖区内发生的案件；平台内经营者按实际经营地、自建网站按住所地",
)
"""What an office of each step of the tree deals with. Law: 《市场监督管理行政处罚程序规定》第七条至第十四条."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    node: OfficeNode
    name: str
    matters: str
    leads_href: str


@router.get("", response_class=HTMLResponse)
def system(visitor: Asked) -> HTMLResponse:
    """Everything on one page, what asks to be looked at said first."""
    desk = SystemDesk(visitor.services, visitor.caller)
    name_of = _names()
    offices = tuple(_office(node, name_of) for node in desk.offices(name_of))
    sections = desk.state(visitor.door.bench.system_state)
    urgent = tuple(
        (section.title, line)
        for tone in ("bad", "mid")
        for section in sections
        for line in section.lines
        if line.tone == tone
    )
    return visitor.draw(
        "system.html",
        here="system",
        offices=offices,
        sections=sections,
        urgent=urgent,
        others=desk.without_people({office.name for office in offices})[:_OTHERS_SHOWN],
        may_open=_may_open(visitor),
    )


def _may_open(visitor: Visitor) -> bool:
    return visitor.may(Permission.USERS_MANAGE)


def _office(node: OfficeNode, name_of: Callable[[str], str]) -> _Office:
    name = name_of(node.region_code)
    href = f"/leads?{urlencode({Facet.OFFICE.value: name})}" if node.lead_count else ""
    return _Office(node=node, name=name, matters=_MATTERS[node.depth], leads_href=href)


def _names() -> Callable[[str], str]:
    """Names of offices as leads name them."""
    divisions = Divisions.load()

    def name_of(region_code: str) -> str:
        found = divisions.by_code(region_code) if region_code else None
        return f"{found.full_name}{_BUREAU}" if found else region_code or "不限辖区"

    return name_of
