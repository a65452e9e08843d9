"""Pictures of listings in a survey: none unless asked for, so many of a listing and a run, within the run's limits."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from crawlers.visiting.detail_images import wanted_images
from records.digests import digests_of
from records.survey import Outcome, PageKind, RunState


def png(shade: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def detail(*pictures: str, title: str = "明前龙井 250g") -> str:
    shown = "".join(f'<img src="{one}">' for one in pictures)
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>价格：¥128.00 元，库存 30 件</p>"
        f"<button>加入购物车</button><div class='detail'><p>产地杭州，手工采摘，密封罐装。</p>{shown}</div></body></html>"
    )


def images_of(survey) -> dict:
    return {path: page for path, page in survey.pages().items() if page.kind is PageKind.DETAIL_IMAGE}


def shop(site, other_site) -> None:
    site.put(
        "/",
        '<html><body><h1>茗香茶庄</h1><a href="/goods/1.html">龙井</a><a href="/goods/2.html">毛峰</a></body></html>',
    )
    elsewhere = f"{other_site.url}d/9.png"
    site.put("/goods/1.html", detail("/d/logo.png", "/d/1.png", "/d/2.png_60x60.png", elsewhere, "/d/3.png"))
    site.put("/goods/2.html", detail("/d/1.png", "/d/4.png", title="黄山毛峰 100g"))
    for number in (1, 2, 3, 4):
        site.pages[f"/d/{number}.png"] = site.answer(body=png(number), headers={"Content-Type": "image/png"})
    other_site.pages["/d/9.png"] = site.answer(body=png(9), headers={"Content-Type": "image/png"})


def test_none_is_fetched_unless_asked_for(site, other_site, survey) -> None:
    shop(site, other_site)
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.COMPLETE
    assert images_of(survey) == {}
    assert not [path for path in site.paths if path.startswith("/d/")]


def test_so_many_of_a_listing_are_fetched_once_and_kept_as_bytes(site, other_site, survey) -> None:
    shop(site, other_site)
    run = survey.run(survey.target(site.url), detail_images=(2, 50))
    assert (run.state, run.left_out) == (RunState.COMPLETE, ())
    assert {path: page.body for path, page in images_of(survey).items()} == {
        "/d/1.png": digests_of(png(1)),
        "/d/9.png": digests_of(png(9)),
        "/d/4.png": digests_of(png(4)),
    }
    assert site.paths.count("/d/1.png") == 1
    assert [path for path in site.paths if path.startswith("/d/")] == site.paths[-2:], "pages go before pictures"


def test_what_is_beyond_the_share_of_a_run_is_said_and_a_large_one_is_not_taken(site, other_site, survey) -> None:
    shop(site, other_site)
    site.pages["/d/1.png"] = site.answer(body=png() + b"0" * 60_000, headers={"Content-Type": "image/png"})
    run = survey.run(survey.target(site.url, max_body_bytes=50_000), detail_images=(5, 1))
    (only,) = images_of(survey).values()
    assert only.outcome is Outcome.TOO_LARGE
    assert only.body is None
    assert run.state is RunState.PARTIAL
    assert any("商品图片超过一次采集 1 张的上限" in said for said in run.left_out)


@pytest.mark.parametrize(
    "url",
    [
        "data:image/png;base64,AA",
        "http://a.cn/icon/x.svg",
        "http://a.cn/btn.png",
        "http://a.cn/i.jpg?w=80x80",
        "http://a.cn/thumb/1.jpg",
    ],
)
def test_icons_and_thumbnails_by_their_address_are_not_asked_for(url) -> None:
    assert wanted_images((url, "http://a.cn/detail/1_750x4000.jpg"), most=5) == ("http://a.cn/detail/1_750x4000.jpg",)
