"""What is past its time is listed with what holds it, and nothing is taken away by listing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evidence.retention import Wish, hold
from evidence.transparency import log_means_of
from tests.contracts import makers as make
from tests.wangjian.test_auditing import _seal
from tests.wangjian.test_logging_pages import surveyed
from wangjian.retention_listing import list_retention
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now


@pytest.fixture
def later(tmp_path: Path):
    """A system in which everything is twenty years old, as its clock says."""
    settings = load_settings(data_dir=tmp_path / "data")
    with open_services(settings) as services:
        surveyed(services, 2)
        for number in (1, 2):
            _seal(services, number, tmp_path)
        services.leads.save_lead(make.lead(), None, expected_version=0)
        held = services.evidence.capture("capture_1")
        hold(log_means_of(services), held, Wish(actor="李四", role="负责人", reason="行政复议中"))
    with open_services(settings, clock=lambda: utc_now() + timedelta(days=20 * 365)) as services:
        yield services, settings


def test_each_kind_is_listed_with_what_holds_it(later, tmp_path: Path):
    services, settings = later
    before = sorted(path for path in tmp_path.rglob("*.warc.gz")), sorted(services.blobs.digests())
    found = {item.item_id: item for item in list_retention(services, settings).items}
    assert found["capture_1"].kept_for == "已冻结：行政复议中"
    assert found["capture_2"].kept_for == ""
    assert found["lead_1"].kept_for.startswith("尚未办结")
    (archive,) = [item for item in found.values() if item.kind.value == "采集存档"]
    assert archive.kept_for == "" and archive.size_bytes > 0
    page_id = next(iter(services.survey.pages("run-1"))).page_id
    services.leads.save_findings([make.finding().model_copy(update={"page_id": page_id})])
    held = next(item for item in list_retention(services, settings).items if item.kind.value == "采集存档")
    assert held.kept_for == "1 个网页是认定或存证的依据"
    assert before == (sorted(path for path in tmp_path.rglob("*.warc.gz")), sorted(services.blobs.digests()))


def test_what_is_young_is_not_listed(tmp_path: Path):
    settings = load_settings(data_dir=tmp_path / "data")
    with open_services(settings) as services:
        surveyed(services, 2)
        _seal(services, 1, tmp_path)
        found = list_retention(services, settings)
    assert found.items == () or {item.kind.value for item in found.items} == {"采集存档"}
    assert found.counted == {"采集存档": 1, "线索": 0, "证据": 1}
