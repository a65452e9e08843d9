"""A second piece of shop software nobody here wrote: evershop 2.2.1 (React pages of a Node server, PostgreSQL).

    python tests/realshop/evershop/shop.py prepare          install, build and fill it in .cache/evershop (some minutes, once)
    python tests/realshop/evershop/shop.py run --port 3999  start it; Ctrl-C ends it
    python tests/realshop/evershop/shop.py measure          survey it and hold the figures to its own database

Too slow to set up for `make test`; `make realshops` measures it. Needs npm and a PostgreSQL server's programs; versions
and digests stand in package-lock.json. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CACHE = ROOT / ".cache/evershop"
GOODS = {
    "茶具": ("青瓷茶杯", "手绘盖碗", "建盏", "紫砂壶", "公道杯", "茶叶罐", "竹制茶盘", "粗陶茶壶"),
    "花器": ("粗陶花瓶", "竹编花篮", "白瓷花插", "青釉小瓶", "铜花器", "悬挂花瓶", "枯枝瓶", "玻璃花瓶"),
    "餐具": ("白瓷汤碗", "釉下彩盘", "竹筷", "木勺", "米饭碗", "分格盘", "砂锅", "鱼盘"),
    "文房": ("歙砚", "狼毫笔", "松烟墨", "宣纸", "笔架", "镇纸", "印泥", "臂搁"),
}
KINDS = ("一人用", "礼盒装", "家庭装")
LICENCE_NO = "91320508MA1XK4T27Q"
TRUTH = (
    "select json_agg(json_build_array(d.name, p.price, u.request_path)) from product p "
    "join product_description d on d.product_description_product_id = p.product_id join url_rewrite u on u.entity_uuid = p.uuid"
)


def prepare() -> Path:
    """Install, build and fill the shop, once. Raises RuntimeError with the last words of a step that failed."""
    home = CACHE / "home"
    if (home / "ready").is_file():
        return home
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(HERE, home, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    _say("安装 evershop …")
    _run(
        ["npm", "install", "--no-save", "--no-audit", "--no-fund"], home
    )  # the lock holds; `ci` wants other platforms too
    with _database(home) as env:
        _run(_psql(env, "postgres", "-c", "create database evershop"), home)
        _say("构建 evershop …")
        _run(["npx", "evershop", "build"], home, env)
        with _serving(home, env, _free_port()):
            _say("装入商品 …")
            _run([*_psql(env, "evershop", "-v", "ON_ERROR_STOP=1", "-f", "-")], home, said=_goods())
            _until(lambda: len(_truth(env, home)) == sum(map(len, GOODS.values())) * len(KINDS), "商品地址")
    (home / "ready").touch()
    return home


@contextmanager
def started(port: int = 0) -> Iterator[tuple[str, list[tuple[str, int, str]]]]:
    """The shop listening on loopback: its address, and (title, price in fen, path) of all its database holds."""
    home = prepare()
    port = port or _free_port()
    shutil.rmtree(home / ".evershop/sitemap", ignore_errors=True)
    with _database(home) as env, _serving(home, env, port):
        yield f"http://127.0.0.1:{port}/", _truth(env, home)


def measure() -> int:
    """Survey it as an officer would and print what was found; 1 when less than promised."""
    with started() as (url, truth), tempfile.TemporaryDirectory() as place:
        data = ["--data-dir", f"{place}/data", "--json"]
        wangjian = [sys.executable, "-m", "wangjian"]
        subprocess.run(
            [*wangjian, "survey", "run", url, "--allow-private", "--delay", "0", *data],
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
        for what in ("listings", "shops"):
            export = ["export", what, "--format", "jsonl", "-o", f"{place}/{what}.jsonl", "--data-dir", f"{place}/data"]
            subprocess.run([*wangjian, *export], cwd=ROOT, check=True, capture_output=True)
        found = {one["url"].removeprefix(url.rstrip("/")): one for one in _lines(f"{place}/listings.jsonl")}
        shops = _lines(f"{place}/shops.jsonl")
    titles = sum(found.get(path, {}).get("title") == title for title, _, path in truth)
    prices = sum(fen in _asked(found.get(path, {})) for _, fen, path in truth)
    licence = [shop for shop in shops if shop["disclosure"]["licence_no"] == LICENCE_NO]
    figures = {
        "products": len(truth),
        "found": titles,
        "prices_right": prices,
        "made_up": len(set(found) - {path for *_, path in truth}),
        "licence_read": bool(licence),
    }
    print(json.dumps(figures, ensure_ascii=False))
    return 0 if min(titles, prices) >= 0.95 * len(truth) and licence else 1


def _asked(listing: dict) -> list[int]:
    return [price["amount_fen"] for price in listing.get("prices", []) if price["role"] == "now"]


def _lines(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def _goods() -> str:
    """SQL for the goods; the shop's own subscribers make their addresses from its events."""
    said, number = ["begin;"], 0
    for place, (category, names) in enumerate(GOODS.items(), 1):
        said.append(f"insert into category(status,position) values(true,{place});")
        said.append(
            "insert into category_description(category_description_category_id,name,description,url_key) "
            f"values((select max(category_id) from category),'{category}','','cat-{place}');"
        )
        for title in (f"竹里 {name} {kind}" for name in names for kind in KINDS):
            number += 1
            price = 12_800 + number if number % 40 == 0 else (990 + number * 7919 % 58_000) / 100
            product = "(select max(product_id) from product)"
            said += [
                "insert into product(sku,price,status,category_id,group_id,weight) "
                f"values('ZL{number:04d}',{price},true,(select max(category_id) from category),1,1);",
                "insert into product_description(product_description_product_id,name,description,url_key) "
                f"values({product},'{title}','<p>老师傅手工制作，每一件略有不同。</p>','zl-{number}');",
                "insert into product_inventory(product_inventory_product_id,qty,manage_stock,stock_availability) "
                f"values({product},{number},true,true);",
            ]
    return "\n".join(
        [*said, "insert into setting(name,value,is_json) values('storeName','竹里窑器具铺',false);", "commit;"]
    )


