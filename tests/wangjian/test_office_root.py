"""Records are of one root: a machine that has not been given the office's keys is refused, and makes none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from records.errors import InvalidInputError
from wangjian.settings import load_settings
from wangjian.wiring import open_services


def test_second_machine_is_refused_until_the_keys_were_carried_to_it(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANGJIAN_STORES__RECORDS_URL", f"sqlite:///{tmp_path}/shared.db")
    with open_services(load_settings(data_dir=data_dir)) as first:
        certificate = first.signer.certificate_pem
    second = tmp_path / "second"
    for _ in range(2):
        with (
            pytest.raises(InvalidInputError, match="属于另一根证书") as told,
            open_services(load_settings(data_dir=second)),
        ):
            pass
        assert "keys" in told.value.cure
        assert not list(second.glob("keys/*.key")), "no second root was made"
    shutil.copytree(data_dir / "keys", second / "keys", dirs_exist_ok=True)
    with open_services(load_settings(data_dir=second)) as carried:
        assert carried.signer.certificate_pem == certificate


def test_new_keys_are_let_in_where_the_old_root_stays_an_anchor(data_dir: Path) -> None:
    with open_services(load_settings(data_dir=data_dir)):
        pass
    old, keys = data_dir / "old", data_dir / "keys"
    keys.rename(old)
    (keys / "anchors").mkdir(parents=True)
    shutil.copy(old / "evidence-ca.pem", keys / "anchors" / "before.pem")
    with open_services(load_settings(data_dir=data_dir)) as services:
        assert services.operations.office_root() == services.operations.claim_office("0" * 64, services.clock())
