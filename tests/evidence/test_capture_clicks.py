"""What is asked to be clicked is shown and kept, or named as missing; what is missing is tried by a second visit."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from evidence.capturing.steps import CAPTURE_STEPS
from evidence.capturing.visit import Step, Visit
from evidence.preserving import CaptureLimits, CaptureRequest, Means, preserve
from evidence.verify import verify_package
from records.clicks import check_clicks
from records.errors import InvalidInputError
from records.evidence import Capture, CapturePolicy, CaptureState

pytestmark = pytest.mark.browser
MakeMeans = Callable[..., Means]

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>店</title><h1>店铺</h1>
<button onclick="fetch('/reviews.json').then(r=>r.json()).then(j=>document.body.append(j.text))">全部评价</button>
<a href="/licence" target="_blank">营业执照</a> <a href="/about">关于我们</a> <i hidden>资质页</i>""".encode()


BROTLI = brotli.compress('{"text":"评价共三条"}'.encode())


def _answer(kind: str, body: bytes, *more: str) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.fixture
def clicking_shop(shop: Any) -> Any:
    shop.answers |= {
        "/clicks": _answer("text/html; charset=utf-8", PAGE),
        "/reviews.json": _answer("application/json", BROTLI, "Content-Encoding: br"),
        "/licence": _answer("text/html; charset=utf-8", "<title>照</title>统一社会信用代码".encode()),
        "/about": _answer("text/html; charset=utf-8", "<title>我们</title>关于".encode()),
    }
    return shop


def _package(means: Means, capture: Capture, folder: Path) -> zipfile.ZipFile:
    assert capture.package is not None, capture.reason
    path = folder / "p.wacz"
    path.write_bytes(means.blobs.get(capture.package.sha256))
    report = verify_package(path, anchors_pem=means.anchors_pem, now=means.clock())
    assert report.valid, [check for check in report.checks if check.result.value != "passed"]
    return zipfile.ZipFile(path)


def test_each_click_is_kept_with_what_it_showed_and_asked_for(
    make_means: MakeMeans, clicking_shop: Any, tmp_path: Path
) -> None:
    means = make_means()
    clicks = ("全部评价", "营业执照", "css=a[href='/about']")
    capture = preserve(CaptureRequest(url=f"{clicking_shop.url}/clicks", operator="张三", clicks=clicks), means)
    assert (capture.state, capture.missing) == (CaptureState.COMPLETE, ())
    with _package(means, capture, tmp_path) as found:
        warc = gzip.decompress(found.read("archive/data.warc.gz"))
        lines = [json.loads(line) for line in found.read("evidence/clicks.jsonl").splitlines()]
        rows = [json.loads(line) for line in found.read("evidence/exchanges.jsonl").splitlines()]
        manifest = json.loads(found.read("evidence/manifest.json"))
        shown = [found.read(line["text"]).decode() for line in lines]
        pictures = [found.read(line[kind])[:4] for line in lines for kind in ("before", "after")]
    asked = {row["sequence"]: row["url"].removeprefix(clicking_shop.url) for row in rows}
    caused = [[asked[number] for number in line["exchanges"]] for line in lines]
    assert "/reviews.json" in caused[0]
    assert "/licence" in caused[1]
    assert "/about" in caused[2]
    assert [words in text for words, text in zip(("评价共三条", "统一社会信用代码", "关于"), shown, strict=True)] == [
        True
    ] * 3
    assert [line["opened"] for line in lines] == [False, True, False]
    assert clicking_shop.answers["/reviews.json"] in warc  # brotli kept as it came
    assert pictures == [b"\x89PNG"] * 6
    assert manifest["final_url"] == f"{clicking_shop.url}/clicks"
    assert manifest["policy"]["clicks"] == ["text=全部评价", "text=营业执照", "css=a[href='/about']"]
    assert manifest["navigation"] == [[200, f"{clicking_shop.url}/clicks"]]
    assert manifest["policy"]["limits"]["response_bytes"] == "100000000"


