"""A process that imports a full register file and is killed (kill -9) at its Nth statement to the database; 0: never.

Its writing goes in batches of a hundred rows, so that a small file has as many moments as a large one. Its clock stands
at the hour given.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, event

from matching import reading_ahead
from matching.register_import import FullSnapshot, import_file
from stores.backends import open_records
from stores.sql import register_states

BATCH_ROWS = 100


def main(database: str, file: str, killed_at: int, hour: int) -> None:
    reading_ahead.BATCH_ROWS = register_states._MARKED_ROWS = BATCH_ROWS
    records = open_records(database)
    records.migrate()
    done = 0

    def count(*_arguments: object) -> None:
        nonlocal done
        done += 1
        if done == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    path = Path(file)
    report = import_file(
        path,
        register=records.register,
        source="市局",
        clock=lambda: datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour),
        full=FullSnapshot(most=1),
        errors_to=path.parent,
    )
    records.close()
    sys.stdout.write(f"\n{done} {report.refused} {report.error_sheet}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
