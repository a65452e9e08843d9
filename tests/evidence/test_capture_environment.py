"""The environment is checked line by line: a dirty one fails by name, one that cannot be looked at is said to be so."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.capturing.cleanliness import State, judge
from evidence.capturing.environment import Surroundings, conclude, examine, read_clock
from evidence.capturing.processes import environment_names, processes, traced
from evidence.capturing.software import FileDigests, system_packages
from evidence.capturing.timesources import TimeReading, ask_https, host_source, read_sources
from network.guard import AddressGuard
from records.errors import InvalidInputError

CLEAN = State(
    hosts_text="127.0.0.1 localhost\n",
    captured_hosts=frozenset({"shop.cn", "localhost"}),
    variables=frozenset({"PATH", "HOME"}),
    traced=False,
    code=(True, "60 个文件与发布记录一致"),
    readings=tuple(TimeReading(source=f"来源{n}", independent=True, offset_ms=40) for n in range(2)),
    drift_ms=1,
    cookies=0,
    extensions=(),
)
GUARD = AddressGuard(allow_private=True)


def utc_now() -> datetime:
    return datetime.now(UTC)


def test_a_clean_environment_passes_every_line() -> None:
    assert [finding.clean for finding in judge(CLEAN)] == [True] * 9


@pytest.mark.parametrize(
    ("check_id", "changed", "words"),
    [
        ("hosts", {"hosts_text": "1.2.3.4 Shop.cn"}, "shop.cn → 1.2.3.4"),
        ("proxies", {"proxies": ("http",)}, "代理：http"),
        ("preloading", {"variables": frozenset({"LD_PRELOAD"})}, "LD_PRELOAD"),
        ("debugger", {"traced": True}, "调试器"),
        ("code", {"code": (False, "与发布记录不符：evidence/verify.py")}, "evidence/verify.py"),
        ("clock", {"readings": (TimeReading(source="甲", independent=True, offset_ms=-3600_000),)}, "-3600000"),
        ("clock-set", {"drift_ms": 60_000}, "60000"),
        ("profile", {"cookies": 3}, "3 个 Cookie"),
        ("extensions", {"extensions": ("chrome-extension://abc/",)}, "chrome-extension"),
    ],
)
def test_one_thing_dirty_fails_its_own_line_only(check_id: str, changed: dict[str, Any], words: str) -> None:
    findings = {finding.check_id: finding for finding in judge(replace(CLEAN, **changed))}
    assert [name for name, finding in findings.items() if finding.clean is False] == [check_id]
    assert words in findings[check_id].in_words()


def test_what_cannot_be_looked_at_is_neither_clean_nor_dirty() -> None:
    findings = {finding.check_id: finding.clean for finding in judge(State())}
    assert findings["proxies"] is True
    assert {found for name, found in findings.items() if name != "proxies"} == {None}


def test_one_time_source_or_our_own_authority_does_not_vouch_for_the_clock() -> None:
    own = TimeReading(source="内部", independent=False, problem="内部授时即本机时钟")
    one = TimeReading(source="甲", independent=True, offset_ms=3)
    for readings in ((), (own,), (own, one), (one, one)):
        (found,) = [f for f in judge(replace(CLEAN, readings=readings)) if f.check_id == "clock"]
        assert found.clean is None, readings
        assert "不足两个" in found.detail


def test_an_offset_within_what_the_answer_can_tell_is_not_held_against_the_clock() -> None:
    vague = TimeReading(source="甲", independent=True, offset_ms=3400, uncertainty_ms=500)
    (found,) = [f for f in judge(replace(CLEAN, readings=(vague, *CLEAN.readings))) if f.check_id == "clock"]
    assert found.clean is True


@pytest.fixture
def dated_host(tls_files: Any) -> Iterator[tuple[str, list[timedelta]]]:
    """An HTTPS host whose Date is ours moved by what stands in the list."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls_files.chain, tls_files.key)
    listener = socket.create_server(("127.0.0.1", 0))
    moved = [timedelta(0)]

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as secure:
                method = secure.recv(4096).split(b" ")[0]
                date = format_datetime(utc_now() + moved[0], usegmt=True)
                body = b"203.0.113.7\n" if method == b"GET" else b""
                secure.sendall(f"HTTP/1.1 200 OK\r\nDate: {date}\r\n\r\n".encode() + body)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}/", moved
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(timeout=10)


