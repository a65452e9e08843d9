"""A page whose bytes are still with the machine that surveyed it is on its way: the index waits for it, the audit does
not call it lost; what never comes is."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles
from records.errors import NotFoundError, StoreAwayError
from records.search import SearchKind
from tests.wangjian.test_logging_pages import NOW, surveyed
from wangjian.auditing import audit_everything
from wangjian.indexing import catch_up
from wangjian.keeping_machine import keep_machine
from wangjian.logging_pages import catch_up_pages
from wangjian.settings import load_settings
from wangjian.wiring import open_services

EVERYTHING = tuple(SearchKind)


class Elsewhere(FolderFiles):
    """An archive that machines share, of which this one can read nothing yet."""

    file_seconds = 60.0
    handed_over = 0

    def read(self, name: str, offset: int, length: int) -> bytes:
        raise NotFoundError(name)

    def hand_over(self, run_id: str = "") -> int:
        self.handed_over += 1
        if self.handed_over == 1:
            raise StoreAwayError("对象存储没有应答")
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
        yield found


def test_page_is_indexed_when_its_bytes_have_come(services, clock) -> None:
    surveyed(services, 2)
    away = replace(services, archive=Elsewhere(services.data_dir / "archive"))
    for _ in range(2):
        assert catch_up(away, kinds=EVERYTHING) == 0
        assert services.outbox.waiting() == 2
    assert catch_up(services, kinds=EVERYTHING) == 2, "handed over"
    assert (services.outbox.waiting(), services.index.count(SearchKind.PAGE)) == (0, 2)


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
