"""A capture holds the bytes of the wire, the facts of the connection and every artefact; or says what it lacks."""

from __future__ import annotations

import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidence.audit import audit_evidence
from evidence.preserving import (
    CaptureLimits,
    CaptureRequest,
    Means,
    Paper,
    begin,
    preserve,
    recover_interrupted,
    stamp_pending,
)
from evidence.timestamping import HttpTimestampAuthority
from evidence.verify import verify_package
from network.guard import AddressGuard
from records.chain import check_chain
from records.errors import (
    AddressRefusedError,
    BrowserAwayError,
    InvalidInputError,
    NotFoundError,
    StorageFullError,
)
from records.evidence import Capture, CaptureState, CheckResult, CustodyAction, Manifest, TimestampState

pytestmark = pytest.mark.browser

MakeMeans = Callable[..., Means]
# Short only where a page that never ends waits for its limit; whoever must answer has time on the busiest machine.
QUICK = CaptureLimits(capture_seconds=60, open_seconds=30, load_seconds=1.5, settle_seconds=0.5, scroll_seconds=1)


def _capture(means: Means, url: str) -> Capture:
    return preserve(CaptureRequest(url=url, operator="张三", lead_id="lead_1"), means)


def _package(means: Means, capture: Capture, folder: Path) -> Path:
    assert capture.package is not None, capture.reason
    path = folder / f"{capture.capture_id}.wacz"
    path.write_bytes(means.blobs.get(capture.package.sha256))
    return path