def test_the_date_of_a_host_is_compared_with_ours(
    dated_host: tuple[str, list[timedelta]], tls_files: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text(tls_files.root_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    url, moved = dated_host
    (near,) = read_sources((host_source(url, GUARD),), utc_now)
    assert near.offset_ms is not None
    assert abs(near.offset_ms) <= near.uncertainty_ms < 3000
    moved[0] = timedelta(hours=-8)
    (far,) = read_sources((host_source(url, GUARD),), utc_now)
    assert round((far.offset_ms or 0) / 1000 / 3600) == -8
    assert ask_https(url, GUARD, method="GET")[1] == b"203.0.113.7\n"
    around = Surroundings(clock=utc_now, executable="/bin/sh", guard=GUARD, egress_url=url)
    assert examine(around).facts["egress_public"].startswith("203.0.113.7（")


def test_a_host_with_a_bad_certificate_tells_no_time(dated_host: tuple[str, list[timedelta]]) -> None:
    (found,) = read_sources((host_source(dated_host[0], GUARD),), utc_now)
    assert (found.offset_ms, "没有应答" in found.problem) == (None, True)


def test_ntp_is_read_to_the_millisecond() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer() -> None:
        _, caller = server.recvfrom(100)
        seconds = (utc_now() + timedelta(minutes=10) - datetime(1900, 1, 1, tzinfo=UTC)).total_seconds()
        moment = struct.pack(">II", int(seconds), int(seconds % 1 * 2**32))
        server.sendto(b"\x24\x02" + bytes(30) + moment + moment, caller)

    thread = threading.Thread(target=answer)
    thread.start()
    (found,) = read_sources((host_source(f"ntp://127.0.0.1:{server.getsockname()[1]}", GUARD),), utc_now)
    thread.join()
    server.close()
    assert found.offset_ms is not None
    assert abs(found.offset_ms - 600_000) <= found.uncertainty_ms + 1


def test_a_source_that_is_away_or_private_is_said() -> None:
    away = host_source("ntp://127.0.0.1:1", AddressGuard(allow_private=False))
    (found,) = read_sources((away,), utc_now)
    assert "内网" in found.problem
    with pytest.raises(InvalidInputError, match="时间来源"):
        host_source("http://plain.example/", GUARD)


def test_the_facts_name_code_packages_programs_and_account() -> None:
    around = Surroundings(clock=utc_now, executable="/bin/sh", guard=GUARD)
    before = examine(around)
    first = read_clock(utc_now)
    later = replace(read_clock(utc_now), wall=first.wall + timedelta(hours=1))
    facts, findings = conclude(before, around, clocks=(first, later), seen=State(cookies=0, extensions=()))
    assert len(facts["code_sha256"]) == len(facts["browser_executable_sha256"]) == 64
    assert "SHA-256" in facts["python_packages"]
    assert "uid" in facts["account"]
    assert "被调整了" in facts["clean_clock-set"]
    assert "clock-set" in {finding.check_id for finding in findings if finding.clean is False}


def test_processes_are_named_without_their_arguments(tmp_path: Path) -> None:
    digests = FileDigests()
    found = processes(digests)
    assert found.others is not None
    assert any("python" in line and "SHA-256" in line for line in found.ours)
    assert processes(digests, proc=tmp_path).others is None
    assert environment_names(proc=tmp_path) is None
    assert traced(proc=tmp_path) is None
    assert traced() in (False, True)


def test_a_digest_is_made_anew_when_the_file_changes(tmp_path: Path) -> None:
    digests, path = FileDigests(), tmp_path / "program"
    path.write_bytes(b"one")
    first = digests.of(path)
    path.write_bytes(b"other")
    assert digests.of(path) != first == FileDigests().of(_with(tmp_path / "same", b"one"))
    assert digests.of(tmp_path / "none") == "无法读取"
    assert system_packages(tmp_path / "none") == "没有 dpkg 记录"


def _with(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
