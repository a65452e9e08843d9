"""`wangjian rules own` as a supervisor uses it: try, save, sign, pack, unpack."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from leads import catalogue
from records.leads import Verdict
from records.market import Speaker, TextBlock
from stores.backends import open_records
from tests.contracts import makers as MAKE  # as in its own tests: a builder of records
from wangjian import flow
from wangjian.cli import main
from wangjian.settings import load_settings
from wangjian.wiring import open_services

LAW = ("--basis", "《中华人民共和国广告法》第二十八条@2015-09-01")


@pytest.fixture(autouse=True)
def few_rules(monkeypatch):
    """One file of built-in rules: to make a judge of all takes a second, and these stories are about own ones."""
    monkeypatch.setattr(catalogue, "_FILES", ("subject",))


@pytest.fixture
def bureau(tmp_path, monkeypatch):
    """A bureau with a shop whose listing says 祖传秘方; another one is a folder of another name."""
    monkeypatch.setenv("WANGJIAN_DATA_DIR", str(tmp_path / "ours"))
    records = open_records(f"sqlite:///{tmp_path}/ours/wangjian.db")
    records.migrate()
    records.survey.save_target(MAKE.target())
    records.survey.open_run(MAKE.run(), [MAKE.row(0)])
    (row,) = records.survey.lease("r1", limit=1, until=datetime.now(UTC) + timedelta(hours=1))
    said = TextBlock(speaker=Speaker.MERCHANT, text="祖传秘方，孕妇也能吃", place="#detail")
    reading = MAKE.reading(MAKE.listing(texts=(said,)), shop=MAKE.shop())
    records.survey.complete(row, MAKE.page(row), reading, [])
    records.close()
    return tmp_path


@pytest.fixture
def say(capsys):
    """`wangjian rules own WORDS… --json`: its exit code, document and what was said beside it."""

    def run(*words, group=("rules", "own")):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*group, *words, "--json"])
        out, err = capsys.readouterr()
        return ended.value.code, json.loads(out) if out.strip() else None, err

    return run


def test_rule_is_tried_saved_signed_and_makes_leads(bureau, say):
    words = ("--words", "祖传秘方、宫廷秘方", "--words", "孕妇,宝宝", "--within", "5")
    code, tried, _ = say("try", *words)
    assert (code, tried["counts"]["suspected"], tried["listings"]) == (0, 1, 1)
    assert "【祖传秘方，孕妇】" in tried["samples"][0]["text"]
    assert say("try", *words, "--price", "1000-")[0] == 1
    assert say("list")[1] == [], "a trial keeps nothing"

    assert say("save", "z01", "--title", "秘方", *words, *LAW)[1]["rule"]["version"] == 1
    assert say("save", "Z01", "--title", "秘方", *words, *LAW)[1]["changed"] is False
    assert say("save", "Z01", "--title", "祖传秘方", *words, *LAW)[1]["rule"]["version"] == 2
    with open_services(load_settings()) as services:
        flow.assess(services)
        found = [one for one in services.leads.findings() if one.rule_id == "Z01"]
        assert [(one.verdict, one.rule_version) for one in found] == [(Verdict.SUSPECTED, "2")]
        flow.lead(services)
        assert not [one for one in services.leads.leads() if one.rule_id == "Z01"], "on trial it only shows"
    assert say("sign", "Z01", "--by", "李", "--office", "法规科", "--note", "同意", group=("rules",))[0] == 0
    with open_services(load_settings()) as services:
        flow.lead(services)
        (lead,) = [one for one in services.leads.leads() if one.rule_id == "Z01"]
    assert "涉嫌祖传秘方" in lead.title
    assert say("show", "Z01", group=("rules",))[1]["standing"]["state"] == "live"

    assert say("retire", "Z01")[1]["version"] == 3
    with open_services(load_settings()) as services:
        assert "Z01.suspected" not in flow.assess(services).counts


def test_pack_is_believed_only_from_a_trusted_office_and_unchanged(bureau, say, monkeypatch):
    say("save", "Z01", "--title", "秘方", "--words", "祖传秘方", *LAW)
    pack = bureau / "rules.pack"
    assert say("pack", "-o", str(pack), "--office", "某市局")[1]["rules"] == 1
    root = (bureau / "ours" / "keys" / "evidence-ca.pem").read_bytes()

    monkeypatch.setenv("WANGJIAN_DATA_DIR", str(bureau / "theirs"))
    say("save", "Z01", "--title", "自己的", "--words", "另一回事", *LAW)
    code, _, err = say("unpack", str(pack))
    assert code == 1 and "可信机构" in err and "anchors" in err
    (bureau / "theirs" / "keys" / "anchors").mkdir(parents=True, exist_ok=True)
    (bureau / "theirs" / "keys" / "anchors" / "office.pem").write_bytes(root)
    code, taken, _ = say("unpack", str(pack))
    assert (code, taken["kept"][0]["rule_id"], taken["kept"][0]["from_office"]) == (0, "Z02", "某市局 Z01")
    assert say("status", "Z02", group=("rules",))[1]["rules"][0]["state"] == "trial"
    again = say("unpack", str(pack))[1]
    assert (again["kept"], again["known"][0]["rule_id"]) == ([], "Z02")

    document = json.loads(pack.read_text())
    content = base64.b64decode(document["content"]).replace("秘方".encode(), "包治".encode())
    forged = bureau / "forged.pack"
    forged.write_text(json.dumps({**document, "content": base64.b64encode(content).decode()}))
    code, _, err = say("unpack", str(forged))
    assert code == 1 and "签名与内容不符" in err
    assert [row["title"] for row in say("list")[1]] == ["自己的", "秘方"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("try",), "没有词"),
        (("try", "--words", "茶"), "太短"),
        (("try", "--words", "燕窝", "--price", "贵"), "现价范围"),
        (("try", "--words", "燕窝", "--sales", "9-3"), "销量范围"),
        (("try", "--words", "燕窝", "--category", "吃的"), "没有类目"),
        (("try", "--words", "燕窝", "--region", "浙江"), "区划代码前缀"),
        (("save", "Z01", "--title", "t", "--words", "燕窝"), "须写明依据"),
        (("save", "Z01", "--title", "t", "--words", "燕窝", "--basis", "广告法"), "依据看不懂"),
        (("save", "A01", "--title", "t", "--words", "燕窝", *LAW), "Z01–Z99"),
        (("save", "Z01", "--words", "燕窝", *LAW), "须写标题"),
        (("retire", "Z09"), "没有自定规则"),
        (("unpack", "没有的文件"), "读不到"),
    ],
)
def test_mistakes_are_said(bureau, say, words, told):
    code, _, err = say(*words)
    assert code == 2 and told in err and "Traceback" not in err


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{}", b'{"format": "wangjian-rule-pack/1"}', b"[" * 100_000])
def test_file_that_is_no_pack_is_refused(bureau, say, content):
    (bureau / "x.pack").write_bytes(content)
    code, _, err = say("unpack", str(bureau / "x.pack"))
    assert code == 2 and "规则包" in err and "Traceback" not in err
