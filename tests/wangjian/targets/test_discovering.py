"""A look becomes candidates, an accepted candidate becomes a target; nothing is found twice."""

from __future__ import annotations

import pytest

from crawlers.discovery.asking import PoliteAsker
from crawlers.discovery.identity import site_address
from crawlers.discovery.looking import SearchPlan
from matching.rows import register_row
from records.base import stable_id
from records.candidates import CandidateState, DiscoveryMethod
from records.digests import digests_of
from records.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from records.market import Reading, Shop, Source, Speaker, TextBlock
from records.register import Entity, EntityKind
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market
from wangjian.settings import Settings
from wangjian.targets.cadence import own_schedule, read_cadence
from wangjian.targets.discovering import Discovery, accept, alike_of, candidate_at, ignore
from wangjian.targets.keeping import Removal, keep, remove
from wangjian.targets.registering import TargetBook, register
from wangjian.targets.wishes import TargetWish


@pytest.fixture
def discovery(services):
    return lambda: Discovery(services, Settings(data_dir=services.data_dir))


def _add(services, url, **more):
    target = register(TargetBook(()), TargetWish(seeds=(url,), **more), now=services.clock()).target
    keep(services, target)
    return target


def test_file_of_links_becomes_candidates_and_its_bytes_are_kept(services, discovery, tmp_path):
    _add(services, "https://known.cn/")
    path = tmp_path / "名单.txt"
    path.write_text(
        "已有 http://known.cn\n西湖茶庄 https://xihu.cn/\n西湖茶庄 http://XIHU.cn:80/x\nwww.xihu.cn\n", encoding="gbk"
    )
    report = discovery().links(str(path))
    assert (report.found, report.new, report.already_targets, report.problems) == (3, 2, 1, ())
    found = candidate_at(services, "xihu.cn")
    assert (found.name, found.kind, found.state) == ("西湖茶庄", TargetKind.SITE, CandidateState.NEW)
    sighting = found.sightings[0]
    assert sighting.place == "名单.txt" and services.blobs.get(sighting.place_sha256) == path.read_bytes()
    assert sighting.place_sm3 == digests_of(path.read_bytes()).sm3
    assert set(alike_of(services, services.candidates.candidates()).values()) == {"与另一候选疑为同一网站"}
    again = discovery().links(str(path))
    assert (again.new, again.seen_again) == (0, 2)


def test_accepted_candidate_is_a_target_with_its_cadence_and_is_found_no_more(services, discovery, tmp_path):
    (tmp_path / "a.txt").write_text("西湖茶庄 https://mall.cn/shop/9/\n", encoding="utf-8")
    discovery().links(str(tmp_path / "a.txt"))
    wish = TargetWish(cadence=read_cadence("每天 03:30"))
    target = accept(services, candidate_at(services, "http://mall.cn/shop/9"), wish)
    assert services.survey.target(target.target_id) == target
    assert (target.name, target.kind, target.seeds) == ("西湖茶庄", TargetKind.SHOP, ("https://mall.cn/shop/9/",))
    assert own_schedule(services.schedules, target.target_id).cron == "30 3 * * *"
    decided = candidate_at(services, "mall.cn/shop/9")
    assert (decided.state, decided.target_id) == (CandidateState.ACCEPTED, target.target_id)
    assert discovery().links(str(tmp_path / "a.txt")).already_targets == 1
    with pytest.raises(TransitionRefusedError):
        accept(services, decided)


def test_accepting_what_was_registered_meanwhile_makes_no_second_target(services, discovery, tmp_path):
    (tmp_path / "a.txt").write_text("https://xihu.cn/\n", encoding="utf-8")
    discovery().links(str(tmp_path / "a.txt"))
    known = _add(services, "http://xihu.cn/", name="西湖", delay_seconds=5.0)
    assert accept(services, candidate_at(services, "xihu.cn")) == known
    assert services.survey.targets() == (known,)


def test_ignored_candidate_stays_ignored_and_may_be_accepted_after_all(services, discovery, tmp_path):
    (tmp_path / "a.txt").write_text("https://blog.cn/\n", encoding="utf-8")
    discovery().links(str(tmp_path / "a.txt"))
    ignore(services, candidate_at(services, "blog.cn"), reason="个人博客")
    assert discovery().links(str(tmp_path / "a.txt")).candidates == ()
    assert candidate_at(services, "blog.cn").reason == "个人博客"
    accept(services, candidate_at(services, "blog.cn"))
    assert len(services.survey.targets()) == 1


def test_target_made_of_a_candidate_is_retired_rather_than_forgotten(services, discovery, tmp_path):
    (tmp_path / "a.txt").write_text("https://xihu.cn/\n", encoding="utf-8")
    discovery().links(str(tmp_path / "a.txt"))
    target = accept(services, candidate_at(services, "xihu.cn"))
    assert remove(services, target, reason="店已关") is Removal.RETIRED
    assert discovery().links(str(tmp_path / "a.txt")).already_targets == 1


