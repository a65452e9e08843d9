"""The tree of RFC 9162: published roots, and proofs held by the verifier's own code against a tree made by definition."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.standalone.verify import RefusedError, check_consistency, inclusion_root
from records.canonical import canonical_bytes
from records.evidence_log import LeafKind, LogLeaf, leaf_bytes
from records.merkle import EMPTY_TREE, Frontier, Range, consistency_ranges, inclusion_ranges, leaf_node

# The eight inputs and roots that Certificate Transparency's implementations are tested with.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 70
LEAVES = [f"条目{number}".encode() for number in range(MOST)]


def by_definition(algorithm: str, start: int, end: int) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word by word."""
    if end - start == 0:
        return hashlib.new(algorithm).digest()
    if end - start == 1:
        return hashlib.new(algorithm, b"\0" + LEAVES[start]).digest()
    middle = 1
    while middle * 2 < end - start:
        middle *= 2
    left, right = by_definition(algorithm, start, start + middle), by_definition(algorithm, start + middle, end)
    return hashlib.new(algorithm, b"\1" + left + right).digest()


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, MOST))
    return draw(st.integers(0, size - 1)), size


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    second = draw(st.integers(1, MOST))
    return draw(st.integers(1, second)), second


def nodes(algorithm: str, ranges: tuple[Range, ...]) -> list[bytes]:
    return [by_definition(algorithm, each.start, each.end) for each in ranges]


def test_published_roots() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_TREE
    assert EMPTY_TREE.sha256.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for content, root in zip(INPUTS, ROOTS, strict=True):
        frontier.add(leaf_node(bytes.fromhex(content)))
        assert frontier.root().sha256.hex() == root


@given(st.integers(0, MOST))
def test_frontier_makes_the_tree_of_the_definition(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf_node(leaf))
    assert frontier.root() == (by_definition("sha256", 0, size), by_definition("sm3", 0, size))


def test_subtree_that_does_not_fit_is_refused() -> None:
    frontier = Frontier()
    frontier.add(leaf_node(b""))
    with pytest.raises(ValueError, match="does not fit"):
        frontier.add(leaf_node(b""), 3)


@given(places(), st.sampled_from(["sha256", "sm3"]))
def test_inclusion_is_shown_for_its_own_place_alone(place: tuple[int, int], algorithm: str) -> None:
    position, size = place
    path, root = nodes(algorithm, inclusion_ranges(position, size)), by_definition(algorithm, 0, size)
    assert inclusion_root(algorithm, LEAVES[position], position, size, path) == root
    other = (position + 1) % size
    for leaf, at, nodes_ in (
        (b"another", position, path),
        (LEAVES[position], other, path if other != position else [b"\0" * 32]),
        (LEAVES[position], position, [*path, root]),
        (LEAVES[position], position, path[:-1] or [root]),
        (LEAVES[position], position, path[::-1] if path != path[::-1] else [root, root]),
    ):
        assert _root_or_none(algorithm, leaf, at, size, nodes_) != root


def _root_or_none(algorithm: str, leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes | None:
    try:
        return inclusion_root(algorithm, leaf, position, size, path)
    except RefusedError:
        return None


@given(two_sizes(), st.sampled_from(["sha256", "sm3"]), st.data())
def test_consistency_is_shown_of_what_is_a_beginning_alone(
    sizes: tuple[int, int], algorithm: str, data: st.DataObject
) -> None:
    first, second = ((size, by_definition(algorithm, 0, size)) for size in sizes)
    path = nodes(algorithm, consistency_ranges(*sizes))
    check_consistency(algorithm, first, second, path)
    forged = [((first[0], b"\1" * 32), second, path), (first, (second[0], b"\1" * 32), path)]
    forged += [(first, second, [*path, b"\2" * 32])]
    if path:
        changed = data.draw(st.integers(0, len(path) - 1))
        forged.append((first, second, [node if n != changed else b"\3" * 32 for n, node in enumerate(path)]))
        forged.append((first, second, path[:-1]))
    for each in forged:
        with pytest.raises(RefusedError):
            check_consistency(algorithm, *each)


@given(st.datetimes(timezones=st.just(UTC)), st.text())
def test_leaf_has_the_canonical_form_of_its_record(at: datetime, key: str) -> None:
    leaf = LogLeaf(kind=LeafKind.PAGE, id=key, sha256="0" * 64, sm3="1" * 64, at=at)
    assert leaf_bytes(leaf) == canonical_bytes(leaf.model_dump(mode="json"))


def test_proofs_of_nothing_are_refused() -> None:
    for ask in (lambda: inclusion_ranges(3, 3), lambda: inclusion_ranges(-1, 3), lambda: inclusion_ranges(0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            ask()
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="no beginning"):
            consistency_ranges(first, second)
