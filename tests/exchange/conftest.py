"""Houses: data directories of zones and bureaus that know each other by their cards, and what travels between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offices.audit import Caller
from records.base import stable_id
from records.exchange import Relation
from records.ports import Services
from tests.contracts import makers
from wangjian.exchanging import receive
from wangjian.exchanging_keys import add_peer, card_of
from wangjian.exchanging_sending import send
from wangjian.settings import Settings
from wangjian.wiring import open_services

CALLER = Caller(account=None, origin="命令行 张三")
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved; one for all houses."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class House:
    """One installation: its services, its settings, and the folder it hands bundles out into."""

    services: Services
    settings: Settings
    out: Path

    @property
    def code(self) -> str:
        return self.services.identity.code

    def knows(self, other: House, relation: Relation) -> None:
        add_peer(self.services, card_of(other.services), relation, caller=CALLER)

    def send(self, other: House, *, kinds=(), **more):
        chosen = self.settings.exchange.model_copy(update=more)
        return send(self.services, other.code, self.out, kinds=kinds, chosen=chosen, caller=CALLER)

    def receive(self, *files: Path):
        return receive(self.services, files, caller=CALLER)

    def take(self, file: Path):
        (done,) = self.receive(file)
        return done


@pytest.fixture
def clock() -> Clock:
    return Clock()


def open_house(stack: ExitStack, folder: Path, name: str, clock: Clock, **more: object) -> House:
    """A house over `folder/name`, with settings of its exchange; `evidence` are settings of evidence."""
    evidence = more.pop("evidence", {})
    settings = Settings(
        data_dir=folder / name,
        evidence={"organisation": name, **evidence},
        exchange={"code": stable_id("h", name)[:10], **more},
    )
    services = stack.enter_context(open_services(settings, clock=clock))
    return House(services=services, settings=settings, out=folder / f"{name}-out")


def open_zones(stack: ExitStack, folder: Path, clock: Clock) -> tuple[House, House]:
    return tuple(open_house(stack, folder, name, clock, zone=name) for name in ("采集区", "业务区"))


@pytest.fixture(scope="session")
def known_zones(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Path:
    """采集区 and 业务区 of one house, each knowing the other; made once, copied by those who change them."""
    folder = tmp_path_factory.mktemp("zones")
    for name in ("采集区", "业务区"):
        (folder / name).mkdir()
        shutil.copyfile(migrated_database, folder / name / "wangjian.db")
    with ExitStack() as stack:
        collecting, working = open_zones(stack, folder, Clock())
        collecting.knows(working, Relation.WORKING)
        working.knows(collecting, Relation.COLLECTING)
    return folder


@pytest.fixture
def house(tmp_path: Path, new_database: Callable[[Path], Path], clock: Clock) -> Iterator[Callable[..., House]]:
    """Opens a new house of a name; all are closed at the end."""
    with ExitStack() as stack:

        def build(name: str, **more: object) -> House:
            new_database(tmp_path / "houses" / name / "wangjian.db")
            return open_house(stack, tmp_path / "houses", name, clock, **more)

        yield build


@pytest.fixture
def zones(known_zones: Path, tmp_path: Path, clock: Clock) -> Iterator[tuple[House, House]]:
    """采集区 and 业务区, to be changed."""
    shutil.copytree(known_zones, tmp_path / "zones")
    with ExitStack() as stack:
        yield open_zones(stack, tmp_path / "zones", clock)


def survey(house: House, *, shops: int = 1) -> None:
    """What a survey of some shops leaves: targets, pages with their bytes, shops, listings, findings, leads."""
    services = house.services
    services.survey.save_target(makers.target())
    services.survey.open_run(makers.run(), ())
    for number in range(1, shops + 1):
        row = makers.row(number)
        services.survey.enqueue((row,))
        services.blobs.put(row.url.encode())
        page = makers.page(row, page_id=f"page_{number}")
        listing = makers.listing(f"l{number}", shop_id=f"s{number}", page_id=page.page_id)
        reading = makers.reading(listing, shop=makers.shop(f"s{number}"))
        services.survey.complete(row, page, reading, ())
        finding = makers.finding(f"f{number}", shop_id=f"s{number}").model_copy(update={"page_id": page.page_id})
        services.leads.save_findings((finding,))
        save_lead(house, number)


def save_lead(house: House, number: int) -> None:
    lead = makers.lead(f"lead_{number}").model_copy(update={"shop_id": f"s{number}", "finding_ids": (f"f{number}",)})
    house.services.leads.save_lead(lead, makers.lead_event(f"e{number}", lead_id=lead.lead_id), expected_version=0)
