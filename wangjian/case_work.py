"""Cases from the command line: the desk of an account, and the papers and timeline that go with an exported case."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

from documents.case_papers import CasePaperRoom
from documents.case_timeline import TimelinePaper, timeline_jsonl, timeline_pdf
from evidence.desk import evidence_flaws
from leads.case_life import CaseLife
from leads.cases import case_id_of, draft_case
from offices.audit import Caller
from offices.case_desk import CaseWork
from offices.case_timeline import TimelineDesk
from records.digests import digests_of_chunks
from records.errors import NotFoundError
from records.people import Account, Role
from records.ports import Services
from records.timeline import TimelineCheck

__all__ = ["desk_for", "desk_of_operator", "write_case_papers"]

LIST_NAME = "案卷清单.sha256"
_BLOCK = 1 << 20


def desk_for(services: Services, login: str) -> TimelineDesk:
    """The desk of an account, as behind the other doors.

    Raises:
        NotFoundError: No such account, or it is closed.
    """
    account = services.accounts.account_by_login(login.strip())
    if account is None or not account.active:
        raise NotFoundError(f"没有可用的账号：{login[:60]}", cure="账号见 wangjian users list；用 --as 写明以谁的名义")
    return TimelineDesk(services, Caller(account=account, origin="命令行"), _work())


def desk_of_operator(services: Services) -> TimelineDesk:
    """The desk of whoever holds the data directory, to read and export; never to decide."""
    name = getpass.getuser()
    account = Account(
        account_id="operator", login=f"cli:{name}", name=name, roles=(Role.OFFICER, Role.AUDITOR), password_hash=""
    )
    return TimelineDesk(services, Caller(account=account, origin="命令行"), _work())


def write_case_papers(
    services: Services, case_id: str, folder: Path, *, caller: Caller | None = None
) -> tuple[TimelineCheck, int]:
    """Signed-off papers in both forms, the timeline as JSON lines and PDF, then a list of all files of the folder with
    their digests, signed by the organisation's key; the check of the timeline, and how many papers. `caller` is who
    looks and takes in the audit; without one, whoever holds the data directory.

    Raises:
        NotFoundError: No such case.
        PermissionRefusedError: It is not the caller's to export.
        IntegrityError: A paper is not what was signed off.
    """
    desk = TimelineDesk(services, caller, _work()) if caller else desk_of_operator(services)
    case = desk.detail(case_id).case
    papers, count = folder / "文书", 0
    for paper in services.case_book.papers(case_id):
        for version in services.case_book.paper_versions(paper.paper_id):
            if version.pdf is None or version.docx is None:
                continue
            papers.mkdir(parents=True, exist_ok=True)
            title = paper.title.replace("/", "或")
            name = f"{paper.kind}-{title}-{paper.paper_id[-6:]}-第{version.number}版"
            (papers / f"{name}.pdf").write_bytes(services.blobs.get(version.pdf.sha256))
            (papers / f"{name}.docx").write_bytes(services.blobs.get(version.docx.sha256))
            count += 1
    desk.note_export(case_id, f"案卷：文书 {count} 份、时间线")
    check, entries = desk.verify_timeline(case_id), desk.timeline(case_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "时间线.jsonl").write_bytes(timeline_jsonl(entries, check))
    paper_of = TimelinePaper(
        organisation=services.organisation, title=case.title, case_id=case_id, chosen="全部", prepared_at=check.at
    )
    fonts = (services.data_dir / "fonts",)
    (folder / "时间线.pdf").write_bytes(timeline_pdf(paper_of, entries, check, font_folders=fonts))
    _sign_list(services, folder)
    return check, count


def _sign_list(services: Services, folder: Path) -> None:
    """`sha256sum -c 案卷清单.sha256` checks the files; the signature, who made the list."""
    listed = "".join(_lines(folder)).encode()
    (folder / LIST_NAME).write_bytes(listed)
    (folder / f"{LIST_NAME}.sig").write_bytes(services.signer.sign(listed))
    (folder / "签名证书.pem").write_text(services.signer.certificate_pem, encoding="ascii")


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.startswith(LIST_NAME) or name == "签名证书.pem":
            continue
        with path.open("rb") as file:
            digests = digests_of_chunks(iter(lambda file=file: file.read(_BLOCK), b""))  # type: ignore[misc]  # bound now
        yield f"{digests.sha256}  {name}\n"


def _work() -> CaseWork:
    return CaseWork(
        rules=CaseLife(),
        papers=CasePaperRoom(),
        draft=draft_case,
        case_id_of=case_id_of,
        check_evidence=evidence_flaws,
    )
