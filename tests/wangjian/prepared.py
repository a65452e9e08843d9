"""A process that has read the program once and forks for each command line: the same process a person starts, two
seconds of imports sooner.

Run as `python prepared.py`: reads one JSON request a line on stdin (words, environment, folder, files for what is
said), answers its exit code a line on stdout. A few tests start `python -m wangjian` themselves and hold that too.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path


class PreparedCommand:
    """`wangjian WORDS…` in a child of a process that has read the program already."""

    def __init__(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
        self._parent = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean
        )

    def run(self, words: tuple[str, ...], *, env: dict[str, str], folder: Path, said: Path) -> int:
        """Run one command to its end in `folder`; its output goes to `said`.out and `said`.err."""
        request = {"words": words, "env": env, "folder": str(folder), "said": str(said)}
        self._parent.stdin.write(json.dumps(request) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def close(self) -> None:
        with self._parent:  # closes both ends; the loop of _serve ends with its input
            self._parent.stdin.close()


def _become(request: dict) -> None:
    """Turn this child into the command that was asked for; never returns."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    for number, name in ((1, "out"), (2, "err")):
        made = os.open(f"{request['said']}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(made, number)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    sys.argv = ["wangjian", *request["words"]]
    wangjian.cli.main()


def _serve() -> None:
    for part in pkgutil.iter_modules(wangjian.cli.__path__, "wangjian.cli."):
        importlib.import_module(part.name)  # here, so that no child has to
    importlib.import_module("wangjian.wiring")
    with os.fdopen(os.dup(0)) as requests:
        for line in requests:
            child = os.fork()
            if not child:
                _become(json.loads(line))
                sys.exit(0)
            _, how = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(how), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import wangjian.cli

    _serve()
