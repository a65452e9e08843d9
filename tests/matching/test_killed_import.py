"""kill -9 in the middle of an import, then the same command: the register of an unbroken one."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

CHILD = Path(__file__).with_name("import_child.py")
TABLES = (
    "register_snapshots",
    "register_entities",
    "register_keys",
    "register_grams",
    "register_postings",
    "register_outlines",
)


def run(database: Path, file: Path, killed_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHILD), f"sqlite://{database}", str(file), str(killed_at)]
    root = CHILD.parents[2]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env={"PYTHONPATH": str(root), "PATH": ""}
    )


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(database)
    try:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}
    finally:
        connection.close()


def test_register_after_kills_is_that_of_an_unbroken_import(tmp_path: Path, known: SimpleNamespace) -> None:
    file = tmp_path / "register.csv"
    rows = [f"{known.make_code(number)},上海{number}号商贸有限公司,存续\n" for number in range(1, 701)]
    rows[350] = f"{known.make_code(351)},怪状态公司,飞升\n"
    file.write_text("统一社会信用代码,名称,登记状态\n" + "".join(rows), encoding="utf-8")
    unbroken, broken = tmp_path / "unbroken.db", tmp_path / "broken.db"
    whole = run(unbroken, file, 0)
    statements, refused, sheet = whole.stdout.splitlines()[-1].split(maxsplit=2)
    assert (whole.returncode, refused) == (0, "1"), whole.stderr
    Path(sheet).unlink()
    for share in (0.1, 0.45, 0.8):
        killed = run(broken, file, int(int(statements) * share))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert len(content(broken)["register_entities"]) < 699
        assert not Path(sheet).exists()
    last = run(broken, file, 0)
    assert last.returncode == 0, last.stderr
    assert Path(sheet).exists()
    assert content(broken) == content(unbroken)
