"""Real stores and a clock that can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from offices.accounts import NewAccount, create_account
from records.people import Account, Role
from stores.backends import Records, open_records

PASSWORD = "Shuang-Sui-2026"


class TellableClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> TellableClock:
    return TellableClock()


@pytest.fixture
def records(tmp_path, new_database) -> Iterator[Records]:
    new_database(tmp_path / "wangjian.db")
    opened = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def add_account(records) -> Callable[..., Account]:
    def add(login: str = "wangjian", *roles: Role, region: str = "") -> Account:
        return create_account(
            records.accounts,
            NewAccount(login=login, name="王监", roles=roles or (Role.MONITOR,), password=PASSWORD, region_code=region),
        )

    return add


@pytest.fixture
def password() -> str:
    return PASSWORD
