"""Leases and completes the rows of a run until none is left. Arguments: the URL of the records, the run, rows a lease.

Each page gives its shop, two listings, and up to three new rows, so that a page half written would show.
"""

import importlib.util
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stores.backends import open_records

spec = importlib.util.spec_from_file_location("makers", Path(__file__).parents[1] / "makers.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)

LAST_NUMBER = int(sys.argv[4])


def number_of(row):
    return int(row.url.rsplit("/", 1)[1])


def main():
    records = open_records(sys.argv[1])
    run_id, at_once = sys.argv[2], int(sys.argv[3])
    while rows := records.survey.lease(run_id, limit=at_once, until=datetime.now(UTC) + timedelta(minutes=5)):
        for row in rows:
            number = number_of(row)
            page = make.page(row)
            shop = make.shop(f"shop_{number % 7}")
            listings = [
                make.listing(f"listing_{number}_{which}", shop_id=shop.shop_id, page_id=page.page_id) for which in "ab"
            ]
            found = [make.row(next_, run_id=run_id) for next_ in range(number + 1, min(number + 4, LAST_NUMBER + 1))]
            records.survey.complete(row, page, make.reading(*listings, shop=shop), found)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
    records.close()


main()
