"""The target commands as an officer runs them, against the sample market."""

from __future__ import annotations

import json
from dataclasses import dataclass

import openpyxl
import pytest
import structlog

from wangjian.cli.main import main
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture
def targets(data_dir, tmp_path, capsys, monkeypatch):
    """`wangjian targets WORDS…` in this process: a new one for each would load every driver anew."""
    monkeypatch.setenv("WANGJIAN_DATA_DIR", str(data_dir))
    monkeypatch.chdir(tmp_path)

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(["targets", *words])
        said = capsys.readouterr()
        return Answer(int(ended.value.code), said.out, said.err)

    yield run
    structlog.reset_defaults()


def _refused(answer, *, code, says):
    assert answer.code == code and says in answer.err and answer.err.count("错误：") == 1


def test_registered_exported_imported_and_removed(targets, tmp_path):
    added = targets(
        "add", "HTTPS://Xihu.cn:443", "--name", "西湖茶庄", "--cron", "每周一 03:30", "--hours", "22:00-06:00", "--json"
    )
    assert added.code == 0 and added.document["allowed_hours"][0]["opens"] == "22:00:00"
    assert "可能重复：西湖茶庄" in targets("add", "www.xihu.cn").out
    _refused(targets("add", "xihu.cn", "--auth-case", "1号"), code=2, says="缺：人员、理由")
    assert targets("export", "-o", "对象.xlsx").code == 0
    again = targets("import", "对象.xlsx", "--json")
    assert (again.code, again.document["unchanged"], again.document["sent_back"]) == (0, 2, "")
    page = openpyxl.load_workbook(tmp_path / "对象.xlsx")
    sheet = page["监测对象"]
    sheet.append([None, "坏行", "http://"])
    page.save(tmp_path / "对象.xlsx")
    refused = targets("import", "对象.xlsx")
    assert refused.code == 4 and "第 4 行 网址" in refused.out
    assert openpyxl.load_workbook(tmp_path / "对象-退回.xlsx").active["A2"].value == "4"
    assert "周期：每周一 03:30" in targets("show", "http://xihu.cn/").out
    assert "移出" in targets("remove", "xihu.cn", "--reason", "店已关").out
    assert [row["name"] for row in targets("list", "--json").document] == ["www.xihu.cn"]


def test_shops_of_the_sample_market_are_found_accepted_and_known(targets):
    with serve_market(small_market(shops=4, listings_per_shop=2, register_size=100)) as market:
        home = market.origins["jishi"]
        found = targets("discover", "--links", f"{home}/", "--allow-private", "--delay", "0.01", "--json")
        assert found.code == 0
        look = found.document["looks"][0]
        assert {each["url"] for each in look["candidates"]} == {f"{home}/shop/1/"}
        refused = targets("discover", "--search", f"{home}/search?q={{词}}", "--word", "茶", "--allow-private")
        assert refused.code == 4 and "robots.txt 不允许" in refused.out
        asked = [(access.path, access.user_agent) for access in market.access_log]
        assert ("/robots.txt", asked[0][1]) == asked[0] and all("WangJianBot" in agent for _, agent in asked)
        assert not any(path.startswith("/search") for path, _ in asked)
        accepted = targets("candidates", "accept", f"{home}/shop/1/", "--json")
        assert accepted.document[0]["kind"] == "shop"
        again = targets("discover", "--links", f"{home}/", "--allow-private", "--delay", "0.01", "--json")
        assert again.document["looks"][0]["already_targets"] == 1
    _refused(targets("discover"), code=2, says="没有说到哪里去找")
    _refused(targets("discover", "--links", "http://127.0.0.1:9/"), code=1, says="内网")
