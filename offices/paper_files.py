"""文书 of cases as one person may read them: with their form, their facts, every version, printed.

Facts are masked unless the person may read personal data whole; what was signed off is given as it was kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from offices.audit import AuditAction
from offices.case_desk import CaseDesk
from offices.masking import mask_name, mask_phone
from records.errors import NotFoundError
from records.leads import Case, Lead
from records.papers import (
    CasePicture,
    CaseRecords,
    Paper,
    PaperFact,
    PaperForm,
    PaperVersion,
    PrintedPaper,
)
from records.people import Permission

__all__ = ["PaperFile", "PaperFiles"]

_PERSONAL = {"party_person": mask_name, "party_phone": mask_phone}
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A paper with its form, the newest words, what they lack now, and every version."""

    paper: Paper
    form: PaperForm
    case: Case
    version: PaperVersion
    facts: tuple[PaperFact, ...]
    missing: tuple[str, ...]
    versions: tuple[PaperVersion, ...]


class PaperFiles(CaseDesk):
    """The part of a desk that reads papers."""

    def forms(self) -> tuple[PaperForm, ...]:
        """All forms."""
        return self._work.papers.forms()

    def file(self, paper_id: str) -> PaperFile:
        """A paper, whole; the look is written into the audit chain. Raises NotFoundError, PermissionRefusedError."""
        file = self._file(paper_id)
        self.note(AuditAction.PAPER_READ, paper_id, file.paper.title)
        return file

    def printed(self, paper_id: str, *, number: int = 0, docx: bool = False) -> tuple[Paper, bytes]:
        """A version as PDF (or docx): the signed-off one as it was kept, checked against its digest; a draft as it
        would be now, marked so.

        Raises:
            NotFoundError: No such paper or version.
            PermissionRefusedError: May not read personal data, of which papers are full.
            IntegrityError: What is kept is not what was signed off.
        """
        self.need(Permission.PERSONAL_READ)
        file = self._file(paper_id)
        version = next((one for one in file.versions if one.number == number), None) if number else file.versions[-1]
        if version is None:
            raise NotFoundError(f"这份文书没有第 {number} 版", cure=f"共 {len(file.versions)} 版")
        what = "docx" if docx else "PDF"
        self.note(AuditAction.PAPER_READ, paper_id, f"{file.paper.title} 第 {version.number} 版 {what}")
        kept = version.docx if docx else version.pdf
        if version.sealed and kept is not None:
            return file.paper, self._services.blobs.get(kept.sha256)
        if version.number == file.paper.newest:
            version = version.model_copy(update={"facts": self._whole_facts(file), "missing": file.missing})
        return file.paper, self._print(file.form, file.paper, version, version.saved_at, docx=docx)

    def _file(self, paper_id: str) -> PaperFile:
        self.need(Permission.LEADS_READ)
        paper = self._services.case_book.paper(paper_id)
        case, leads = self._scoped_case(paper.case_id)
        form = self._work.papers.form(paper.kind)
        versions = self._services.case_book.paper_versions(paper_id)
        version = versions[-1]
        facts = version.facts if version.sealed else self._facts(form, case, leads, paper)
        missing = version.missing if version.sealed else self._work.papers.missing(form, facts, version.fields)
        return PaperFile(
            paper=paper,
            form=form,
            case=case,
            version=version,
            facts=facts if self.may(Permission.PERSONAL_READ) else _masked(facts),
            missing=missing,
            versions=versions,
        )

    def _version(
        self,
        paper: Paper,
        form: PaperForm,
        facts: Sequence[PaperFact],
        fields: Mapping[str, str],
        *,
        number: int,
    ) -> PaperVersion:
        return PaperVersion(
            paper_id=paper.paper_id,
            number=number,
            fields=dict(fields),
            facts=tuple(facts),
            missing=self._work.papers.missing(form, facts, fields),
            saved_by=self.account.login,
            saved_at=self._services.clock(),
        )

    def _whole_facts(self, file: PaperFile) -> tuple[PaperFact, ...]:
        """Facts unmasked, as they are now."""
        leads = [self._services.leads.lead(lead_id) for lead_id in file.case.lead_ids]
        return self._facts(file.form, file.case, leads, file.paper)

    def _facts(self, form: PaperForm, case: Case, leads: Sequence[Lead], paper: Paper) -> tuple[PaperFact, ...]:
        store = self._services.leads
        records = CaseRecords(
            organisation=self._services.organisation or case.office,
            case=case,
            leads=leads,
            findings=[store.finding(one) for lead in leads for one in lead.finding_ids],
            captures=self.evidence_of(case),
            papers=self._services.case_book.papers(case.case_id),
            events=(),
            subject=paper.subject,
        )
        return self._work.papers.facts(form, records)

    def _print(
        self, form: PaperForm, paper: Paper, version: PaperVersion, when: datetime, *, docx: bool = False
    ) -> bytes:
        pictures = self._pictures(paper) if form.kind == "11" and not docx else ()
        printed = PrintedPaper(form=form, version=version, prepared_at=when, pictures=pictures)
        if docx:
            return self._work.papers.docx(printed)
        return self._work.papers.pdf(printed, font_folders=(self._services.data_dir / "fonts",))

    def _pictures(self, paper: Paper) -> tuple[CasePicture, ...]:
        """The picture of the page, when there is one that is a picture."""
        capture = self._services.evidence.capture(paper.subject)
        if capture.screenshot is None:
            return ()
        content = self._services.blobs.get(capture.screenshot.sha256)
        if content[:8] != _PNG:
            return ()
        return (CasePicture(content=content, caption=f"整页截图　SHA-256 {capture.screenshot.sha256[:16]}……"),)


def _masked(facts: Sequence[PaperFact]) -> tuple[PaperFact, ...]:
    return tuple(
        fact.model_copy(update={"value": _PERSONAL[fact.key](fact.value) if fact.value else ""})
        if fact.key in _PERSONAL
        else fact
        for fact in facts
    )
