"""Shop software nobody here wrote (django-oscar), with goods of its own, on loopback.

    python tests/realshop/shop.py prepare            install it into .cache/realshop (once)
    python tests/realshop/shop.py run --port 8799    start it; Ctrl-C ends it
    python tests/realshop/shop.py truth              what its own database holds, as JSON

It lives in a virtual environment of its own, filled from requirements.lock with digests checked, so that nothing of it
mixes with the product. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

__all__ = ["CACHE", "RealListing", "RealShop", "RealShopError", "prepare", "started"]

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache/realshop"
LOCK = HERE / "requirements.lock"
PROJECT = HERE / "project"
CURE = "检查网络与 pip 源后执行 python tests/realshop/shop.py prepare"
INSTALL_SECONDS = 600


class RealShopError(Exception):
    """The shop software could not be installed or started; the message says at what and shows its last words."""


@dataclass(frozen=True, slots=True)
class RealListing:
    """One listing as the shop's own database has it."""

    url: str
    title: str
    price_fen: int
    planted: str


@dataclass(frozen=True, slots=True)
class RealShop:
    """The running shop and the truth about it."""

    base_url: str
    name: str
    seller: str
    licence_no: str
    icp_no: str
    listings: tuple[RealListing, ...]


def prepare(cache: Path = CACHE, *, tell: Callable[[str], None] = lambda step: None) -> Path:
    """Install the software and load the shop, once; gives the folder with both. `tell` hears each step.

    Raises:
        RealShopError: A package could not be had, or the shop could not be filled.
    """
    home = cache / f"home-{_recipe()}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (home / "ready.json").is_file():
            return home
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home / "venv", with_pip=True)
        python = str(home / "venv/bin/python")
        install = [python, "-m", "pip", "install", "--no-input", "--require-hashes", "-r", str(LOCK)]
        tell("安装 django-oscar …")
        _run(install, "安装 django-oscar")
        tell("装入商品 …")
        (home / "data").mkdir()
        told = _run([python, str(PROJECT / "load.py"), "load"], "装入商品", data=home / "data")
        json.loads(told)
        (home / "ready.json").write_text(told, encoding="utf-8")
    return home


@contextmanager
def started(cache: Path = CACHE, *, port: int = 0) -> Iterator[RealShop]:
    """The shop, listening on loopback, over a copy of its data of its own; ended with the block.

    Args:
        port: 0 takes a free one.

    Raises:
        RealShopError: It could not be installed or did not begin to listen.
    """
    home = prepare(cache)
    with tempfile.TemporaryDirectory(prefix="wangjian-realshop-") as scratch:
        data = Path(scratch) / "data"
        shutil.copytree(home / "data", data)
        python = str(home / "venv/bin/python")
        truth = json.loads(_run([python, str(PROJECT / "load.py"), "truth"], "读取商品库", data=data))
        with (Path(scratch) / "server.log").open("w+b") as log:
            process = subprocess.Popen(
                [python, "-W", "ignore", str(PROJECT / "serve.py"), str(port)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(data),
            )
            try:
                yield _shop(_address(process, log.name), truth)
            finally:
                process.terminate()
                process.wait(timeout=20)
                if process.stdout is not None:
                    process.stdout.close()


def _shop(base_url: str, truth: Mapping[str, object]) -> RealShop:
    listings = truth["listings"]
    assert isinstance(listings, list)
    return RealShop(
        base_url=base_url,
        name=str(truth["shop"]),
        seller=str(truth["seller"]),
        licence_no=str(truth["licence_no"]),
        icp_no=str(truth["icp_no"]),
        listings=tuple(
            RealListing(urljoin(base_url, one["path"]), one["title"], one["price_fen"], one["planted"])
            for one in listings
        ),
    )


def _address(process: subprocess.Popen[bytes], log: str) -> str:
    """The address the server says once it listens; its pipe ends when it dies."""
    assert process.stdout is not None
    said = process.stdout.readline().decode().strip()
    if not said.startswith("http://"):
        process.wait(timeout=20)
        last = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise RealShopError(f"网店软件未能启动：{' / '.join(last)}")
    return said


def _run(command: list[str], step: str, *, data: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=_environment(data), check=False, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise RealShopError(f"{step}未成功：{exc}；解决：{CURE}") from exc
    if done.returncode:
        last = " / ".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise RealShopError(f"{step}未成功（退出码 {done.returncode}）：{last}；解决：{CURE}")
    return done.stdout


def _environment(data: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}
    kept.update(PYTHONDONTWRITEBYTECODE="1", PYTHONIOENCODING="utf-8")
    return kept if data is None else {**kept, "REALSHOP_DATA": str(data)}


def _recipe() -> str:
    found = hashlib.sha256(sys.version.encode())
    for path in (LOCK, *sorted(PROJECT.rglob("*"))):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def main() -> int:
    """Do what the command line says."""
    asked = argparse.ArgumentParser(description="真实网店软件 django-oscar，装有自己的商品，只在本机监听")
    asked.add_argument("command", choices=("prepare", "run", "truth"))
    asked.add_argument("--port", type=int, default=8799)
    asked.add_argument("--cache", type=Path, default=CACHE)
    options = asked.parse_args()
    try:
        home = prepare(options.cache, tell=lambda step: print(step, file=sys.stderr, flush=True))
        if options.command == "truth":
            print((home / "ready.json").read_text(encoding="utf-8"))
        elif options.command == "run":
            _run_until_stopped(options.cache, options.port)
    except RealShopError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


def _run_until_stopped(cache: Path, port: int) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, the server still ends with us
    with started(cache, port=port) as shop:
        print(f"{shop.name}：{shop.base_url}（{len(shop.listings)} 件商品，Ctrl-C 结束）", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    sys.exit(main())
