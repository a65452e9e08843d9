"""Parts that are not Python packages: Chromium, fonts, Java, the Elasticsearch test node.

As root on Debian they come from Debian's packages; elsewhere Chromium is Playwright's own and the rest is named with
the command that cures it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from progress import StepError, run

__all__ = [
    "apt_install",
    "can_apt",
    "install_browser",
    "install_fonts",
    "install_java",
    "install_postgres",
    "install_real_shop",
    "install_test_node",
    "install_viewer",
]

_BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
_POSTGRES = Path("/usr/lib/postgresql")
_FONT_NAMES = ("NotoSerifCJK*", "NotoSansCJK*", "SourceHanSerif*", "SourceHanSans*")
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts")


def can_apt() -> bool:
    """Whether packages of Debian can be installed here: apt-get is there and we are root."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: Sequence[str], *, failure: str) -> None:
    """Install packages of Debian, with fresh lists.

    Raises:
        StepError: apt-get ended badly.
    """
    cure = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    log = Path(tempfile.gettempdir()) / f"wangjian-apt-{os.getpid()}.log"
    _fetch_lists(log)
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends", *packages]
    run(command, log=log, failure=failure, cure=cure)
    log.unlink(missing_ok=True)


def install_browser(tree: Path) -> str:
    """Debian's headless Chromium as root, Playwright's own elsewhere.

    Raises:
        StepError: Neither could be had.
    """
    found = next((name for name in _BROWSERS if shutil.which(name)), "")
    if found or _has_playwright_browser():
        return f"已有 {found or 'Chromium（Playwright 自带）'}"
    if can_apt():
        try:
            apt_install(["chromium-headless-shell"], failure="Chromium 未能安装")
        except StepError:  # releases before Debian 12.5 have only the whole browser
            apt_install(["chromium"], failure="Chromium 未能安装")
        return "已安装"
    run(
        [str(tree / ".venv/bin/playwright"), "install", "chromium"],
        log=tree / ".cache/setup/playwright.log",
        failure="Chromium 未能安装",
        cure="以 root 执行 apt-get install -y chromium-headless-shell，"
        "或联网执行 .venv/bin/playwright install --with-deps chromium",
    )
    return "已安装（Playwright 自带）"


def install_fonts(tree: Path) -> str:
    """Noto CJK, for screenshots, licence images and papers.

    Raises:
        StepError: None was found and none could be installed.
    """
    if _has_fonts():
        return "已有"
    if not can_apt():
        raise StepError(
            "没有 Noto CJK 中文字体，截图与文书会缺字",
            cure="以 root 执行 apt-get install -y fonts-noto-cjk，或把字体文件放进 ~/.local/share/fonts",
        )
    apt_install(["fonts-noto-cjk"], failure="中文字体未能安装")
    return "已安装"


def install_java(tree: Path) -> str:
    """A Java compiler of 17 or newer and Maven, which put the Elasticsearch test node together.

    Raises:
        StepError: They are not there and could not be installed.
    """
    if shutil.which("mvn") and java_version() >= 17:
        return f"已有 Java {java_version()}"
    packages = ["default-jdk-headless", "maven"]
    if not can_apt():
        raise StepError(
            "没有 Java 17 与 Maven，需要 Elasticsearch 的测试将跳过",
            cure=f"以 root 执行 apt-get install -y {' '.join(packages)}",
        )
    apt_install(packages, failure="Java 与 Maven 未能安装")
    return f"已安装 Java {java_version()}"


def install_test_node(tree: Path) -> str:
    """The jars of the Elasticsearch test node, from Maven Central.

    Raises:
        StepError: Java is away or the jars could not be had.
    """
    program = tree / "deploy/testnode/node.py"
    cache = tree / ".cache/testnode"
    prepare = [str(tree / ".venv/bin/python"), str(program), "prepare", "--cache", str(cache)]
    cure = f"安装 Java 17 与 Maven，检查 Maven 源，再执行 {' '.join(prepare)}"
    if not (shutil.which("mvn") and shutil.which("javac")):
        raise StepError("缺 Java 或 Maven，Elasticsearch 测试节点未备好", cure=cure)
    stamp = tree / ".cache/setup/testnode.stamp"
    digest = _digest_of_folder(program.parent)
    if cache.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return "已备好"
    run(prepare, log=tree / ".cache/setup/testnode.log", failure="Elasticsearch 测试节点未备好", cure=cure)
    stamp.write_text(digest, encoding="utf-8")
    return "已备好"


