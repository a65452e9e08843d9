"""`wangjian exchange …` as an officer uses it: two data directories, cards, a stick, receipts."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from records.errors import ExitCode, InvalidInputError, NotFoundError
from tests.exchange.conftest import Clock, open_house, survey
from wangjian.cli import exchanging as commands
from wangjian.cli import exchanging_matters as matters


@pytest.fixture
def bureau(tmp_path, new_database, monkeypatch, capsys):
    """Runs a command of a bureau in this process: its exit code and what it said."""

    def run(name, function, *words, **options):
        new = tmp_path / name / "wangjian.db"
        if not new.is_file():
            new_database(new)
        monkeypatch.setenv("WANGJIAN_EXCHANGE__CODE", name)
        monkeypatch.setenv("WANGJIAN_EVIDENCE__ORGANISATION", f"{name}局")
        code = function(*words, data_dir=tmp_path / name, **options)
        out = capsys.readouterr().out
        return int(code), json.loads(out[out.index("{\n") :]) if options.get("as_json") and "{" in out else out

    return run


def test_two_bureaus_from_cards_to_receipts(bureau, tmp_path):
    for name, other, relation in (("sheng", "xian", "lower"), ("xian", "sheng", "upper")):
        card = tmp_path / f"{other}.card"
        root = bureau(other, commands.exchange_card, card, as_json=True)[1]["root_sha256"]
        with pytest.raises(InvalidInputError, match="与对方所报不符"):
            bureau(name, commands.peers_add, card, relation, fingerprint="00" * 32)
        assert bureau(name, commands.peers_add, card, relation, fingerprint=root)[0] == ExitCode.DONE
    _survey(tmp_path / "xian")
    stick = tmp_path / "stick"
    paper = {"reason": "经营地在贵辖区", "paper_no": "移3号"}
    opened = bureau("xian", matters.exchange_transfer, "lead_1", "sheng", **paper, as_json=True)[1]
    sent = bureau("xian", commands.exchange_send, "sheng", stick, as_json=True)[1]
    assert [Path(file).name for file in sent["files"]] == ["xian-sheng-000001.wjx"]
    file = stick / "xian-sheng-000001.wjx"
    broken = Path(shutil.copyfile(file, tmp_path / "broken.wjx"))
    broken.write_bytes(broken.read_bytes()[:-60])
    code, said = bureau("sheng", commands.exchange_receive, [broken])
    assert (code, "broken.wjx：拒收，不是摆渡包或已损坏" in said) == (ExitCode.NO, True)
    code, said = bureau("sheng", commands.exchange_receive, [file])
    assert (code, "第 1 号包已收录" in said) == (ExitCode.DONE, True)
    assert "以前已收录，未重复" in bureau("sheng", commands.exchange_receive, [file])[1]
    bureau("sheng", matters.exchange_answer, opened["matter_id"][:12], "accept")
    bureau("sheng", commands.exchange_send, "xian", stick)
    bureau("sheng", commands.exchange_receipts, stick)
    back = sorted(path for path in stick.iterdir() if path != file)
    assert len(back) == 2
    assert bureau("xian", commands.exchange_receive, back)[0] == ExitCode.DONE
    status = bureau("xian", commands.exchange_status, as_json=True)[1]
    assert [(one["way"], one["state"]) for one in status["bundles"]] == [("收到", "已收录"), ("发出", "已签收")]
    assert "已接收" in bureau("xian", matters.exchange_matters)[1]
    bureau("xian", commands.peers_revoke, "sheng", "换人")
    assert bureau("xian", commands.exchange_receive, [stick / "sheng-xian-000001.wjx"])[0] == ExitCode.NO
    with pytest.raises(NotFoundError, match="没有这个文件"):
        bureau("xian", commands.exchange_receive, [tmp_path / "nothing.wjx"])


def _survey(data_dir: Path) -> None:
    with ExitStack() as stack:
        survey(open_house(stack, data_dir.parent, data_dir.name, Clock(), code=data_dir.name))
