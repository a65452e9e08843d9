"""Takes, starts and finishes occurrences until none can be taken. Arguments: the URL of the records, the worker's name.

Prints `done:ID` after each is finished.
"""

import sys
from datetime import UTC, datetime, timedelta

from records.schedules import OccurrenceState
from stores.backends import open_records


def main():
    records = open_records(sys.argv[1])
    store, idle = records.schedules, 0
    while idle < 30:
        now = datetime.now(UTC)
        leased = store.lease(sys.argv[2], now=now, until=now + timedelta(minutes=5))
        idle = 0 if leased else idle + 1
        for item in leased:
            running = store.start(item, now=now)
            store.finish(running, OccurrenceState.DONE, now=datetime.now(UTC))
            sys.stdout.write(f"done:{item.occurrence_id}\n")
            sys.stdout.flush()
    records.close()


main()
