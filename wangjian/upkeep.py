"""What a serving system does for itself beside its work: back up when it is due, and look at how it stands.

Every ten minutes it hashes some stored objects anew, one after another until all had their turn, looks at disk, clocks,
certificates and backups, and writes down what needs somebody. Console, /metrics and the alarms over it read that.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice

import structlog

from evidence.rotating import signing_keys
from evidence.signing import signing_usage
from evidence.trust import read_certificates
from records.backups import VersionedBlobs
from records.digests import digests_of_chunks
from records.errors import AwayError, NotFoundError, WangJianError
from records.operating import WatchFinding, WatchLevel, WatchReport
from records.ports import Services
from records.system_state import Tone
from wangjian.backup_schedule import back_up_when_due
from wangjian.settings import Settings
from wangjian.standing import system_state
from wangjian.wiring import open_copier

__all__ = ["Upkeep", "SelfWatch"]

_ROUND_SECONDS = 60.0
_WATCH_EVERY = 10
_HASHED_AT_ONCE = 50
_CHUNK_BYTES = 1 << 20
_log = structlog.get_logger(__name__)


class SelfWatch:
    """Looks at the system; what it hashes goes on where the last look ended."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self._objects: Iterator[str] = iter(())

    def look(self) -> WatchReport:
        """One look, kept as the newest.

        Raises:
            StoreAwayError: The records are away.
        """
        before = self._services.operations.watch()
        hashed, wrong = self._hash_some()
        failed = tuple(sorted({*(before.failed if before else ()), *wrong}))
        report = WatchReport(
            at=self._services.clock(),
            objects=hashed,
            failed=failed,
            disk_free_bytes=shutil.disk_usage(self._services.data_dir).free,
            ends=certificate_days(self._services, self._settings),
            findings=(*_altered(failed), *self._findings()),
        )
        self._services.operations.save_watch(report)
        for finding in report.findings:
            _log.warning("needs_somebody", part=finding.part, urgency=finding.level.value)
        return report

    def _hash_some(self) -> tuple[int, list[str]]:
        """Objects of a store that locks them itself are checked there, when they are read."""
        blobs, count, wrong = self._services.blobs, 0, []
        if isinstance(blobs, VersionedBlobs):
            return 0, []
        try:
            taken = list(islice(self._objects, _HASHED_AT_ONCE))
            if not taken:
                self._objects = blobs.digests()
                taken = list(islice(self._objects, _HASHED_AT_ONCE))
            for sha256 in taken:
                count += 1
                if not self._is_whole(sha256):
                    _log.error("stored_object_altered", sha256=sha256)
                    wrong.append(sha256)
        except AwayError as exc:
            _log.warning("objects_not_looked_at", problem=exc.problem)
        return count, wrong

    def _is_whole(self, sha256: str) -> bool:
        try:
            with self._services.blobs.open(sha256) as stream:
                return digests_of_chunks(iter(lambda: stream.read(_CHUNK_BYTES), b"")).sha256 == sha256
        except NotFoundError:
            return True  # destroyed since it was listed

    def _findings(self) -> Iterator[WatchFinding]:
        for section in system_state(self._services, self._settings):
            for line in section.lines:
                if line.tone in (Tone.MID, Tone.BAD):
                    level = WatchLevel.URGENT if line.tone is Tone.BAD else WatchLevel.SOON
                    yield WatchFinding(part=line.part, level=level, state=line.state, cure=line.cure)


def certificate_days(services: Services, settings: Settings) -> dict[str, float]:
    """Days left to the signing key, and to every certificate in the folder of keys."""
    now, keys = services.clock(), services.data_dir / "keys"
    ends: dict[str, datetime] = {}
    for path in sorted(keys.glob("*.pem")):
        found = read_certificates(path.read_bytes())
        if found:
            ends[path.stem] = found[0].not_valid_after_utc
    with suppress(WangJianError):  # there is no key yet
        ends["evidence"] = signing_keys(keys, signing_usage(settings.evidence.organisation))[0].until
    return {name: (end - now).total_seconds() / 86_400 for name, end in ends.items()}


def _altered(failed: tuple[str, ...]) -> Iterator[WatchFinding]:
    if failed:
        yield WatchFinding(
            part="存储的对象",
            level=WatchLevel.URGENT,
            state=f"{len(failed)} 个对象的内容与其校验值不符：{'、'.join(failed[:5])}",
            cure="停止使用这些对象，运行 wangjian evidence audit --full，由备份恢复",
        )


class Upkeep:
    """A thread that does both until it is stopped, when it is `mine` to do; several processes may each run one."""

    def __init__(self, services: Services, settings: Settings, mine: Callable[[], bool] = lambda: True) -> None:
        self._services = services
        self._settings = settings
        self._mine = mine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """At once; a backup under way is left `.partial` and made again."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _keep(self) -> None:
        watch, rounds = SelfWatch(self._services, self._settings), 0
        while not self._stop.wait(_ROUND_SECONDS):
            try:
                if not self._mine():
                    continue
                with open_copier(self._settings) as copier:
                    back_up_when_due(self._services, self._settings, copier)
                if rounds % _WATCH_EVERY == 0:
                    watch.look()
            except WangJianError as exc:
                _log.warning("upkeep_failed", problem=exc.problem)
            rounds += 1
