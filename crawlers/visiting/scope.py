"""How the scope of a run follows a seed that moved to its own www or https form.

Read off the seed's page, and never kept in memory alone: a run that is taken up must know it too.
"""

from __future__ import annotations

from crawlers.addresses import canonical_url, origin_of
from crawlers.visiting.visit import Visit
from records.base import stable_id
from records.errors import NotFoundError
from records.survey import Page

__all__ = ["same_site", "take_in", "take_in_again"]


def same_site(one: str, other: str) -> bool:
    """Whether two addresses differ in no more than scheme, a leading www and what comes after the host."""
    return _bare_host(one) == _bare_host(other)


def take_in(visit: Visit, page: Page) -> None:
    """The page of a seed was answered: where it ended belongs to the scope."""
    if page.final_url != page.url and same_site(page.url, page.final_url):
        visit.scope.add(origin_of(page.final_url))


def take_in_again(visit: Visit) -> None:
    """The same from the stored pages of the seeds, for a run that was begun before."""
    for seed in visit.target.seeds:
        try:
            take_in(visit, visit.survey.page(stable_id("page", visit.run_id, canonical_url(seed))))
        except NotFoundError:
            continue


def _bare_host(url: str) -> str:
    host = origin_of(url).split("://", 1)[1].rsplit(":", 1)[0]
    return host.removeprefix("www.")
