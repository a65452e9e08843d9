"""`wangjian match licence`: a picture read, matched where there is a register; what is missing is said with its cure."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image

from matching.licence_images.engine import RapidEngine
from matching.rows import register_row
from records.errors import AwayError
from stores.backends import open_records
from wangjian.cli import main
from wangjian.sample.models import SellerCase
from wangjian.sample.pictures import font_note, licence_png
from wangjian.sample.small import small_market


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """The command in this process, in an empty directory, so that the engine loads once: code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def words(*given: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["match", *given])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return words


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "licence.png"
    path.write_bytes(licence_png(small_market(shops=1, listings_per_shop=1).shops[0]))
    return path


def test_without_engine_the_cure_is_said(run, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    code, out, err = run("licence", str(picture), "--json")
    assert code == 3
    assert json.loads(out)["error"]["problem"] == "away"
    assert "pip install" in err
    assert "Traceback" not in err


def test_missing_file_is_said_before_anything_is_loaded(run) -> None:
    code, _, err = run("licence", "nowhere.jpg")
    assert (code, "没有这个文件：nowhere.jpg" in err) == (2, True)


def test_match_by_options_still_answers(run) -> None:
    assert run()[0] == 2
    code, out, _ = run("--name", "上海华翰印务有限公司", "--json")
    assert (code, json.loads(out)["error"]["problem"]) == (2, "not-found")


def test_picture_is_read_and_matched(run, tmp_path: Path, part_missing: Callable[[str, str], NoReturn]) -> None:
    if font_note():
        part_missing("Noto CJK 字体", font_note())
    try:
        RapidEngine()
    except AwayError as exc:
        part_missing(exc.message, exc.cure)
    market = small_market(shops=4, listings_per_shop=1, register_size=300)
    shop = next(one for one in market.shops if one.seller.case is SellerCase.PLAIN)
    picture = tmp_path / "licence.jpg"
    Image.open(io.BytesIO(licence_png(shop))).convert("RGB").save(picture, quality=80)
    code, out, _ = run("licence", str(picture))
    assert (code, f"名称：{shop.seller.shown_name}" in out, "结论：" in out) == (0, True, False)
    assert not (tmp_path / "wangjian-data").exists()
    place = tmp_path / "wangjian-data"
    place.mkdir()
    records = open_records(f"sqlite://{place}/wangjian.db")
    records.migrate()
    records.register.import_entities("样本", "snap_20261101_0123456789ab", map(register_row, market.register))
    records.close()
    code, out, _ = run("licence", str(picture), "--json")
    found = json.loads(out)
    assert (code, found["match"]["decision"], found["match"]["entity_code"]) == (0, "match", shop.seller.shown_code)
    assert found["reading"]["image"]["size_bytes"] == picture.stat().st_size
    picture.write_bytes(b"<html>")
    code, _, err = run("licence", str(picture))
    assert (code, "不是 JPEG" in err) == (2, True)
