"""A page whose bytes are still with the machine that surveyed it is on its way: the index waits for it, the audit does
not call it lost; what never comes is."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles
from records.errors import NotFoundError, StoreAwayError
from records.search import SearchKind, SearchQuery
from tests.contracts import makers as make
from tests.wangjian.test_logging_pages import NOW, surveyed
from wangjian import indexing
from wangjian.auditing import audit_everything
from wangjian.indexing import catch_up, index_state, rebuild
from wangjian.keeping_machine import bring_what_waits, keep_machine
from wangjian.logging_pages import catch_up_pages
from wangjian.settings import load_settings
from wangjian.wiring import open_services

EVERYTHING = tuple(SearchKind)


class Elsewhere(FolderFiles):
    """An archive that machines share, of which this one can read nothing yet."""

    file_seconds = 60.0
    handed_over = asked = 0

    def __init__(self, root: Path, *, but: str = "", waits: str = "") -> None:
        super().__init__(root)
        self.but, self.waits = but, waits

    def read(self, name: str, offset: int, length: int) -> bytes:
        if name == self.but:
            return super().read(name, offset, length)
        self.asked += 1
        raise NotFoundError(name, file=name)

    def waiting(self) -> tuple[str, ...]:
        return (self.waits,) if self.waits else ()

    def hand_over(self, run_id: str = "") -> int:
        self.handed_over += 1
        if self.handed_over == 1:
            raise StoreAwayError("对象存储没有应答")
        self.waits = ""
        return 0


class Clock:
    now = NOW + timedelta(minutes=10)

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(data_dir: Path, clock: Clock):
    with open_services(load_settings(data_dir=data_dir), clock=clock) as found:
        found.survey.save_target(make.target())
        yield found


def test_page_is_indexed_when_its_bytes_have_come(services, clock) -> None:
    surveyed(services, 2)
    away = replace(services, archive=Elsewhere(services.data_dir / "archive"))
    for _ in range(2):
        assert catch_up(away, kinds=EVERYTHING) == 0
        assert (services.outbox.waiting(), services.outbox.aside()) == (2, 2)
    assert away.archive.asked == 1, "of a file that is not there the other pages need not ask, nor again at once"
    assert catch_up(services, kinds=EVERYTHING) == 0, "not their time"
    clock.now += timedelta(seconds=45)
    assert catch_up(services, kinds=EVERYTHING) == 2, "handed over"
    assert (services.outbox.waiting(), services.outbox.aside(), services.index.count(SearchKind.PAGE)) == (0, 0, 2)
    assert _found(services, "ok") == 2


def _found(services, text: str) -> int:
    return services.index.search(SearchQuery(kind=SearchKind.PAGE, text=text)).total


def test_pages_behind_those_that_are_away_do_not_wait_for_them(services, clock, monkeypatch) -> None:
    monkeypatch.setattr(indexing, "_BATCH", 2)
    surveyed(services, 5, run_id="far")
    there = surveyed(services, 3, run_id="near")
    away = replace(services, archive=Elsewhere(services.data_dir / "archive", but=there[0].archive.file))
    assert catch_up(away, kinds=EVERYTHING) == 3
    state = index_state(away)
    assert (state.waiting, state.elsewhere) == ({SearchKind.PAGE: 5}, 5)


def test_killed_between_any_two_steps_every_page_is_indexed_in_the_end(services, clock) -> None:
    surveyed(services, 2, run_id="far")
    there = surveyed(services, 1, run_id="near")
    away = replace(services, archive=Elsewhere(services.data_dir / "archive", but=there[0].archive.file))
    for step in ("done", "put_aside"):
        with pytest.raises(KeyboardInterrupt):
            catch_up(replace(away, outbox=Dies(services.outbox, step)), kinds=EVERYTHING)
    assert (services.outbox.waiting(), services.outbox.aside()) == (2, 0), "ticked off, and nothing put aside yet"
    assert catch_up(services, kinds=EVERYTHING) == 2
    assert services.index.count(SearchKind.PAGE) == 3


class Dies:
    """An outbox whose process is killed at one of its steps."""

    def __init__(self, outbox, step: str) -> None:
        self._outbox, self._step = outbox, step

    def __getattr__(self, name: str):
        if name == self._step:
            raise KeyboardInterrupt
        return getattr(self._outbox, name)


def test_record_saved_again_is_no_longer_put_aside(services, clock) -> None:
    (page, _) = surveyed(services, 2)
    catch_up(replace(services, archive=Elsewhere(services.data_dir / "archive")), kinds=EVERYTHING)
    old = services.outbox.pending(limit=9)
    services.outbox.announce(SearchKind.PAGE, [page.page_id])
    services.outbox.put_aside([entry.sequence for entry in old], until=clock.now + timedelta(days=1))
    (newer,) = services.outbox.pending(limit=9, now=clock.now)
    assert (newer.record_id, newer.sequence > old[-1].sequence) == (page.page_id, True)


def test_rebuild_leaves_pages_waiting_that_it_cannot_read(services, clock) -> None:
    surveyed(services, 2)
    catch_up(services, kinds=EVERYTHING)
    rebuild(replace(services, archive=Elsewhere(services.data_dir / "archive")))
    assert (services.outbox.waiting(), _found(services, "ok"), _found(services, "shop.cn")) == (2, 0, 2)
    assert catch_up(services, kinds=EVERYTHING) == _found(services, "ok") == 2


def test_file_handed_over_after_others_gave_it_up_is_indexed_again(services, clock) -> None:
    (page, _) = surveyed(services, 2)
    clock.now = NOW + timedelta(minutes=61)
    late = Elsewhere(services.data_dir / "archive", waits=page.archive.file)
    catch_up(replace(services, archive=late), kinds=EVERYTHING)
    path = late.root / page.archive.file
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    for _ in range(2):
        with suppress(StoreAwayError):
            bring_what_waits(replace(services, archive=late))
        assert services.outbox.waiting() == (0 if late.handed_over == 1 else 2)
    assert catch_up(services, kinds=EVERYTHING) == _found(services, "ok") == 2


def test_page_that_never_comes_is_found_by_its_address_and_missing_in_the_audit(services, clock) -> None:
    surveyed(services, 2)
    catch_up_pages(services)
    away = replace(services, archive=Elsewhere(services.data_dir / "archive"))
    assert audit_everything(away, full=True).problems == ()
    clock.now = NOW + timedelta(minutes=61)
    assert catch_up(away, kinds=EVERYTHING) == 2
    assert len(audit_everything(away, full=True).problems) == 2


def test_machine_brings_what_lies_on_its_disk_and_tries_again_what_is_away(services, data_dir) -> None:
    archive, rounds = Elsewhere(data_dir / "archive"), iter((False, False, True))

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return next(rounds)

    keep_machine(replace(services, archive=archive), load_settings(data_dir=data_dir), Stop())
    assert archive.handed_over == 2
