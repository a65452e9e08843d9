"""The journey of `make full` with every process on a machine of its own: `make machines`.

Nothing is shared but the engines, the keys that were carried to each machine, and the network: no disk, no /tmp, no host
name. The same market is surveyed by the embedded default first. Leads, shops, listings and preserved pages must be the
same, every package must verify, and from the app's machine, whose disk saw neither, every page that another machine
archived must be read and every package that another machine made be verified, downloaded and replayed.
Ends with 0 when all holds, 1 when not, 3 when an engine or machines cannot be had here (root, name spaces, bridges).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE))

from crawlers.archive.verifying import verify_archive  # noqa: E402
from offices.accounts import NewAccount, create_account  # noqa: E402
from records.evidence import CaptureState  # noqa: E402
from records.people import Role  # noqa: E402
from records.ports import Services  # noqa: E402
from records.schedules import Occurrence, OccurrenceState  # noqa: E402
from records.survey import FrontierState  # noqa: E402
from tests.scaleout.engines import Engines  # noqa: E402
from tests.scaleout.journey import PORT, SEED, run_undisturbed, say  # noqa: E402
from tests.scaleout.machines import GATE, Machine, NoMachinesError, Relay, machines  # noqa: E402
from tests.scaleout.office import (  # noqa: E402
    ENDED,
    Came,
    compared,
    opened,
    order_surveys,
    outcome,
    problems_of,
    surveyed,
    wait_until_done,
)
from tests.scaleout.plant import OFFICE, Plant  # noqa: E402
from wangjian.sample.server import Access, serve_market  # noqa: E402
from wangjian.sample.small import small_market  # noqa: E402

__all__: list[str] = []

_PATIENCE_SECONDS = 1200.0
_CUT_DELAY_SECONDS = 0.5
_PAGES_BEFORE_CUT = 8
_AFTER_TAKEN_SECONDS = 5.0
_TAKEN_UP_SECONDS = 120.0
_LOGIN, _PASSWORD = "hedui", "machines-apart-2026"  # of an office that lasts two minutes


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=4)
    parser.add_argument("--machines", type=int, default=len(OFFICE), help="2 to 6; processes are dealt out in turn")
    parser.add_argument("--cut", action="store_true", help="cut a machine off the network while it surveys")
    parser.add_argument("--keep", type=Path, default=None, help="a folder that stays, with the logs of every process")
    options = parser.parse_args(arguments)
    if TREE.is_relative_to(tempfile.gettempdir()):
        say(f"machines cannot be made here: each has a /tmp of its own, and the program lies in it ({TREE})")
        return 3
    with tempfile.TemporaryDirectory(prefix="wangjian-machines-") as scratch:
        folder = (options.keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        names = [f"machine-{number}" for number in range(1, max(2, min(options.machines, len(OFFICE))) + 1)]
        try:
            with machines(folder, names) as made:
                return _compare(folder, options, made)
        except NoMachinesError as exc:
            say(f"machines cannot be made here: {exc}")
            return 3


def _compare(folder: Path, options: argparse.Namespace, made: Mapping[str, Machine]) -> int:
    say("the embedded default: one worker, one data directory")
    reference, needed, problems, _ = run_undisturbed(
        folder / "embedded", shops=options.shops, engines={}, processes=("app", "alone"), host=GATE
    )
    everywhere = list(made.values())
    where = {name: everywhere[number % len(everywhere)] for number, name in enumerate(OFFICE)}
    with Engines(folder / "engines", say=say) as engines:
        relay = Relay(engines.ports)
        try:
            came, wrong, told = _office_apart(folder, options, where, engines.reached_at(GATE))
        finally:
            relay.stop()
    differences = compared(came, reference)
    document = {
        "leads": len(came.leads),
        "shops": len(came.shops),
        "listings": len(came.listings),
        "preserved": len(came.preserved),
        "visits": dict(came.occurrences),
        **told,
        "fetches_of_embedded": _times(needed),
        "differences": differences,
        "problems": {"embedded": problems, "machines": wrong},
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return 1 if differences or problems or wrong else 0


def _office_apart(
    folder: Path, options: argparse.Namespace, where: Mapping[str, Machine], engines: dict[str, str]
) -> tuple[Came, list[str], dict[str, object]]:
    """Survey the market with each process where it belongs; what came of it, what is wrong, what to tell of it."""
    market, everyone = small_market(seed=SEED, shops=options.shops), tuple(dict.fromkeys(where.values()))
    say(f"{len(everyone)} machines: {', '.join(f'{name} on {one.name}' for name, one in where.items())}")
    first, others = where["app"], [one for one in everyone if one is not where["app"]]
    wrong = _not_apart(everyone)
    with serve_market(market, host=GATE, base_port=PORT) as running, opened(first.data_dir, engines) as services:
        order_surveys(services, market, running, delay_seconds=_CUT_DELAY_SECONDS if options.cut else 0.0)
        plant = Plant(folder / "office", engines, machines=where)
        stranger = next(name for name, one in where.items() if one is not first)
        if "属于另一根证书" not in plant.refused(stranger):
            wrong.append(f"{stranger} was not refused on a machine without the office's keys")
        for one in others:
            shutil.copytree(first.data_dir / "keys", one.data_dir / "keys", dirs_exist_ok=True)
        try:
            for name in OFFICE:
                plant.start(name)
            cut = _cut_off(services, where, wrong) if options.cut else {}
            left = wait_until_done(services, seconds=_PATIENCE_SECONDS, say=say, ended=plant.ended)
            wrong += [f"not done: {one}" for one in left]
            captured_on = _shown_by(plant.console, services, wrong)
        finally:
            plant.stop()
        wrong += problems_of(services, folder / "packages")
        told = {
            "machines": {one.name: one.says("hostname") for one in everyone},
            "files_on_disks": {one.name: _files(one) for one in everyone},
            "captured_on": dict(sorted(captured_on.items())),
            **_archive_of(services, others, first, wrong),
            **cut,
        }
        return outcome(services), wrong, {**told, "fetches": _times(running.access_log)}


def _not_apart(everyone: Sequence[Machine]) -> list[str]:
    """What one machine sees of another; nothing, or the journey would prove nothing."""
    told = []
    for one in everyone:
        if one.says("hostname") != one.name:
            told.append(f"{one.name} has the host name {one.says('hostname')}")
        seen = [other.name for other in everyone if one.says("ls", str(other.folder))]
        told += [f"{one.name} sees the folder of {other}" for other in seen]
    return told


def _cut_off(services: Services, where: Mapping[str, Machine], wrong: list[str]) -> dict[str, object]:
    """Pull the plug of the last machine that is surveying, in the middle of its visit, until another has taken it up,
    and put it in again."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while (visit := _last_half_done(services)) is None:
        time.sleep(0.5)
        if time.monotonic() > until:
            wrong.append("no visit was found to be cut off")
            return {}
    machine = next(one for one in where.values() if visit.worker.startswith(f"{one.name}-"))
    say(f"{machine.name} is cut off while it visits {visit.target_id}")
    machine.cut()
    began = time.monotonic()
    while (taker := _holder(services, visit)) in ("", visit.worker) and time.monotonic() < began + _TAKEN_UP_SECONDS:
        time.sleep(0.5)
    seconds = time.monotonic() - began
    if taker in ("", visit.worker):
        wrong.append(f"nobody took up the visit of {machine.name}")
    time.sleep(_AFTER_TAKEN_SECONDS)
    machine.join()
    say(f"{machine.name} is back; its visit was taken up after {seconds:.0f} s by {taker.partition(':')[0]}")
    return {"cut_off": {"machine": machine.name, "taken_up_by": taker.partition(":")[0], "seconds": round(seconds, 1)}}


