"""Two consoles on machines of their own name and process numbers over one PostgreSQL: `python tests/scaleout/two_consoles.py`.

One surveys a slow site as a job while the other begins, is restarted and killed; then the first is killed. Ends with 0
when nothing of the one was interrupted by the other and the killed one's job was told to be, 1 when not. Needs root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE))

from offices.accounts import NewAccount, create_account  # noqa: E402
from offices.sessions import secret_sha256  # noqa: E402
from records.people import Role, Session  # noqa: E402
from stores.backends import open_records  # noqa: E402
from tests.pg_server import CACHE, node_program  # noqa: E402
from tests.scaleout.journey import say  # noqa: E402
from tests.scaleout.plant import _free_port  # noqa: E402
from wangjian.wiring import utc_now  # noqa: E402

__all__: list[str] = []

_WHO = "jiance"
_PATIENCE_SECONDS = 240.0
_PAGE_SECONDS = 5.0


class _Site(BaseHTTPRequestHandler):
    """One page leads to the next, each slowly."""

    def do_GET(self) -> None:
        number = int("".join(filter(str.isdigit, self.path)) or 0)
        time.sleep(0 if self.path == "/robots.txt" else _PAGE_SECONDS)
        body = f"<title>{number}</title><h1>龙井</h1><a href='/p{number + 1}.html'>下一款龙井</a>".encode()
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Console:
    def __init__(self, folder: Path, name: str, database: str, *, processes: int) -> None:
        self.data_dir, self._name, self._port = folder / name, name, _free_port()
        self.data_dir.mkdir()
        self._log = folder / f"{name}.log"
        self._program: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("WANGJIAN_")},
            "WANGJIAN_STORES__RECORDS_URL": database,
            "WANGJIAN_CONSOLE__PROCESSES": str(processes),
            "WANGJIAN_SCHEDULE__WORKERS": "0",
        }

    def start(self) -> None:
        serve = f"{sys.executable} -m wangjian serve --allow-private --port {self._port} --data-dir {self.data_dir}"
        apart = ("unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c")
        with self._log.open("a") as log:
            self._program = subprocess.Popen(
                [*apart, f"hostname {self._name} && exec {serve}"],
                stdout=log, stderr=log, env=self._environment, cwd=TREE,
            )  # fmt: skip
        _wait_until(self._answers, f"{self._name} to answer")
        time.sleep(2)  # it has looked after those it takes for dead

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program.wait(timeout=60)

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Cookie": f"wangjian_session={_WHO}", "X-CSRF-Token": "00" * 32 + "5c" * 32}
        with httpx.Client(trust_env=False, timeout=60) as client:
            return client.request(method, f"http://127.0.0.1:{self._port}{path}", headers=headers, **more)  # type: ignore[arg-type]

    def job(self, job_id: str) -> str:
        return str(self.ask("GET", f"/api/v1/jobs/{job_id}").json()["state"])

    def begin(self, url: str) -> str:
        wish = {"kind": "survey", "url": url, "max_pages": 500}
        job_id = str(self.ask("POST", "/api/v1/jobs", json=wish).json()["job_id"])
        _wait_until(lambda: self.job(job_id) == "running", "the job's begin")
        return job_id

    def duties(self) -> int:
        """How often it took the work behind the consoles up."""
        return self._log.read_text(encoding="utf-8").count("duties_taken_up")

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/login").status_code < 400
        except httpx.HTTPError:
            return False


def main() -> int:
    """The command."""
    wrong: list[str] = []
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    folder = Path(tempfile.mkdtemp(prefix="wangjian-two-consoles-"))
    with _database() as database:
        one = _Console(folder, "one", database, processes=2)
        two = _Console(folder, "two", database, processes=1)
        try:
            _try(one, two, f"http://127.0.0.1:{site.server_address[1]}/", wrong)
        finally:
            one.kill()
            two.kill()
    for told in wrong:
        say(told)
    shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def _try(one: _Console, two: _Console, url: str, wrong: list[str]) -> None:
    """What holds, in turn; what does not is added."""
    one.start()
    shutil.copytree(one.data_dir / "keys", two.data_dir / "keys")
    job_id = one.begin(url)
    for number in range(3):
        two.start()
        say(f"the other console has begun for the {number + 1}. time; the job: {two.job(job_id)}")
        if two.job(job_id) != "running":
            wrong.append("a console that began interrupted another machine's job")
        if number < 2:
            two.kill()
    if (one.duties(), two.duties()) != (1, 0):
        wrong.append(f"work behind the consoles: {one.duties()} and {two.duties()} times")
    one.kill()
    began_at = time.monotonic()
    _wait_until(lambda: two.job(job_id) == "interrupted", "the killed one's job to be told interrupted")
    say(f"told interrupted {time.monotonic() - began_at:.0f} s after its console was killed")
    _wait_until(lambda: two.duties() == 1, "the other to take the duties up")


@contextmanager
def _database() -> Iterator[str]:
    node = node_program().start(CACHE)
    with node:
        node.sql("CREATE DATABASE two", database="postgres")
        records = open_records(node.url("two"))
        records.migrate()
        wish = NewAccount(login=_WHO, name=_WHO, roles=(Role.MONITOR,), password="Liang-Tai-2026", region_code="")
        account = create_account(records.accounts, wish)
        now = utc_now()
        records.accounts.save_session(
            Session(
                token_sha256=secret_sha256(_WHO),
                account_id=account.account_id,
                csrf_token="5c" * 32,
                created_at=now,
                expires_at=now + timedelta(hours=1),
            )  # fmt: skip
        )
        records.close()
        yield str(node.url("two"))
    shutil.rmtree(node.folder, ignore_errors=True)


def _wait_until(holds: Callable[[], object], what: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.5)


if __name__ == "__main__":
    raise SystemExit(main())
