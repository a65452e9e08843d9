"""A page drawn again from its package with the network cut: alike when untouched, unlike when the WARC tells another page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evidence.capturing.browser import Browsers
from evidence.package import chunks_of
from evidence.preserving import CaptureRequest, preserve
from evidence.rerendering import rerender, rerender_statement
from evidence.standalone.verify import canonical, render_box
from evidence.trust import check_signature, read_certificates
from tests.attacks.conftest import members_of

pytestmark = pytest.mark.browser


def test_a_page_is_drawn_again_from_its_bytes_alone(
    make_means: Any, shop: Any, browser_executable: str, tmp_path: Path
) -> None:
    means = make_means()
    capture = preserve(CaptureRequest(url=shop.url, operator="张三"), means)
    path = tmp_path / "package.wacz"
    path.write_bytes(means.blobs.get(capture.package.sha256))
    asked = len(shop.asked)
    browsers = Browsers(browser_executable)
    try:
        found = rerender(path, browsers, clock=means.clock)
        members = members_of(path.read_bytes())
        members["evidence/page.txt"] = "\n".join(f"另一页的第 {n} 行" for n in range(30)).encode()
        with path.open("wb") as out:
            render_box(out, {name: (lambda c=content: chunks_of(c)) for name, content in members.items()})
        other = rerender(path, browsers, clock=means.clock)
    finally:
        browsers.close()
    assert (found.capture_id, found.unanswered) == (capture.capture_id, ())
    assert found.text_score is not None
    assert found.text_score >= 0.99
    assert found.picture_score is not None
    assert found.picture_score >= 0.98
    assert found.answered >= 24
    assert other.text_score is not None
    assert other.text_score < 0.2
    assert len(shop.asked) == asked, "the origin was asked although the network is cut"
    statement = json.loads(rerender_statement(found, means.signer))
    assert statement["found"]["text_score"] == str(found.text_score)
    check_signature(
        read_certificates(statement["certificates"])[0],
        bytes.fromhex(statement["signature"]),
        canonical(statement["found"]),
    )