def install_postgres(tree: Path) -> str:
    """PostgreSQL's programs and an empty cluster for the tests, which start servers of their own; none of the machine
    is started or made.

    Raises:
        StepError: They are not there and could not be installed, or no cluster could be made.
    """
    program = [str(tree / ".venv/bin/python"), str(tree / "deploy/pgnode/node.py")]
    there = next(_POSTGRES.glob("*/bin/initdb"), None) or shutil.which("initdb")
    if not there:
        if not can_apt():
            raise StepError(
                "没有 PostgreSQL，需要它的测试将跳过", cure="以 root 执行 apt-get install -y postgresql（不需启动服务）"
            )
        _install_without_cluster()
    run(
        [*program, "prepare", "--cache", str(tree / ".cache/pgnode")],
        log=tree / ".cache/setup/pgnode.log",
        failure="PostgreSQL 测试服务器未备好",
        cure="以 root 执行 apt-get install -y postgresql，或以普通用户身份运行测试",
    )
    return "已有" if there else "已安装"


def _install_without_cluster() -> None:
    """Debian makes and starts a cluster with the package, unless this says not to."""
    said = Path("/etc/postgresql-common/createcluster.conf")
    if not said.exists():
        said.parent.mkdir(parents=True, exist_ok=True)
        said.write_text("create_main_cluster = false\n", encoding="utf-8")
    apt_install(["postgresql"], failure="PostgreSQL 未能安装")


def install_real_shop(tree: Path) -> str:
    """The shop software that the tests survey, in an environment of its own.

    Raises:
        StepError: It could not be had.
    """
    command = [sys.executable, str(tree / "tests/realshop/shop.py"), "prepare"]
    stamp = tree / ".cache/setup/realshop.stamp"
    digest = _digest_of_folder(tree / "tests/realshop")
    if (tree / ".cache/realshop").is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return "已备好"
    run(
        command,
        log=tree / ".cache/setup/realshop.log",
        failure="真实网店软件未备好",
        cure=f"检查网络与 pip 源后执行 {' '.join(command)}",
    )
    stamp.write_text(digest, encoding="utf-8")
    return "已备好"


def install_viewer(tree: Path) -> str:
    """pdftotext and pdftoppm, with which tests read our papers as another program would.

    Raises:
        StepError: They are not there and could not be installed.
    """
    if shutil.which("pdftotext"):
        return "已有"
    if not can_apt():
        raise StepError("没有 pdftotext，文书测试将跳过", cure="以 root 执行 apt-get install -y poppler-utils")
    apt_install(["poppler-utils"], failure="pdftotext 未能安装")
    return "已安装"


def java_version() -> int:
    """The major version of the Java compiler; 0 when there is none."""
    javac = shutil.which("javac")
    if javac is None:
        return 0
    said = subprocess.run([javac, "-version"], capture_output=True, text=True, check=False)  # noqa: S603  found by which
    words = (said.stdout + said.stderr).split()
    number = words[1].split(".")[0] if len(words) > 1 else ""
    return int(number) if number.isdigit() else 0


def _has_playwright_browser() -> bool:
    places = (
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "~/.cache/ms-playwright",
        "~/Library/Caches/ms-playwright",
    )
    return any(next(Path(place).expanduser().glob("chromium*"), None) for place in places if place)


def _has_fonts() -> bool:
    for folder in _FONT_FOLDERS:
        place = Path(folder).expanduser()
        if place.is_dir() and any(next(place.rglob(name), None) for name in _FONT_NAMES):
            return True
    return False


@functools.cache
def _fetch_lists(log: Path) -> None:
    """Package lists go stale, so each set-up that installs fetches them once; old ones may still do."""
    with contextlib.suppress(StepError):
        run(["apt-get", "update"], log=log, failure="apt-get update 未成功", cure="检查网络与 /etc/apt/sources.list")


def _digest_of_folder(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
