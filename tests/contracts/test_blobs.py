"""Promises of BlobStore."""

import threading

import pytest

from records.digests import digests_of
from records.errors import InvalidInputError, NotFoundError
from stores.backends import open_blobs


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


def test_digests_are_listed_in_order(blobs):
    assert list(blobs.digests()) == []
    kept = {blobs.put(b"%d" % number).sha256 for number in range(300)}
    assert list(blobs.digests()) == sorted(kept)
    assert all(blobs.holds(sha256) for sha256 in kept)


def test_threads_keep_the_same_bytes_at_once(blobs):
    failures = []

    def work():
        for number in range(40):
            if blobs.put(b"%d" % number * 1000) != digests_of(b"%d" % number * 1000):
                failures.append(number)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(list(blobs.digests())) == 40


def test_reopened_store_gives_the_same(blobs, blobs_url):
    kept = blobs.put(b"kept")
    again = open_blobs(blobs_url)
    assert again.get(kept.sha256) == b"kept"
    assert list(again.digests()) == [kept.sha256]
