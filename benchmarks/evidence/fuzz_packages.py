"""Changed packages are always refused: `fuzz_packages.py [COUNT] [SEED]` (2000 and 1 when not said).

Packages of every kind (`varied.py`) are changed at random: bytes anywhere, bytes of one member, the order, names,
number and headers of the container's members, values deep inside its JSON; each as an outsider would leave it (the
container and every digest made right again, the signatures old) or not. Both verifiers judge in this process, and every
fiftieth time the stand-alone program as a process. One change in four is listed, logged, signed and stamped anew with
the office's own keys: such a package may hold, but both must say the same.

Held: no changed package is accepted, each refusal says why, nothing raises, nothing takes longer than a minute, and
both verifiers come to the same answer. Exit code 0 when all of it held.
"""

from __future__ import annotations

import io
import json
import logging
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from varied import ROOT, Made, Offices, varied_packages  # noqa: E402

from evidence.package import chunks_of  # noqa: E402
from evidence.standalone.verify import (  # noqa: E402
    FAILED,
    OpensslTrust,
    RefusedError,
    canonical,
    datapackage_bytes,
    digest_list,
    digest_statement,
    examine,
    render_box,
)
from evidence.verify import verify_package  # noqa: E402
from tests.attacks.conftest import Forger, House, digests, members_of  # noqa: E402
from tests.attacks.forging import raw_zip  # noqa: E402
from tests.attacks.making import Office, utc_now  # noqa: E402

PROGRAM = ROOT / "evidence" / "standalone" / "verify.py"
OF_EACH = 40
"""How often a package is changed before the next one is made."""
ALONE_EVERY, SECONDS = 50, 60
MANIFEST, DATAPACKAGE, DIGEST = "evidence/manifest.json", "datapackage.json", "datapackage-digest.json"
UNMADE = (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError, OverflowError, RefusedError)
"""What making up the rest of a forgery raises when the change is in what it is made of."""
CHINESE = "-name-"
"""Written as a name of two Chinese characters, which takes as many bytes."""
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1 << 70,
    "",
    "\0",
    "../x",
    "9" * 5000,
    [],
    {},
    [[]],
    {"": 0},
    "é",
    "a" * 70000,
)


class HangError(Exception):
    """A verifier took longer than it may."""


@dataclass
class Fuzzing:
    """What was tried and what went wrong."""

    chance: random.Random
    folder: Path
    tried: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, str]] = field(default_factory=list)
    accepted_of_insiders: int = 0
    slowest: float = 0.0
    other_reasons: int = 0

    def problem(self, what: str, name: str, made: Made, detail: str) -> None:
        """Keep it with the package, so that it can be looked at."""
        number = len(self.problems) + 1
        kept = self.folder / f"problem-{number}.wacz"
        kept.write_bytes((self.folder / "changed.wacz").read_bytes())
        (self.folder / f"problem-{number}.pem").write_text(made.anchors_pem, encoding="utf-8")
        self.problems.append({"what": what, "change": name, "kind": made.kind, "kept": str(kept), "detail": detail})


# --- changes --------------------------------------------------------------------------------------------------


def _bytes_changed(content: bytes, chance: random.Random) -> bytes:
    """Flipped, put in, left out, doubled, zeroed, cut off or put elsewhere; never the same."""
    at, size = chance.randrange(len(content) + 1), chance.choice((1, 1, 2, 7, 64, 5000))
    piece, rest = content[at : at + size], content[at + size :]
    to = chance.randrange(len(content) + 1)
    bits = bytes(chance.randrange(1, 256) ^ byte for byte in piece)
    changed = chance.choice(
        (
            content[:at] + bits + rest,
            content[:at] + chance.randbytes(size) + content[at:],
            content[:at] + rest,
            content[:at] + piece + piece + rest,
            content[:at] + bytes(len(piece)) + rest,
            content[:at],
            (content[:at] + rest)[:to] + piece + (content[:at] + rest)[to:],
        )
    )
    return changed if changed != content else content + b"\0"


