"""The database handed to an attacker: whatever he changes is found, by heads he cannot make anew."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evidence.capturing.environment import SOFTWARE
from evidence.custody import CustodyNote, record_event
from evidence.manifest import manifest_bytes
from evidence.package import Sealed, write_package
from evidence.transparency import enter_capture, keep_head, log_means_of, log_proof
from records.chain import link_digests
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent, Manifest, TimestampState
from records.evidence_log import LeafKind
from records.ports import Services
from tests.wangjian.test_logging_pages import surveyed
from wangjian.auditing import audit_everything
from wangjian.logging_pages import catch_up_pages
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now

Attack = Callable[[sqlite3.Connection], None]


def _seal(services: Services, number: int, folder: Path) -> None:
    """A sealed capture without a visit: what an audit looks at is there, and nothing else."""
    name, now, means = f"capture_{number}", utc_now(), log_means_of(services)
    begun = Capture(capture_id=name, url="http://shop.cn/", state=CaptureState.RUNNING, operator="张三", started_at=now)
    services.evidence.save_capture(begun)
    event = record_event(
        services.evidence,
        CustodyNote(
            capture_id=name,
            action=CustodyAction.CAPTURED,
            actor="张三",
        ),
        clock=utc_now,
    )
    manifest = Manifest(
        capture_id=name, url="http://shop.cn/", final_url="http://shop.cn/", title=f"网店{number}",
        state=CaptureState.PARTIAL, missing=("截图",), started_at=now, finished_at=now, operator="张三",
        environment={"software": SOFTWARE}, artefacts=(), custody_head_sha256=event.event_sha256,
    )  # fmt: skip
    content = manifest_bytes(manifest)
    proof = log_proof(means, enter_capture(means, name, content))
    sealed = Sealed(manifest=manifest, signature=services.signer.sign(content), log_proof=proof, tokens=())
    path = folder / "package.wacz"
    write_package(path, sealed, {}, signer=services.signer)
    package = services.blobs.put_file(path)
    kept = manifest.model_dump(include=set(Capture.model_fields))
    record_event(services.evidence, CustodyNote(capture_id=name, action=CustodyAction.SEALED, actor="张三", subject_sha256=package.sha256,), clock=utc_now, capture=Capture(**kept, timestamp=TimestampState.LOCAL, package=package),)  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three captures, four pages, a stamped head, and a capture after it."""
    folder = tmp_path_factory.mktemp("original")
    data_dir = folder / "data"
    with open_services(load_settings(data_dir=data_dir)) as services:
        surveyed(services, 4)
        catch_up_pages(services)
        for number in range(3):
            _seal(services, number, folder)
        keep_head(log_means_of(services))
        _seal(services, 3, folder)
        assert audit_everything(services, full=True).problems == ()
    return data_dir


@pytest.fixture
def taken(original: Path, tmp_path: Path) -> Path:
    """A copy in the attacker's hands."""
    return Path(shutil.copytree(original, tmp_path / "data"))


def _problems(data_dir: Path, *, full: bool = True, against: tuple[Path, ...] = ()) -> str:
    with open_services(load_settings(data_dir=data_dir)) as services:
        return "\n".join(audit_everything(services, full=full, against=against).problems)


def _attack(data_dir: Path, attack: Attack) -> None:
    with closing(sqlite3.connect(data_dir / "wangjian.db")) as connection, connection:
        for (trigger,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{trigger}"')
        attack(connection)


def _edit_capture(connection: sqlite3.Connection) -> None:
    connection.execute("update captures set body = replace(body, '网店1', '别的店') where capture_id = 'capture_1'")


def _forget_the_last(connection: sqlite3.Connection) -> None:
    connection.execute("delete from captures where capture_id = 'capture_3'")
    connection.execute("delete from custody_events where capture_id = 'capture_3'")
    connection.execute("delete from log_leaves where ref = 'capture_3'")


def _forget_the_last_capture_alone(connection: sqlite3.Connection) -> None:
    connection.execute("delete from captures where capture_id = 'capture_3'")
    connection.execute("delete from custody_events where capture_id = 'capture_3'")


def _make_the_chain_anew(connection: sqlite3.Connection) -> None:
    """Another officer in every event, every link made to fit."""
    previous: CustodyEvent | None = None
    for sequence, body in connection.execute("select sequence, body from custody_events order by sequence").fetchall():
        event = CustodyEvent.model_validate_json(body).model_copy(
            update={
                "actor": "李四",
                "previous_sha256": previous.event_sha256 if previous else None,
                "previous_sm3": previous.event_sm3 if previous else None,
            }
        )
        digests = link_digests(event)
        previous = event.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3})
        row = (previous.model_dump_json(), sequence)
        connection.execute("update custody_events set body = ? where sequence = ?", row)


def _swap_two_leaves(connection: sqlite3.Connection) -> None:
    for before, after in ((0, -1), (1, 0), (-1, 1)):
        connection.execute("update log_leaves set position = ? where position = ?", (after, before))


def _truncate_the_log(connection: sqlite3.Connection) -> None:
    connection.execute("delete from log_leaves where position >= 4")
    connection.execute("delete from log_heads")


