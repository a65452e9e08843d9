"""The command that runs them all: each in its own process, a failure told and nobody else's figures lost."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench_run() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("benchmarks_run", _BENCHMARKS / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = before


def test_every_benchmark_is_a_subject_and_takes_the_sizes_it_is_given() -> None:
    from subjects import SUBJECTS

    modules = {subject.module for subject in SUBJECTS.values()}
    there = {str(path.relative_to(_BENCHMARKS)) for path in _BENCHMARKS.glob("*/bench.py")}
    assert there <= modules
    for subject in SUBJECTS.values():
        tree = ast.parse((_BENCHMARKS / subject.module).read_text(encoding="utf-8"))
        measure = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "measure")
        takes = {one.arg for one in (*measure.args.args, *measure.args.kwonlyargs)}
        assert set(subject.sizes) | set(subject.full) <= takes, subject.module


def test_failed_hung_and_silent_benchmarks_are_told_and_the_others_kept(
    bench_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from subjects import Row, Subject

    def subject(name: str, code: str, minutes: float = 1.0) -> Subject:
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        row = Row(what="a figure", ours="figure", unit="s")
        limits = (minutes, minutes)
        return Subject(title=name, module=str(tmp_path / f"{name}.py"), rows=(row,), not_equal="-", minutes=limits)

    monkeypatch.setattr(
        bench_run,
        "SUBJECTS",
        {
            "good": subject("good", "def measure():\n    return {'figure': 2.5}\n"),
            "broken": subject("broken", "def measure():\n    raise OSError('no space left')\n"),
            "silent": subject(
                "silent", "import sys\ndef measure():\n    print('no register', file=sys.stderr)\n    return {}\n"
            ),
            "hung": subject("hung", "import threading\ndef measure():\n    threading.Event().wait()\n", 0.02),
            "cut": subject("cut", "def measure():\n    yield {'figure': 1.0}\n    raise OSError('disk full')\n"),
        },
    )
    monkeypatch.setattr(bench_run, "_command", lambda *given: _command(bench_run, tmp_path, *given))
    monkeypatch.setattr(bench_run, "told", lambda name, said: f"{name} {said['state']}")
    results, page = tmp_path / "results.json", tmp_path / "page.md"
    results.write_text(json.dumps({"format": 1, "subjects": {"older": {"state": "measured"}}}), encoding="utf-8")
    monkeypatch.setattr(bench_run, "page", lambda document, subjects: " ".join(document["subjects"]))

    assert bench_run.main(["--results", str(results), "--page", str(page)]) == 1

    said = json.loads(results.read_text(encoding="utf-8"))["subjects"]
    assert {name: one["state"] for name, one in said.items()} == {
        "older": "measured", "good": "measured", "broken": "failed", "silent": "not_run", "hung": "failed",
        "cut": "measured",
    }  # fmt: skip
    assert said["good"]["figures"] == {"figure": 2.5}
    assert said["broken"]["reason"] == "ended with 1: OSError: no space left"
    assert said["silent"]["reason"] == "no register"
    assert said["hung"]["reason"].startswith("given up after 0.02 minutes")
    assert (said["cut"]["figures"], said["cut"]["cut_off"]) == ({"figure": 1.0}, "ended with 1: OSError: disk full")
    assert said["good"]["machine"]["cores"]
    assert sorted(page.read_text(encoding="utf-8").split()) == ["broken", "cut", "good", "hung", "older", "silent"]


def test_unknown_name_is_refused_with_those_there_are(
    bench_run: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_run.main(["nonsense"]) == 2
    assert "crawl" in capsys.readouterr().err


def test_reason_names_no_place_of_this_machine(bench_run: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(f"Traceback\n  x\nOSError: {bench_run.ROOT}/a and {Path.home()}/b\n\n", encoding="utf-8")
    assert bench_run.reason(log) == "OSError: ./a and ~/b"


def _command(bench_run: ModuleType, folder: Path, name: str, *_given: object) -> list[str]:
    """The child without the table of subjects, which another process does not have as it is here."""
    given = {"path": str(folder / f"{name}.py"), "root": str(_BENCHMARKS), "out": str(_given[-1])}
    code = (
        "import sys, types\nfrom pathlib import Path\n"
        f"given = {given!r}\nsys.path.insert(0, given['root'])\n"
        "import run\nrun.SUBJECTS = {'it': types.SimpleNamespace(module=given['path'])}\n"
        "run.child('it', {}, Path(given['out']))\n"
    )
    return [sys.executable, "-c", code]
