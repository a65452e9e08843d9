"""Surveys in processes of their own, forked as the product does it: the task on standard input, the run in a file."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawlers.archive.files import FolderFiles
from crawlers.engine import SurveyOptions, SurveyParts, survey_site
from records.errors import WangJianError
from records.survey import Target
from stores.backends import open_blobs, open_records
from wangjian.survey_nursery import serve


def _ahead(place: Path) -> timedelta:
    """How far a test has put the survey's clock forward."""
    try:
        return timedelta(seconds=float((place / "clock-ahead").read_text() or 0))
    except FileNotFoundError:
        return timedelta(0)


def main() -> int:
    task = json.loads(sys.stdin.buffer.readline())
    place, answer = Path(task["place"]), Path(task["answer"])
    records = open_records(f"sqlite:///{place}/records.db")
    try:
        run = survey_site(
            Target.model_validate(task["target"]),
            task["run_id"],
            parts=SurveyParts(
                survey=records.survey,
                blobs=open_blobs(f"file:///{place}/blobs"),
                clock=lambda: datetime.now(UTC) + _ahead(place),
                hosts=records.hosts,
                history=records.history,
                archive=FolderFiles(place / "archive"),
            ),
            options=SurveyOptions(**task["options"]),
        )
    except WangJianError as exc:
        answer.write_text(json.dumps({"problem": exc.problem, "message": exc.message}))
        return int(exc.exit_code)
    finally:
        records.close()
    answer.write_text(run.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(serve(main))
