"""The steps of the set-up, in order, and what to say at the end."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from machine import (
    install_browser,
    install_fonts,
    install_java,
    install_postgres,
    install_real_shop,
    install_test_node,
    install_viewer,
)
from packages import check_python, install_packages
from progress import Steps

__all__ = ["set_up"]

EXIT_DONE, EXIT_AWAY = 0, 3


def set_up(tree: Path, *, for_tests: bool) -> int:
    """Do every step that this purpose needs; 3 only when the program itself could not be installed."""
    begun = time.monotonic()
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    steps = Steps(9 if for_tests else 4)
    with ThreadPoolExecutor(1) as beside:  # the shop software has an environment of its own: made while pip works
        shop = beside.submit(install_real_shop, tree) if for_tests else None
        ready = _do(steps, tree, shop)
    return _conclude(steps, ready=ready, seconds=time.monotonic() - begun)


def _do(steps: Steps, tree: Path, shop: Future[str] | None) -> bool:
    """The steps one after another; whether the program itself could be installed."""
    for_tests = shop is not None
    ready = steps.do("Python", check_python)
    ready = ready and steps.do("程序包（按锁定文件校验）", lambda: install_packages(tree, for_tests=for_tests))
    if ready:
        steps.do("浏览器 Chromium", lambda: install_browser(tree))
        steps.do("中文字体", lambda: install_fonts(tree))
    if ready and shop is not None:
        steps.do("Java 与 Maven（仅测试）", lambda: install_java(tree))
        steps.do("Elasticsearch 测试节点（仅测试）", lambda: install_test_node(tree))
        steps.do("PostgreSQL 测试服务器（仅测试）", lambda: install_postgres(tree))
        steps.do("真实网店软件（仅测试）", shop.result)
        steps.do("PDF 查看工具（仅测试）", lambda: install_viewer(tree))
    return ready


def _conclude(steps: Steps, *, ready: bool, seconds: float) -> int:
    if not ready:
        sys.stderr.write(f"未能完成安装（{seconds:.1f} 秒）：见上面的“解决”。\n")
        return EXIT_AWAY
    if steps.failed:
        sys.stderr.write(
            f"安装完成，但缺 {len(steps.failed)} 项（{seconds:.1f} 秒）；用到它们的功能与测试将跳过并说明：\n"
        )
        for error in steps.failed:
            sys.stderr.write(f"  - {error}\n    解决：{error.cure}\n")
    else:
        sys.stderr.write(f"安装完成（{seconds:.1f} 秒）。\n")
    return EXIT_DONE
