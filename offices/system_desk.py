"""系统: the offices above and below each other with their people, and how the machinery stands; read only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from offices.desk import Desk
from offices.permissions import in_scope
from records.errors import AwayError
from records.people import Account, Permission
from records.search import Facet, FacetCount, SearchKind, SearchQuery
from records.system_state import StateSection

__all__ = ["OfficeNode", "SystemDesk"]

_STEPS = (0, 2, 4, 6)
"""Lengths of the codes of country, province, prefecture and county in GB/T 2260."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNode:
    """One office: `depth` 0 to 3 for the country, a province, a prefecture, a county. `lead_count`: leads it is
    suggested for; None for who may not read leads, or while the index is away."""

    region_code: str
    depth: int
    people: tuple[Account, ...]
    lead_count: int | None = None


class SystemDesk(Desk):
    """For 管理 and 审计: the one has 管理账号, the other 查看审计记录."""

    def offices(self, name_of: Callable[[str], str]) -> tuple[OfficeNode, ...]:
        """Offices of one's region that have people, and those above them; each before those under it. `name_of` tells
        the name of an office by its region, as leads name it.

        Raises:
            PermissionRefusedError: Neither manages accounts nor reads the audit.
        """
        self._need_either()
        people: dict[str, list[Account]] = {}
        for account in self._services.accounts.accounts():
            if in_scope(self.account, account.region_code):
                people.setdefault(_code(account.region_code), []).append(account)
        regions = {code[:step] for code in people for step in _STEPS if step <= len(code)}
        regions |= {code for code in {self.scope[:step] for step in _STEPS} if len(code) <= len(self.scope)}
        counts = self._lead_counts()
        return tuple(
            OfficeNode(
                region_code=code,
                depth=_STEPS.index(len(code)),
                people=tuple(sorted(people.get(code, ()), key=lambda one: (not one.active, one.login))),
                lead_count=None if counts is None else counts.get(name_of(code), 0),
            )
            for code in sorted(regions)
        )

    def without_people(self, names: Collection[str]) -> tuple[FacetCount, ...]:
        """Offices that leads are suggested to beside those of the tree, the most first; none for who may not read
        leads. Raises as `offices`."""
        self._need_either()
        counts = self._lead_counts() or {}
        return tuple(FacetCount(value=name, count=count) for name, count in counts.items() if name not in names)

    def state(self, read: Callable[[], Sequence[StateSection]]) -> tuple[StateSection, ...]:
        """How the machinery stands. Raises as `offices`."""
        self._need_either()
        return tuple(read())

    def _need_either(self) -> None:
        if not self.may(Permission.AUDIT_READ):
            self.need(Permission.USERS_MANAGE)

    def _lead_counts(self) -> dict[str, int] | None:
        if not self.may(Permission.LEADS_READ):
            return None
        asked = SearchQuery(kind=SearchKind.LEAD, region_scope=self.scope, count_facets=(Facet.OFFICE,), limit=1)
        try:
            found = self._services.index.search(asked)
        except AwayError:
            return None
        return {one.value: one.count for one in found.facets.get(Facet.OFFICE, ())}


def _code(region_code: str) -> str:
    """The code cut to a step of the tree; trailing zeros of a six-digit code say no more than its beginning."""
    code = region_code[:6]
    if len(code) == 6:
        code = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code[: max(step for step in _STEPS if step <= len(code))]
