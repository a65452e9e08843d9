"""Surveys of a sample site without a network: its answers are stored and read as the survey's process does, in this one.

Health is judged from stored pages alone, so that what fetched them does not matter; tests/wangjian/test_health.py has one
survey over real sockets besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from crawlers.addresses import canonical_url, is_facet, is_surveyable
from crawlers.health.fields import with_fields
from crawlers.reading import read_page
from crawlers.visiting.rows import row_for, seed_rows
from records.ports import Services
from records.survey import Outcome, Page, Run, RunState, Target, TargetKind
from wangjian.health import Health, evaluate
from wangjian.sample.families.base import Site
from wangjian.sample.models import Family
from wangjian.sample.server import make_sites
from wangjian.sample.small import small_market
from wangjian.settings import load_settings
from wangjian.wiring import open_services

START = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
_KINDS = {Family.INDEPENDENT: TargetKind.SITE, Family.UNSEEN: TargetKind.SITE}
Change = Callable[[str, str], str]
"""Path and markup to the markup served instead."""


class Walk:
    """A site of the small market, visited again and again."""

    def __init__(
        self, services: Services, family: Family, *, shops: int = 3, listings: int = 6, seed: int = 7, more_seeds=()
    ) -> None:
        self.services = services
        self.market = small_market(seed=seed, shops=shops, listings_per_shop=listings, families=(family,))
        self.target = Target(
            target_id=f"t-{family.value}", name="样本站点", kind=_KINDS.get(family, TargetKind.PLATFORM),
            seeds=("http://market.cn/", *(f"http://market.cn{path}" for path in more_seeds)),
            created_at=START,
        )  # fmt: skip
        services.survey.save_target(self.target)
        self.runs = 0

    def visit(self, change: Change | None = None, *, gone: frozenset[str] = frozenset()) -> Health:
        """One run on the next day of the market, judged."""
        self.runs += 1
        site: Site = make_sites(self.market.at_day(self.runs))[0]
        started = START + timedelta(days=self.runs)
        run_id = f"{self.target.target_id}-{self.runs}"
        opened = Run(run_id=run_id, target_id=self.target.target_id, state=RunState.RUNNING, started_at=started)
        run = self.services.survey.open_run(opened, seed_rows(run_id, self.target.seeds))
        at = started
        while rows := self.services.survey.lease(run_id, limit=50, until=started + timedelta(days=400)):
            for row in rows:
                at += timedelta(seconds=1)
                page, body = self._fetched(site, run_id, row, at, change, gone)
                reading = read_page(page, body, self.target)
                outcome = reading.problem or Outcome.READ
                kind = reading.kind if outcome is Outcome.READ else row.kind
                page = page.model_copy(update={"outcome": outcome, "kind": kind, "reason": reading.reason})
                found = [
                    row_for(run_id, link.url, link.kind, depth=row.depth + 1, found_on=row.url)
                    for link in reading.links
                    if is_surveyable(link.url) and not is_facet(canonical_url(link.url))
                ]
                self.services.survey.complete(row, with_fields(page, reading), reading, found)
        outcomes = dict(self.services.survey.outcomes(run_id))
        ended = run.model_copy(update={"state": RunState.COMPLETE, "finished_at": at, "outcomes": outcomes})
        self.services.survey.finish_run(ended)
        health = evaluate(self.services, self.target, ended)
        assert health is not None
        return health

    def _fetched(self, site, run_id, row, at, change, gone) -> tuple[Page, bytes]:
        parts = urlsplit(row.url)
        reply = site.reply(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        body, status = reply.body, reply.status
        if parts.path in gone:
            body, status = b"<h1>404 Not Found</h1>", 404
        elif change is not None and status == 200 and "html" in reply.content_type:
            encoding = "gbk" if "gbk" in reply.content_type.lower() else "utf-8"
            body = change(parts.path, body.decode(encoding)).encode(encoding)
        page = Page(
            page_id=f"{row.row_id}-p", run_id=run_id, target_id=self.target.target_id, url=row.url, final_url=row.url,
            canonical_url=row.canonical_url, kind=row.kind, outcome=Outcome.READ, status=status, fetched_at=at,
            headers=(("Content-Type", reply.content_type),), body=self.services.blobs.put(body), elapsed_seconds=0.02,
        )  # fmt: skip
        return page, body


@contextmanager
def walking(place: Path, family: Family, **more) -> Iterator[Walk]:
    """A walk over services of its own."""
    with open_services(load_settings(data_dir=place, allow_private=True)) as services:
        yield Walk(services, family, **more)
