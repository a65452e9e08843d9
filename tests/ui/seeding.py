"""A small office for tests: real stores in a temporary directory, filled with a few shops, leads, runs and captures.

Hangzhou (3301) and Chengdu (5101) have a shop each, a third shop is hostile in every field it could be.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.problems import install_problem_handlers
from api.routes import OPENAPI_PATH, DoorOptions, install_api
from crawlers.archive.files import FolderFiles
from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.trust import load_anchors
from evidence.uploads.receiving import receive
from offices.accounts import NewAccount, create_account
from records.base import stable_id
from records.evidence import Capture, CaptureState
from records.people import Role, Session
from records.ports import Services
from records.uploads import UploadRequest
from stores.backends import Records, open_blobs, open_index, open_records
from tests.ui.seeded_leads import seed_captures, seed_leads
from tests.ui.seeded_market import (
    NOW,
    seed_market,
    seed_schedules,
)
from ui.door import open_door
from ui.pages import include_pages
from ui.pages import install as install_console
from wangjian.exchange_work import FlowExchange
from wangjian.indexing import catch_up
from wangjian.job_works import JobWorks
from wangjian.receiving import upload_means
from wangjian.scheduling.timetable import LedgerTimetable
from wangjian.settings import ExchangeSettings, Settings
from wangjian.workbench import ConsoleWorkbench

PASSWORD = "Shuang-Sui-2026"


class SteppingClock:
    """A clock that moves a second at each look, and as far as it is told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class NotingPreserver:
    """Stands in for stage 6 where a test is not about capturing: keeps the running capture and visits nothing."""

    def __init__(self) -> None:
        self.services: Services | None = None
        self.asked: list[str] = []
        self.clicks: tuple[str, ...] = ()

    def begin(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        assert self.services is not None
        self.asked.append(url)
        self.clicks = tuple(clicks)
        capture = Capture(
            capture_id=stable_id("capture", url, str(len(self.asked))),
            url=url,
            lead_id=lead_id,
            state=CaptureState.RUNNING,
            operator=operator,
            started_at=self.services.clock(),
        )
        self.services.evidence.save_capture(capture)
        return capture

    preserve = begin
    upload_max_bytes = 1_000_000

    def receive(self, request: UploadRequest) -> Capture:
        """Files are received for real; the papers, which take long, are left out."""
        assert self.services is not None
        settings = Settings(data_dir=self.services.data_dir)
        means = upload_means(self.services, settings)
        return receive(request, replace(means, papers=lambda *_: ()))


@dataclass
class Office:
    """The services with what was put into them."""

    services: Services
    records: Records
    clock: SteppingClock
    preserver: NotingPreserver
    ids: dict[str, str] = field(default_factory=dict)
    made: tuple[Services, FastAPI] | None = None
    bench: ConsoleWorkbench | None = None
    with_api: bool = True

    @property
    def app(self) -> FastAPI:
        """The application over the services, made once for them: reading the rules takes a third of a second."""
        if self.made is None or self.made[0] is not self.services:
            self.bench = ConsoleWorkbench(self.services, Settings(data_dir=self.services.data_dir))
            self.made = (self.services, make_app(self.services, self.bench, with_api=self.with_api))
        return self.made[1]


def open_office(folder: Path, template: Path, *, with_api: bool = True) -> Office:
    """An office of its own, copied from a seeded one (`seed_office`). The API is half the work of an application: tests
    of the console alone go without."""
    shutil.copytree(template, folder)
    office = _open(folder)
    office.with_api = with_api
    office.ids.update(json.loads((folder / "ids.json").read_text()))
    return office


def seed_office(folder: Path, *, extra_leads: int = 0) -> Path:
    """A folder with stores, seeded and indexed; `extra_leads` more of the Chengdu shop."""
    office = _open(folder)
    _accounts(office.services)
    seed_market(office.services, office.ids)
    seed_leads(office.services, office.ids, extra=extra_leads)
    seed_captures(office.services, office.ids)
    seed_schedules(office.services, office.ids)
    catch_up(office.services)
    (folder / "ids.json").write_text(json.dumps(office.ids))
    office.records.close()
    return folder


def enter(services: Services, login: str) -> tuple[str, Session]:
    """A session without the slow password: its token and what is stored of it."""
    token = f"token-of-{login}-{stable_id('t', str(services.clock()))}"
    session = Session(
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        account_id=services.accounts.account_by_login(login).account_id,
        csrf_token="5c" * 32,
        created_at=services.clock(),
        expires_at=services.clock() + timedelta(hours=10),
    )
    services.accounts.save_session(session)
    return token, session


def _open(folder: Path) -> Office:
    folder.mkdir(parents=True, exist_ok=True)
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    clock, preserver = SteppingClock(), NotingPreserver()
    LocalTimestampAuthority(folder / "keys", clock=clock)  # its root is pinned, though nobody is asked for stamps
    exchange = FlowExchange(ExchangeSettings())
    kept = {one.name: getattr(records, one.name) for one in fields(Services) if hasattr(records, one.name)}
    services = Services(
        **kept,
        clock=clock,
        data_dir=folder,
        blobs=open_blobs(f"file:///{folder}/blobs"),
        archive=FolderFiles(folder / "archive"),
        index=open_index(f"fts5:///{folder}/search.db"),
        signer=open_signer(folder / "keys", organisation="网鉴测试单位", clock=clock),
        timestamp_authorities=(),
        trust_anchors_pem=load_anchors(folder / "keys"),
        preserver=preserver,
        timetable=LedgerTimetable(records.schedules, clock),
        exchange_work=exchange,
        organisation="杭州市西湖区市场监督管理局",
        office_mark="杭西市监",
        allow_private=True,
    )
    preserver.services = services
    exchange.bind(services)
    return Office(services=services, records=records, clock=clock, preserver=preserver)


def _accounts(services: Services) -> None:
    wanted = [
        ("jiancha", "王监", (Role.MONITOR,), ""),
        ("banan", "潘案", (Role.OFFICER,), ""),
        ("fuze", "傅泽", (Role.CHIEF,), ""),
        ("shenji", "沈计", (Role.AUDITOR,), ""),
        ("guanli", "关理", (Role.ADMIN,), ""),
        ("hangzhou", "杭帆", (Role.MONITOR,), "3301"),
    ]
    for login, name, roles, region in wanted:
        create_account(
            services.accounts,
            NewAccount(login=login, name=name, roles=roles, password=PASSWORD, region_code=region),
        )


def make_app(services: Services, bench: ConsoleWorkbench | None = None, *, with_api: bool = True) -> FastAPI:
    """The application as `wangjian/serving.py` puts it together, without its indexer thread."""
    app = FastAPI(title="网鉴", openapi_url=OPENAPI_PATH, docs_url=None, redoc_url=None)
    works = JobWorks(services, Settings(data_dir=services.data_dir), lanes=1)
    if with_api:
        install_api(app, services, DoorOptions(workbench=bench, jobs=works))
    else:
        install_problem_handlers(app)
    install_console(app)
    include_pages(app, open_door(services, workbench=bench, jobs=works))
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine until the end of the block; gives its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
