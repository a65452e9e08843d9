"""Logs can be read by anybody who keeps the machine: no secret and no personal data is in them, at any level."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from wangjian.logs import carried_context, set_up_logging, veiled

MARKED = {
    "13912345678", "139 1234 5678", "+8613912345678", "110101199003078515", "11010119900307851X", "geheimes-wort-77",
    "wj_AbCdEf123456789",
}  # fmt: skip


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    before, handlers, level = structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    set_up_logging("debug", stream=stream)
    yield stream
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def _read(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_no_marked_secret_gets_into_a_line(lines: io.StringIO):
    log = structlog.get_logger()
    for level in ("debug", "info", "warning", "error"):
        act = getattr(log, level)
        act("tried", url="https://a.cn/?tel=13912345678", note="联系人 139 1234 5678、+8613912345678")
        act("tried", licence="身份证 110101199003078515 或 11010119900307851X")
        act("tried", password="geheimes-wort-77", s3_secret_key="geheimes-wort-77", cookie="geheimes-wort-77")
        act("tried", where="postgresql://wangjian:geheimes-wort-77@db:5432/w", phone=13912345678)
        act("tried", headers={"Authorization": "Bearer geheimes-wort-77", "x": ["wj_AbCdEf123456789"]})
        act("tried", said="password=geheimes-wort-77 token: 'geheimes-wort-77'")
    try:
        raise RuntimeError("连接 s3://k:geheimes-wort-77@host 失败，打给 13912345678")
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("somebody.else").exception("libraries too: Bearer geheimes-wort-77 %s", "13912345678")
    told = lines.getvalue()
    assert len(_read(lines)) == 26
    assert not [mark for mark in MARKED if mark in told]


def test_what_is_no_secret_is_left(lines: io.StringIO):
    facts = {
        "sha256": "139123456781391234567813912345678139123456781391234567813912345678"[:64].replace("1", "a", 1),
        "code": "91330106MA2AXXXX0X", "count": 13, "seconds": 0.25, "route": "/api/v1/leads/{lead_id}",
        "run_id": "run_41ba11fb8efcca26743d", "ok": True, "title": "杭州“特效”山货铺", "at": "2026-11-22T02:30:00Z",
    }  # fmt: skip
    structlog.get_logger().info("told", **facts)
    (line,) = _read(lines)
    assert {name: line[name] for name in facts} == facts
    assert "杭州“特效”山货铺" in lines.getvalue(), "Chinese is read by people, not escaped"
    assert line["level"] == "info" and line["timestamp"].endswith("Z")


def test_lines_of_work_carry_its_request_into_threads(lines: io.StringIO):
    def work(context: dict[str, str]) -> None:
        with structlog.contextvars.bound_contextvars(**context):
            structlog.get_logger().info("worked")

    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        thread = threading.Thread(target=work, args=(carried_context(),))
        thread.start()
        thread.join()
    structlog.get_logger().info("elsewhere")
    worked, elsewhere = _read(lines)
    assert worked["request_id"] == "abcd1234" and "request_id" not in elsewhere


def test_values_of_any_shape_are_veiled():
    assert veiled([{"a": ("13912345678",)}]) == [{"a": ["[隐去]"]}]
    assert veiled(13912345678) == "[隐去]"
    assert veiled(None) is None and veiled(12) == 12
