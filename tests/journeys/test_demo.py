"""The main job, end to end: survey, match, judge, preserve, verify, and the same again after being cut off."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import Demo, environment, run_demo, wangjian

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(2400), pytest.mark.xdist_group("demo")]


def test_demo_finds_what_was_planted(demo: Demo):
    truth = demo.document["truth"]
    assert truth["recall"] >= 0.9
    assert truth["false_alarm_rate"] <= 0.05
    assert truth["holds"] is True


def test_demo_counts_equal_the_truth(demo: Demo):
    truth = demo.document["truth"]
    assert demo.document["shops"] == truth["shops_expected"] >= 60
    assert demo.document["listings"] == truth["listings_expected"] >= 1500
    assert demo.document["matches"] == truth["matches_expected"]


def test_every_capture_is_complete_and_every_package_verifies(demo: Demo):
    assert demo.document["captures"] == {"complete": 6}
    assert demo.document["packages"] == {"verified": 6}


def test_packages_verify_with_the_stand_alone_program_in_an_empty_folder(demo: Demo, tmp_path: Path):
    packages = sorted((demo.data_dir / "packages").glob("*.wacz"))
    assert len(packages) == 6
    anchors = tmp_path / "roots.pem"
    done = subprocess.run(
        wangjian("evidence", "trust", "-o", str(anchors), "--data-dir", str(demo.data_dir)), env=environment()
    )
    assert done.returncode == 0
    program = Path(__file__).parents[2] / "evidence" / "standalone" / "verify.py"
    for package in packages:
        (tmp_path / "verify.py").write_bytes(program.read_bytes())
        verdict = subprocess.run(
            [sys.executable, "-I", "verify.py", str(package), "--anchors", str(anchors)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_package_with_a_byte_changed_is_refused(demo: Demo, tmp_path: Path):
    package = sorted((demo.data_dir / "packages").glob("*.wacz"))[0]
    content = bytearray(package.read_bytes())
    forged = tmp_path / "forged.wacz"
    draw = random.Random(3)
    for _ in range(8):
        place = draw.randrange(len(content))
        content[place] ^= 0x01
        forged.write_bytes(content)
        content[place] ^= 0x01
        done = subprocess.run(
            wangjian("evidence", "verify", str(forged), "--data-dir", str(demo.data_dir), "--json"),
            capture_output=True,
            text=True,
            env=environment(),
        )
        assert done.returncode == 1, place
        assert json.loads(done.stdout)["valid"] is False


def test_stored_evidence_and_custody_hold(demo: Demo):
    done = subprocess.run(
        wangjian("evidence", "audit", "--data-dir", str(demo.data_dir)),
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_leads_are_found_by_two_characters(demo: Demo):
    done = subprocess.run(
        wangjian("leads", "search", "解释", "--json", "--data-dir", str(demo.data_dir)),
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert json.loads(done.stdout)["total"] >= 1


def test_demo_again_changes_nothing(demo: Demo):
    done, seconds = run_demo(demo.data_dir, demo.market_port)
    assert done.returncode == 0, done.stderr[-3000:]
    assert _without_time(json.loads(done.stdout)) == _without_time(demo.document)
    assert seconds < demo.seconds


_SMALL = ("--shops", "10", "--captures", "1")


def test_killed_demo_is_finished_by_the_next_with_the_same_result(market_port: int, tmp_path: Path):
    """kill -9 at two moments: of everything at once, or of the parent alone, whose surveys must not go on without it."""
    unbroken, _ = run_demo(tmp_path / "unbroken", market_port, *_SMALL)
    assert unbroken.returncode == 0, unbroken.stderr[-3000:]
    data_dir = tmp_path / "killed"
    words = wangjian(
        "demo", "--no-serve", "--json", "--data-dir", str(data_dir), "--market-port", str(market_port), *_SMALL
    )
    for seconds, whole_group in ((6.0, True), (10.0, False)):
        child = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), start_new_session=True
        )
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            if whole_group:
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
            child.wait(timeout=120)
        _wait_for_ports(market_port)
    done, _ = run_demo(data_dir, market_port, *_SMALL)
    assert done.returncode == 0, done.stderr[-3000:]
    assert _without_time(json.loads(done.stdout)) == _without_time(json.loads(unbroken.stdout))


def _wait_for_ports(port: int) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return
    raise AssertionError("the market's port was not given back")


def _without_time(document: dict) -> dict:
    return {name: value for name, value in document.items() if name != "seconds"}
