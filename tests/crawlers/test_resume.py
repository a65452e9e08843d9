"""kill -9 in the middle of a survey, then the same call: nothing lost, next to nothing fetched again, never "finished" early."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from records.survey import FrontierState, Outcome, RunState

PRODUCTS = 60
LISTS = 6
CONCURRENCY = 4


def fill(site) -> None:
    """A shop of lists and products."""
    lists = [f"/list/{number}.html" for number in range(1, LISTS + 1)]
    site.put(
        "/",
        "<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营茶叶，欢迎选购。</p>"
        + "".join(f'<a href="{path}">分类 {path}</a>' for path in lists),
    )
    for number, path in enumerate(lists):
        mine = range(number * 10 + 1, number * 10 + 11)
        cards = "".join(
            f'<li><a href="/goods/{n}.html">龙井 {n} 号</a><span class=price>¥{n}.00</span></li>' for n in mine
        )
        site.put(path, f"<title>分类</title><h2>分类</h2><ul>{cards}</ul>")
    for n in range(1, PRODUCTS + 1):
        site.put(
            f"/goods/{n}.html",
            f"<title>龙井 {n} 号</title><h1>龙井 {n} 号</h1><p class=price>¥{n}.00</p><button>加入购物车</button><p>清明前采摘 {n}。</p>",
        )


def kill_after(site, child, pages: int) -> None:
    """kill -9 as soon as the site has answered so many pages."""
    site.wait_for_pages(pages)
    child.kill()
    child.communicate()


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_survey_ends_like_an_unbroken_one(site, survey, seed) -> None:
    fill(site)
    target = survey.target(site.url, concurrency=CONCURRENCY)
    draw = random.Random(seed)
    kills = 0
    for stop in sorted(draw.sample(range(5, PRODUCTS), 3)):
        child = survey.begin(target)
        kill_after(site, child, stop + kills * CONCURRENCY)
        kills += 1
        left = survey.records.survey.frontier_counts(survey.run_id)
        if left[FrontierState.PENDING] + left[FrontierState.LEASED]:
            assert survey.records.survey.run(survey.run_id).state is RunState.RUNNING
    run = survey.run(target)
    assert run.state is RunState.COMPLETE
    assert run.outcomes == {Outcome.READ: 1 + LISTS + PRODUCTS}
    listings = {listing.url: listing for listing in survey.records.survey.listings()}
    assert {(listing.title, listing.prices[0].amount_fen) for listing in listings.values()} == {
        (f"龙井 {n} 号", n * 100) for n in range(1, PRODUCTS + 1)
    }
    assert all(len(survey.records.survey.listing_versions(listing.listing_id)) == 1 for listing in listings.values())
    fetched = Counter(site.paths)
    assert set(fetched) == set(site.pages)
    assert sum(fetched.values()) - len(fetched) <= kills * CONCURRENCY


def test_finished_run_taken_up_again_fetches_nothing(site, survey) -> None:
    fill(site)
    target = survey.target(site.url, concurrency=CONCURRENCY)
    first = survey.run(target)
    asked = len(site.asked)
    again = survey.run(target)
    assert (again.state, again.outcomes) == (first.state, first.outcomes)
    assert len(site.asked) == asked


def test_terminated_survey_is_partial_and_can_be_taken_up(site, survey) -> None:
    fill(site)
    target = survey.target(site.url, delay_seconds=0.2, concurrency=1)
    child = survey.begin(target)
    site.wait_for_pages(5)
    child.terminate()
    child.communicate()
    run = survey.records.survey.run(survey.run_id)
    assert run.state is RunState.PARTIAL
    assert "采集被中断" in run.missing[0]
    assert survey.run(survey.target(site.url, concurrency=CONCURRENCY)).state is RunState.COMPLETE


def test_seed_that_moved_is_still_in_scope_when_the_run_is_taken_up(site, other_site, survey) -> None:
    """The seed leads to its own other form; what it links there is visited, before a break and after it."""
    site.pages["/"] = site.answer(status=301, headers={"Location": other_site.url})
    other_site.put("/", "<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营茶叶。</p><a href='/list/1.html'>分类</a>")
    other_site.put("/list/1.html", "<title>分类</title><h2>分类</h2><a href='/goods/1.html'>龙井 1 号</a>")
    other_site.put("/goods/1.html", "<title>龙井</title><h1>龙井</h1><p>¥9.00</p><button>加入购物车</button>")
    assert survey.run(survey.target(site.url, max_pages=1)).state is RunState.PARTIAL
    assert other_site.paths == ["/"]
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.COMPLETE
    assert other_site.paths == ["/", "/list/1.html", "/goods/1.html"]


def test_what_was_passed_over_is_said_by_the_run_that_is_taken_up_too(site, survey) -> None:
    """Addresses of a space without end leave no row: only the run can tell that it did not see everything."""
    goods = '<a href="/goods/1.html">龙井 1 号</a>'
    site.put("/", f"<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营茶叶，欢迎选购。</p>{goods}")
    site.put("/goods/1.html", "<title>龙井</title><h1>龙井</h1><p>¥9.00</p><button>加入购物车</button>")
    target = survey.target(site.url)
    run = survey.run(target)
    assert run.state is RunState.COMPLETE
    said = "形如 /calendar?m=* 的地址没有尽头：已读 60 页，另有 12 个地址未访问"
    killed = run.model_copy(update={"state": RunState.RUNNING, "finished_at": None, "left_out": (said,)})
    survey.records.survey.finish_run(killed)
    again = survey.run(target)
    assert (again.state, again.missing, again.left_out) == (RunState.PARTIAL, (said,), (said,))
