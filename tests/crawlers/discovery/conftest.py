"""An asker as discovery has it, over a ledger of hosts in a real database; waiting costs no time but is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.discovery.asking import HostTerms, Manners, PoliteAsker
from network.guard import AddressGuard
from stores.backends import Records, open_blobs, open_records


@pytest.fixture
def records(tmp_path: Path, new_database: Callable[[Path], Path]) -> Iterator[Records]:
    new_database(tmp_path / "records.db")
    opened = open_records(f"sqlite:///{tmp_path}/records.db")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def new_asker(tmp_path: Path, records: Records) -> Iterator[Callable[..., PoliteAsker]]:
    made: list[PoliteAsker] = []

    def new(
        *, holder: str = "look-1", allow_private: bool = True, terms: HostTerms | None = None, **manners: float
    ) -> PoliteAsker:
        asker = PoliteAsker(
            AddressGuard(allow_private=allow_private), records.hosts, blobs=open_blobs(f"file://{tmp_path}/blobs"),
            clock=lambda: datetime.now(UTC), manners=Manners(user_agent="WangJianBot/0.1 (+test)", **manners),
            terms_of=lambda _: terms or HostTerms(delay_seconds=0.0), holder=holder,
        )  # fmt: skip
        made.append(asker)
        return asker

    yield new
    for asker in made:
        asker.close()
