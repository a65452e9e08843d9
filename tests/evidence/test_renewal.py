"""An old package gets an archive time stamp over everything it holds; both verifiers follow them one after another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.authority import LocalTimestampAuthority
from evidence.package import write_box
from evidence.renewal import renew_package
from evidence.signing import open_signer
from evidence.standalone.verify import Box, OpensslTrust, canonical, examine
from evidence.transparency import log_means
from evidence.trust import load_anchors
from evidence.verify import verify_package
from records.errors import TimestampAwayError, VerificationError
from tests.attacks.making import Office, Shape, make_package, utc_now


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.open(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def renewed(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package renewed twice, the second time under another key of the organisation."""
    folder = tmp_path_factory.mktemp("renewed")
    make_package(folder / "old.wacz", Shape(), office)
    means = log_means(office.means)
    renew_package(folder / "old.wacz", folder / "once.wacz", means)
    later = open_signer(folder / "keys", organisation="测试局", clock=utc_now)
    anchors = office.anchors_pem + load_anchors(folder / "keys")
    renew_package(folder / "once.wacz", folder / "twice.wacz", replace(means, signer=later, anchors_pem=anchors))
    (folder / "anchors.pem").write_text(anchors)
    return folder


def _failed(path: Path, anchors: str) -> set[str]:
    now = utc_now()
    report = verify_package(path, anchors_pem=anchors, now=now)
    mine = {check.check_id for check in report.checks if check.result == "failed"}
    outcome = examine(str(path), OpensslTrust(anchors), now)
    assert mine == {step.check_id for step in outcome.steps if step.result == "failed"}
    assert outcome.valid == report.valid
    return mine


@pytest.mark.parametrize("name", ["old", "once", "twice"])
def test_every_renewal_holds_by_both_verifiers(renewed: Path, name: str) -> None:
    anchors = (renewed / "anchors.pem").read_text()
    report = verify_package(renewed / f"{name}.wacz", anchors_pem=anchors, now=utc_now())
    assert report.valid, report.checks
    assert _failed(renewed / f"{name}.wacz", anchors) == set()
    said = next(check.detail for check in report.checks if check.check_id == "renewal")
    assert said.count("内部授时") == {"old": 0, "once": 1, "twice": 2}[name]


def _edited(source: Path, target: Path, office: Office, edit: Callable[[dict[str, bytes]], object]) -> None:
    """The package with members changed, signed as a whole by the first key again."""
    with source.open("rb") as file:
        box = Box(file, source.stat().st_size)
        members = {name: b"".join(box.chunks(name)) for name in box.members if not name.startswith("datapackage")}
    edit(members)
    write_box(target, json.loads(members["evidence/manifest.json"]), members, signer=office.signer)


def _in_record(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], object]:
    def edit(members: dict[str, bytes]) -> None:
        record = json.loads(members["evidence/renewal-1.json"])
        change(record)
        members["evidence/renewal-1.json"] = canonical(record)

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        lambda members: members.pop("evidence/renewal-1-1.tsr"),
        lambda members: members.pop("evidence/renewal-1.json"),
        lambda members: members.update({"evidence/renewal-3.json": members["evidence/renewal-1.json"]}),
        lambda members: members.update({"evidence/renewal-1-1.tsr": members["evidence/timestamp-1.tsr"]}),
        _in_record(lambda record: record["members"].pop()),
        _in_record(lambda record: record["members"][0].update(sm3="0" * 64)),
        _in_record(lambda record: record.update(made_at="2020-01-01T00:00:00Z")),
        _in_record(lambda record: record["digest"].update(hash="sha256:" + "0" * 64)),
        _in_record(lambda record: record["digest"].update(wangjian_signature="00")),
        _in_record(lambda record: record.update(more=1)),
        _in_record(lambda record: record.update(certificates="")),
    ],
)
def test_forged_renewal_is_refused(
    renewed: Path, office: Office, tmp_path: Path, edit: Callable[[dict[str, bytes]], object]
) -> None:
    _edited(renewed / "once.wacz", tmp_path / "forged.wacz", office, edit)
    assert _failed(tmp_path / "forged.wacz", office.anchors_pem)


def test_what_does_not_verify_is_not_renewed(renewed: Path, office: Office, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wacz"
    content = bytearray((renewed / "old.wacz").read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(bytes(content))
    with pytest.raises(VerificationError, match="核验通过"):
        renew_package(broken, tmp_path / "new.wacz", log_means(office.means))
    assert not (tmp_path / "new.wacz").exists()


def test_without_an_authority_nothing_is_renewed(renewed: Path, office: Office, tmp_path: Path) -> None:
    with pytest.raises(TimestampAwayError, match="没有应答"):
        renew_package(renewed / "old.wacz", tmp_path / "new.wacz", replace(log_means(office.means), authorities=()))
    assert not (tmp_path / "new.wacz").exists()


def test_too_late_is_not_renewed(renewed: Path, office: Office, tmp_path: Path) -> None:
    """Six years on, with a new key and a new authority: the certificate of the first stamp has ended meanwhile."""
    later = lambda: utc_now() + timedelta(days=365 * 6)  # noqa: E731
    signer = open_signer(tmp_path / "keys", organisation="测试局", clock=later)
    authority = LocalTimestampAuthority(tmp_path / "keys", clock=later)
    anchors = office.anchors_pem + load_anchors(tmp_path / "keys")
    means = replace(log_means(office.means), signer=signer, authorities=(authority,), anchors_pem=anchors, clock=later)
    with pytest.raises(VerificationError, match="续期中断过"):
        renew_package(renewed / "old.wacz", tmp_path / "new.wacz", means)
    assert not (tmp_path / "new.wacz").exists()
