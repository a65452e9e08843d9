"""From the records to the search index: the outbox is drained, or everything is indexed again.

A dead index loses nothing: entries stay in the outbox until the index has taken them. Alerts are written before the
index is asked, so that they come while it is away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from records.errors import AwayError
from records.ports import OutboxEntry, Services
from records.search import SearchDocument, SearchKind
from wangjian.alerting import note_alerts
from wangjian.index_documents import Documents, all_entries

__all__ = ["QUICK_KINDS", "IndexState", "catch_up", "document_of", "index_state", "rebuild", "try_to_catch_up"]

_BATCH = 500
_TRIED_AGAIN = (
    (timedelta(minutes=15), timedelta(minutes=5)),
    (timedelta(minutes=3), timedelta(seconds=45)),
    (timedelta(0), timedelta(seconds=10)),
)
"""From which age of a page on it is tried again after how long."""

QUICK_KINDS = tuple(kind for kind in SearchKind if kind is not SearchKind.PAGE)
"""Made from the records alone; a page is read out of the archive again, which the console does when idle."""


def catch_up(services: Services, *, kinds: Collection[SearchKind] = QUICK_KINDS) -> int:
    """Bring the index up to the records of these kinds; how many documents it took.

    A page whose bytes are still with the machine that surveyed it is put aside and tried again; what came after it goes
    on. It stays in the outbox until it can be read here, whoever dies meanwhile.

    Raises:
        StoreAwayError: The index does not answer; what was not taken stays in the outbox.
    """
    taken, began_at, away = 0, services.clock(), set[str]()
    while entries := services.outbox.pending(limit=_BATCH, kinds=kinds, now=began_at):
        making = Documents(services, away)
        made = [document for entry in _newest(entries) if (document := making.of(entry)) is not None]
        documents = [document for document in made if document.doc_id not in making.still_away]
        making.marks.keep()
        note_alerts(services, documents)
        services.index.index(documents)
        _remove_destroyed(services, entries, {document.doc_id for document in documents})
        services.outbox.done([entry.sequence for entry in entries if entry.record_id not in making.still_away])
        _put_aside(services, entries, making.still_away)
        taken += len(documents)
    return taken


def _put_aside(services: Services, entries: Sequence[OutboxEntry], away: Mapping[str, datetime]) -> None:
    """Each for a time that grows with its age: most are handed over within a minute, some machines are away longer."""
    now = services.clock()
    waits: dict[timedelta, list[int]] = {}
    for entry in entries:
        if entry.kind is SearchKind.PAGE and entry.record_id in away:
            waits.setdefault(_wait_of(now - away[entry.record_id]), []).append(entry.sequence)
    for wait, sequences in waits.items():
        services.outbox.put_aside(sequences, until=now + wait)


def _wait_of(age: timedelta) -> timedelta:
    return next((wait for least, wait in _TRIED_AGAIN if age >= least), _TRIED_AGAIN[-1][1])


def _remove_destroyed(services: Services, entries: Sequence[OutboxEntry], made: Collection[str]) -> None:
    """Leads and findings alone are ever taken away; what waits of others and makes no document is not searched."""
    for kind in (SearchKind.LEAD, SearchKind.FINDING):
        gone = [entry.record_id for entry in entries if entry.kind is kind and entry.record_id not in made]
        if gone:
            services.index.remove(kind, list(dict.fromkeys(gone)))


def try_to_catch_up(services: Services) -> tuple[int, str]:
    """As `catch_up`, for those who saved something that stands whether or not the index answers: an index that is away
    is told (how far it is behind and why), not raised."""
    try:
        return catch_up(services), ""
    except AwayError as exc:
        left = services.outbox.waiting(QUICK_KINDS)
        return 0, f"检索索引落后 {left} 份，记录未受影响，检索恢复后自动补上：{exc.message}"


def rebuild(services: Services) -> int:
    """Make the index anew from the records; how many documents it holds. The old one answers meanwhile.

    What waited for the index when this began waits no more, but for leads, of which alerts are made when they are
    caught up. Pages that cannot be read here yet wait, also those whose own machine had indexed them.
    """
    no_leads = tuple(kind for kind in SearchKind if kind is not SearchKind.LEAD)
    waited = services.outbox.pending(limit=services.outbox.waiting(no_leads), kinds=no_leads)
    away: set[str] = set()
    held = services.index.rebuild(_everything(services, away))
    services.outbox.announce(SearchKind.PAGE, sorted(away))
    services.outbox.done([entry.sequence for entry in waited])
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """How far the index is behind. `elsewhere`: of what waits, pages whose bytes other machines have not handed over.
    `problem` says why it does not answer; then what it holds is not known."""

    waiting: dict[SearchKind, int]
    held: dict[SearchKind, int]
    elsewhere: int = 0
    problem: str = ""
    cure: str = ""


def index_state(services: Services) -> IndexState:
    """What waits in the outbox and what the index holds; an index that is away is told, not raised."""
    waiting, elsewhere = dict(services.outbox.lag()), services.outbox.aside()
    try:
        held = {kind: services.index.count(kind) for kind in SearchKind}
    except AwayError as exc:
        return IndexState(waiting=waiting, held={}, elsewhere=elsewhere, problem=exc.message, cure=exc.cure)
    return IndexState(waiting=waiting, held=held, elsewhere=elsewhere)


def document_of(services: Services, entry: OutboxEntry) -> SearchDocument | None:
    """What the index is told of a record; None when the record is gone."""
    return Documents(services).of(entry)


def _newest(entries: Sequence[OutboxEntry]) -> Iterable[OutboxEntry]:
    return {(entry.kind, entry.record_id): entry for entry in entries}.values()


def _everything(services: Services, away: set[str]) -> Iterator[SearchDocument]:
    """Documents of all; `away` is told the pages that cannot be read yet, of which the address alone is found."""
    entries, files = all_entries(services), set[str]()
    while batch := list(islice(entries, _BATCH)):
        making = Documents(services, files)
        for entry in batch:
            document = making.of(entry)
            if document is not None:
                yield document
        away.update(making.still_away)
        making.marks.keep()
