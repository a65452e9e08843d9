"""A package changed anywhere, anyhow: always refused, never a traceback. `make fuzz` tries thousands."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.verify import verify_package

pytestmark = pytest.mark.browser
EXAMPLES = 150 if settings.default.max_examples <= 100 else 2 * settings.default.max_examples


CHANGES = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 64),
    st.sampled_from(("flip", "cut", "insert", "drop", "double", "zero")),
    st.binary(min_size=1, max_size=64),
)
"""Where (as a share of the length, which differs between runs), how much, how, and with what."""


def _changed(content: bytes, change: tuple[float, int, str, bytes]) -> bytes:
    """Flipped, cut, filled up, doubled or zeroed at a random place; never the same."""
    share, size, how, blob = change
    at = int(share * len(content))
    if how == "flip" and content:
        return content[:at] + bytes([content[at] ^ (blob[0] or 1)]) + content[at + 1 :]
    if how == "cut" and content:
        return content[:at]
    if how == "drop" and content:
        return content[:at] + content[at + size :]
    if how == "double" and content:
        return content[:at] + content[at : at + size] + content[at:]
    if how == "zero" and any(content[at : at + size]):
        return content[:at] + bytes(len(content[at : at + size])) + content[at + size :]
    return content[:at] + blob + content[at:]


@settings(max_examples=EXAMPLES)
@given(change=CHANGES)
def test_a_package_changed_anywhere_is_refused(
    change: tuple[float, int, str, bytes], house: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.wacz"
    path.write_bytes(_changed(house.package, change))
    assert not verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC)).valid


@settings(max_examples=EXAMPLES)
@given(member=st.integers(0, 1000), change=CHANGES, inside=st.booleans())
def test_a_member_changed_anywhere_is_refused_beyond_the_container(
    member: int,
    change: tuple[float, int, str, bytes],
    inside: bool,
    house: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The container and every digest made right again, so that the change reaches the check of that member."""
    from tests.attacks.conftest import Forger

    forger = Forger.of(house)
    name = sorted(forger.members)[member % len(forger.members)]
    content = forger.members[name]
    if name.endswith(".gz") and inside:
        content = zlib.compress(_changed(zlib.decompress(content, 31), change), wbits=31)
    else:
        content = _changed(content, change)
    forger.members[name] = content
    if not name.startswith(("evidence/manifest", "datapackage")):
        forger.rehash_manifest()
        forger.rehash_datapackage()
    path = tmp_path_factory.getbasetemp() / "changed.wacz"
    path.write_bytes(forger.box())
    report = verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC))
    assert not report.valid
    assert report.checks[0].result == "passed"
