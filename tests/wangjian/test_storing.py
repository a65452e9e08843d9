"""`wangjian evidence store`: what it says of files, of a bucket, of one that is away, and of what waits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from records.errors import ExitCode, StoreAwayError
from tests.s3_server import S3Server
from wangjian.cli.storing import store_settle, store_shown
from wangjian.doctor import _evidence_store
from wangjian.settings import load_settings
from wangjian.wiring import evidence_store


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """Settings of a store at this address, asked once."""

    def choose(url: str) -> None:
        monkeypatch.setenv("WANGJIAN_STORES__BLOBS_URL", url)
        monkeypatch.setenv("WANGJIAN_S3__TRIES", "1")

    return choose


def test_files_are_told_and_nothing_waits(data_dir: Path, capsys) -> None:
    assert store_shown(data_dir=data_dir) == ExitCode.DONE
    assert "写入后只读" in capsys.readouterr().out
    assert _evidence_store(load_settings(data_dir=data_dir)) == ()


@pytest.mark.xdist_group("s3")
def test_store_that_is_away_is_told_with_what_waits_and_brings_it_in_later(
    moto: S3Server, data_dir: Path, at, capsys
) -> None:
    url = moto.new_bucket()
    at(url.replace(moto.place, "127.0.0.1:9"))
    evidence_store(load_settings(data_dir=data_dir)).put(b"captured meanwhile")
    capsys.readouterr()  # its log
    assert store_shown(data_dir=data_dir, as_json=True) == ExitCode.AWAY
    told = json.loads(capsys.readouterr().out)
    assert (told["ready"], len(told["waiting"])) == (False, 1)
    assert "没有应答" in told["state"]
    (finding,) = _evidence_store(load_settings(data_dir=data_dir))
    assert (finding.ok, finding.needed) == (False, True)
    assert "待入库 1 件" in finding.state
    with pytest.raises(StoreAwayError):
        store_settle(data_dir=data_dir)
    assert "其余仍待入库" in capsys.readouterr().err

    at(url)
    assert store_shown(data_dir=data_dir) == ExitCode.PARTIAL
    assert "待入库 1 件" in capsys.readouterr().out
    (finding,) = _evidence_store(load_settings(data_dir=data_dir))
    assert (finding.ok, finding.needed) == (False, False)
    assert store_settle(data_dir=data_dir) == ExitCode.DONE
    assert "已入库 1 件" in capsys.readouterr().out
    assert store_shown(data_dir=data_dir) == ExitCode.DONE
    (finding,) = _evidence_store(load_settings(data_dir=data_dir))
    assert finding.ok
