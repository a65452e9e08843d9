"""Many workers on one database: rows shared out, a host asked by one of them at a time, one killed in the middle."""

import os
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from records.survey import FrontierState
from stores.backends import open_records
from tests.forked import Forked, die

HOSTS, PAGES_OF_A_HOST = 4, 20
LEASE = timedelta(minutes=2)


@pytest.fixture
def clock_at(make):
    """A clock all processes see, moved by hand."""
    start = make.at(0)

    def clock_of(path):
        return lambda: start + timedelta(seconds=int(path.read_text() or 0))

    return clock_of


def _row(make, host, number):
    row = make.row(number)
    url = f"http://{host}/p/{number}"
    return row.model_copy(update={"row_id": f"{host}/{number}", "url": url, "canonical_url": url, "host": host})


def _alone_at(folder, host):
    """Enter a host: True, and a mark stands there until we leave. False: another living process is there."""
    try:
        os.symlink(str(os.getpid()), folder / host)
    except FileExistsError:
        if _lives(os.readlink(folder / host)):
            return False
        os.unlink(folder / host)
        os.symlink(str(os.getpid()), folder / host)
    return True


def _lives(process_id):
    with suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def _work(url, name, *, clock, folder, make, told):
    """Take rows and ask those whose host is ours; the others are given back, and left when nobody leaves the host."""
    records = open_records(url, clock=clock)
    survey, hosts = records.survey, records.hosts
    shut: set[str] = set()
    while rows := survey.lease("r1", limit=3, until=clock() + LEASE):
        for row in rows:
            now = clock()
            if row.host in shut:
                continue
            if hosts.hold(row.host, holder=name, now=now, until=now + LEASE).holder != name:
                if row.attempts < 40:
                    survey.retry(row, use_browser=False)
                else:
                    shut.add(row.host)
                continue
            told.write(f"asked {row.row_id}\n" if _alone_at(folder, row.host) else f"TWO AT {row.host}\n")
            if name == "victim":
                die()
            shop = make.shop(f"shop {row.host}")
            page = make.page(row)
            found = [make.listing(f"listing {row.row_id}", shop_id=shop.shop_id, page_id=page.page_id)]
            survey.complete(row, page, make.reading(*found, shop=shop), [])
            os.unlink(folder / row.host)
            told.write(f"done {row.row_id}\n")
        hosts.release(name)
    records.close()


def test_one_killed_loses_nothing_and_no_host_is_asked_by_two(records, records_url, make, clock_at, tmp_path):
    records.survey.save_target(make.target())
    rows = [_row(make, f"h{host}.test", number) for number in range(PAGES_OF_A_HOST) for host in range(HOSTS)]
    records.survey.open_run(make.run(), rows)
    records.close()
    (tmp_path / "clock").write_text("0")
    folder, clock = tmp_path / "asked", clock_at(tmp_path / "clock")
    folder.mkdir()

    def worker(name):
        return Forked(lambda told: _work(records_url, name, clock=clock, folder=folder, make=make, told=told))

    ended, told = worker("victim").end()
    assert ended == -signal.SIGKILL
    for other in [worker(f"w{number}") for number in range(3)]:
        ended, lines = other.end()
        assert ended == 0
        told += lines
    (tmp_path / "clock").write_text("600")  # what the dead one had is free again
    ended, lines = worker("next").end()
    assert ended == 0
    told += lines
    assert not [line for line in told if line.startswith("TWO")]
    done = [line for line in told if line.startswith("done ")]
    assert len(done) == len(set(done))
    asked = [line for line in told if line.startswith("asked ")]
    assert set(asked) == {f"asked {row.row_id}" for row in rows}
    assert len(asked) == len(rows) + 1, "the page the dead one was asking for alone is asked for twice"
    again = open_records(records_url)
    assert again.survey.frontier_counts("r1")[FrontierState.DONE] == len(rows) == len(list(again.survey.pages("r1")))
    assert {one.listing_id for one in again.survey.listings()} == {f"listing {row.row_id}" for row in rows}
    assert len(list(again.survey.shops())) == HOSTS
    assert again.hosts.holds(make.at(20)) == ()
    again.close()
