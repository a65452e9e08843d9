"""A case as a folder somebody else can check: packages, papers, timeline, what it is and why, and a signed list."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from offices.audit import Caller
from records.errors import NotFoundError, StorageFullError
from records.groups import SellerGroup
from records.leads import Case
from records.ports import Services
from records.stages import StageReport
from records.timeline import TimelineCheck
from wangjian import flow
from wangjian.case_words import captures_of, case_in_words
from wangjian.case_work import write_case_papers

__all__ = ["CaseExport", "export_case", "zip_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExport:
    """What was written: how the packages verified, whether the timeline holds, how many signed-off papers."""

    report: StageReport
    check: TimelineCheck
    papers: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing and everything holds."""
        return not self.report.missing and self.check.whole


def export_case(
    services: Services, case_id: str, output: Path, *, actor: str, caller: Caller | None = None
) -> CaseExport:
    """Write a case into a folder, each package verified as an outsider would. `caller` is whose the audit says it was;
    without one, whoever holds the data directory.

    Raises:
        NotFoundError: No such case.
        IntegrityError: A paper is not what was signed off.
        StorageFullError: The folder cannot be written.
    """
    case = services.leads.case(case_id)
    leads = [services.leads.lead(lead_id) for lead_id in case.lead_ids]
    group = _stored_group(services, case)
    captures = captures_of(services, case)
    try:
        report = flow.export(services, [services.evidence.capture(one) for one in captures], output, actor=actor)
        _write(output / "案件说明.txt", "\n".join(case_in_words(case, leads, captures)) + "\n")
        document = {
            "case": case.model_dump(mode="json"),
            "leads": [lead.model_dump(mode="json") for lead in leads],
            "group": group.model_dump(mode="json") if group else None,
        }
        _write(output / "案件.json", json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        check, papers = write_case_papers(services, case_id, output, caller=caller)
    except OSError as exc:
        raise StorageFullError(f"不能写入 {output}：{exc.strerror or exc}", cure="换一个目录，或腾出空间") from exc
    return CaseExport(report=report, check=check, papers=papers)


def zip_folder(folder: Path, target: Path) -> Path:
    """The folder as one file, nothing compressed again: what is large in it is compressed already."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            packed.write(path, path.relative_to(folder.parent).as_posix())
    return target


def _stored_group(services: Services, case: Case) -> SellerGroup | None:
    try:
        return services.groups.group(case.group_id) if case.group_id else None
    except NotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
