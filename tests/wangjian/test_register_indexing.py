"""Commands over a register whose candidates are found by an engine beside it, here with the engine away or none at all.
With a real node: tests/contracts/test_register_index.py."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from wangjian.cli.main import main
from wangjian.doctor import examine
from wangjian.settings import Settings, StoreSettings

Run = Callable[..., tuple[int, str, str]]
REGISTER = "统一社会信用代码,企业名称,登记状态\n91310115000010014X,上海华翰印务有限公司,存续\n"


@pytest.fixture
def away() -> str:
    """The address of an engine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"elasticsearch://127.0.0.1:{free.getsockname()[1]}/wj"


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in this process: exit code, standard output, standard error."""

    def answer(*words: str, index: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("WANGJIAN_STORES__REGISTER_INDEX_URL", index)
        with pytest.raises(SystemExit) as ended:
            main([*words, "--data-dir", str(data_dir)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err.replace("\n", "")

    return answer


def test_embedded_register_needs_no_index(run: Run) -> None:
    code, out, _err = run("registry", "index", "--json")
    assert (code, json.loads(out)) == (0, {"engine": "embedded", "written": 0, "state": None})


def test_engine_away_is_named_and_loses_nothing(run: Run, away: str, tmp_path: Path) -> None:
    file, queries, answers = tmp_path / "register.csv", tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(REGISTER, encoding="utf-8")
    queries.write_text("id,name,code,region,phone,address\nq1,上海华翰印务有限公司,,,,\n", encoding="utf-8")
    place = away.removeprefix("elasticsearch://").removesuffix("/wj")

    code, out, err = run("registry", "import", str(file), index=away)
    assert code == 4
    assert "新增 1" in out
    assert "登记库已入库" in err
    for words in (
        ("match", "--name", "上海华翰印务有限公司"),
        ("match", "--batch", str(queries), "-o", str(answers)),
        ("registry", "index"),
        ("registry", "search", "华翰印务"),
    ):
        code, out, err = run(*words, index=away)
        assert (code, out) == (3, ""), words
        assert f"检索引擎不可用：http://{place}" in err
        assert "办法：启动 Elasticsearch 后运行 wangjian registry index" in err
    assert not answers.exists()

    code, out, _err = run("match", "--name", "上海华翰印务有限公司", "--json")
    assert (code, json.loads(out)["entity_code"]) == (0, "91310115000010014X")


def test_doctor_tells_of_the_register_index(data_dir: Path, away: str) -> None:
    settings = Settings(data_dir=data_dir, stores=StoreSettings(register_index_url=away))
    (found,) = [one for one in examine(settings) if "登记库检索" in one.part]
    assert (found.ok, found.needed) == (False, True)
    assert "没有应答" in found.state
    assert "WANGJIAN_STORES__REGISTER_INDEX_URL" in found.cure
