"""Writes docs/reference/licences.md: under which licence each library that ships with us stands.

`python deploy/licences.py` reads requirements.lock and what the installed packages say of themselves;
tests/test_docs.py fails when a locked library is not in the page.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

__all__ = ["locked", "main", "page"]

TREE = Path(__file__).resolve().parents[1]
PAGE = TREE / "docs/reference/licences.md"
_LOCKED = re.compile(r"([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? *\\?$", re.MULTILINE)
_LONGEST = 60
_HEAD = """<!-- 由 deploy/licences.py 生成，勿手改：make docs -->

# 随产品安装的库及其许可

以 `requirements.lock` 为准，许可取自各库自己的说明。网鉴自身为 Apache-2.0。

- 只用于测试的库（`requirements-dev.lock` 多出的，其中 pymerkle 为 GPL-3.0-or-later）不随产品安装。
- 控制台自带的 htmx 见 `ui/static/vendor/`；回放用的 ReplayWeb.page, see/replay/vendor/`。
- Chromium、字体、openssl、Elasticsearch 由使用者的系统或安装程序另行取得，不由本项目分发。

| 库 | 版本 | 许可 |
|---|---|---|
"""


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """One line a locked library; those this platform does not install are named as such."""
    return _HEAD + "".join(f"| {name} | {version} | {_licence(name)} |\n" for name, version in locked())


def locked() -> tuple[tuple[str, str], ...]:
    """(name, version) of every library in requirements.lock."""
    text = (TREE / "requirements.lock").read_text(encoding="utf-8")
    return tuple((found[1], found[2]) for found in _LOCKED.finditer(text))


def _licence(name: str) -> str:
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "（本平台不安装）"
    classified = [line.split(" :: ")[-1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    named = _first(said, "License-Expression") or "；".join(one for one in classified if one != "OSI Approved")
    first_line = _first(said, "License").strip().splitlines()[:1]
    return named or (first_line[0][:_LONGEST] if first_line else "未说明")


def _first(said: PackageMetadata, field: str) -> str:
    return next(iter(said.get_all(field) or ()), "")


if __name__ == "__main__":
    sys.exit(main())
