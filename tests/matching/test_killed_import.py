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
    "register_states",
)
Done = subprocess.CompletedProcess[str]


def run(database: Path, file: Path, killed_at: int, *, hour: int) -> Done:
    command = [sys.executable, str(CHILD), f"sqlite://{database}", str(file), str(killed_at), str(hour)]
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


def ended(done: Done) -> tuple[int, str, Path]:
    """Statements, refused rows and error sheet of an import that was not killed."""
    assert done.returncode == 0, done.stderr
    statements, refused, sheet = done.stdout.splitlines()[-1].split(maxsplit=2)
    return int(statements), refused, Path(sheet)


def test_register_after_kills_is_that_of_an_unbroken_import(tmp_path: Path, known: SimpleNamespace) -> None:
    """A second full file changes most entities and no longer names some; its kills are hours apart."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    rows = [f"{known.make_code(number)},上海{number}号商贸有限公司,存续\n" for number in range(1, 701)]
    rows[350] = f"{known.make_code(351)},怪状态公司,飞升\n"
    headings = "统一社会信用代码,名称,登记状态\n"
    first.write_text(headings + "".join(rows), encoding="utf-8")
    changed = [row.replace("商贸", "食品").replace("存续", "注销") for row in rows[100:550]]
    second.write_text(headings + "".join([*changed, *rows[550:600]]), encoding="utf-8")
    unbroken, broken = tmp_path / "unbroken.db", tmp_path / "broken.db"
    statements, refused, sheet = ended(run(unbroken, first, 0, hour=0))
    assert refused == "1"
    sheet.unlink()
    killed = run(broken, first, int(statements * 0.6), hour=0)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(content(broken)["register_entities"]) < 699
    assert not sheet.exists()
    ended(run(broken, first, 0, hour=0))
    assert sheet.exists()
    assert content(broken) == content(unbroken)
    statements, *_more = ended(run(unbroken, second, 0, hour=24))
    whole = content(unbroken)
    for hour, share in ((24, 0.3), (25, 0.8)):
        assert run(broken, second, int(statements * share), hour=hour).returncode == -signal.SIGKILL
        assert 0 < len(content(broken)["register_states"]) < 649
    ended(run(broken, second, 0, hour=26))
    assert len(whole["register_states"]) == 649
    assert content(broken) == whole