def _responses(package: Path, folder: Path) -> dict[str, bytes]:
    """Blocks of response records as warcio, which nobody here wrote, reads them."""
    with zipfile.ZipFile(package) as found:
        found.extract("archive/data.warc.gz", folder)
    made = {}
    with (folder / "archive/data.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            if record.rec_type == "response":
                made[record.rec_headers.get_header("WARC-Target-URI")] = record.raw_stream.read()
    return made


@pytest.mark.parametrize("secure", [False, True])
def test_bytes_in_the_package_are_the_bytes_the_origin_sent(
    secure: bool, make_means: MakeMeans, shop: Any, secure_shop: Any, tmp_path: Path
) -> None:
    found = secure_shop if secure else shop
    means = make_means()
    capture = _capture(means, f"{found.url}/moved")
    assert (capture.state, capture.missing) == (CaptureState.COMPLETE, ())
    assert capture.title == "测试网店 首页"
    package = _package(means, capture, tmp_path)
    kept = _responses(package, tmp_path)
    assert {path.removeprefix(found.url) for path in kept} == set(found.asked)
    assert len(kept) == capture.exchanges >= 28
    for url, content in kept.items():
        assert content == found.answers.get(url.removeprefix(found.url), found.answers["/gone"]), url
    assert verify_package(package, anchors_pem=means.anchors_pem, now=means.clock()).valid


def test_every_exchange_carries_address_dns_tls_and_times(
    make_means: MakeMeans, secure_shop: Any, tls_files: Any, tmp_path: Path
) -> None:
    means = make_means()
    package = _package(means, _capture(means, secure_shop.url), tmp_path)
    with zipfile.ZipFile(package) as found:
        lines = [json.loads(line) for line in found.read("evidence/exchanges.jsonl").splitlines()]
        certificates = found.read("evidence/tls-certificates.pem").decode()
    for line in lines:
        assert (line["address"], line["port"], line["dns_answers"]) == ("127.0.0.1", secure_shop.port, ["127.0.0.1"])
        assert (line["tls_version"], line["tls_valid"], line["truncated"]) == ("TLSv1.3", True, "")
        assert line["tls_cipher"]
        assert line["started_at"] <= line["answered_at"] <= line["finished_at"]
        assert len(line["tls_chain_sha256"]) == 2
    leaf = ssl.PEM_cert_to_DER_cert(
        tls_files.chain.read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"
    )
    assert ssl.DER_cert_to_PEM_cert(leaf).strip() in certificates


def test_a_bad_certificate_is_told_not_hidden(make_means: MakeMeans, secure_shop: Any, tmp_path: Path) -> None:
    means = make_means(tls_roots_pem="")
    capture = _capture(means, secure_shop.url)
    assert capture.state is CaptureState.COMPLETE
    with zipfile.ZipFile(_package(means, capture, tmp_path)) as found:
        manifest = json.loads(found.read("evidence/manifest.json"))
        line = json.loads(found.read("evidence/exchanges.jsonl").splitlines()[0])
    assert line["tls_valid"] is False
    assert "self-signed certificate in certificate chain" in line["tls_problem"]
    assert "self-signed" in manifest["environment"]["tls_problems"]


def test_others_accept_the_package(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    """py-wacz, warcio, openssl and the stand-alone verifier in an empty folder, by an older Python's rules too."""
    means = make_means()
    package = _package(means, _capture(means, shop.url), tmp_path)
    tools = Path(sys.executable).parent
    valid = subprocess.run([tools / "wacz", "validate", "-f", package], capture_output=True, text=True)
    assert (valid.returncode, "Validation succeeded" in valid.stdout) == (0, True), valid.stdout
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(package) as found:
        found.extractall(folder)
    subprocess.run([tools / "warcio", "check", folder / "archive/data.warc.gz"], check=True)
    anchors = tmp_path / "anchors.pem"
    anchors.write_text(means.anchors_pem)
    manifest, token = folder / "evidence/manifest.json", folder / "evidence/timestamp-1.tsr"
    stamped = ["openssl", "ts", "-verify", "-data", str(manifest), "-in", str(token), "-CAfile", str(anchors)]
    assert b"Verification: OK" in subprocess.run(stamped, capture_output=True, check=True).stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "verify.py").write_bytes((folder / "evidence/verify.py").read_bytes())
    run = [sys.executable, "-I", "verify.py", str(package)]
    done = subprocess.run([*run, "--anchors", str(anchors)], cwd=empty, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "结论：全部通过" in done.stdout
    doubtful = subprocess.run(run, cwd=empty, capture_output=True, text=True)
    assert doubtful.returncode == 2
    assert "不能认定有效" in doubtful.stdout
    blind = subprocess.run(
        [*run, "--anchors", str(anchors), "--json"], cwd=empty, capture_output=True, text=True, env={"PATH": ""}
    )
    unchecked = {step["check_id"] for step in json.loads(blind.stdout)["checks"] if step["result"] == "unchecked"}
    assert (blind.returncode, unchecked) == (2, {"signature", "package-signature", "timestamp", "log"})
    package.write_bytes(package.read_bytes()[:-1])
    assert subprocess.run(run, cwd=empty, capture_output=True).returncode == 1


def test_without_anchors_a_package_is_not_valid(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    means = make_means()
    package = _package(means, _capture(means, shop.url), tmp_path)
    report = verify_package(package, anchors_pem="", now=means.clock())
    assert not report.valid
    by_id = {check.check_id: check.result for check in report.checks}
    assert by_id["signature"] is CheckResult.UNCHECKED
    assert CheckResult.FAILED not in by_id.values()


def test_the_visit_and_the_environment_are_recorded(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    means = make_means()
    with zipfile.ZipFile(_package(means, _capture(means, f"{shop.url}/moved"), tmp_path)) as found:
        events = [json.loads(line) for line in found.read("evidence/visit.jsonl").splitlines()]
        manifest = Manifest.model_validate_json(found.read("evidence/manifest.json"))
        text = found.read("evidence/page.txt").decode()
        environment = json.loads(found.read("evidence/environment.json"))
    assert manifest.navigation == ((302, f"{shop.url}/moved"), (200, f"{shop.url}/"))
    assert manifest.final_url == f"{shop.url}/"
    steps = [event["step"] for event in events if event["kind"] == "step"]
    together = sorted(steps[6:8])
    steps[6:8] = together
    assert together == ["mhtml", "screenshot"]
    assert steps == ["open", "wait", "scroll", "viewport", "dom", "text", *together, "pdf"]
    assert "后到的内容" in text
    assert "𠮷" in text
    assert environment["clock_drift_ms"].lstrip("-").isdigit()
    assert "内部授时" in environment["clock_offset_1"]
    assert all(artefact.method and artefact.made_by for artefact in manifest.artefacts)


@pytest.mark.parametrize(
    ("path", "words", "open_seconds"),
    [
        ("/to-metadata", "169.254.169.254", QUICK.open_seconds),
        ("/hang", "没有应答", 1.5),
        ("/file", "下载", QUICK.open_seconds),
    ],
)
def test_what_cannot_be_opened_fails_with_the_reason(
    path: str, words: str, open_seconds: float, make_means: MakeMeans, shop: Any, tmp_path: Path
) -> None:
    means = make_means(limits=replace(QUICK, open_seconds=open_seconds))
    capture = _capture(means, f"{shop.url}{path}")
    assert (capture.state, capture.package) == (CaptureState.FAILED, None)
    assert words in capture.reason
    assert means.evidence.capture(capture.capture_id) == capture


def test_a_private_address_is_refused_by_name(make_means: MakeMeans, shop: Any) -> None:
    capture = _capture(make_means(guard=AddressGuard(allow_private=False)), shop.url)
    assert capture.state is CaptureState.FAILED
    assert "内网" in capture.reason
    assert shop.asked == []


def test_nobody_listening_and_no_such_name_are_said(make_means: MakeMeans) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    capture = _capture(make_means(limits=QUICK), f"http://127.0.0.1:{port}/")
    assert (capture.state, "无法连接" in capture.reason) == (CaptureState.FAILED, True)

    def nowhere(host: str, port: int) -> tuple[str, ...]:
        raise OSError(host)

    guard = AddressGuard(allow_private=True, resolve=nowhere)
    capture = _capture(make_means(limits=QUICK, guard=guard), "https://no-such-shop.example/")
    assert (capture.state, "无法解析" in capture.reason) == (CaptureState.FAILED, True)


def test_an_origin_that_speaks_no_tls_at_all_is_said(make_means: MakeMeans, shop: Any) -> None:
    capture = _capture(make_means(limits=QUICK), f"https://127.0.0.1:{shop.port}/gone")
    assert (capture.state, "TLS 握手失败" in capture.reason) == (CaptureState.FAILED, True)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/endless", "页面主文档没有完整收到"), ("/changing", "页面地址发生变化"), ("/short", "没有完整收到")],
)
def test_what_is_not_whole_is_partial_and_says_what_is_missing(
    path: str, words: str, make_means: MakeMeans, shop: Any, tmp_path: Path
) -> None:
    means = make_means(limits=QUICK)
    capture = _capture(means, f"{shop.url}{path}")
    assert capture.state is CaptureState.PARTIAL, capture.reason
    assert any(words in missing for missing in capture.missing), capture.missing
    report = verify_package(_package(means, capture, tmp_path), anchors_pem=means.anchors_pem, now=means.clock())
    assert report.valid, report.checks
    assert report.capture_state is CaptureState.PARTIAL


def test_a_page_too_large_is_cut_and_partial(make_means: MakeMeans, shop: Any) -> None:
    capture = _capture(make_means(limits=CaptureLimits(response_bytes=20_000)), shop.url)
    assert capture.state is CaptureState.PARTIAL
    assert any("截断" in missing for missing in capture.missing)


def test_of_a_huge_answer_only_so_much_is_taken_and_said(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    means = make_means(limits=replace(QUICK, response_bytes=2_000_000))
    capture = _capture(means, f"{shop.url}/huge")
    assert capture.state is CaptureState.PARTIAL, capture.reason
    assert f"超过限度而被截断：{shop.url}/huge" in capture.missing
    package = _package(means, capture, tmp_path)
    assert 1_000_000 < len(_responses(package, tmp_path)[f"{shop.url}/huge"]) <= 2_000_000
    report = verify_package(package, anchors_pem=means.anchors_pem, now=means.clock())
    assert (report.valid, report.capture_state) == (True, CaptureState.PARTIAL)


def test_a_name_that_answers_otherwise_later_is_not_asked_again(make_means: MakeMeans, shop: Any) -> None:
    """The page, its redirect and its pictures go where the checked answers of their own connection led."""
    answers = iter([("127.0.0.1",)])

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        return next(answers, ("169.254.169.254",))

    means = make_means(guard=AddressGuard(allow_private=True, resolve=rebinding), limits=QUICK)
    capture = _capture(means, f"http://shop.example:{shop.port}/gone")
    assert capture.state in (CaptureState.COMPLETE, CaptureState.PARTIAL), capture.reason
    begun = _capture(means, f"http://shop.example:{shop.port}/gone")
    assert (begun.state, "169.254.169.254" in begun.reason) == (CaptureState.FAILED, True)


def test_an_error_page_is_evidence_too(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    means = make_means()
    capture = _capture(means, f"{shop.url}/gone")
    assert capture.state is CaptureState.COMPLETE
    assert verify_package(_package(means, capture, tmp_path), anchors_pem=means.anchors_pem, now=means.clock()).valid


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", InvalidInputError),
        ("not an address", InvalidInputError),
        ("http://", InvalidInputError),
        ("file:///etc/passwd", AddressRefusedError),
    ],
)
def test_a_wrong_address_leaves_no_record(url: str, error: type[Exception], make_means: MakeMeans) -> None:
    means = make_means()
    with pytest.raises(error):
        _capture(means, url)
    assert means.evidence.captures() == ()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/list", "http://user:secret@127.0.0.1/"])
def test_an_address_that_is_no_page_is_refused(url: str, make_means: MakeMeans) -> None:
    with pytest.raises(AddressRefusedError):
        _capture(make_means(), url)


def test_a_missing_browser_is_named_with_its_cure(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    with pytest.raises(BrowserAwayError, match="apt-get install"):
        _capture(make_means(browser_executable=str(tmp_path / "none")), shop.url)
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    means = make_means(browser_executable=str(broken))
    with pytest.raises(BrowserAwayError, match="无法启动"):
        _capture(means, shop.url)
    (capture,) = means.evidence.captures()
    assert (capture.state, "无法启动" in capture.reason) == (CaptureState.FAILED, True)


def test_a_full_disk_is_said_and_nothing_half_is_kept(make_means: MakeMeans, shop: Any) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(_: Manifest) -> tuple[Paper, ...]:
        # From here on, after the visit and before packing, this process can write no file beyond 4 MB: enough for the
        # database with its log, too little for a package with this paper.
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, hard))
        noise = os.urandom(6_000_000)
        return (
            Paper(path="evidence/noise.bin", role="paper:12", media_type="application/octet-stream", content=noise),
        )

    means = make_means(papers=fill)
    try:
        with pytest.raises(StorageFullError, match="空间不足"):
            _capture(means, shop.url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (capture,) = means.evidence.captures()
    assert (capture.state, capture.package) == (CaptureState.FAILED, None)


def test_papers_are_sealed_with_the_capture(make_means: MakeMeans, shop: Any, tmp_path: Path) -> None:
    def papers(manifest: Manifest) -> tuple[Paper, ...]:
        content = f"固证 {manifest.capture_id}，{len(manifest.artefacts)} 件".encode()
        return (
            Paper(path="evidence/extraction-record.txt", role="paper:12", media_type="text/plain", content=content),
        )

    means = make_means(papers=papers)
    capture = _capture(means, shop.url)
    assert capture.state is CaptureState.COMPLETE
    assert "paper:12" in {artefact.role for artefact in capture.artefacts}
    assert verify_package(_package(means, capture, tmp_path), anchors_pem=means.anchors_pem, now=means.clock()).valid


def test_papers_that_cannot_be_made_leave_a_partial_capture(make_means: MakeMeans, shop: Any) -> None:
    def failing(_: Manifest) -> tuple[Paper, ...]:
        raise NotFoundError("缺少模板")

    def misnamed(_: Manifest) -> tuple[Paper, ...]:
        return (Paper(path="evidence/../笔录.txt", role="paper:12", media_type="text/plain", content=b"x"),)

    for papers in (failing, misnamed):
        capture = _capture(make_means(papers=papers), shop.url)
        assert capture.state is CaptureState.PARTIAL
        assert "文书" in capture.missing[0]


def test_an_absent_time_stamp_authority_is_pending_and_made_good_later(
    make_means: MakeMeans, shop: Any, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    present = make_means()
    means = make_means(authorities=(HttpTimestampAuthority(f"http://127.0.0.1:{port}/", seconds=1),))
    capture = _capture(means, shop.url)
    assert (capture.state, capture.timestamp) == (CaptureState.COMPLETE, TimestampState.PENDING)
    report = verify_package(_package(means, capture, tmp_path), anchors_pem=means.anchors_pem, now=means.clock())
    assert (report.valid, report.timestamp) == (False, TimestampState.PENDING)
    assert {c.check_id for c in report.checks if c.result is not CheckResult.PASSED} == {"timestamp"}
    assert stamp_pending(means) == ()
    (stamped,) = stamp_pending(present)
    assert (stamped.timestamp, stamped.artefacts) == (TimestampState.LOCAL, capture.artefacts)
    assert means.evidence.capture(capture.capture_id) == stamped
    report = verify_package(_package(means, stamped, tmp_path), anchors_pem=means.anchors_pem, now=means.clock())
    assert (report.valid, report.timestamp) == (True, TimestampState.LOCAL), report.checks
    assert stamp_pending(present) == ()
    assert audit_evidence(means.blobs, means.evidence).problems == ()


def test_the_chain_tells_what_happened(make_means: MakeMeans, shop: Any) -> None:
    means = make_means()
    capture = _capture(means, shop.url)
    events = list(check_chain(means.evidence.custody()))
    assert [event.action for event in events] == [CustodyAction.FOUND, CustodyAction.CAPTURED, CustodyAction.SEALED]
    assert capture.package is not None
    assert events[-1].subject_sha256 == capture.package.sha256
    report = audit_evidence(means.blobs, means.evidence)
    assert (report.packages, report.events, report.problems) == (1, 3, ())


def test_a_begun_capture_is_running_until_finished(make_means: MakeMeans, shop: Any) -> None:
    means = make_means()
    begun = begin(CaptureRequest(url=shop.url, operator="张三"), means)
    assert means.evidence.capture(begun.capture.capture_id).state is CaptureState.RUNNING
    assert recover_interrupted(means.evidence, clock=means.clock) == ()
    assert begun.finish().state is CaptureState.COMPLETE
    assert recover_interrupted(means.evidence, clock=means.clock) == ()


def test_scratch_files_are_gone_after_a_capture(make_means: MakeMeans, shop: Any) -> None:
    from evidence.liveness import scratch_root

    capture = _capture(make_means(), shop.url)
    assert [path for path in scratch_root().iterdir() if capture.capture_id in path.name] == []
    assert os.stat(scratch_root()).st_mode & 0o777 == 0o700
