"""Saved searches and their alerts, as one person may keep and see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offices.desk import Desk, not_found
from records.base import stable_id
from records.errors import InvalidInputError, NotFoundError, PermissionRefusedError
from records.people import Permission
from records.saved_searches import SavedSearch, SearchAlert
from records.search import Facet, SearchKind, SearchQuery
from records.search_syntax import parse_query

__all__ = ["KeptSearch", "SearchDesk"]

_LONGEST_NAME = 40
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSearch:
    """A saved search with its alerts in one's region that its owner has not seen yet; `own`: only then it may be
    changed."""

    search: SavedSearch
    unseen: tuple[SearchAlert, ...]
    own: bool


class SearchDesk(Desk):
    """Saved searches at a desk. Everything needs 查看线索."""

    def searches(self) -> tuple[KeptSearch, ...]:
        """One's own and the shared ones, by name."""
        self.need(Permission.LEADS_READ)
        return tuple(self._kept(one) for one in self._services.searches.searches(self.account.login))

    def keep(self, name: str, *, text: str, filters: Mapping[Facet, tuple[str, ...]], shared: bool) -> SavedSearch:
        """Save a search of leads, held to one's region; under a name of one's own again, it is changed.

        Raises:
            InvalidInputError: No name, too long a one, too many searches, or words that cannot be read.
        """
        self.need(Permission.LEADS_READ)
        name = name.strip()
        if not 1 <= len(name) <= _LONGEST_NAME:
            raise InvalidInputError("检索的名称是空的或过长", cure=f"起一个 1 到 {_LONGEST_NAME} 字的名称")
        parse_query(text)
        own = {one.name for one in self._services.searches.searches(self.account.login) if self._is_own(one)}
        if name not in own and len(own) >= _MOST_KEPT:
            raise InvalidInputError(f"已保存 {len(own)} 个检索", cure="删去不用的再保存")
        kept = SavedSearch(
            search_id=stable_id("search", self.account.login, name),
            name=name,
            owner=self.account.login,
            shared=shared,
            query=SearchQuery(kind=SearchKind.LEAD, text=text, filters=dict(filters), region_scope=self.scope),
            saved_at=self._services.clock(),
        )
        self._services.searches.save_search(kept)
        return kept

    def look(self, search_id: str) -> SavedSearch:
        """Open a search; its owner has then seen its alerts. Another's look at a shared one takes nothing from them.

        Raises:
            NotFoundError: No such search, or another's that is not shared.
        """
        self.need(Permission.LEADS_READ)
        search = self._scoped(search_id)
        if self._is_own(search):
            self._services.searches.mark_seen(search_id, self._services.clock())
        return search

    def forget(self, search_id: str) -> None:
        """Delete one's own search with its alerts. Raises as `look`; PermissionRefusedError for another's."""
        self.need(Permission.LEADS_READ)
        search = self._scoped(search_id)
        if not self._is_own(search):
            raise PermissionRefusedError(f"“{search.name}”是他人保存的检索", cure=f"请 {search.owner} 本人删除")
        self._services.searches.delete_search(search_id)

    def _scoped(self, search_id: str) -> SavedSearch:
        try:
            search = self._services.searches.search(search_id)
        except NotFoundError as exc:
            raise not_found("检索", search_id) from exc
        if not (search.shared or self._is_own(search)):
            raise not_found("检索", search_id)
        return search

    def _is_own(self, search: SavedSearch) -> bool:
        return search.owner == self.account.login

    def _kept(self, search: SavedSearch) -> KeptSearch:
        alerts = self._services.searches.alerts(search.search_id, unseen=True)
        mine = tuple(one for one in alerts if self.sees_region(one.region_code))
        return KeptSearch(search=search, unseen=mine, own=self._is_own(search))
