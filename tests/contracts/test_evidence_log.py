"""Promises of EvidenceLog, its tree held against another implementation of RFC 9162."""

import hashlib
import threading
from datetime import timedelta

import pymerkle
import pytest

from records.digests import digests_of
from records.errors import ConflictError, InvalidInputError
from records.evidence import TimestampState
from records.evidence_log import LeafKind, LogHead, LogLeaf, leaf_bytes
from records.merkle import EMPTY_TREE
from records.survey import ArchivePlace
from tests.contracts.conftest import START

MANY = 256 * 3 + 77


def leaves(count, *, first=0, kind=LeafKind.PAGE):
    return [leaf_of(f"page_{number}", kind=kind) for number in range(first, first + count)]


def leaf_of(key, *, kind=LeafKind.PAGE, content=b""):
    found = digests_of(content or key.encode())
    return LogLeaf(kind=kind, id=key, sha256=found.sha256, sm3=found.sm3, at=START)


@pytest.fixture(params=["sha256", "sm3"])
def other(request):
    """An independent tree by one of the two algorithms, and how to take its half of our nodes."""
    if request.param == "sha256":
        return pymerkle.InmemoryTree(algorithm="sha256"), lambda node: node.sha256
    return _sm3_tree(), lambda node: node.sm3


def _sm3_tree():
    """pymerkle knows no SM3 by name; its hasher takes any of hashlib's."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.hashfunc = lambda content: hashlib.new("sm3", content)
    return tree


def test_roots_and_proofs_are_those_of_another_implementation(records, other):
    tree, half = other
    log, made = records.evidence_log, leaves(MANY)
    for start in range(0, MANY, 150):
        log.append(made[start : start + 150])
    for leaf in made:
        tree.append_entry(leaf_bytes(leaf))
    for size in (1, 2, 3, 255, 256, 257, 511, 512, 600, MANY):
        assert half(log.root(size)) == tree.get_root(size)
    for position, size in ((0, 1), (0, MANY), (255, 257), (256, 700), (600, MANY), (MANY - 1, MANY)):
        path = tree.prove_inclusion(position + 1, size).path
        assert [half(node) for node in log.inclusion(position, size)] == path[1:]
    for first, second in ((1, 2), (256, 700), (300, MANY), (512, 513), (MANY, MANY)):
        assert [half(node) for node in log.consistency(first, second)] == _consistency(tree, first, second)


def _consistency(tree, first, second):
    """PROOF(m, D_n) word by word as RFC 9162 section 2.1.4.1 defines it; the library's own form is another."""

    def subproof(m, start, end, whole):
        if m == end - start:
            return [] if whole else [tree._get_root(start, end)]
        k = 1
        while k * 2 < end - start:
            k *= 2
        if m <= k:
            return [*subproof(m, start, start + k, whole), tree._get_root(start + k, end)]
        return [*subproof(m - k, start + k, end, False), tree._get_root(start, start + k)]

    return subproof(first, 0, second, True)


def test_empty_log_has_the_root_of_nothing(records):
    log = records.evidence_log
    assert (log.size(), log.root(0), log.find(LeafKind.PAGE, "page_1")) == (0, EMPTY_TREE, None)
    assert list(log.leaves()) == []


def test_what_is_there_is_appended_once(records):
    log = records.evidence_log
    assert log.append(leaves(5)) == 5
    assert log.append(leaves(7)) == 2
    assert log.append([leaf_of("page_1", kind=LeafKind.CAPTURE)]) == 1
    found = log.find(LeafKind.PAGE, "page_6")
    assert (found.position, found.leaf) == (6, leaf_of("page_6"))
    assert [placed.position for placed in log.leaves(start=3)] == [3, 4, 5, 6, 7]


def test_later_time_of_a_known_entry_changes_nothing(records):
    log = records.evidence_log
    log.append(leaves(1))
    root = log.root(1)
    later = leaf_of("page_0").model_copy(update={"at": START + timedelta(days=1)})
    assert log.append([later]) == 0
    assert log.root(1) == root


def test_same_entry_with_other_digests_is_refused_whole(records):
    log = records.evidence_log
    log.append(leaves(2))
    with pytest.raises(ConflictError, match="内容不同"):
        log.append([*leaves(3), leaf_of("page_1", content=b"other")])
    assert log.size() == 2


def test_proof_of_what_is_not_there_is_refused(records):
    log = records.evidence_log
    log.append(leaves(4))
    for ask in (
        lambda: log.root(5),
        lambda: log.root(-1),
        lambda: log.inclusion(4, 4),
        lambda: log.inclusion(-1, 4),
        lambda: log.inclusion(1, 9),
        lambda: log.consistency(0, 4),
        lambda: log.consistency(5, 4),
    ):
        with pytest.raises(InvalidInputError):
            ask()


def test_writers_at_once_leave_no_gap(records, open_again):
    def write(number):
        mine = open_again().evidence_log
        for start in range(0, 60, 20):
            mine.append(leaves(20, first=number * 1000 + start))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [placed.position for placed in records.evidence_log.leaves()] == list(range(240))


def test_kept_subtrees_are_those_of_the_leaves(records):
    log = records.evidence_log
    log.append(leaves(100))
    log.append(leaves(MANY - 100, first=100))
    assert [(level, place) for level, place, _ in log.subtrees()] == [(8, 0), (8, 1), (8, 2)]
    assert next(node for _, _, node in log.subtrees()) == log.root(256)


def test_heads_are_kept_by_size(records, open_again):
    log = records.evidence_log
    made = [_head(size) for size in (9, 3)]
    for head in (*made, *made):
        log.save_head(head)
    assert open_again().evidence_log.heads() == (made[1], made[0])


def _head(size):
    digest = digests_of(bytes([size]))
    return LogHead(
        size=size,
        root_sha256=digest.sha256,
        root_sm3=digest.sm3,
        at=START,
        timestamp=TimestampState.LOCAL,
        head_sha256=digest.sha256,
    )


def test_pages_without_an_entry_are_named_until_they_have_one(records, make):
    survey, log = records.survey, records.evidence_log
    place = ArchivePlace(file="2026-03/r1-0001.warc.gz", offset=400, length=900)
    rows = [make.row(number) for number in range(4)]
    survey.save_target(make.target())
    survey.open_run(make.run(), rows)
    for row in survey.lease("r1", limit=4, until=START + timedelta(minutes=5)):
        page = make.page(row)
        kept = None if row.row_id == rows[3].row_id else place
        survey.complete(row, page.model_copy(update={"archive": kept}), None, ())
    waiting = log.unlogged_pages("r1")
    assert len(waiting) == 3
    assert log.unlogged_pages("r2") == ()
    log.append([leaf_of(waiting[0].page_id)])
    assert {page.page_id for page in log.unlogged_pages()} == {page.page_id for page in waiting[1:]}
    assert log.unlogged_pages(limit=1) == waiting[1:2]
    assert log.unlogged_pages(after=waiting[1].page_id) == waiting[2:]
