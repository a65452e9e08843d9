"""Promises of BlobStore."""

import threading
from datetime import UTC, datetime

import pytest

from records.destruction import DestructionCertificate, certificate_bytes
from records.digests import digests_of
from records.errors import ConflictError, InvalidInputError, NotFoundError

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_kept_bytes_come_back_with_both_digests(blobs):
    for content in (b"", b"x", "网鉴".encode() * 1000, bytes(range(256)) * 9_000):
        assert blobs.put(content) == digests_of(content)
        assert blobs.get(digests_of(content).sha256) == content


def test_bytes_kept_again_are_one_copy(blobs):
    for _ in range(3):
        found = blobs.put(b"again")
    assert list(blobs.digests()) == [found.sha256]


def test_file_is_kept_as_its_bytes(blobs, tmp_path):
    path = tmp_path / "big.bin"
    path.write_bytes(bytes(range(256)) * 20_000)
    assert blobs.put_file(path) == digests_of(path.read_bytes())
    with blobs.open(digests_of(path.read_bytes()).sha256) as stream:
        assert stream.read(3) == b"\x00\x01\x02"
    with pytest.raises(InvalidInputError, match="无法读取"):
        blobs.put_file(tmp_path / "missing.bin")


@pytest.mark.parametrize("name", ["0" * 64, "", "x", "../../etc/passwd", "A" * 64, "0" * 63 + "\n"])
def test_what_is_not_here_is_a_named_error(blobs, name):
    assert not blobs.holds(name)
    with pytest.raises(NotFoundError):
        blobs.get(name)
    with pytest.raises(NotFoundError), blobs.open(name):
        pass


def test_digests_are_listed_in_order(blobs, s3):
    assert list(blobs.digests()) == []
    kept = {blobs.put(b"%d" % number).sha256 for number in range(300 if s3 is None else 24)}
    assert list(blobs.digests()) == sorted(kept)
    assert all(blobs.holds(sha256) for sha256 in kept)


def test_threads_keep_the_same_bytes_at_once(blobs, s3):
    failures, count = [], 40 if s3 is None else 5

    def work():
        for number in range(count):
            if blobs.put(b"%d" % number * 1000) != digests_of(b"%d" % number * 1000):
                failures.append(number)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(list(blobs.digests())) == count


def test_reopened_store_gives_the_same(blobs, open_blobs_again):
    kept = blobs.put(b"kept")
    again = open_blobs_again()
    assert again.get(kept.sha256) == b"kept"
    assert list(again.digests()) == [kept.sha256]


def test_stream_can_be_sought_in(blobs):
    content = bytes(range(256)) * 9_000  # more than the pieces an object is read in
    with blobs.open(blobs.put(content).sha256) as stream:
        assert stream.read(4) == content[:4]
        assert stream.seek(-300, 2) == len(content) - 300
        assert stream.read() == content[-300:]
        assert stream.read(1) == b""
        stream.seek(1_048_570)
        assert stream.read(20) == content[1_048_570:1_048_590]


def test_place_is_ready_without_flaws_and_nothing_waits(blobs):
    blobs.ready()
    blobs.put(b"x")
    assert list(blobs.flaws(full=True)) == []
    assert blobs.waiting() == ()
    assert blobs.settle() == 0


@pytest.mark.parametrize("named", ["other bytes", "one person", "none", "itself"])
def test_nothing_is_destroyed_without_a_certificate_that_names_it(blobs, named):
    kept = blobs.put(b"evidence")
    certificate = blobs.put(b"no certificate").sha256
    if named != "none":
        objects = (blobs.put(b"other"),) if named == "other bytes" else (kept,)
        approved = "asked" if named == "one person" else "approved"
        certificate = blobs.put(certificate_bytes(_certificate(objects, approved_by=approved))).sha256
    with pytest.raises(ConflictError, match="没有销毁这份内容的证书"):
        blobs.destroy(certificate if named == "itself" else kept.sha256, certificate_sha256=certificate)
    assert blobs.get(kept.sha256) == b"evidence"


def test_what_is_under_hold_or_lock_is_still_read(blobs):
    kept = blobs.put(b"evidence")
    blobs.hold(kept.sha256, held=True)
    assert blobs.get(kept.sha256) == b"evidence"
    blobs.hold(kept.sha256, held=False)


def _certificate(objects, *, approved_by):
    return DestructionCertificate(
        capture_id="capture_1",
        url="http://shop.test/",
        objects=objects,
        asked_by="asked",
        asked_at=AT,
        approved_by=approved_by,
        approved_at=AT,
        reason="期满",
        basis="留存期满",
        custody_sha256="0" * 64,
        signature="00",
    )
