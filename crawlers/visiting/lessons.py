"""What is learned of addresses, put to use in the run: pages observed, rules followed at once, proofs asked for."""

from __future__ import annotations

from crawlers.learning.addresses import Lesson
from crawlers.visiting.rows import row_for
from crawlers.visiting.visit import Visit
from records.market import Reading
from records.survey import FrontierRow, Outcome, Page

__all__ = ["follow", "learn", "lessons_rows"]

_READ = frozenset((Outcome.READ, Outcome.UNCHANGED))
_PROOF_PRIORITY = 95


def learn(visit: Visit, row: FrontierRow, page: Page, reading: Reading | None) -> tuple[Lesson, Page, Reading | None]:
    """Take note of a page, and give what of it is to be recorded.

    A page asked for only to prove a rule gives no statements and no version: its clean address gives them.
    """
    if reading is None or page.outcome not in _READ:
        return Lesson(), page, reading
    learner = visit.addresses
    proof = row.depth > 0 and learner.proves_only(row.url)
    lesson = learner.observe(row.url, page.content_sha256)
    if proof and learner.proves_only(row.url):
        return lesson, page.model_copy(update={"content_sha256": ""}), None
    return lesson, page, learner.clean_reading(reading)


def lessons_rows(visit: Visit, row: FrontierRow, lesson: Lesson) -> tuple[FrontierRow, ...]:
    """The address that is to be read for proof, if there is one."""
    if not lesson.probe_url or lesson.probe_url in visit.offered:
        return ()
    found = row_for(visit.run_id, lesson.probe_url, row.kind, depth=row.depth + 1, found_on=row.url)
    return (found.model_copy(update={"priority": _PROOF_PRIORITY}),)


def follow(visit: Visit, lesson: Lesson) -> None:
    """A rule that was just learned is followed at once: what waits to be visited is known by its clean address."""
    if not lesson.learned:
        return
    read = visit.addresses.read_so_far()
    noisy = [row for row in visit.survey.pending(visit.run_id) if visit.addresses.proves_only(row.url)]
    clean: dict[str, FrontierRow] = {}
    for row in noisy:
        new = row_for(
            visit.run_id, visit.addresses.clean(row.url), row.kind, depth=row.depth, found_on=row.found_on
        ).model_copy(update={"priority": row.priority})
        if new.canonical_url not in read:
            clean.setdefault(new.row_id, new)
    for address in read:
        visit.offered.add(address)
    visit.spaces.begin_anew()  # pages of many addresses looked like a space without end
    visit.survey.enqueue(tuple(clean.values()))
    visit.offered.enter(tuple(clean.values()))
    visit.survey.withdraw(noisy)
