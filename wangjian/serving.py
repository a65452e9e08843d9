"""Console and API as one application, by one process or by several of which one does what goes on behind them."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

import uvicorn
from anyio import to_thread
from fastapi import FastAPI

from api.cursors import server_secret
from api.oidc import OidcOptions
from api.routes import DoorOptions, install_api
from offices.together import Together
from records.errors import PortInUseError
from records.ports import Services
from records.workbench import Workbench
from ui.door import open_door
from ui.pages import include_pages
from ui.pages import install as install_console
from ui.replay.addresses import ReplayDoor
from ui.replay.app import ByPort, create_replay_app
from wangjian.behind_console import kept_up
from wangjian.cli.options import say
from wangjian.job_works import JobWorks
from wangjian.keeping_machine import end_interrupted
from wangjian.logs import set_up_logging
from wangjian.processes.holding import forget_dead
from wangjian.processes.presence import Presence
from wangjian.processes.sharing import Shared
from wangjian.processes.supervising import Ending, Supervisor
from wangjian.request_log import RequestLog
from wangjian.settings import Settings
from wangjian.wiring import open_services
from wangjian.workbench import ConsoleWorkbench

__all__ = ["build_app", "serve_console"]

_AT_ONCE = 12
"""Answers made at once by a process; others wait their turn. All threads share one interpreter: forty of them, which is
what the server begins with, only keep each other from ending."""

_LANES = 2
_MOST_BY_ITSELF = 2
_SWITCH_SECONDS = 0.001
_GARBAGE_THRESHOLDS = (50_000, 20, 100)


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
        yield

    app = FastAPI(
        title="网鉴",
        version="0.1.0",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    options = api or DoorOptions(session_hours=session_hours, workbench=workbench)
    options = replace(options, together=options.together or Together())
    install_api(app, services, options)
    install_console(app)
    door = open_door(
        services,
        session_hours=session_hours,
        workbench=workbench,
        replay=replay,
        jobs=options.jobs,
        together=options.together,
    )
    include_pages(app, door)
    return app


def serve_console(settings: Settings, *, port: int | None = None, processes: int = 0) -> None:
    """Serve until interrupted or asked to end.

    Args:
        processes: How many answer; 0: as the settings say.

    Raises:
        PortInUseError: Another process listens on the port.
        StorageFullError, StoreAwayError, IntegrityError: As `wiring.open_services`.
    """
    set_up_logging(settings.logs.level)
    host, chosen = settings.console.host, port or settings.console.port
    number = processes or settings.console.processes or min(_MOST_BY_ITSELF, len(os.sched_getaffinity(0)))
    with _listen(host, chosen) as listening, _listen_for_replay(settings, chosen) as replaying:
        console = _Console(settings, (listening, replaying), Shared(processes=number), processes=number)
        said = f"控制台：http://{host}:{chosen}/  （Ctrl-C 结束）"
        if number == 1:
            console.serve(Ending(), alone=True, said=said)
            return
        console.prepare()
        say(said)
        works = {"behind": console.keep_up, **{f"serving-{one}": console.serve for one in range(1, number + 1)}}
        Supervisor(works).run(before_end=console.stop_listening)


class _Stoppable(uvicorn.Server):
    """Ends when the process was asked to before it began to serve, too."""

    def __init__(self, config: uvicorn.Config, ending: Ending) -> None:
        super().__init__(config)
        self._ending = ending

    async def on_tick(self, counter: int) -> bool:
        """Whether to end."""
        return await super().on_tick(counter) or self._ending.asked


class _Console:
    """One console; its methods are what each of its processes does."""

    def __init__(
        self, settings: Settings, sockets: tuple[socket.socket, socket.socket], shared: Shared, *, processes: int
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._shared = shared
        self._processes = processes

    def prepare(self) -> None:
        """Make and migrate before several come at once. Raises as `open_services`."""
        with open_services(self._settings) as services:
            server_secret(services.data_dir / "keys")
            forget_dead(services.data_dir)

    def stop_listening(self) -> None:
        """Whoever comes now is refused by the system and does not wait for an answer that never comes."""
        for one in self._sockets:
            one.close()

    def keep_up(self, ending: Ending) -> None:
        """Everything but to answer."""
        self.stop_listening()
        with open_services(self._settings) as services, kept_up(services, self._settings):
            _settle()
            ending.wait()

    def serve(self, ending: Ending, *, alone: bool = False, said: str = "") -> None:
        """Answer, and when there is no other, do everything else too. What is `said` is, once there is what to answer
        from."""
        settings = self._settings
        with (
            self._shared.joined(settings.data_dir.expanduser().absolute()) as together,
            open_services(settings) as services,
        ):
            end_interrupted(services, settings)
            if alone:
                forget_dead(services.data_dir)
            if said:
                say(said)
            presence = _presence(services, settings, together)
            together = replace(together, is_alive=presence.is_alive) if presence else together
            works = JobWorks(services, settings, lanes=max(1, _LANES // self._processes), together=together)
            works.recover()
            app = self._app(services, works, together)
            config = uvicorn.Config(app, log_level="warning", server_header=False, access_log=False, log_config=None)
            told = presence.kept(works.recover) if presence else nullcontext()
            with told, kept_up(services, settings) if alone else nullcontext():
                _settle()
                try:
                    _Stoppable(config, ending).run(sockets=list(self._sockets))
                finally:
                    works.close()

    def _app(self, services: Services, works: JobWorks, together: Together) -> RequestLog:
        settings, port = self._settings, self._sockets[1].getsockname()[1]
        bench = ConsoleWorkbench(services, settings)
        secret = self._shared.replay_secret
        replay = ReplayDoor(port=port, origin=settings.console.replay_origin, secret=secret)
        app = build_app(
            services,
            session_hours=settings.console.session_hours,
            workbench=bench,
            replay=replay,
            api=_api_options(settings, bench, works, together),
        )
        return RequestLog(ByPort(app, {port: create_replay_app(replay, services.blobs)}))


def _presence(services: Services, settings: Settings, together: Together) -> Presence | None:
    """Told and looked after where other machines may share the records."""
    if not settings.stores.records_url:
        return None
    operations, clock = services.operations, services.clock
    return Presence(operations, clock, process=together.process, is_held=together.is_alive)


def _settle() -> None:
    """The process serves from now on: what is open stays open, so that garbage is looked for among new things alone and
    seldom; and whoever waits for the interpreter between two short reads of the database gets it sooner."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_SECONDS)


def _api_options(settings: Settings, bench: Workbench, works: JobWorks, together: Together) -> DoorOptions:
    return DoorOptions(
        session_hours=settings.console.session_hours,
        requests_a_minute=settings.api.requests_a_minute,
        sign_ins_a_minute=settings.api.sign_ins_a_minute,
        workbench=bench,
        jobs=works,
        oidc=_oidc_options(settings),
        metrics_token=settings.api.metrics_token.get_secret_value(),
        together=together,
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
