"""A report against the one before it: what was corrected, what remains, what came."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from records.errors import InvalidInputError
from records.quality import QualityReport, QualityTrend

__all__ = ["read_report", "with_trend"]


def read_report(path: Path) -> QualityReport:
    """A report saved with `registry check --json`.

    Raises:
        InvalidInputError: The file cannot be read, or is no such report.
    """
    cure = "用 wangjian registry check --json > 文件 保存的报告"
    try:
        return QualityReport.model_validate_json(path.read_bytes())
    except OSError as exc:
        raise InvalidInputError(f"读不到 {path}（{exc.strerror or exc}）", cure=cure, path=str(path)) from exc
    except ValidationError as exc:
        raise InvalidInputError(f"{path} 不是登记库检查报告", cure=cure, path=str(path)) from exc


def with_trend(report: QualityReport, before: QualityReport) -> QualityReport:
    """The report with its trend since another of the same scope.

    Raises:
        InvalidInputError: The two speak of different entities.
    """
    if (report.source, report.region) != (before.source, before.region):
        raise InvalidInputError(
            f"两次检查的范围不同：上次来源“{before.source or '全部'}”、地区“{before.region or '全部'}”",
            cure="用相同的 --source 和 --region",
        )
    now_ids = {found.problem_id for found in report.problems}
    ids_before = {found.problem_id for found in before.problems}
    whole = not (report.unlisted or before.unlisted)
    trend = QualityTrend(
        since=before.made_at,
        problems_before=before.problem_count,
        score_before={source.source: source.score for source in before.sources if source.score is not None},
        corrected=len(ids_before - now_ids) if whole else None,
        remaining=len(ids_before & now_ids) if whole else None,
        added=len(now_ids - ids_before) if whole else None,
    )
    return report.model_copy(update={"trend": trend})
