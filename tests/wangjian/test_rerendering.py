"""Captures drawn again by the worker: the scores are signed, stored, logged, said, and held by the audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import CustodyNote, record_event
from evidence.rerendered import problems_of_rerenderings, rerendering_of
from evidence.standalone.verify import canonical
from evidence.transparency import keep_head, log_means_of
from evidence.trust import check_signature, read_certificates
from records.evidence import Capture, CaptureState, CustodyAction, Manifest
from records.evidence_log import LeafKind
from records.ports import Services
from records.rerendering import Likeness, Rerendering
from tests.attacks.conftest import members_of
from tests.attacks.making import Office, Shape, make_package
from wangjian.auditing import audit_everything
from wangjian.rerendering import Rerenderer
from wangjian.settings import Settings, load_settings
from wangjian.wiring import open_services, utc_now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def services(settings: Settings) -> Any:
    with open_services(settings) as opened:
        yield opened


def _sealed(services: Services, folder: Path, shape: Shape) -> Capture:
    """A made-up visit, sealed and kept as a capture is."""
    office = Office.open(folder)
    means = replace(
        office.means,
        blobs=services.blobs,
        evidence=services.evidence,
        log=services.evidence_log,
        signer=services.signer,
        anchors_pem=services.trust_anchors_pem,
    )
    ours = Office(means, means.signer, services.timestamp_authorities[0], means.anchors_pem, None)
    make_package(folder / "made.wacz", shape, ours)
    manifest = Manifest.model_validate_json(members_of((folder / "made.wacz").read_bytes())["evidence/manifest.json"])
    package = services.blobs.put_file(folder / "made.wacz")
    capture = Capture(
        **manifest.model_dump(include=set(Capture.model_fields) - {"state"}),
        state=CaptureState.COMPLETE,
        package=package,
    )
    services.evidence.save_capture(capture)
    record_event(services.evidence, CustodyNote(capture_id=capture.capture_id, action=CustodyAction.SEALED, actor="张三", subject_sha256=package.sha256,), clock=utc_now,)  # fmt: skip
    return capture


@pytest.mark.browser
def test_what_was_sealed_is_drawn_again_once(services: Services, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    capture = _sealed(services, tmp_path / "office", Shape(seed=6))
    worker = Rerenderer(services, settings)
    found = worker.work()
    assert found is not None
    assert found.package_sha256 == capture.package.sha256  # type: ignore[union-attr]
    assert worker.work() is None
    assert Rerenderer(services, settings).work() is None, "another worker draws it no second time"
    placed = services.evidence_log.find(LeafKind.RERENDERING, capture.capture_id)
    assert placed is not None
    statement = json.loads(services.blobs.get(placed.leaf.sha256))
    content = canonical(statement["found"])
    check_signature(read_certificates(statement["certificates"])[0], bytes.fromhex(statement["signature"]), content)
    assert rerendering_of(services, capture.capture_id) == found
    last = list(services.evidence.custody(capture.capture_id))[-1]
    assert (last.subject_sha256, last.reason) == (placed.leaf.sha256, found.in_words())
    assert problems_of_rerenderings(services, {capture.capture_id: placed.leaf}) == []
    assert "另一次固证" in problems_of_rerenderings(services, {"capture_other": placed.leaf})[0]
    gone = placed.leaf.model_copy(update={"sha256": "0" * 64})
    assert "不在存储中" in problems_of_rerenderings(services, {capture.capture_id: gone})[0]


def test_what_cannot_be_drawn_is_said_once(services: Services, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    capture = _sealed(services, tmp_path / "office", Shape())
    broken = services.blobs.put(b"no package")
    services.evidence.save_capture(capture.model_copy(update={"package": broken}))
    for _ in range(2):
        assert Rerenderer(services, settings).work() is None
    said = [event.reason for event in services.evidence.custody(capture.capture_id)]
    assert [reason for reason in said if "断网重绘未能进行" in reason] == [said[-1]]


@pytest.mark.parametrize(
    ("text", "picture", "expected"),
    [
        (1.0, 0.9, Likeness.ALIKE),
        (0.95, None, Likeness.ALIKE),
        (1.0, 0.6, Likeness.DIFFERENT),
        (0.2, 1.0, Likeness.UNLIKE),
        (None, None, Likeness.UNTOLD),
    ],
)
def test_the_lower_score_counts(text: float | None, picture: float | None, expected: Likeness) -> None:
    found = Rerendering(
        capture_id="capture_1", package_sha256="a" * 64, url="http://a.test/", text_score=text, picture_score=picture,
        answered=1, browser="156", rendered_at=utc_now(),
    )  # fmt: skip
    assert found.likeness is expected
    assert expected.value in found.in_words()
    assert "违法" not in expected.advice


def test_audit_holds_the_audit_chain_against_the_heads(services: Services, tmp_path: Path) -> None:
    from offices.audit import AuditAction, Caller, record

    (tmp_path / "office").mkdir()
    _sealed(services, tmp_path / "office", Shape())
    for number in range(3):
        caller = Caller(account=None, origin=f"第 {number} 处")
        record(services.audit, caller, action=AuditAction.SIGN_IN_FAILED, at=utc_now())
    keep_head(log_means_of(services))
    assert audit_everything(services).problems == ()
    ends = [leaf for _, leaf in services.evidence_log.leaves() if leaf.kind is LeafKind.AUDIT]
    assert [leaf.id for leaf in ends] == ["3"]
    kept = services.audit.audit()
    for events, said in ((kept[:2], "审计链被截短"), ((), "审计链被截短"), (_made_anew(kept), "审计链被重做")):
        other = replace(services, audit=_Chain(events))
        assert any(said in problem for problem in audit_everything(other).problems), said


class _Chain:
    """Another AuditLog: what an attacker left of it."""

    def __init__(self, events: Any) -> None:
        self._events = tuple(events)

    def audit(self, *, after_sequence: int = 0, limit: int = 1000) -> Any:
        return tuple(event for event in self._events if event.sequence > after_sequence)[:limit]

    def find_audit(self, _: Any, *, limit: int = 100, before_sequence: int = 0) -> Any:
        return tuple(reversed(self._events))[:limit]


def _made_anew(events: Any) -> list[Any]:
    """Each with another origin, linked rightly."""
    from records.chain import link_digests

    made: list[Any] = []
    for event in events:
        previous = {"previous_sha256": made[-1].event_sha256, "previous_sm3": made[-1].event_sm3} if made else {}
        changed = event.model_copy(update={"origin": "别处", **previous})
        digests = link_digests(changed)
        made.append(changed.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3}))
    return made
