"""Both digests of the same bytes, as the standards' own examples give them."""

from __future__ import annotations

from records.digests import digests_of, digests_of_chunks


def test_standard_examples():
    # FIPS 180-4 and GB/T 32905-2016 annex A.1, both for "abc".
    found = digests_of(b"abc")
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert found.size_bytes == 3


def test_stream_gives_the_same_as_the_whole():
    content = bytes(range(256)) * 50
    assert digests_of_chunks(content[start : start + 100] for start in range(0, len(content), 100)) == digests_of(
        content
    )
