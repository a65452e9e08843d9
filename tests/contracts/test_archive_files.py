"""The archive that machines share: each hands over what it has closed, and all read it; nothing is lost on the way."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles, may_still_come
from crawlers.archive.reading import page_bytes, read_exchange, stored_around
from crawlers.archive.verifying import verify_archive
from crawlers.archive.writer import RunArchive
from records.archive_ports import ArchiveFiles
from records.errors import NotFoundError, StoreAwayError
from records.survey import Page
from stores.archive import shared
from stores.archive.shared import SharedFiles
from stores.backends import open_blobs
from stores.blobs.s3_client import place_of
from tests.crawlers.archive.test_files import FACTS, NOW, body_of, exchange_of, gone, page_of
from tests.s3_server import S3Server

pytestmark = pytest.mark.xdist_group("s3")


@pytest.fixture(params=["moto", pytest.param("minio", marks=pytest.mark.s3)])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)


@pytest.fixture
def machine(server: S3Server, tmp_path: Path):
    """Opens the archive as a machine of that name sees it: a disk of its own, the same bucket."""
    url = server.new_bucket()

    def opened(name: str, *, place: str = url) -> ArchiveFiles:
        root = tmp_path / name / "archive"
        root.mkdir(parents=True, exist_ok=True)
        return SharedFiles(FolderFiles(root), place_of(place), server.access, file_seconds=60.0)

    return opened


class NotYet(SharedFiles):
    """Brings nothing of itself, so that a test decides when."""

    def closed(self, name: str) -> None:
        pass


def write(files: ArchiveFiles, numbers: range, **options) -> tuple[RunArchive, list[Page]]:
    archive = RunArchive(NotYet(FolderFiles(files.root), files._place, files._access, file_seconds=60.0), FACTS,
                         started_at=NOW, **options)  # fmt: skip
    return archive, [page_of(number, archive.keep(exchange_of(number))) for number in numbers]


def test_what_one_machine_archived_every_other_reads_once_it_was_handed_over(machine, tmp_path) -> None:
    one, two = machine("one"), machine("two")
    archive, pages = write(one, range(6), file_bytes=2000)
    archive.close()
    with pytest.raises(NotFoundError, match="共用存档"):
        page_bytes(two, pages[0], blob=gone)
    assert page_bytes(one, pages[0], blob=gone) == body_of(0), "its own machine reads it at once"
    assert one.hand_over() == len(one.names_of("run-1")) > 2
    assert (one.waiting(), list(one.root.rglob("*.gz")), one.hand_over()) == ((), [], 0)
    blobs = open_blobs(f"file:///{tmp_path}/blobs")
    for files in (one, two):
        assert [page_bytes(files, page, blob=gone) for page in pages] == [body_of(number) for number in range(6)]
        assert read_exchange(files, pages[1].archive).request.startswith(b"GET / HTTP/1.1")
        report = verify_archive(files, "run-1", pages, blobs=blobs)
        assert (report.files, report.pages, report.damaged) == (len(two.names_of("run-1")), 6, ())
    name = pages[0].archive.file
    with two.open(name) as stream:
        assert len(stream.read()) == two.size_bytes(name) > pages[0].archive.length
    assert stored_around(two, pages[0].archive)


def test_file_that_grows_stays_and_a_killed_survey_is_handed_over_as_far_as_it_came(machine) -> None:
    one, two = machine("one"), machine("two")
    archive, pages = write(one, range(2))
    assert (one.hand_over(), one.waiting()) == (0, (pages[0].archive.file,))
    pages.append(page_of(2, archive.keep(exchange_of(2))))
    archive.close()  # the lock goes with the process, however it ends
    assert machine("one").hand_over("run-2") == 0, "of another run"
    assert machine("one").hand_over("run-1") == 1
    assert page_bytes(two, pages[2], blob=gone) == body_of(2)


def test_two_machines_that_survey_one_run_never_name_a_file_alike(machine) -> None:
    files = [machine(name) for name in ("one", "two")]
    written = [write(each, range(2)) for each in files]
    for each, (archive, _) in zip(files, written, strict=True):
        archive.close()
        assert each.hand_over() == 1
    assert len(files[0].names_of("run-1")) == 2
    assert page_bytes(files[0], written[1][1][0], blob=gone) == body_of(0)


def test_closed_file_is_handed_over_without_being_asked_and_after_a_while(machine) -> None:
    one = machine("one")
    archive = RunArchive(SharedFiles(FolderFiles(one.root), one._place, one._access, file_seconds=0.0), FACTS,
                         started_at=NOW)  # fmt: skip
    pages = [page_of(number, archive.keep(exchange_of(number))) for number in range(2)]
    archive.close()
    archive._files._hands.shutdown(wait=True)
    assert pages[0].archive.file != pages[1].archive.file, "its time was over"
    assert [page_bytes(machine("two"), page, blob=gone) for page in pages] == [body_of(0), body_of(1)]


def test_while_the_bucket_is_away_files_wait_and_are_read_where_they_are(machine) -> None:
    away = machine("one", place="s3+http://127.0.0.1:9/archive")
    away._access = replace(away._access, connect_seconds=0.2, tries=1)
    archive, pages = write(away, range(1))
    archive.close()
    with pytest.raises(StoreAwayError):
        away.hand_over()
    assert page_bytes(away, pages[0], blob=gone) == body_of(0)
    back = machine("one")
    assert (back.hand_over(), back.waiting()) == (1, ())


def test_hand_over_that_was_cut_off_is_finished_and_destroyed_is_gone_for_all(machine, server) -> None:
    one, two = machine("one"), machine("two")
    archive, pages = write(one, range(1))
    archive.close()
    name = pages[0].archive.file
    content = (one.root / name).read_bytes()
    server.client.put_object(Bucket=one._place.bucket, Key=f"{one._place.prefix}{name}", Body=content)
    assert one.hand_over() == 1
    two.remove(name)
    two.remove(name)
    listed = server.client.list_object_versions(Bucket=one._place.bucket)
    assert not listed.get("Versions") and not listed.get("DeleteMarkers"), "no version stays beneath"
    for files in (one, two):
        with pytest.raises(NotFoundError):
            files.size_bytes(name)


def test_other_bytes_of_that_name_keep_the_file_where_it_is(machine, server) -> None:
    one = machine("one")
    archive, pages = write(one, range(1))
    archive.close()
    name = pages[0].archive.file
    server.client.put_object(Bucket=one._place.bucket, Key=f"{one._place.prefix}{name}", Body=b"somebody else's")
    assert (one.hand_over(), one.waiting()) == (0, (name,))


def test_backup_learns_of_every_file_its_digest_and_what_became_of_it(machine, server) -> None:
    one, two = machine("one"), machine("two")
    archive, pages = write(one, range(6), file_bytes=2000)
    archive.close()
    content = {name: (one.root / name).read_bytes() for name in one.waiting()}
    one.hand_over()
    server.client.put_object(Bucket=one._place.bucket, Key=f"{one._place.prefix}somebody's", Body=b"else")
    noted = tuple(two.objects())
    assert [(each.name, each.sha256, each.size_bytes) for each in noted] == [
        (name, hashlib.sha256(body).hexdigest(), len(body)) for name, body in sorted(content.items())
    ]
    assert {two.content_of(each.name).sha256 for each in noted} == {each.sha256 for each in noted}
    changed, gone = noted[0], noted[1]
    server.client.put_object(Bucket=one._place.bucket, Key=f"{one._place.prefix}{changed.name}", Body=b"forged")
    two.remove(gone.name)
    assert (two.content_of(changed.name).sha256, two.content_of(gone.name)) == (
        hashlib.sha256(b"forged").hexdigest(),
        None,
    )
    assert [two.keeps(each) for each in noted[:2]] == [True, False]
    assert {each.name: each.sha256 for each in two.objects()}[changed.name] != changed.sha256


def test_file_put_in_parts_is_known_by_the_digest_it_was_put_with(machine, monkeypatch) -> None:
    monkeypatch.setattr(shared, "PART_BYTES", 5 << 20)
    one = machine("one")
    path = one.root / "2026-11" / "run-1-0001x.warc.gz"
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * (21 << 10))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert one.hand_over() == 1
    (noted,) = one.objects()
    assert (noted.sha256, one.content_of(noted.name).sha256) == (digest, digest)


def test_copy_from_when_a_file_still_grew_goes_where_the_whole_was_handed_over(machine) -> None:
    one = machine("one")
    archive, pages = write(one, range(2))
    archive.close()
    path = one.root / pages[0].archive.file
    whole = path.read_bytes()
    one.hand_over()
    path.write_bytes(whole[: pages[0].archive.offset + pages[0].archive.length])  # as a backup restored it
    assert (one.hand_over(), one.waiting(), one.size_bytes(pages[0].archive.file)) == (1, (), len(whole))


def test_page_may_be_on_its_way_for_an_hour_where_machines_share_an_archive(machine, tmp_path) -> None:
    _, (page,) = write(machine("one"), range(1))
    assert may_still_come(machine("two"), page, NOW + timedelta(minutes=59))
    assert not may_still_come(machine("two"), page, NOW + timedelta(minutes=61))
    assert not may_still_come(FolderFiles(tmp_path), page, NOW)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "2026-11/../../x"])
def test_name_from_outside_leads_nowhere(machine, name) -> None:
    for files in (machine("one"), FolderFiles(machine("one").root)):
        with pytest.raises(NotFoundError):
            files.read(name, 0, 10)