def _container(package: bytes, _: dict[str, bytes], chance: random.Random) -> bytes:
    return _bytes_changed(package, chance)


def _tail(package: bytes, _: dict[str, bytes], chance: random.Random) -> bytes:
    """In the central directory and the record at the end, where the structure is."""
    at = package.rindex(b"PK\5\6")
    start = int.from_bytes(package[at + 16 : at + 20], "little")
    return package[:start] + _bytes_changed(package[start:], chance)


def _structure(_: bytes, members: dict[str, bytes], chance: random.Random) -> bytes:
    """The container's members doubled, left out, put in, swapped, renamed or in another order; every header right."""
    parts = sorted(members.items())
    prescribed = list(parts)
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    how = chance.randrange(8)
    if how == 0:
        parts.insert(other, parts[one])
    elif how == 1:
        del parts[one]
    elif how == 2:
        chance.shuffle(parts)
    elif how == 3:
        name = chance.choice(
            ("evidence/x.txt", "../x", "x/", "Evidence/manifest.json", "a\\b", CHINESE, "\0", "", "a" * 300)
        )
        parts.insert(other, (name, chance.randbytes(20)))
    elif how == 4:
        parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    elif how == 5:
        parts[one] = (parts[one][0].upper() + chance.choice(("", "x", "/")), parts[one][1])
    elif how == 6:
        parts.insert(other, (parts[one][0], _bytes_changed(parts[one][1], chance)))
    else:
        return raw_zip(parts, gap=chance.randbytes(chance.choice((1, 4, 30))))
    if parts == prescribed:
        del parts[one]
    return raw_zip(parts).replace(CHINESE.encode(), "证据".encode())


def _member(_: bytes, members: dict[str, bytes], chance: random.Random) -> bytes:
    """One member's bytes, the container written anew and nothing else made right."""
    name = chance.choice(sorted(members))
    return _box({**members, name: _bytes_changed(members[name], chance)})