def test_declarations_of_the_register_are_candidates_with_code_and_region(services, discovery):
    entities = [
        Entity(code="91330106000000000A", name="杭州西湖茶业有限公司", kind=EntityKind.COMPANY, region_code="330106", shop_urls=("www.xihu.cn", "https://shop9.taobao.com/")),
        Entity(code="91110101000000000B", name="北京某公司", kind=EntityKind.COMPANY, region_code="110101", shop_urls=("b.cn",)),
        Entity(code="91330106000000000C", name="杭州无网店公司", kind=EntityKind.COMPANY, region_code="330106"),
    ]  # fmt: skip
    services.register.import_entities("登记", "2026-11", [register_row(entity) for entity in entities])
    report = discovery().declarations(region="3301")
    assert (report.places, report.new) == (1, 2)
    found = candidate_at(services, "https://www.xihu.cn")
    assert (found.name, found.region_code) == ("杭州西湖茶业有限公司", "330106")
    assert found.sightings[0].place == "register:91330106000000000A"
    assert accept(services, found).region_code == "330106"


def test_sites_that_shops_of_a_platform_lead_to_are_found_without_fetching(services, discovery, frozen_now):
    target = _add(services, "https://mall.cn/", kind=TargetKind.PLATFORM)
    _survey_shops(services, target, frozen_now, count=6)
    report = discovery().platform(target)
    assert {each.key for each in report.candidates} == {"own1.cn", "www.own3.com.cn"}
    found = candidate_at(services, "own1.cn")
    assert found.name == "店1" and found.sightings[0].place == "https://mall.cn/shop/1/"
    assert len(found.sightings[0].place_sha256) == 64
    assert {each.sightings[0].method for each in report.candidates} == {DiscoveryMethod.PLATFORM}


def _survey_shops(services, target, now, *, count):
    """Shops as a survey would have left them: 1 links to a site of its own, 3 names one, all link to the platform's partner."""
    run = Run(run_id="run-1", target_id=target.target_id, state=RunState.RUNNING, started_at=now)
    services.survey.open_run(run, ())
    for number in range(1, count + 1):
        url = f"https://mall.cn/shop/{number}/"
        own = "<a href='https://own1.cn/x'>官网</a>" if number == 1 else ""
        body = f"<html><body><p>{own}<a href='https://partner.cn/'>支付</a></p></body></html>".encode()
        row = FrontierRow(
            row_id=f"row-{number}", run_id="run-1", url=url, canonical_url=url, host="mall.cn", kind=PageKind.SHOP
        )
        page = Page(
            page_id=stable_id("page", url), run_id="run-1", target_id=target.target_id, url=url, final_url=url,
            kind=PageKind.SHOP, outcome=Outcome.READ, status=200, fetched_at=now, body=services.blobs.put(body),
        )  # fmt: skip
        source = Source(
            page_id=page.page_id, page_sha256=page.body.sha256, page_sm3=page.body.sm3, url=url, seen_at=now
        )
        words = (
            (TextBlock(speaker=Speaker.MERCHANT, text="更多好茶见 www.own3.com.cn，电话咨询"),) if number == 3 else ()
        )
        shop = Shop(
            shop_id=stable_id("shop", url), target_id=target.target_id, url=url, name=f"店{number}", texts=words,
            sources=(source,), first_seen_at=now, last_seen_at=now,
        )  # fmt: skip
        services.survey.enqueue([row])
        services.survey.lease("run-1", limit=1, until=now)
        services.survey.complete(row, page, Reading(kind=PageKind.SHOP, shop=shop), ())


def test_look_that_is_broken_off_keeps_what_it_found(services, frozen_clock, monkeypatch):
    with serve_market(small_market(shops=4, listings_per_shop=2, register_size=50)) as market:
        home = market.origins["jishi"]
        plan = SearchPlan(template=f"{home}/{{词}}", words=("shop/1/", "list/"))
        asking = Discovery(
            services, Settings(data_dir=services.data_dir, network={"allow_private": True}), delay_seconds=0.0
        )
        get = PoliteAsker.get

        def interrupted(asker, url, **more):
            if "list" in url:
                raise KeyboardInterrupt
            return get(asker, url.replace("%2F", "/"), **more)

        monkeypatch.setattr(PoliteAsker, "get", interrupted)
        with pytest.raises(KeyboardInterrupt):
            asking.search(plan)
    assert [each.key for each in services.candidates.candidates()] == [f"{home.removeprefix('http://')}/shop/1"]
    assert services.hosts.holds(frozen_clock()) == ()


def test_what_cannot_be_looked_at_is_named(services, discovery, tmp_path):
    with pytest.raises(NotFoundError, match="找不到文件"):
        discovery().links(str(tmp_path / "none.txt"))
    with pytest.raises(InvalidInputError, match="还没有读到网店"):
        discovery().platform(_add(services, "https://mall.cn/", kind=TargetKind.PLATFORM))
    with pytest.raises(NotFoundError, match="没有这个候选对象"):
        candidate_at(services, "https://none.cn/")


def test_key_of_a_candidate_is_that_of_the_target(services):
    target = _add(services, "http://XIHU.cn:80/index.html")
    assert target.target_id == stable_id("target", site_address("https://xihu.cn", TargetKind.SITE).key)
    assert isinstance(target, Target)
