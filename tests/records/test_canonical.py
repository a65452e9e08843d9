"""The canonical form: one value, one byte string (RFC 8785)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.canonical import canonical_bytes, canonical_digests

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_canonical_form_reads_back_as_the_same_value(value):
    assert json.loads(canonical_bytes(value)) == value


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9), min_size=2, max_size=6))
def test_order_of_members_does_not_matter(value):
    backwards = dict(reversed(value.items()))
    assert canonical_bytes(backwards) == canonical_bytes(value)


def test_members_are_sorted_by_utf16_units_as_the_rfc_says():
    # RFC 8785 section 3.2.3: U+1F600 (a surrogate pair D83D DE00) comes before U+FB33.
    members = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical_bytes(members))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_strings_are_escaped_as_the_rfc_says():
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical_bytes(text) == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [float("nan")], 2**53, {"a": object()}])
def test_values_without_one_form_are_refused(value):
    with pytest.raises(TypeError):
        canonical_bytes(value)


def test_both_digests_are_over_the_canonical_bytes():
    found = canonical_digests({"b": 1, "a": "网"})
    assert found.size_bytes == len('{"a":"网","b":1}'.encode())
    assert found.sha256 != found.sm3
