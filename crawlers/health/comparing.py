"""Stored pages of a run beside the same addresses in healthy ones: what the proposals of drift are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from crawlers.health.drift import PagePair, drifted, propose
from crawlers.health.fields import TEMPLATE_FIELD
from crawlers.health.statistics import PageTally, address_of
from crawlers.health.troubles import Trouble
from crawlers.health.watching import WatchedPage, watch_page
from crawlers.health.words import KIND_WORDS
from records.health import AlarmKind, SelectorProposal
from records.survey import Page, Target

__all__ = ["Comparison", "drift_troubles", "proposals_for"]

_PAIRS = 5
_GENERAL = "general"


@dataclass(kw_only=True)
class Comparison:
    """Pairs of pages by address. `before` gives an address as a healthy run read it, `body` the bytes of a page."""

    target: Target
    before: Callable[[str], Page | None]
    body: Callable[[Page], bytes | None]
    _watched: dict[str, WatchedPage | None] = field(default_factory=dict)

    def pairs(self, pages: Iterable[Page]) -> list[PagePair]:
        """Up to five pages with what stood at their addresses in the healthy run."""
        found: list[PagePair] = []
        for page in pages:
            if len(found) >= _PAIRS:
                break
            if (known := self.before(address_of(page))) is None:
                continue
            then, now = self.watched(known), self.watched(page)
            if then is not None and now is not None:
                found.append(PagePair(before=then, now=now))
        return found

    def watched(self, page: Page) -> WatchedPage | None:
        """The page read again, selectors noted; None when its bytes are gone."""
        if page.page_id not in self._watched:
            content = self.body(page)
            self._watched[page.page_id] = None if content is None else watch_page(page, content, self.target)
        return self._watched[page.page_id]


def proposals_for(trouble: Trouble, comparison: Comparison) -> tuple[SelectorProposal, ...]:
    """Where the value of a lost field stands now; for a template no longer recognised, where all its marks stand."""
    if trouble.proposals or trouble.kind not in (AlarmKind.COVERAGE, AlarmKind.DRIFT):
        return trouble.proposals
    pairs = comparison.pairs(trouble.pages)
    if trouble.field == TEMPLATE_FIELD:
        return drifted(pairs)
    found = propose(pairs, trouble.field)
    return () if found is None else (found,)


def drift_troubles(tally: PageTally, comparison: Comparison, known: Sequence[Trouble]) -> tuple[Trouble, ...]:
    """Selectors of page objects that drifted although their fields are still read (by another way): before silence."""
    told = {(trouble.family, trouble.page_kind) for trouble in known if trouble.kind is not AlarmKind.OUTCOME}
    found = []
    for (family, kind), size in sorted(tally.sizes.items()):
        if family == _GENERAL or (family, kind) in told or not size:
            continue
        pages = tally.some((family, kind))
        for proposal in drifted(comparison.pairs(pages)):
            why = (
                f"{family} 模板的{KIND_WORDS[kind]}中，选择器“{proposal.old}”在 {proposal.tried_on} 个样页上不再匹配，"
                f"原有内容现位于“{proposal.new}”；所读字段暂未缺失，宜尽早修订模板"
            )
            found.append(
                Trouble(
                    kind=AlarmKind.DRIFT, family=family, page_kind=kind, field=proposal.field or proposal.old,
                    before=proposal.old, after=proposal.new, why=why, pages=tuple(pages[:_PAIRS]),
                    proposals=(proposal,),
                )
            )  # fmt: skip
    return tuple(found)
