"""What drawing a capture again came to stands on its page, with what to do; what cannot be read is left out."""

from __future__ import annotations

from evidence.rerendering import rerender_statement
from records.digests import digests_of
from records.evidence_log import LeafKind, LogLeaf
from records.rerendering import Rerendering

PAGE = "/evidence/capture_hz"


def _log(services, content: bytes) -> None:
    digests = digests_of(content)
    services.blobs.put(content)
    leaf = LogLeaf(
        kind=LeafKind.RERENDERING, id="capture_hz", sha256=digests.sha256, sm3=digests.sm3, at=services.clock()
    )
    services.evidence_log.append((leaf,))


def test_low_score_says_what_to_do(office, client_of):
    services, client = office.services, client_of(office)
    assert "断网重绘" not in client.get(PAGE).text
    found = Rerendering(
        capture_id="capture_hz", package_sha256="a" * 64, url="http://a.example/", text_score=0.25, answered=3,
        browser="156", rendered_at=services.clock(),
    )  # fmt: skip
    _log(services, rerender_statement(found, services.signer))
    page = client.get(PAGE).text
    assert "明显不符" in page and "文字 0.25，画面 未比对" in page
    assert "不宜单凭截图认定" in page and "违法" not in found.likeness.advice


def test_score_that_cannot_be_read_is_left_out(office, client_of):
    _log(office.services, b'{"found":{}}')
    answer = client_of(office).get(PAGE)
    assert answer.status_code == 200
    assert "断网重绘" not in answer.text
