"""Console and API as one application; beside it the index is kept up to date and schedules are surveyed."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from anyio import to_thread
from fastapi import FastAPI

from api.oidc import OidcOptions
from api.routes import DoorOptions, install_api
from evidence.preserving import recover_interrupted
from records.errors import AwayError, IntegrityError, PortInUseError
from records.ports import Services
from records.search import SearchKind
from records.workbench import Workbench
from ui.pages import create_router as create_console
from ui.pages import install as install_console
from ui.replay.addresses import ReplayDoor
from ui.replay.app import ByPort, create_replay_app
from wangjian.cli.options import say
from wangjian.indexing import catch_up
from wangjian.job_works import JobWorks
from wangjian.keeping_evidence import keep_evidence
from wangjian.logs import set_up_logging
from wangjian.marking import rebuild_where_none
from wangjian.request_log import RequestLog
from wangjian.ruling import demote_where_due
from wangjian.scheduled_survey import SurveyWorker
from wangjian.settings import Settings
from wangjian.upkeep import Upkeep
from wangjian.wiring import open_services
from wangjian.workbench import ConsoleWorkbench

__all__ = ["build_app", "serve_console"]

_AT_ONCE = 12
"""Answers made at once; others wait their turn. All threads share one interpreter: forty of them, which is what the
server begins with, only keep each other from ending."""

_SWITCH_SECONDS = 0.001
_GARBAGE_THRESHOLDS = (50_000, 20, 100)
_CATCH_UP_SECONDS = 1.0
_STAMP_EVERY = 60
_REPORT_EVERY = 600
_REPORT_FIRST = 30


def build_app(
    services: Services,
    *,
    session_hours: int,
    workbench: Workbench | None = None,
    replay: ReplayDoor | None = None,
    api: DoorOptions | None = None,
) -> FastAPI:
    """The whole application over some services; a session lasts `session_hours`, of the API as `api` says."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _AT_ONCE
        stop = threading.Event()
        keeper = threading.Thread(target=_keep_up, args=(services, stop), name="keeper", daemon=True)
        keeper.start()
        evidence = threading.Thread(target=keep_evidence, args=(services, stop), name="evidence", daemon=True)
        evidence.start()
        yield
        stop.set()
        keeper.join(timeout=10)
        evidence.join(timeout=10)

    app = FastAPI(
        title="网鉴",
        version="0.1.0",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    install_api(app, services, api or DoorOptions(session_hours=session_hours, workbench=workbench))
    install_console(app)
    app.include_router(
        create_console(
            services,
            session_hours=session_hours,
            workbench=workbench,
            replay=replay,
            jobs=api.jobs if api else None,
        )
    )
    return app


def serve_console(settings: Settings, *, port: int | None = None) -> None:
    """Serve until interrupted.

    Raises:
        PortInUseError: Another process listens on the port.
    """
    set_up_logging(settings.logs.level)
    host, chosen = settings.console.host, port or settings.console.port
    listening = _listen(host, chosen)
    with listening, _listen_for_replay(settings, chosen) as replaying, open_services(settings) as services:
        recover_interrupted(services.evidence, clock=services.clock)
        say(f"控制台：http://{host}:{chosen}/  （Ctrl-C 结束）")
        bench, works = ConsoleWorkbench(services, settings), JobWorks(services, settings)
        works.recover()
        replay_port = replaying.getsockname()[1]
        replay = ReplayDoor(port=replay_port, origin=settings.console.replay_origin)
        app = build_app(
            services,
            session_hours=settings.console.session_hours,
            workbench=bench,
            replay=replay,
            api=_api_options(settings, bench, works),
        )
        doors = ByPort(app, {replay_port: create_replay_app(replay, services.blobs)})
        config = uvicorn.Config(
            RequestLog(doors), log_level="warning", server_header=False, access_log=False, log_config=None
        )
        worker, upkeep = SurveyWorker(services, settings), Upkeep(services, settings)
        worker.start()
        upkeep.start()
        _settle()
        try:
            uvicorn.Server(config).run(sockets=[listening, replaying])
        finally:
            works.close()
            upkeep.stop()
            worker.stop()


def _settle() -> None:
    """The process serves from now on: what is open stays open, so that garbage is looked for among new things alone and
    seldom; and whoever waits for the interpreter between two short reads of the database gets it sooner."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_SECONDS)


def _api_options(settings: Settings, bench: Workbench, works: JobWorks) -> DoorOptions:
    return DoorOptions(
        session_hours=settings.console.session_hours,
        requests_a_minute=settings.api.requests_a_minute,
        sign_ins_a_minute=settings.api.sign_ins_a_minute,
        workbench=bench,
        jobs=works,
        oidc=_oidc_options(settings),
        metrics_token=settings.api.metrics_token.get_secret_value(),
    )


def _oidc_options(settings: Settings) -> OidcOptions | None:
    chosen = settings.oidc
    if not chosen.issuer:
        return None
    return OidcOptions(
        issuer=chosen.issuer,
        client_id=chosen.client_id,
        client_secret=chosen.secret(),
        claim=chosen.claim,
        title=chosen.title,
    )


def _listen_for_replay(settings: Settings, console_port: int) -> socket.socket:
    """The port that is set, or the one after the console's, or any free one."""
    host, wanted = settings.console.host, settings.console.replay_port
    if wanted:
        return _listen(host, wanted)
    try:
        return _listen(host, min(console_port + 1, 65_535))
    except PortInUseError:
        return _listen(host, 0)


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # before the address is told: whoever reads it may come at once
    except OSError as exc:
        listening.close()
        raise PortInUseError(f"端口 {port} 不能用（{exc.strerror}）", cure=f"换一个端口：--port {port + 1}") from exc
    return listening


def _keep_up(services: Services, stop: threading.Event) -> None:
    """Bring the index up to the records every second; every minute ask for missing time stamps, and take down rules
    officers no longer agree with."""
    log = structlog.get_logger()
    rounds = 0
    while not stop.wait(_CATCH_UP_SECONDS):
        try:
            if not rounds:
                rebuild_where_none(services)
            catch_up(services)  # first what an officer waits for; pages are read out of the archive again
            catch_up(services, kinds=tuple(SearchKind))
            if rounds % _STAMP_EVERY == 0:
                services.preserver.stamp_pending()
                demote_where_due(services)
            if rounds % _REPORT_EVERY == _REPORT_FIRST:
                _make_due_reports(services)
        except (AwayError, IntegrityError) as exc:
            log.warning("keeping_up_failed", problem=exc.problem)
        rounds += 1


def _make_due_reports(services: Services) -> None:
    from wangjian.monitoring import keep_reports  # typesetting is slow to load, and seldom asked for

    keep_reports(services)
