"""二次固证: a second capture of a page that changed, told in words and in the custody chain of both."""

from __future__ import annotations

import itertools
import json

import pytest

from records.errors import InvalidInputError, NotFoundError, VerificationError
from records.evidence import CustodyAction
from wangjian.comparing_captures import compared, in_words, package_of, second_capture
from wangjian.settings import load_settings
from wangjian.wiring import open_services

pytestmark = pytest.mark.browser


CLAIMS = ("本品根治糖尿病", "本品为普通食品")


@pytest.fixture
def shop(page_of):
    claims = itertools.chain(CLAIMS, itertools.repeat(CLAIMS[-1]))
    return page_of(lambda: f"<title>店</title><h1>某某茶</h1><p>{next(claims)}</p><p>￥99</p>")


def test_second_capture_tells_what_changed_and_stands_in_both_chains(shop, tmp_path, browser_executable):
    with open_services(load_settings(data_dir=tmp_path / "data", allow_private=True)) as services:
        first = services.preserver.preserve(shop, lead_id="", operator="张三")
        report = second_capture(services, first.capture_id, operator="李四")
        assert [(one.added, one.text) for one in report.text] == [(False, "本品根治糖尿病"), (True, "本品为普通食品")]
        assert report.same_address and not report.same_document and report.answers_changed == (shop,)
        assert (report.prices_gone, report.prices_new) == ((), ())
        assert report.picture is not None and report.picture.boxes
        for one in (report.first, report.second):
            noted = [
                event for event in services.evidence.custody(one.capture_id) if event.action is CustodyAction.COMPARED
            ]
            (event,) = noted
            assert event.actor == "李四" and "消失 1 行，新增 1 行" in event.reason
            assert json.loads(services.blobs.get(event.subject_sha256))["first"]["capture_id"] == first.capture_id
        assert "页面主文档字节不同" in in_words(report)
        _refusals(services, first, tmp_path)


def _refusals(services, first, tmp_path):
    with package_of(services, first.capture_id) as path:
        content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    forged = tmp_path / "forged.wacz"
    forged.write_bytes(content)
    with pytest.raises(VerificationError, match="核验不通过"):
        compared(services, first.capture_id, str(forged))
    with pytest.raises(NotFoundError, match="既不是文件，也不是固证编号"):
        compared(services, first.capture_id, "capture_none")
    failed = services.evidence.capture(first.capture_id).model_copy(update={"capture_id": "c", "package": None})
    services.evidence.save_capture(failed)
    with pytest.raises(InvalidInputError, match="没有形成证据包"):
        second_capture(services, "c", operator="李四")
