"""`wangjian match groups` over a data directory with a few shops."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from records.base import stable_id
from records.digests import digests_of
from records.errors import InvalidInputError, NotFoundError
from records.groups import LinkKind
from records.leads import Lead, LeadState, Severity
from records.licences_read import LicencePicture
from records.market import Contact, ContactKind, Listing, Reading, Shop, Source, Speaker, TextBlock
from records.survey import Carrier, FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian import flow
from wangjian.cli.case_exports import case_export
from wangjian.cli.casing import case_open
from wangjian.cli.group_ruling import merge, rulings, split, unrule
from wangjian.cli.grouping import groups
from wangjian.grouping import group_sellers
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
STREET = "杭州市西湖区文三路18号2幢301室"
WORDS = (
    "每一批原料进厂前都由老师傅逐袋开封闻香验看绝不含糊。",
    "发货前再次称重并附上手写的产地卡片请您收到后仔细核对。",
)


def _read(services, shop_id, *, contacts=(), words=(), target="t1"):
    """What a survey leaves of one shop with one listing."""
    url = f"http://{shop_id}.test/"
    row = FrontierRow(row_id=stable_id("row", url), run_id="r1", url=url, canonical_url=url, host=f"{shop_id}.test",
                      kind=PageKind.LISTING)  # fmt: skip
    page = Page(page_id=f"page_{shop_id}", run_id="r1", target_id=target, url=url, final_url=url, kind=PageKind.LISTING,
                outcome=Outcome.READ, status=200, fetched_at=NOW, headers=(), body=digests_of(b"x"))  # fmt: skip
    source = Source(page_id=page.page_id, page_sha256=page.body.sha256, url=url, seen_at=NOW)
    shop = Shop(shop_id=shop_id, target_id=target, url=url, name=f"{shop_id}的店", sources=(source,), first_seen_at=NOW,
                last_seen_at=NOW, contacts=tuple(Contact(kind=kind, value=value) for kind, value in contacts))  # fmt: skip
    listing = Listing(listing_id=f"l_{shop_id}", shop_id=shop_id, target_id=target, url=url, title="茶", source=source,
                      texts=tuple(TextBlock(speaker=Speaker.MERCHANT, text=text) for text in words),
                      first_seen_at=NOW, last_seen_at=NOW)  # fmt: skip
    services.survey.enqueue([row])
    (leased,) = services.survey.lease("r1", limit=1, until=NOW)
    services.survey.complete(leased, page, Reading(kind=PageKind.LISTING, shop=shop, listings=(listing,)), ())


@pytest.fixture
def services(tmp_path, new_database):
    new_database(tmp_path / "data/wangjian.db")
    with open_services(load_settings(data_dir=tmp_path / "data")) as services:
        services.survey.save_target(
            Target(target_id="t1", name="市集", kind=TargetKind.PLATFORM, carrier=Carrier.WEBSITE, seeds=("http://a.test/",),
                   created_at=NOW)
        )  # fmt: skip
        services.survey.open_run(Run(run_id="r1", target_id="t1", state=RunState.RUNNING, started_at=NOW), ())
        yield services


@pytest.fixture
def market(services):
    """Two shops of one telephone, two of one address and text, one alone."""
    phone = (ContactKind.PHONE, "13800138001")
    _read(services, "a", contacts=[phone])
    _read(services, "b", contacts=[phone])
    _read(services, "c", contacts=[(ContactKind.ADDRESS, STREET)], words=WORDS)
    _read(services, "d", contacts=[(ContactKind.RETURN_ADDRESS, STREET)], words=WORDS)
    _read(services, "e", words=WORDS[:1])
    return services


def test_groups_are_stored_and_a_second_look_writes_nothing(market):
    first = group_sellers(market)
    assert (first.shop_count, sorted(group.shop_ids for group in first.changed)) == (5, [("a", "b"), ("c", "d")])
    texts = market.groups.group_of("d").links[1]
    assert {page.page_id for page in texts.pages} == {"page_c", "page_d"}
    assert group_sellers(market).changed == ()


def test_group_grows_under_its_id_when_more_is_surveyed(market):
    group_sellers(market)
    before = market.groups.group_of("a")
    _read(market, "f", contacts=[(ContactKind.WECHAT, "13800138001")])
    group_sellers(market)
    assert market.groups.group_of("f").group_id == before.group_id


def test_command_shows_each_group_with_its_reasons(market, tmp_path, capsys):
    assert groups(data_dir=tmp_path / "data") == 0
    out = capsys.readouterr().out
    assert "2 家网店公布同一电话 138****8001" in out and "13800138001" not in out
    assert "2 句文字相同或几乎相同" in out
    assert "网店 5 家；关联组 2 个，涉及 4 家" in out
    assert groups(shop="c", data_dir=tmp_path / "data", as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert [group["shop_ids"] for group in document["groups"]] == [["c", "d"]]


def test_command_says_no_and_what_is_wrong(market, tmp_path, command):
    assert groups(least=3, data_dir=tmp_path / "data") == 1
    with pytest.raises(NotFoundError, match="nobody"):
        groups(shop="nobody", data_dir=tmp_path / "data")
    command("match", "--json", "groups").assert_one_message(code=2, says="选项写在了子命令之前")


def test_survey_of_one_target_regroups_by_reading_its_shops_only(market):
    group_sellers(market)
    _read(market, "f", contacts=[(ContactKind.PHONE, "13800138001")], target="t2")
    assert group_sellers(market, target_id="t2").shop_count == 6
    assert market.groups.group_of("f").shop_ids == ("a", "b", "f")
    again = group_sellers(market, target_id="t2")
    assert (again.looked, again.shop_count) == (False, 1)


def test_first_look_reads_everybody_though_one_target_was_surveyed(market):
    _read(market, "f", contacts=[(ContactKind.PHONE, "13800138001")], target="t2")
    assert group_sellers(market, target_id="t2").shop_count == 6
    assert [group.shop_ids for group in market.groups.groups()] != []


def test_licence_pictures_are_compared_by_their_bytes(market):
    for shop_id in "cd":
        picture = LicencePicture(
            picture_id=f"pic_{shop_id}", shop_id=shop_id, target_id="t1", url=f"http://{shop_id}.test/1.jpg",
            image=digests_of(b"one licence"), seen_at=NOW,
        )  # fmt: skip
        market.licences.save_pictures([picture])
    group_sellers(market)
    kinds = [link.kind for link in market.groups.group_of("c").links]
    assert kinds[0] is LinkKind.PICTURE


def test_officers_split_and_merge_by_command_and_the_next_look_obeys(market, tmp_path, capsys):
    group_sellers(market)
    said = {"by": "甲", "reason": "现场核实，已转让", "data_dir": tmp_path / "data"}
    assert split(["b"], **said) == 0
    assert "此后归组照此办理" in capsys.readouterr().out
    assert merge(["a", "e"], **said) == 0
    group_sellers(market)
    assert sorted(group.shop_ids for group in market.groups.groups()) == [("a", "e"), ("c", "d")]
    first = market.groups.rulings()[0].ruling_id
    assert rulings(data_dir=tmp_path / "data") == 0 and "不是同一经营者" in capsys.readouterr().out
    assert unrule(first, **said) == 0
    assert market.groups.group_of("b").shop_ids == ("a", "b", "e")
    with pytest.raises(InvalidInputError, match="已经撤销"):
        unrule(first, **said)


def test_case_takes_all_shops_of_a_group_and_is_exported_with_the_reasons(market, tmp_path, capsys):
    group_sellers(market)
    data_dir = tmp_path / "data"
    for shop_id in "abe":
        lead = Lead(
            lead_id=f"lead_{shop_id}", rule_id="A01", rule_title="绝对化用语", severity=Severity.LOW, shop_id=shop_id,
            shop_name=f"{shop_id}的店", title=f"{shop_id}的店涉嫌绝对化用语", finding_ids=(), priority_score=0.5,
            first_seen_at=NOW, last_seen_at=NOW,
            state=LeadState.CLOSED if shop_id == "b" else LeadState.NEW,
        )  # fmt: skip
        market.leads.save_lead(lead, None, expected_version=0)
    assert case_open("a", by="甲", data_dir=data_dir) == 0
    assert "未并入：lead_b" in capsys.readouterr().out
    (case,) = market.leads.cases()
    assert (case.lead_ids, case.shop_ids) == (("lead_a",), ("a", "b"))
    assert case_export(case.case_id, tmp_path / "out", by="甲", data_dir=data_dir) == 0
    assert "138****8001" in (tmp_path / "out" / "案件说明.txt").read_text(encoding="utf-8")
    group = json.loads((tmp_path / "out" / "案件.json").read_text(encoding="utf-8"))["group"]
    assert {page["page_id"] for page in group["links"][0]["pages"]} == {"page_a", "page_b"}
    assert case_open("e", by="甲", data_dir=data_dir) == 0
    with pytest.raises(InvalidInputError, match="没有可以并案的线索"):
        case_open("c", data_dir=data_dir)


def test_matching_one_target_remakes_the_groups(market):
    _read(market, "f", contacts=[(ContactKind.PHONE, "13800138001")], target="t2")
    flow.match(market, target_id="t2")
    assert market.groups.group_of("f").shop_ids == ("a", "b", "f")


def test_first_look_cut_off_in_the_middle_is_made_up_for(market):
    class CutOffError(Exception):
        pass

    def cut_off(build):
        raise CutOffError

    broken = replace(market, groups=_Refusing(market.groups, cut_off))
    with pytest.raises(CutOffError):
        group_sellers(broken)
    assert list(market.groups.groups()) == []
    assert group_sellers(market, target_id="t9").shop_count == 5
    assert len(list(market.groups.groups())) == 2


class _Refusing:
    """The real groups, but for the writing at the end of a look."""

    def __init__(self, groups, regroup):
        self._groups, self.regroup = groups, regroup

    def __getattr__(self, name):
        return getattr(self._groups, name)
