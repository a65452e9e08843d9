"""`python -m wangjian.survey_nursery`: loads what a survey needs and forks a child for each (wangjian/nursery.py).

Standard input is a socket. Each byte on it brings four open files: the child's standard input, its log, where to tell
its process number and its end, and the working directory. Its environment is the first line of its standard input.
Nothing here may start a thread, open a store or install a reactor: the children would share them.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from wangjian import survey_process

__all__ = ["main", "serve"]

_LOADED = (
    "crawlers.archive.keeping",
    "crawlers.engine",
    "crawlers.visiting.board",
    "crawlers.visiting.handling",
    "crawlers.visiting.measuring",
    "crawlers.visiting.spider",
    "scrapy.crawler",
    "scrapy.downloadermiddlewares.defaultheaders",
    "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.downloadermiddlewares.useragent",
    "scrapy.extensions.corestats",
    "scrapy.logformatter",
    "scrapy.statscollectors",
    "stores.blobs.files",
)
_FILES = 4
_NOT_BORN = 71  # sysexits.h: EX_OSERR


def main() -> int:
    """Surveys as wangjian/surveying.py tells them."""
    return serve(survey_process.main)


def serve(survey: Callable[[], int]) -> int:
    """Fork until the socket ends; in each child, do the survey and return its exit code.

    Raises:
        ImportError: What a survey needs is not there, or a reactor was installed before the fork.
    """
    for module in _LOADED:
        importlib.import_module(module)
    if "twisted.internet.reactor" in sys.modules:
        raise ImportError("a reactor was installed before the fork: every survey would share its descriptors")
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    os.close(silence)
    gc.freeze()  # what is loaded stays: looking through it would copy it into every child
    if _forks_until_the_end(socket.socket(fileno=0)):
        return survey()
    os._exit(0)  # nothing of ours is open


def _forks_until_the_end(asked: socket.socket) -> bool:
    """True in a child, False when who asked is gone."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)  # its only form
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    told: dict[int, int] = {}
    waiting = select.poll()
    for place in (asked.fileno(), woken):
        waiting.register(place, select.POLLIN)
    while True:
        ready = {place for place, _event in waiting.poll()}
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends(told)
        if asked.fileno() not in ready:
            continue
        _, files, _, _ = socket.recv_fds(asked, 1, _FILES)
        if len(files) != _FILES:
            return False
        for given in files:
            os.set_inheritable(given, False)  # noqa: FBT003  # a survey's browser has no part in them
        if _forked(files, told):
            for ours in (woken, wake, *told.values()):
                os.close(ours)
            asked.detach()  # its descriptor becomes the child's standard input
            _become(files)
            return True


def _forked(files: list[int], told: dict[int, int]) -> bool:
    """True in the child; `told` is where to tell the end of each, by process number."""
    task, log, status, here = files
    try:
        number = os.fork()
    except OSError:  # no memory, or too many processes: this child is not born, the others go on
        _say(status, 0, _NOT_BORN)
        os.close(status)
    else:
        if number == 0:
            return True
        told[number] = status
        _say(status, number)
    for theirs in (task, log, here):
        os.close(theirs)
    return False


def _become(files: list[int]) -> None:
    """Be the process asked for. The status stays open: our end is seen even when the nursery has died."""
    task, log, _status, here = files
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for stream, given in enumerate((task, log, log)):
        os.dup2(given, stream)
    os.fchdir(here)
    for given in (task, log, here):
        os.close(given)
    environment = json.loads(sys.stdin.buffer.readline() or b"{}")
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()


def _tell_ends(told: dict[int, int]) -> None:
    while told:
        number, how = os.waitpid(-1, os.WNOHANG)
        if number == 0:
            return
        status = told.pop(number)
        _say(status, os.waitstatus_to_exitcode(how))
        os.close(status)


def _say(status: int, *numbers: int) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more
        os.write(status, b"".join(b"%d\n" % number for number in numbers))


if __name__ == "__main__":
    raise SystemExit(main())
