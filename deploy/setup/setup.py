"""Sets the project up from nothing: `python3 deploy/setup/setup.py --for run|test`. Standard library only.

Everything is said on stderr, so that `make demo` leaves stdout to the program. A second run finds its stamps and does
nothing. A step that fails names what is missing and the command that cures it; the rest goes on where it can.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
EXIT_AWAY = 3


def main() -> int:
    """Set up; 0 when what was asked for can run, 3 when a needed part is away."""
    asked = argparse.ArgumentParser(description="网鉴：安装运行或测试所需的一切")
    asked.add_argument(
        "--for", dest="purpose", choices=("run", "test"), default="run", help="run：运行；test：运行与测试"
    )
    purpose = asked.parse_args().purpose
    if sys.version_info < OLDEST_PYTHON:
        return _with_newer_python()
    from steps import set_up  # needs Python 3.11, which is known only now

    return set_up(Path(__file__).resolve().parents[2], for_tests=purpose == "test")


def _with_newer_python() -> int:
    for name in ("python3.13", "python3.12", "python3.11"):
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606  the interpreter just found, with our own arguments
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.stderr.write(
        f"需要 Python 3.11 或更新版本，现在是 {found}。\n解决：apt-get install python3 python3-venv（Debian 12 起），"
        "或 make PYTHON=/路径/python3.11 …\n"
    )
    return EXIT_AWAY


if __name__ == "__main__":
    sys.exit(main())
