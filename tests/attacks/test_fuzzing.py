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


def _changed(content: bytes, data: st.DataObject) -> bytes:
    """Flipped, cut, filled up, doubled or swapped at a random place; never the same."""
    at = data.draw(st.integers(0, max(len(content) - 1, 0)), label="at")
    size = data.draw(st.integers(1, 64), label="size")
    how = data.draw(st.sampled_from(("flip", "cut", "insert", "drop", "double", "zero")), label="how")
    if how == "flip" and content:
        return content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    if how == "cut":
        return content[:at] if content else b"x"
    if how == "drop" and content:
        return content[:at] + content[at + size :]
    if how == "double" and content:
        return content[:at] + content[at : at + size] + content[at:]
    if how == "zero" and any(content[at : at + size]):
        return content[:at] + bytes(len(content[at : at + size])) + content[at + size :]
    return content[:at] + data.draw(st.binary(min_size=1, max_size=64)) + content[at:]


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_package_changed_anywhere_is_refused(
    data: st.DataObject, house: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.wacz"
    path.write_bytes(_changed(house.package, data))
    assert not verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC)).valid


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_member_changed_anywhere_is_refused_beyond_the_container(
    data: st.DataObject, house: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The container and every digest made right again, so that the change reaches the check of that member."""
    from tests.attacks.conftest import Forger

    forger = Forger.of(house)
    name = data.draw(st.sampled_from(sorted(forger.members)), label="name")
    content = forger.members[name]
    if name.endswith(".gz") and data.draw(st.booleans(), label="inside"):
        content = zlib.compress(_changed(zlib.decompress(content, 31), data), wbits=31)
    else:
        content = _changed(content, data)
    forger.members[name] = content
    if not name.startswith(("evidence/manifest", "datapackage")):
        forger.rehash_manifest()
        forger.rehash_datapackage()
    path = tmp_path_factory.getbasetemp() / "changed.wacz"
    path.write_bytes(forger.box())
    report = verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC))
    assert not report.valid
    assert report.checks[0].result == "passed"
