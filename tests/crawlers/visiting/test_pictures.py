"""Licence pictures of a survey: fetched within its limits, kept as bytes, from hosts that may not end the run."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import page_bytes
from crawlers.visiting.pictures import wanted_pictures
from records.digests import digests_of
from records.licences_read import PictureReading
from records.market import Disclosure
from records.survey import FrontierState, Outcome, PageKind, RunState

CODE = "91330106MA2B0T1X7C"


def png(shade: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def front(*pictures: str) -> str:
    """A front page with licence pictures and no word of the licence."""
    shown = "".join(f'<p class="licence"><img src="{one}" alt="营业执照"></p>' for one in pictures)
    return (
        "<html><head><title>茗香茶庄</title></head><body><h1>茗香茶庄</h1>"
        "<p>本店主营各种茶叶，自产自销，欢迎选购。</p><h2>营业执照</h2>"
        f"{shown}</body></html>"
    )


def pictures_of(survey) -> dict:
    return {path: page for path, page in survey.pages().items() if page.kind is PageKind.LICENCE_IMAGE}


def test_picture_is_fetched_kept_and_asked_for_again_only_if_changed(site, other_site, survey, survey_class) -> None:
    elsewhere = f"{other_site.url}yyzz.png"
    site.put("/", front("/licence/a.png", elsewhere))
    tagged = {"Content-Type": "image/png", "ETag": '"a"'}
    site.pages["/licence/a.png"] = lambda times: site.answer(
        body=png() if not times else b"", status=304 if times else 200, headers=tagged
    )
    other_site.pages["/yyzz.png"] = site.answer(body=png(90), headers={"Content-Type": "image/png"})
    run = survey.run(survey.target(site.url))
    assert (run.state, run.outcomes) == (RunState.COMPLETE, {Outcome.READ: 3})
    found = pictures_of(survey)
    assert {path: page.body for path, page in found.items()} == {
        "/licence/a.png": digests_of(png()),
        "/yyzz.png": digests_of(png(90)),
    }
    assert page_bytes(FolderFiles(survey.place / "archive"), found["/yyzz.png"], blob=lambda _: b"") == png(90)
    assert [path for _, path in other_site.asked] == ["/robots.txt", "/yyzz.png"]
    (shop,) = survey.records.survey.shops()
    assert shop.disclosure.licence_image_urls == (f"{site.url}licence/a.png", elsewhere)
    again = survey_class(place=survey.place, records=survey.records, run_id="run-2")
    run = again.run(survey.target(site.url))
    assert run.outcomes[Outcome.UNCHANGED] == 1
    assert pictures_of(again)["/licence/a.png"].body == digests_of(png())
    assert pictures_of(again)["/licence/a.png"].archive == found["/licence/a.png"].archive


@pytest.mark.parametrize(
    ("wish", "told", "fetched"),
    [
        (PictureReading.WHEN_NEEDED, {"licence_no": CODE}, 3),
        (PictureReading.WHEN_NEEDED, {"holder_name": "杭州茗香茶叶有限公司"}, 3),
        (PictureReading.WHEN_NEEDED, {"licence_no": CODE, "holder_name": "杭州茗香茶叶有限公司"}, 0),
        (PictureReading.ALWAYS, {"licence_no": CODE, "holder_name": "杭州茗香茶叶有限公司"}, 3),
        (PictureReading.NEVER, {}, 0),
    ],
)
def test_only_wanted_pictures_are_fetched(wish, told, fetched) -> None:
    pictures = ("data:image/png;base64,AA", *(f"http://shop.cn/{number}.png" for number in range(5)))
    assert wanted_pictures(Disclosure(licence_image_urls=pictures, **told), wish) == pictures[1 : 1 + fetched]


def test_what_is_no_picture_or_cannot_be_had_is_said_and_ends_nothing(site, other_site, survey) -> None:
    site.put("/", front("/licence/page.png", f"{other_site.url}closed/yyzz.png", "/licence/large.png"))
    site.put("/licence/page.png", "<html><h1>请先登录</h1></html>")
    site.pages["/licence/large.png"] = site.answer(
        body=b"\x89PNG" + b"0" * 60_000, headers={"Content-Type": "image/png"}
    )
    other_site.pages["/robots.txt"] = site.answer(status=503, headers={"Retry-After": "0"})
    run = survey.run(survey.target(site.url, max_body_bytes=50_000))
    found = pictures_of(survey)
    assert found["/licence/page.png"].outcome is Outcome.SOFT_404
    assert found["/licence/large.png"].outcome is Outcome.TOO_LARGE
    assert found["/closed/yyzz.png"].outcome is Outcome.ROBOTS_REFUSED
    assert [path for path in other_site.paths if path != "/robots.txt"] == []
    assert run.state is RunState.PARTIAL
    assert not any("停止" in reason or "robots.txt 无法读取" in reason for reason in run.missing)
    assert not survey.records.survey.frontier_counts("run-1").get(FrontierState.PENDING)
