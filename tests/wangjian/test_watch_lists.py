"""`wangjian watch` as a person uses it: a list as an office sends it, looked for in what is stored and what is new."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from records.errors import InvalidInputError
from records.watch_lists import WatchKind
from stores.backends import open_records
from tests.contracts import makers as MAKE  # as in its own tests: a builder of records
from wangjian import flow
from wangjian.cli import main
from wangjian.settings import load_settings
from wangjian.watching import import_watch_list
from wangjian.wiring import open_services

HEADINGS = ("样品名称", "别名", "标称生产企业名称", "生产日期/批号", "不合格项目")


@pytest.fixture
def records(tmp_path, monkeypatch):
    """A shop with a listing of 玛咖片, batch not shown."""
    monkeypatch.setenv("WANGJIAN_DATA_DIR", str(tmp_path / "data"))
    opened = open_records(f"sqlite:///{tmp_path}/data/wangjian.db")
    opened.migrate()
    opened.survey.save_target(MAKE.target())
    opened.survey.open_run(MAKE.run(), [MAKE.row(0), MAKE.row(1)])
    _read(opened, MAKE.listing(), shop=MAKE.shop())
    yield opened
    opened.close()


def _read(records, listing, shop=None):
    (row,) = records.survey.lease("r1", limit=1, until=datetime.now(UTC) + timedelta(hours=1))
    records.survey.complete(row, MAKE.page(row), MAKE.reading(listing, shop=shop), [])


def _table(path, *rows, above=()):
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([*above, HEADINGS, *rows])
    return path


@pytest.fixture
def say(capsys):
    """`wangjian WORDS… --json`: its exit code, document and what was said beside it."""

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        out, err = capsys.readouterr()
        return ended.value.code, json.loads(out) if out.strip() else None, err

    return run


def test_notice_is_loaded_and_everything_stored_is_looked_through(records, say, tmp_path):
    rows = (("玛咖", "玛卡、maca", "", "2026-3-1", "西地那非"), ("茶", "", "", "", ""), ("", "", "某厂", "", ""))
    file = _table(tmp_path / "第3号.csv", *rows, above=[("抽检不合格名单",)])
    code, done, err = say("watch", "import", str(file), "--kind", "failing", "--source", "公告2026年第3号")
    assert (code, done["items"], done["hits"], done["new_hits"]) == (4, 1, 1, 1)
    assert [row["line"] for row in done["refused"]] == [4, 5]
    assert "“茶”太短" in err
    code, met, _ = say("watch", "hits", "第3号")
    assert (code, met["total"], met["hits"][0]["certainty"]) == (0, 1, "名称相符，批号未见，须核对实物或询问")
    assert met["hits"][0]["text"][met["hits"][0]["spans"][0]["start"] :].startswith("玛咖")

    code, again, _ = say("watch", "import", str(file), "--kind", "failing", "--source", "公告2026年第3号")
    assert (again["changed"], again["version"], again["new_hits"]) == (False, 1, 0)


def test_what_is_read_later_is_met_by_the_next_judging(records, say, tmp_path):
    say("watch", "import", str(_table(tmp_path / "a.csv", ("玛咖", "", "", "20260301", ""))))
    batch = MAKE.listing("l2", title="新到玛咖 批号20260301", minutes=1.0)
    _read(records, batch)
    with open_services(load_settings()) as services:
        report = flow.assess(services)
        assert report.counts["watch_hits"] == 1
        assert "watch_hits" not in flow.assess(services).counts
        newest = next(iter(services.watch.hits()))
    assert (newest.listing_id, newest.certainty.value) == ("l2", "名称与批号相符")


def test_confirmed_list_makes_leads_that_name_list_row_and_words(records, say, tmp_path):
    rows = (("玛咖", "", "", "20260301", "西地那非"), ("别的", "", "", "", ""))
    say("watch", "import", str(_table(tmp_path / "a.csv", *rows)), "--source", "公告2026年第3号", "--kind", "failing")
    _read(records, MAKE.listing("l2", title="新到玛咖 批号20260301", minutes=1.0))
    with open_services(load_settings()) as services:
        flow.assess(services)
        assert not [one for one in services.leads.findings() if one.rule_id == "G21"], "nobody answers for the list yet"
    assert say("watch", "confirm", "a", "--rule", "G99")[0] == 2
    code, signed, _ = say(
        "watch", "confirm", "a", "--reason", "含西地那非", "--article", "食品安全法第三十八条", "--by", "王"
    )
    assert (code, signed["version"], signed["confirmed"]["rule_id"]) == (0, 2, "G21")
    with open_services(load_settings()) as services:
        flow.assess(services)
        flow.lead(services)
        by_listing = {one.listing_id: one for one in services.leads.findings() if one.rule_id == "G21"}
        (lead,) = services.leads.leads_of(rule_id="G21")
    assert {at: one.verdict.value for at, one in by_listing.items()} == {"l1": "undetermined", "l2": "suspected"}
    said = by_listing["l2"].explanation
    assert all(
        words in said for words in ("“a”", "公告2026年第3号", "第 2 行", "“玛咖”", "含西地那非", "批号均与名单相符")
    )
    assert [(one.instrument, one.verified) for one in by_listing["l2"].basis] == [("食品安全法第三十八条", False)]
    assert lead.finding_ids == (by_listing["l2"].finding_id,)
    changed = (*rows, ("又一种", "", "", "", ""))
    say("watch", "import", str(_table(tmp_path / "a.csv", *changed)), "--kind", "failing")
    assert say("watch", "list")[1][0]["confirmed"] == "", "other rows must be confirmed anew"


def test_every_shop_selling_a_thing_is_found_in_one_step(records, say):
    code, rows, _ = say("watch", "find", "玛咖", "玛卡")
    assert (code, [row["shop_id"] for row in rows], rows[0]["listings"]) == (0, ["s1"], 1)
    assert "【玛咖】" in rows[0]["text"]
    assert say("watch", "find", "人参")[0] == 1
    assert say("watch", "find", "参")[0] == 2
    assert say("watch", "list")[1] == [], "nothing was kept"


def test_retired_list_is_not_looked_for_until_it_is_loaded_again(records, say, tmp_path):
    file = _table(tmp_path / "b.csv", ("玛咖", "", "", "", ""))
    say("watch", "import", str(file))
    assert say("watch", "retire", "b")[1]["version"] == 2
    assert say("watch", "run")[0] == 2
    assert say("watch", "list")[1] == [] and len(say("watch", "list", "--all")[1]) == 1
    assert say("watch", "import", str(file))[1]["version"] == 3
    assert say("watch", "run")[1]["new_hits"] == 0


def test_workbook_and_template_are_read(records, say, tmp_path):
    assert say("watch", "template", "-o", str(tmp_path / "空.csv"))[0] == 0
    assert say("watch", "template", "-o", str(tmp_path / "空.xlsx"))[0] == 0
    assert say("watch", "template", "-o", str(tmp_path / "空.pdf"))[0] == 2
    for name in ("空.csv", "空.xlsx"):  # a table under the name of a workbook is none
        with open_services(load_settings()) as services, pytest.raises(InvalidInputError, match="没有一行可用"):
            import_watch_list(services, tmp_path / name, title="t", kind=WatchKind.PRODUCT, source="", by="王")
    book = openpyxl.Workbook()
    for row in (("附件：商标名单", None), ("标称商标", "型号"), ("玛咖", "50g")):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    done = say("watch", "import", str(tmp_path / "c.xlsx"), "--kind", "mark")[1]
    assert (done["items"], done["hits"]) == (1, 0), "the model must stand on the page too"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("watch", "import", "没有.csv"), "没有"),
        (("watch", "import", "garbage.xlsx"), "garbage.xlsx"),
        (("watch", "import", "a.csv", "--kind", "x"), "没有种类"),
        (("watch", "show", "没有的"), "没有这份名单"),
    ],
)
def test_mistakes_are_said(records, say, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "garbage.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    code, _, err = say(*words)
    assert code == 2 and told in err and "Traceback" not in err