def test_a_click_on_what_is_not_there_is_named(make_means: MakeMeans, clicking_shop: Any, tmp_path: Path) -> None:
    means = make_means()
    clicks = ("资质页", "全部评价")
    capture = preserve(CaptureRequest(url=f"{clicking_shop.url}/clicks", operator="张三", clicks=clicks), means)
    assert capture.state is CaptureState.PARTIAL
    assert capture.missing == ("点击展示“资质页”（页面上没有看得见的这一处）",)
    with _package(means, capture, tmp_path) as found:
        lines = [json.loads(line) for line in found.read("evidence/clicks.jsonl").splitlines()]
    assert [line["outcome"] for line in lines] == ["failed", "done"]


@pytest.mark.parametrize("clicks", [("a",) * 6, ("",), ("css=",), ("x" * 101,)])
def test_clicks_that_cannot_be_understood_are_refused(clicks: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError, match="点击展示"):
        check_clicks(clicks)


def _failing_on(visits: set[int]) -> tuple[Step, ...]:
    """The steps of a capture, of which the print fails on these visits."""
    printing = next(step for step in CAPTURE_STEPS if step.name == "pdf")

    async def run(visit: Visit) -> bytes | None:
        return b"" if visit.number in visits else await printing.run(visit)

    return tuple(replace(step, run=run) if step is printing else step for step in CAPTURE_STEPS)


@pytest.mark.parametrize(("failing", "state"), [({1}, CaptureState.COMPLETE), ({1, 2}, CaptureState.PARTIAL)])
def test_what_is_missing_is_tried_by_a_second_visit_and_both_are_recorded(
    failing: set[int], state: CaptureState, make_means: MakeMeans, shop: Any, tmp_path: Path
) -> None:
    means = make_means(steps=_failing_on(failing))
    capture = preserve(CaptureRequest(url=f"{shop.url}/gone", operator="张三"), means)
    assert capture.state is state
    assert list(capture.missing) == ([] if state is CaptureState.COMPLETE else ["网页打印件（没有内容）"])
    with _package(means, capture, tmp_path) as found:
        events = [json.loads(line) for line in found.read("evidence/visit.jsonl").splitlines()]
        rows = [json.loads(line) for line in found.read("evidence/exchanges.jsonl").splitlines()]
    assert [event["visit"] for event in events if event.get("step") == "open"] == [1, 2]
    assert len([row for row in rows if row["url"] == f"{shop.url}/gone"]) == 2
    assert [event["missing"] for event in events if event["kind"] == "visit-again"] == ["网页打印件（没有内容）"]


def test_what_the_policy_calls_optional_may_be_missing(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    standard = CapturePolicy()
    required = tuple(role for role in standard.required if role != "pdf")
    policy = standard.model_copy(update={"required": required, "optional": ("pdf",)})
    means = make_means(steps=_failing_on({1, 2}), policy=policy)
    capture = preserve(CaptureRequest(url=f"{shop.url}/gone", operator="张三"), means)
    assert capture.state is CaptureState.COMPLETE
    with _package(means, capture, tmp_path) as found:
        assert "evidence/page.pdf" not in found.namelist()


def test_an_unclean_environment_marks_the_capture_or_refuses_it(
    make_means: MakeMeans, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    request = CaptureRequest(url=f"{shop.url}/gone", operator="张三")
    marked = preserve(request, make_means())
    assert (marked.state, marked.missing) == (CaptureState.PARTIAL, ("取证环境不洁净：系统设有代理：http",))
    shop.asked.clear()
    refused = preserve(request, make_means(policy=CapturePolicy(unclean="refuse")))
    assert (refused.state, refused.package) == (CaptureState.FAILED, None)
    assert "不予固证：系统设有代理" in refused.reason
    assert shop.asked == []


def test_limits_are_sealed_as_they_were(make_means: MakeMeans) -> None:
    words = CaptureLimits(capture_seconds=12.5).in_words()
    assert (words["capture_seconds"], words["total_bytes"]) == ("12.5", "200000000")