def _another_digest(connection: sqlite3.Connection) -> None:
    other = (hashlib.sha256(b"x").digest(), hashlib.new("sm3", b"x").digest())
    connection.execute("update log_leaves set sha256 = ?, sm3 = ? where position = 2", other)


def _another_time(connection: sqlite3.Connection) -> None:
    connection.execute("update log_leaves set at = at - 86400000000 where position = 0")


def _a_hole(connection: sqlite3.Connection) -> None:
    connection.execute("delete from log_leaves where position = 2")


def _move_a_page(connection: sqlite3.Connection) -> None:
    rows = connection.execute("select page_id, body from pages order by page_id").fetchall()
    (first, body), (_, other) = rows[:2]
    changed = {**json.loads(body), "archive": json.loads(other)["archive"]}
    connection.execute("update pages set body = ? where page_id = ?", (json.dumps(changed), first))


def _forget_a_page(connection: sqlite3.Connection) -> None:
    connection.execute("delete from pages where page_id = (select min(page_id) from pages)")


def _call_it_interrupted(connection: sqlite3.Connection) -> None:
    connection.execute(
        "update captures set body = replace(body, '\"partial\"', '\"interrupted\"') where capture_id = 'capture_0'"
    )


def _another_package(connection: sqlite3.Connection) -> None:
    (body,) = connection.execute("select body from captures where capture_id = 'capture_0'").fetchone()
    package = json.loads(body)["package"]
    (mine,) = connection.execute("select body from captures where capture_id = 'capture_1'").fetchone()
    changed = json.dumps({**json.loads(mine), "package": package})
    connection.execute("update captures set body = ? where capture_id = 'capture_1'", (changed,))


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (_edit_capture, "标题与封存的清单不符"),
        (_forget_the_last, "被截短"),
        (_forget_the_last_capture_alone, "固证记录却不在了"),
        (_make_the_chain_anew, "被重做"),
        (_swap_two_leaves, "被改写"),
        (_truncate_the_log, "被截短"),
        (_another_digest, "被改写"),
        (_another_time, "被改写"),
        (_a_hole, "缺第 3 至 3 条"),
        (_move_a_page, "与存证日志不符"),
        (_forget_a_page, "却不在了"),
        (_call_it_interrupted, "固证记录却是 interrupted"),
        (_another_package, "capture_1"),
    ],
)
def test_change_of_the_database_is_found(taken: Path, attack: Attack, words: str) -> None:
    _attack(taken, attack)
    assert words in _problems(taken)
    assert words in _problems(taken, full=False)  # so few are all in the sample


def test_changed_and_lost_objects_are_found(taken: Path) -> None:
    blobs = sorted(path for path in (taken / "blobs").rglob("*") if path.is_file())
    blobs[0].chmod(0o644)
    blobs[0].write_bytes(blobs[0].read_bytes()[:-1] + b"?")
    assert "已被改动" in _problems(taken)
    blobs[0].unlink()
    assert "不在存储中" in _problems(taken)


def test_archive_changed_by_hand_is_found(taken: Path) -> None:
    with open_services(load_settings(data_dir=taken)) as services:
        place = next(iter(services.survey.pages("run-1"))).archive
    archive = taken / "archive" / place.file
    content = bytearray(archive.read_bytes())
    content[place.offset + place.length // 2] ^= 1
    archive.chmod(0o644)
    archive.write_bytes(bytes(content))
    assert "采集存档中的记录与存证日志不符" in _problems(taken)


def test_package_in_other_hands_speaks_when_the_store_is_rewritten_too(taken: Path, tmp_path: Path) -> None:
    with open_services(load_settings(data_dir=taken)) as services:
        capture = services.evidence.capture("capture_3")
        outside = tmp_path / "handed-over.wacz"
        outside.write_bytes(services.blobs.get(capture.package.sha256))
        (services.data_dir / "blobs").rename(tmp_path / "gone")
        shutil.copytree(tmp_path / "gone", services.data_dir / "blobs")
    for path in (taken / "blobs").rglob("*"):
        if path.is_file() and capture.package.sha256.endswith(path.name[-20:]):
            path.unlink()
    _attack(taken, _forget_the_last)
    assert _problems(taken) == ""
    assert "被截短" in _problems(taken, against=(outside,))


def test_whole_store_of_another_key_says_nothing_of_ours(taken: Path, original: Path) -> None:
    """Heads that were not signed by us neither accuse nor excuse."""
    shutil.rmtree(taken / "keys")
    with closing(sqlite3.connect(taken / "wangjian.db")) as records, records:
        records.execute("DELETE FROM operation_reports WHERE report_id = 'office'")  # or it were not opened at all
    with open_services(load_settings(data_dir=taken)) as services:
        report = audit_everything(services, full=True)
    assert report.heads == 0
    assert report.leaves == 8


def test_sample_is_drawn_again_by_its_seed(taken: Path) -> None:
    with open_services(load_settings(data_dir=taken)) as services:
        first, second = (audit_everything(services, seed="2026-11-21") for _ in range(2))
        assert first == second
        assert (first.leaves, first.packages, first.pages, first.stamped_heads > 0) == (8, 4, 4, True)
        assert services.evidence_log.find(LeafKind.CAPTURE, "capture_3").position == 7