def _last_half_done(services: Services) -> Occurrence | None:
    """The visit under way when no other is or will be, once it has read some pages."""
    left = services.schedules.occurrences(states={*OccurrenceState} - ENDED)
    if len(left) != 1 or left[0].state is not OccurrenceState.RUNNING:
        return None
    done = services.survey.frontier_counts(left[0].run_id).get(FrontierState.DONE, 0)
    return left[0] if done >= _PAGES_BEFORE_CUT else None


def _holder(services: Services, visit: Occurrence) -> str:
    found = services.schedules.occurrences(states={OccurrenceState.RUNNING, OccurrenceState.LEASED})
    return next((one.worker for one in found if one.occurrence_id == visit.occurrence_id), "")


def _archive_of(services: Services, others: list[Machine], first: Machine, wrong: list[str]) -> dict[str, int]:
    """Read every archived page of every run from the first machine; how many pages and files there were."""
    pages = files = 0
    for run in services.survey.runs():
        report = verify_archive(services.archive, run.run_id, services.survey.pages(run.run_id), blobs=services.blobs)
        pages, files = pages + report.pages - report.unarchived, files + report.files
        wrong += [f"archive, read from {first.name}: {line}" for line in report.damaged]
    left = [path for one in others for path in (one.data_dir / "archive").rglob("*.warc.gz") if path.stat().st_size]
    wrong += [f"not handed over: {path}" for path in left]
    return {"archived_pages_read_from_the_first": pages, "archive_files": files}