def _truth(env: dict[str, str], home: Path) -> list[tuple[str, int, str]]:
    rows = json.loads(_run(_psql(env, "evershop", "-Atc", TRUTH), home).strip() or "null")
    return [(title, round(float(price) * 100), path) for title, price, path in rows or ()]


@contextmanager
def _database(home: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL over files of the cache on a free port of loopback, ended with the block."""
    place, port = home / "postgres", str(_free_port())
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not bins:
        raise RuntimeError("缺 PostgreSQL 服务端程序；解决：apt-get install postgresql")
    plain = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    if not place.is_dir():
        place.mkdir()
        if plain:
            shutil.chown(place, "nobody", "nogroup")
        _run(
            [
                *plain,
                str(bins[-1] / "initdb"),
                "-D",
                str(place / "data"),
                "-U",
                "shop",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            home,
        )
    options = ["-p", port, "-k", str(place), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    with (home / "postgres.log").open("ab") as log:
        server = subprocess.Popen(
            [*plain, str(bins[-1] / "postgres"), "-D", str(place / "data"), *options], stdout=log, stderr=log
        )
        try:
            env = {
                "DB_HOST": "127.0.0.1",
                "DB_PORT": port,
                "DB_USER": "shop",
                "DB_PASSWORD": "x",
                "DB_NAME": "evershop",
                "DB_SSLMODE": "disable",
            }
            _until(
                lambda: (
                    subprocess.run(
                        _psql(env, "postgres", "-c", "select 1"), capture_output=True, check=False
                    ).returncode
                    == 0
                ),
                "PostgreSQL",
            )
            yield env
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


@contextmanager
def _serving(home: Path, env: dict[str, str], port: int) -> Iterator[None]:
    url = f"http://127.0.0.1:{port}"
    more = {
        "PORT": str(port),
        "EVERSHOP_HOME_URL": url,
        "NODE_ENV": "production",
        "NODE_CONFIG_DIR": str(home / "config"),
    }
    with (home / "evershop.log").open("ab") as log:
        server = subprocess.Popen(
            ["node", "node_modules/@evershop/evershop/dist/bin/evershop.js", "start"],
            cwd=home, env={**os.environ, **env, **more}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _until(lambda: _answers(f"{url}/cat-none") is not None, "evershop")
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _answers(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def _until(true: object, what: str) -> None:
    for _ in range(240):
        if true():  # type: ignore[operator]
            return
        time.sleep(0.5)
    raise RuntimeError(f"{what} 未就绪；日志在 {CACHE}")


def _psql(env: dict[str, str], database: str, *words: str) -> list[str]:
    return ["psql", "-q", "-h", env["DB_HOST"], "-p", env["DB_PORT"], "-U", "shop", "-d", database, *words]


def _run(command: list[str], place: Path, env: dict[str, str] | None = None, *, said: str = "") -> str:
    done = subprocess.run(
        command, cwd=place, env={**os.environ, "NODE_CONFIG_DIR": str(place / "config"), **(env or {})}, input=said,
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode:
        last = " / ".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise RuntimeError(f"{' '.join(command[:4])} 未成功（退出码 {done.returncode}）：{last}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def main() -> int:
    """Do what the command line says."""
    asked = argparse.ArgumentParser(description="真实网店软件 evershop，装有自己的商品，只在本机监听")
    asked.add_argument("command", choices=("prepare", "run", "measure"))
    asked.add_argument("--port", type=int, default=3999)
    options = asked.parse_args()
    try:
        if options.command == "measure":
            return measure()
        if options.command == "prepare":
            prepare()
            return 0
        with started(options.port) as (url, truth), contextlib.suppress(KeyboardInterrupt):
            _say(f"竹里窑器具铺：{url}（{len(truth)} 件商品，Ctrl-C 结束）")
            signal.pause()
    except RuntimeError as error:
        _say(str(error))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
