"""Appends custody events. Arguments: the URL of the records, how many, the actor."""

import importlib.util
import sys
from pathlib import Path

from stores.backends import open_records

spec = importlib.util.spec_from_file_location("makers", Path(__file__).parents[1] / "makers.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)

records = open_records(sys.argv[1])
for _ in range(int(sys.argv[2])):
    records.evidence.append_custody(lambda previous: make.custody_event(previous, actor=sys.argv[3]))
records.close()