def _shown_by(console: str, services: Services, wrong: list[str]) -> Counter[str]:
    """Download, verify and replay at the app every package that was made; on which machines they were."""
    devices: Counter[str] = Counter()
    wanted = NewAccount(login=_LOGIN, name="核对", roles=(Role.CHIEF,), password=_PASSWORD)
    create_account(services.accounts, wanted)
    with httpx.Client(base_url=console, trust_env=False, timeout=60) as browser:
        entered = browser.post("/api/v1/session", json={"login": _LOGIN, "password": _PASSWORD})
        if entered.status_code != 201:
            wrong.append(f"the app does not let in who may see evidence: {entered.text[:200]}")
            return devices
        csrf = entered.json()["csrf_token"]
        for capture in services.evidence.captures():
            if capture.state is not CaptureState.COMPLETE or capture.package is None:
                continue
            address = f"/api/v1/captures/{capture.capture_id}"
            package = browser.get(f"{address}/package")
            if hashlib.sha256(package.content).hexdigest() != capture.package.sha256:
                wrong.append(f"{capture.capture_id} is downloaded as something else ({package.status_code})")
                continue
            with zipfile.ZipFile(io.BytesIO(package.content)) as opened_package:
                manifest = json.loads(opened_package.read("evidence/manifest.json"))
            devices[manifest["environment"]["device"]] += 1
            checked = browser.post(f"{address}/verification", headers={"X-CSRF-Token": csrf})
            if checked.status_code != 200 or not checked.json()["valid"]:
                wrong.append(f"{capture.capture_id} does not verify at the app: {checked.text[:200]}")
            opening = browser.get(f"/evidence/{capture.capture_id}/replay").headers.get("location", "")
            replayed = browser.get(
                opening.replace("/r/", "/package/") + "/archive.wacz", headers={"Range": "bytes=0-3"}
            )
            if (replayed.status_code, replayed.content[:2]) != (206, b"PK"):
                wrong.append(f"{capture.capture_id} is not replayed: {replayed.status_code}")
    return devices


def _times(log: tuple[Access, ...]) -> dict[str, int]:
    """How many pages the surveys fetched how many times."""
    times = Counter(Counter((one.origin, one.path) for one in surveyed(log)).values())
    return {str(number): count for number, count in sorted(times.items())}


def _files(machine: Machine) -> dict[str, int]:
    """Files of each part of a machine's data directory."""
    parts = sorted(path for path in machine.data_dir.iterdir() if path.is_dir())
    return {path.name: sum(1 for one in path.rglob("*") if one.is_file()) for path in parts}


if __name__ == "__main__":
    raise SystemExit(main())
