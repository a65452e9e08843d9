"""The program that assembles and runs the Elasticsearch test node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "deploy" / "testnode" / "node.py"


def _run(*arguments, path=""):
    return subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=False, env={"PATH": path}
    )


def test_missing_java_and_maven_are_named_with_the_cure(tmp_path):
    done = _run("prepare", "--cache", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("not installed: java, javac, mvn. Cure: apt-get install")
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["prepare.lock"]


def test_failed_download_leaves_nothing_behind(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("java", "javac", "mvn"):
        (programs / name).write_text("#!/bin/sh\necho 'cannot reach the repository' >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    done = _run("prepare", "--cache", str(tmp_path / "cache"), path=f"{programs}{os.pathsep}/bin")
    assert done.returncode == 3
    assert "cannot reach the repository" in done.stderr
    assert "settings.xml" in done.stderr
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["prepare.lock"]


def test_node_that_was_not_prepared_says_how(node_program, tmp_path):
    with pytest.raises(node_program.NodeError, match="node.py prepare --cache"):
        node_program.start(tmp_path, tmp_path / "data")


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_node_ends_with_the_process_that_started_it(elasticsearch_node, tmp_path):
    """The parent is killed; the node notices and goes, and its port is free again."""
    cache = Path(__file__).resolve().parents[2] / ".cache" / "testnode"
    program = (
        f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r}); import node, pathlib;"
        f"found = node.start(pathlib.Path({str(cache)!r}), pathlib.Path({str(tmp_path)!r}));"
        "print(found._process.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    node_pid = int(parent.stdout.readline())
    node = os.pidfd_open(node_pid)
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    import select

    poll = select.poll()
    poll.register(node, select.POLLIN)
    assert poll.poll(30_000), "the node outlived its parent by 30 seconds"
    os.close(node)
