"""All records go out of one database and into another, of whatever kind, and are the same there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from records.backups import BackupReport, BackupState, DrillReport
from records.errors import ConflictError, InvalidInputError
from records.evidence_log import LeafKind, LogLeaf
from records.operating import WatchReport
from stores.backends import Records, open_records
from tests.contracts.conftest import START, HandClock

NOT_COPIED = {"sessions", "register_lookasides"}


@pytest.fixture
def filled(records: Records, make) -> Records:
    title = "野生蜂蜜 500g“特效”\n第二行 \u2028 行分隔 🐝"
    records.survey.save_target(make.target())
    records.survey.open_run(make.run(), [make.row(1)])
    (row,) = records.survey.lease("r1", limit=1, until=START + timedelta(hours=1))
    reading = make.reading(make.listing(title=title, page_id=make.page(row).page_id), shop=make.shop())
    records.survey.complete(row, make.page(row), reading, [])
    records.leads.save_lead(make.lead(), make.lead_event(), expected_version=0)
    records.evidence_log.append([LogLeaf(kind=LeafKind.PAGE, id="page_1", sha256="ab" * 32, sm3="cd" * 32, at=START)])
    return records


def _content(records: Records) -> dict[str, list[tuple]]:
    with records.copier.snapshot() as snapshot:
        return {
            name: sorted(map(_plain, snapshot.rows(name)), key=repr)
            for name in snapshot.tables
            if name != "operation_reports"
        }


def _plain(row) -> tuple:
    return tuple(int(cell) if isinstance(cell, bool) else cell for cell in row)


def _copy(source: Records, target: Records) -> Mapping[str, int]:
    with source.copier.snapshot() as snapshot, target.copier.fill(snapshot.revision) as filler:
        return {name: filler.add(name, columns, snapshot.rows(name)) for name, columns in snapshot.tables.items()}


def test_copied_records_are_the_same(filled: Records, open_elsewhere):
    target = open_elsewhere()
    counts = _copy(filled, target)
    assert counts["leads"] == 1 and counts["listings"] == 1
    assert _content(target) == _content(filled)
    assert target.copier.counts() == counts
    assert target.survey.targets() == filled.survey.targets()


def test_copy_of_one_kind_fills_another(filled: Records, clock: HandClock, tmp_path: Path):
    target = open_records(f"sqlite://{tmp_path}/copy/wangjian.db", clock=clock)
    _copy(filled, target)
    assert _content(target) == _content(filled)
    back = open_records(f"sqlite://{tmp_path}/back/wangjian.db", clock=clock)
    _copy(target, back)
    assert _content(back) == _content(filled)
    target.close()
    back.close()


def test_numbers_go_on_after_those_that_were_filled_in(filled: Records, make, open_elsewhere):
    target = open_elsewhere()
    _copy(filled, target)
    target.leads.save_lead(make.lead("lead_later"), make.lead_event("e2", lead_id="lead_later"), expected_version=0)
    newest = max(entry.sequence for entry in target.outbox.pending(limit=100))
    assert newest > max(entry.sequence for entry in filled.outbox.pending(limit=100))


def test_snapshot_does_not_see_what_comes_after(filled: Records, make, open_again):
    with filled.copier.snapshot() as snapshot:
        before = len(list(snapshot.rows("leads")))
        open_again().leads.save_lead(make.lead("lead_later"), None, expected_version=0)
        assert len(list(snapshot.rows("leads"))) == before
    assert filled.copier.counts()["leads"] == before + 1


def test_filled_database_and_newer_copy_are_refused(filled: Records, open_elsewhere):
    with pytest.raises(ConflictError, match="不是空的"), filled.copier.fill(_revision(filled)):
        pass
    with pytest.raises(InvalidInputError, match="新"), open_elsewhere().copier.fill("9999"):
        pass


def test_what_fails_in_the_middle_leaves_nothing(filled: Records, open_elsewhere):
    target = open_elsewhere()
    with filled.copier.snapshot() as snapshot:
        columns = snapshot.tables["leads"]
        with pytest.raises(InvalidInputError, match="不为本程序所知"), target.copier.fill(snapshot.revision) as filler:
            filler.add("leads", columns, snapshot.rows("leads"))
            filler.add("leads", ("no_such_column",), [("x",)])
    assert target.copier.counts()["leads"] == 0


def _revision(records: Records) -> str:
    with records.copier.snapshot() as snapshot:
        return snapshot.revision


def test_reports_are_kept_newest_first_and_begun_once(records: Records, open_again):
    report = BackupReport(report_id="b1", state=BackupState.RUNNING, started_at=START)
    assert records.backups.begin_backup(report)
    assert not open_again().backups.begin_backup(report)
    done = report.model_copy(update={"state": BackupState.COMPLETE})
    records.backups.save_backup(done)
    assert open_again().backups.backups() == (done,)
    tried = DrillReport(
        report_id="d1", drill=True, file="b", content_sha256="0" * 64, backed_up_at=START, started_at=START,
        finished_at=START, place="", checks=(),
    )  # fmt: skip
    records.backups.save_drill(tried)
    assert records.backups.drills() == (tried,) and records.backups.backups() == (done,)


def test_figures_and_the_newest_look_are_kept(filled: Records, clock: HandClock):
    assert filled.operations.watch() is None
    for free in (1, 2):
        filled.operations.save_watch(WatchReport(at=clock(), disk_free_bytes=free))
    assert filled.operations.watch().disk_free_bytes == 2
    filled.operations.beat("scheduler", clock())
    figures = filled.operations.figures(clock())
    assert figures.schedule_beat == clock()
    assert figures.outbox >= 1 and figures.frontier == {} and figures.jobs == {}
