"""Whether the code is that of its commit: by the digests of the files, not by what the checkout believes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from evidence.capturing.software import _checkout_record

GIT = shutil.which("git")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("evidence", "network", "records"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f'"""{name}"""')
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "x")):
        subprocess.run([str(GIT), *words], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.skipif(GIT is None, reason="needs git")
def test_checkout_is_held_against_its_commit(checkout: Path) -> None:
    assert _checkout_record(checkout)[0] is True
    place = checkout / "network" / "__init__.py"
    seen = place.stat()
    place.write_text('"""Network"""')  # as long as before, and dated as before: a status would not look
    os.utime(place, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    clean, words = _checkout_record(checkout)
    assert clean is None
    assert "network/__init__.py" in words
    place.write_text('"""network"""')
    (checkout / "evidence" / "more.py").write_text("")
    assert "evidence/more.py" in _checkout_record(checkout)[1]


def test_folder_that_is_no_checkout_is_said(tmp_path: Path) -> None:
    clean, words = _checkout_record(tmp_path)
    assert clean is None
    assert "无从比对" in words
