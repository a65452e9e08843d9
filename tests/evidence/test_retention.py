"""Evidence is destroyed by two persons after its time, never while it is held, and the certificate stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evidence.retention import Wish, ask_destruction, destroy, hold, release, standing_of
from evidence.transparency import LogMeans, log_means_of
from records.chain import check_chain
from records.destruction import DestructionCertificate, certificate_bytes
from records.errors import ConflictError, InvalidInputError, NotFoundError, PermissionRefusedError
from records.evidence import Capture, CustodyAction
from records.people import Account, Role
from tests.wangjian.test_auditing import _seal
from wangjian.auditing import audit_everything
from wangjian.cli.retaining import evidence_destroy, evidence_hold, evidence_release
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now

FIRST = Wish(actor="zhang", role="办案", reason="留存期满，按归档办法")
SECOND = Wish(actor="li", role="负责人", reason="同意")
KEEP_DAYS = 1096


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Kept:
    """One sealed capture whose time of retention is over."""

    means: LogMeans
    services: object
    clock: Clock

    @property
    def capture(self) -> Capture:
        return self.means.evidence.capture("capture_1")


@pytest.fixture
def kept(data_dir: Path, tmp_path: Path) -> Iterator[Kept]:
    clock = Clock()
    with open_services(load_settings(data_dir=data_dir), clock=clock) as services:
        _seal(services, 1, tmp_path)
        clock.now += timedelta(days=KEEP_DAYS, hours=1)
        yield Kept(replace(log_means_of(services), authorities=()), services, clock)


def test_two_persons_destroy_and_the_certificate_stays(kept: Kept) -> None:
    package = kept.capture.package.sha256
    ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)
    digests = destroy(kept.means, kept.capture, SECOND)
    assert not kept.means.blobs.holds(package)
    certificate = DestructionCertificate.model_validate_json(kept.means.blobs.get(digests.sha256))
    assert (certificate.asked_by, certificate.approved_by) == ("zhang", "li")
    assert [one.sha256 for one in certificate.objects] == [package]
    events = list(check_chain(kept.means.evidence.custody()))
    assert (events[-1].action, events[-1].subject_sha256) == (CustodyAction.DESTROYED, digests.sha256)
    assert audit_everything(kept.services, full=True).problems == ()
    assert destroy(kept.means, kept.capture, SECOND) == digests  # cut off and called again: finished, not done twice
    with pytest.raises(ConflictError, match="已销毁"):
        ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)


def test_package_gone_without_a_certificate_is_still_a_problem(kept: Kept, data_dir: Path) -> None:
    ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)
    digests = destroy(kept.means, kept.capture, SECOND)
    (path,) = (data_dir / "blobs").rglob(digests.sha256)
    path.unlink()
    assert "证据包不在存储中" in "".join(audit_everything(kept.services, full=True).problems)


def test_nobody_destroys_alone_early_unasked_or_late(kept: Kept) -> None:
    with pytest.raises(ConflictError, match="没有有效的销毁申请"):
        destroy(kept.means, kept.capture, SECOND)
    with pytest.raises(ConflictError, match="留存期未满"):
        ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS + 1)
    with pytest.raises(InvalidInputError, match="理由"):
        ask_destruction(kept.means, kept.capture, replace(FIRST, reason=" "), keep_days=KEEP_DAYS)
    ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)
    with pytest.raises(ConflictError, match="另一人"):
        destroy(kept.means, kept.capture, replace(SECOND, actor="zhang"))
    kept.clock.now += timedelta(days=31)
    with pytest.raises(ConflictError, match="三十日"):
        destroy(kept.means, kept.capture, SECOND)
    assert kept.means.blobs.holds(kept.capture.package.sha256)


def test_held_evidence_is_not_destroyed(kept: Kept) -> None:
    ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)
    hold(kept.means, kept.capture, replace(FIRST, reason="行政诉讼中"))
    with pytest.raises(ConflictError, match="已冻结.*行政诉讼中"):
        destroy(kept.means, kept.capture, SECOND)
    with pytest.raises(ConflictError, match="已冻结"):
        hold(kept.means, kept.capture, SECOND)
    with pytest.raises(ConflictError, match="以外的人"):
        release(kept.means, kept.capture, FIRST)
    release(kept.means, kept.capture, SECOND)
    assert standing_of(kept.means.evidence, "capture_1").asked is None
    with pytest.raises(ConflictError, match="没有有效的销毁申请"):
        destroy(kept.means, kept.capture, SECOND)
    with pytest.raises(ConflictError, match="没有冻结"):
        release(kept.means, kept.capture, SECOND)


def test_evidence_of_a_case_stays_with_it(kept: Kept) -> None:
    kept.means.evidence.save_capture(kept.capture.model_copy(update={"case_id": "case_1"}))
    with pytest.raises(ConflictError, match="已入案"):
        ask_destruction(kept.means, kept.capture, FIRST, keep_days=KEEP_DAYS)


def test_store_lets_go_of_nothing_without_its_certificate(kept: Kept) -> None:
    package, blobs = kept.capture.package, kept.means.blobs
    good = DestructionCertificate(
        capture_id="capture_1", url="http://x/", objects=(package,), asked_by="zhang", asked_at=utc_now(),
        approved_by="li", approved_at=utc_now(), reason="r", basis="b", custody_sha256="0" * 64, signature="00",
    )  # fmt: skip
    other = blobs.put(b"something else")
    for bad in (
        {"approved_by": "zhang"},
        {"asked_by": ""},
        {"signature": ""},
        {"objects": (other,)},
    ):
        certificate = blobs.put(certificate_bytes(good.model_copy(update=bad)))
        with pytest.raises(ConflictError, match="没有销毁这份内容的证书"):
            blobs.destroy(package.sha256, certificate_sha256=certificate.sha256)
    for certificate_sha256 in (other.sha256, "0" * 64, package.sha256):
        with pytest.raises(ConflictError):
            blobs.destroy(package.sha256, certificate_sha256=certificate_sha256)
    certificate = blobs.put(certificate_bytes(good))
    blobs.destroy(package.sha256, certificate_sha256=certificate.sha256)
    with pytest.raises(NotFoundError):
        blobs.destroy(package.sha256, certificate_sha256=certificate.sha256)


def test_commands_ask_for_accounts_and_a_chief(kept: Kept, data_dir: Path, capsys) -> None:
    for login, role in (("zhang", Role.OFFICER), ("li", Role.CHIEF)):
        account = Account(
            account_id=login, login=login, name=login, roles=(role,), region_code="", password_hash="x", active=True,
        )  # fmt: skip
        kept.services.accounts.save_account(account)
    with pytest.raises(InvalidInputError, match="账号"):
        evidence_hold("capture_1", "wang", "诉讼", data_dir=data_dir)
    assert evidence_hold("capture_1", "zhang", "诉讼", data_dir=data_dir) == 0
    with pytest.raises(PermissionRefusedError, match="负责人"):
        evidence_release("capture_1", "zhang", "结案", data_dir=data_dir)
    assert evidence_release("capture_1", "li", "结案", data_dir=data_dir) == 0
    with pytest.raises(ConflictError, match="留存期未满"):  # by the machine's clock it was made just now
        evidence_destroy("capture_1", "zhang", "期满", ask=True, data_dir=data_dir)
    with pytest.raises(ConflictError, match="没有有效的销毁申请"):
        evidence_destroy("capture_1", "li", "同意", data_dir=data_dir)
    assert "已解除冻结" in capsys.readouterr().out
