"""Our survey of the same site, as its child process does it: durable frontier, archive, digests, readings.

`python ours.py START_URL PAGES FOLDER CONCURRENCY READER` prints one JSON line. READER is
- `two_fields`: a page object of this benchmark that takes the peer's two CSS fields and all links, put in the list of
  families as any family would be: what frontier, archive and digests cost;
- `duli`: the product's page object for these pages, every field;
- `general`: the general reader, every field, no knowledge of the pages.
Where every field is read, the shop and its listings are then judged by all rules and made into leads, as the product
does after a survey; that is told apart (`judged_cpu_seconds`, the survey included, the loading of the rules not).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from crawlers.document import Document
from crawlers.families.page_object import ListingParts, listing_of, prices_of, text_of
from crawlers.families.registry import FAMILIES
from crawlers.general.reader import read_links
from crawlers.general.shops import marketplace_shop
from records.market import Reading
from records.survey import BrowserPolicy, PageKind, Target, TargetKind
from wangjian.settings import Settings, load_settings
from wangjian.surveying import SurveyTask, work
from wangjian.wiring import open_survey


class TwoFields:
    """Title and price, and every link."""

    def recognises(self, doc: Document) -> bool:
        return True

    def read(self, doc: Document) -> Reading:
        title = text_of(doc.selector.css("h1"))
        parts = ListingParts(title=title, category_path="", texts=(), prices=prices_of(doc, "td.money"))
        listing = listing_of(doc, marketplace_shop(f"{doc.origin}/", ""), parts) if title else None
        return Reading(
            kind=PageKind.LISTING if listing else PageKind.LIST,
            family="two_fields",
            listings=(listing,) if listing else (),
            links=read_links(doc),
        )


def judging_seconds(settings: Settings) -> tuple[float, float]:
    """CPU seconds of making the rules ready, once a process, and of stages 4 and 5 over all that was read."""
    began = time.process_time()
    from wangjian import flow
    from wangjian.ruling import judge_of, rules_at_work
    from wangjian.wiring import open_services

    with open_services(settings) as services:
        flow.assess(services, target_id="nobody")
        judge_of(rules_at_work(services).judging, on=services.clock().date()).make_ready()
        ready = time.process_time()
        flow.assess(services)
        flow.lead(services)
        return ready - began, time.process_time() - ready


def used_seconds(used: list[resource.struct_rusage]) -> float:
    """CPU seconds of processes as the kernel charged them."""
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(start: str, pages: str, folder: str, concurrency: str, reader: str) -> None:
    FAMILIES["two_fields"] = (TwoFields(),)
    target = Target(
        target_id="target_bench",
        name="基准",
        kind=TargetKind.SITE,
        seeds=(start,),
        family=reader,
        browser=BrowserPolicy.ALWAYS if reader == "browser" else BrowserPolicy.NEVER,
        delay_seconds=0,
        concurrency=int(concurrency),
        max_pages=int(pages),
        created_at=datetime.now(UTC),
    )
    if reader == "browser":
        target = target.model_copy(update={"family": "general"})
    place = Path(folder)
    settings = load_settings(data_dir=place, allow_private=True)
    with open_survey(settings) as means:
        means.survey.save_target(target)
        task = SurveyTask(data_dir=place, allow_private=True, target=target, run_id="run_bench")
        run = work(means, settings, task)
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        listings = list(means.survey.listings())
        start_of_judge, judging = (0.0, 0.0) if reader in ("two_fields", "browser") else judging_seconds(settings)
    said = {
        "pages": sum(run.outcomes.values()),
        "fields": sum(1 for listing in listings if listing.prices),
        "cpu_seconds": used_seconds(used),
        "judged_cpu_seconds": used_seconds(used) + judging,
        "judge_start_cpu_seconds": start_of_judge,
        "rss_megabytes": used[0].ru_maxrss / 1024,
        "stored_bytes": sum(path.stat().st_size for path in place.rglob("*") if path.is_file()),
        "disk_bytes": sum(path.stat().st_blocks * 512 for path in place.rglob("*") if path.is_file()),
        "files": sum(1 for path in place.rglob("*") if path.is_file()),
        "state": run.state.value,
        "seconds": (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0,
        "outcomes": {outcome.value: count for outcome, count in run.outcomes.items()},
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:6])