def _inside(members: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """One member changed: its bytes, its lines, or a value of its JSON."""
    name = chance.choice(sorted(set(members) - {DATAPACKAGE, DIGEST}))
    content = members[name]
    how = chance.randrange(3)
    if how == 0 and name.endswith((".json", ".jsonl")):
        lines = content.splitlines() or [b"{}"]
        at = chance.randrange(len(lines))
        lines[at] = _json_changed(lines[at], chance)
        changed = b"\n".join(lines) + (b"\n" if content.endswith(b"\n") else b"")
    elif how == 1 and len(lines := content.splitlines(keepends=True)) > 1:
        at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
        moved = lines.pop(at)
        for _ in range(chance.choice((0, 1, 2))):
            lines.insert(to, moved)
        changed = b"".join(lines)
    else:
        changed = _bytes_changed(content, chance)
    if changed == content:
        changed = _bytes_changed(content, chance)
    return {**members, name: changed}


def _json_changed(line: bytes, chance: random.Random) -> bytes:
    """A value anywhere inside replaced, left out, or put in under another name."""
    try:
        value = json.loads(line)
    except ValueError:
        return line
    places: list[tuple[Any, Any]] = []

    def walk(found: Any) -> None:
        for key in list(found) if isinstance(found, dict) else range(len(found)):
            places.append((found, key))
            if isinstance(found[key], dict | list):
                walk(found[key])

    if not isinstance(value, dict | list):
        return canonical(chance.choice(ODD))
    walk(value)
    if not places:
        return canonical({"x": 0})
    found, key = chance.choice(places)
    how = chance.randrange(4)
    if how == 0:
        del found[key]
    elif how == 1 and isinstance(found, dict):
        found[chance.choice(("", "x", str(key).upper()))] = found.pop(key)
    elif how == 2:
        theirs, their_key = chance.choice(places)
        found[key] = json.loads(json.dumps(theirs[their_key])) if their_key in theirs or isinstance(theirs, list) else 0
    else:
        found[key] = chance.choice(ODD)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _outsider(_: bytes, members: dict[str, bytes], chance: random.Random) -> bytes:
    """A member changed, and every digest a stranger can make right made right."""
    return _box(_relisted(_inside(members, chance), signer=None))


def _insider(made: Made, members: dict[str, bytes], chance: random.Random) -> bytes:
    """A member changed, then listed, logged, signed and stamped by the office itself."""
    changed = _relisted(_inside(members, chance), signer=None)
    office = made.office
    changed = _relogged(changed, office)
    content = changed.get(MANIFEST, b"")
    changed["evidence/manifest.sig"] = office.signer.sign(content)
    if "evidence/timestamp-1.tsr" in changed:
        changed["evidence/timestamp-1.tsr"] = office.authority.stamp(digests(content)["sha256"])
    return _box(_relisted(changed, signer=office.signer))


def _relogged(members: dict[str, bytes], office: Office) -> dict[str, bytes]:
    """A log of one entry, this manifest: what the office could make up. Page proofs keep their log."""
    if "evidence/certificates.pem" not in members:
        return members
    forger = Forger(dict(members), House(office.signer, office.authority, office.anchors_pem, b"", b""))
    try:
        forger.relog(office.signer)
    except UNMADE:
        return members  # the change was in the proof or the manifest, and nothing can be made of it
    return forger.members


def _relisted(members: dict[str, bytes], *, signer: Any) -> dict[str, bytes]:
    """The manifest, the lists of digests and the data package made to agree with the members, as far as they can be."""
    made = dict(members)
    try:
        manifest = json.loads(made[MANIFEST])
        for _ in range(2):  # the lists are members themselves
            for artefact in manifest["artefacts"]:
                if artefact["path"] in made:
                    artefact["digests"] = digests(made[artefact["path"]])
            for name in ("sha256", "sm3"):
                if f"evidence/{name}sums.txt" in made:
                    made[f"evidence/{name}sums.txt"] = digest_list(manifest["artefacts"], name)
        made[MANIFEST] = canonical(manifest)
        told = {
            name: (len(content), digests(content)["sha256"])
            for name, content in made.items()
            if not name.startswith("datapackage")
        }
        made[DATAPACKAGE] = datapackage_bytes(manifest, told)
        old = json.loads(made[DIGEST])
        sha256 = digests(made[DATAPACKAGE])["sha256"]
        old["hash"] = f"sha256:{sha256}"
        if signer is not None:
            old["wangjian_signature"] = signer.sign(digest_statement(sha256)).hex()
        made[DIGEST] = canonical(old)
    except UNMADE:
        return made  # what was changed cannot be listed any more
    return made


def _box(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    render_box(out, {name: (lambda c=content: chunks_of(c)) for name, content in members.items()})
    return out.getvalue()


CHANGES: dict[str, Callable[[bytes, dict[str, bytes], random.Random], bytes]] = {
    "bytes anywhere": _container,
    "central directory": _tail,
    "container's members": _structure,
    "one member": _member,
    "one member, digests made right": _outsider,
}
INSIDER = "one member, signed anew by the office"


# --- judging --------------------------------------------------------------------------------------------------


def main(count: int, seed: int) -> int:
    """Print one JSON document."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    signal.signal(signal.SIGALRM, _rung)
    started = time.process_time()
    folder = Path(tempfile.mkdtemp(prefix="wangjian-fuzz-"))
    fuzzing = Fuzzing(random.Random(seed), folder)
    offices = Offices.open(folder / "offices")
    done = 0
    for made in varied_packages(offices, 1 + count // OF_EACH, seed=seed):
        package = made.path.read_bytes()
        members = members_of(package)
        for _ in range(min(OF_EACH, count - done)):
            done += 1
            _try(fuzzing, made, package, members, alone=done % ALONE_EVERY == 0)
            if done % 200 == 0:
                print(f"{done} tried, problems {len(fuzzing.problems)}", file=sys.stderr, flush=True)
    offices.close()
    facts = {
        "changed": done,
        "seed": seed,
        "changes": dict(fuzzing.tried),
        "signed_anew_and_holding": fuzzing.accepted_of_insiders,
        "failed_checks": dict(fuzzing.reasons.most_common()),
        "refused_by_both_for_other_checks": fuzzing.other_reasons,
        "slowest_seconds": round(fuzzing.slowest, 2),
        "most_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "own_cpu_seconds": round(time.process_time() - started, 1),
        "problems": fuzzing.problems,
    }
    print(json.dumps(facts, ensure_ascii=False, indent=2))
    return 1 if fuzzing.problems else 0


def _rung(_: int, __: FrameType | None) -> None:
    raise HangError


def _try(fuzzing: Fuzzing, made: Made, package: bytes, members: dict[str, bytes], *, alone: bool) -> None:
    chance = fuzzing.chance
    insider = chance.random() < 0.25
    name = INSIDER if insider else chance.choice(sorted(CHANGES))
    changed = _insider(made, members, chance) if insider else CHANGES[name](package, members, chance)
    if changed == package:
        return  # two changes that undo each other
    path = fuzzing.folder / "changed.wacz"
    path.write_bytes(changed)
    fuzzing.tried[name] += 1
    answers = []
    for judge in (_by_library, _by_program):
        started = time.perf_counter()
        signal.alarm(SECONDS)
        try:
            answers.append(judge(path, made))
        except HangError:
            fuzzing.problem("hang", name, made, judge.__name__)
        except Exception:  # noqa: BLE001  # whatever it is, it is a problem of the verifier
            fuzzing.problem("raised", name, made, traceback.format_exc()[-2000:])
        finally:
            signal.alarm(0)
        fuzzing.slowest = max(fuzzing.slowest, time.perf_counter() - started)
    if len(answers) == 2:
        _compare(fuzzing, name, made, answers, insider=insider)
    if alone:
        _as_process(fuzzing, name, made, path, expected=bool(answers and answers[-1][0]))


def _by_library(path: Path, made: Made) -> tuple[bool, dict[str, str]]:
    report = verify_package(path, anchors_pem=made.anchors_pem, now=datetime.now(UTC))
    return report.valid, {check.check_id: check.detail for check in report.checks if check.result == "failed"}


def _by_program(path: Path, made: Made) -> tuple[bool, dict[str, str]]:
    outcome = examine(str(path), OpensslTrust(made.anchors_pem), utc_now())
    return outcome.valid, {step.check_id: step.detail for step in outcome.steps if step.result == FAILED}


def _compare(
    fuzzing: Fuzzing, name: str, made: Made, answers: list[tuple[bool, dict[str, str]]], *, insider: bool
) -> None:
    (valid, failed), (valid_alone, failed_alone) = answers
    said = json.dumps([failed, failed_alone], ensure_ascii=False)[:1500]
    if valid != valid_alone:
        fuzzing.problem("the verifiers differ", name, made, said)
    elif valid and not insider:
        fuzzing.problem("accepted", name, made, said)
    elif valid:
        fuzzing.accepted_of_insiders += 1
    elif not all(any(found.values()) for found in (failed, failed_alone)):
        fuzzing.problem("refused without a reason", name, made, said)
    fuzzing.other_reasons += set(failed) != set(failed_alone)
    fuzzing.reasons.update(list(failed)[:1])


def _as_process(fuzzing: Fuzzing, name: str, made: Made, path: Path, *, expected: bool) -> None:
    anchors = fuzzing.folder / "anchors.pem"
    anchors.write_text(made.anchors_pem, encoding="utf-8")
    command = [sys.executable, "-I", str(PROGRAM), str(path), "--anchors", str(anchors)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        fuzzing.problem("hang", name, made, "verify.py as a process")
        return
    if (ended.returncode == 0) != expected or ended.stderr or "结论" not in ended.stdout:
        fuzzing.problem("the program as a process", name, made, (ended.stdout + ended.stderr)[-1500:])


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(words + [2000, 1][len(words) :])))
