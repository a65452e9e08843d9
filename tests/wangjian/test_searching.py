"""`wangjian search`, `searches` and `index` as a person uses them, over records saved by the stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from records.digests import digests_of
from stores.backends import open_blobs, open_records
from tests.contracts import makers as MAKE  # as in its own tests: a builder of records
from wangjian.cli import main

HTML = "<html><head><title>象牙手串</title></head><body><p>祖传<b>秘方</b>，根治百病</p><script>藏起来的</script></body></html>"


@pytest.fixture
def market(tmp_path, monkeypatch):
    """A shop with a listing, the page both were read from, a finding, and a lead that is there from the start."""
    monkeypatch.setenv("WANGJIAN_DATA_DIR", str(tmp_path))
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    records.migrate()
    records.survey.save_target(MAKE.target())
    records.survey.open_run(MAKE.run(), [MAKE.row(0)])
    (row,) = records.survey.lease("r1", limit=1, until=datetime.now(UTC) + timedelta(hours=1))
    page = MAKE.page(row).model_copy(update={"body": digests_of(HTML.encode())})
    open_blobs(f"file:///{tmp_path}/blobs").put(HTML.encode())
    records.survey.complete(row, page, MAKE.reading(MAKE.listing(), shop=MAKE.shop()), [])
    finding = MAKE.finding().model_copy(update={"text": "全国第一品牌", "found_at": datetime.now(UTC)})
    records.leads.save_findings([finding])

    def lead(number, title="绝对化用语"):
        now = datetime.now(UTC)
        found = MAKE.lead(f"lead_{number}", title=title).model_copy(update={"first_seen_at": now, "last_seen_at": now})
        records.leads.save_lead(found, None, expected_version=0)

    lead(1)
    yield SimpleNamespace(lead=lead, page=page, records=records)
    records.close()


@pytest.fixture
def say(capsys):
    """`wangjian WORDS… --json`: its exit code and document."""

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        out = capsys.readouterr().out
        return ended.value.code, json.loads(out) if out.strip() else None

    return run


@pytest.mark.parametrize(
    ("place", "text", "found"),
    [
        ("leads", "第一品牌 规则:A01", "lead_1"),
        ("findings", "全国第一 判断:涉嫌", "f1"),
        ("listings", "标题:玛咖", "l1"),
        ("shops", "山货", "s1"),
    ],
)
def test_everything_saved_is_found_in_its_place(market, say, place, text, found):
    code, answer = say("search", text, "--in", place)
    assert (code, [hit["doc_id"] for hit in answer["hits"]]) == (0, [found])
    assert say("search", "没有这样的字", "--in", place)[0] == 1


def test_page_is_found_by_what_a_visitor_reads_and_opened_at_the_words(market, say):
    code, answer = say("search", "根治百病", "--in", "pages", "--by", "month")
    (hit,) = answer["hits"]
    assert (code, hit["doc_id"], hit["title"]) == (0, market.page.page_id, "象牙手串")
    assert unquote(hit["place"]) == f"{market.page.url}#:~:text=根治百病"
    assert answer["histogram"] == [{"value": "2026-03-01", "count": 1}]
    assert answer["facets"]["page_kind"] == [{"value": "listing", "count": 1}]
    assert say("search", "藏起来", "--in", "pages")[0] == 1


@pytest.mark.parametrize("words", [("search", "玛咖 状太:待研判"), ("searches", "save", "甲", "玛咖 (")])
def test_wrong_query_says_where(market, capsys, words):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "第 4 个字处" in capsys.readouterr().err


def test_pages_of_results_follow_each_other(market, say):
    for number in range(2, 6):
        market.lead(number)
    seen, after = [], ""
    while True:
        _code, answer = say("search", "绝对化", "--limit", "2", "--after", after)
        seen += [hit["doc_id"] for hit in answer["hits"]]
        after = answer["next_cursor"]
        if not after:
            break
    assert seen == [f"lead_{number}" for number in range(1, 6)]


def test_saved_search_tells_of_each_new_lead_once(market, say):
    assert say("searches", "save", "第一", "规则:A01 非 试行", "--owner", "zhang", "--shared")[0] == 0
    assert say("searches", "save", "旁的", "规则:N01", "--owner", "zhang")[0] == 0
    assert say("searches", "alerts", "--owner", "zhang") == (1, [])  # lead_1 was there before
    market.lead(2)
    market.lead(3, title="试行")
    code, alerts = say("searches", "alerts", "--owner", "li")  # shared
    assert (code, [(one["search"], one["lead_id"]) for one in alerts]) == (0, [("第一", "lead_2")])
    assert [one["lead_id"] for one in say("searches", "alerts", "--owner", "zhang")[1]] == ["lead_2"]
    assert say("searches", "alerts", "第一", "--owner", "zhang") == (1, [])
    assert [one["lead_id"] for one in say("searches", "alerts", "第一", "--owner", "zhang", "--all")[1]] == ["lead_2"]
    say("index", "rebuild")
    lead = market.records.leads.lead("lead_2")
    market.records.leads.save_lead(lead, None, expected_version=lead.version)
    assert say("searches", "alerts", "--owner", "zhang") == (1, [])
    assert {hit["doc_id"] for hit in say("searches", "run", "第一", "--owner", "li")[1]["hits"]} == {"lead_1", "lead_2"}


def test_alerts_come_while_the_index_is_away(market, say, monkeypatch):
    say("searches", "save", "第一", "规则:A01", "--owner", "zhang")
    market.lead(2)
    monkeypatch.setenv("WANGJIAN_STORES__INDEX_URL", "elasticsearch://127.0.0.1:9/wj")
    assert [one["lead_id"] for one in say("searches", "alerts", "--owner", "zhang")[1]] == ["lead_2"]
    code, state = say("index", "status")
    assert (code, state["answers"], state["kinds"]["lead"]) == (3, False, {"held": None, "waiting": 2})


def test_only_its_owner_deletes_a_shared_search(market, say):
    say("searches", "save", "第一", "规则:A01", "--owner", "zhang", "--shared")
    assert say("searches", "delete", "第一", "--owner", "li")[0] == 2
    assert [one["name"] for one in say("searches", "list", "--owner", "li")[1]] == ["第一"]
    assert say("searches", "delete", "第一", "--owner", "zhang")[0] == 0
    assert say("searches", "run", "第一", "--owner", "zhang")[0] == 2


def test_index_tells_how_far_it_is_behind_and_catches_up(market, say):
    assert say("index", "status")[1]["lag"] == 5
    assert say("index", "update") == (0, {"documents": 5, "elsewhere": 0})
    held = {"held": 1, "waiting": 0}
    assert say("index", "status") == (0, {
        "answers": True, "lag": 0, "elsewhere": 0, "problem": "", "cure": "",
        "kinds": {"lead": held, "shop": held, "listing": held, "finding": held, "page": held},
    })  # fmt: skip
    assert say("index", "rebuild") == (0, {"documents": 5})
    assert say("search", "根治百病", "--in", "pages")[1]["total"] == 1


def test_what_a_rebuild_took_waits_no_more_and_alerts_of_it_still_come(market, say):
    say("searches", "save", "第一", "规则:A01", "--owner", "zhang")
    market.lead(2)
    assert say("index", "rebuild") == (0, {"documents": 6})
    kinds = say("index", "status")[1]["kinds"]
    assert {kind: told["waiting"] for kind, told in kinds.items() if kind != "lead"} == dict.fromkeys(
        ("shop", "listing", "finding", "page"), 0
    )
    assert [one["lead_id"] for one in say("searches", "alerts", "--owner", "zhang")[1]] == ["lead_2"]
    assert say("index", "status")[1]["lag"] == 0
