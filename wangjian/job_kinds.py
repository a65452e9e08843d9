"""What each kind of long work does, with the same parts as the command line."""

from __future__ import annotations

import csv
import hashlib
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from evidence.desk import EvidenceRoom
from leads.catalogue import load_rules
from leads.clocks import day_in_china
from leads.judging import Judge
from leads.scan import scan_file
from matching.batch import match_batch
from matching.quality.checking import Scope
from matching.register_import import FullSnapshot, import_file
from matching.resolver import Resolver
from offices.audit import AuditAction, Caller, record
from offices.evidence_desk import EvidenceDesk
from offices.job_desk import JOBS_FOLDER
from offices.masking import mask_phones_in
from offices.permissions import may
from records.backups import BackupState
from records.base import stable_id
from records.digests import digests_of
from records.errors import StorageFullError
from records.jobs import Job, JobKind, JobState
from records.people import Permission
from records.ports import Services
from records.survey import FrontierState, Run, RunState
from wangjian import flow
from wangjian.auditing import audit_everything
from wangjian.backup import BackupPlan, back_up
from wangjian.backup_schedule import backup_folder
from wangjian.case_exporting import export_case, zip_folder
from wangjian.indexing import catch_up, rebuild
from wangjian.job_exports import write_export
from wangjian.job_works import Outcome, Tell
from wangjian.register_checking import settle_problems
from wangjian.settings import Settings
from wangjian.surveying import run_survey
from wangjian.targets.registering import TargetBook, target_at
from wangjian.walls import hand_over_walls
from wangjian.watching import watch_stored
from wangjian.wiring import open_copier

__all__ = ["WORKS"]

Work = Callable[[Services, Settings, Job, Tell], Outcome]

_MOST_TOLD = 20
_STATES = {RunState.COMPLETE: JobState.DONE, RunState.FAILED: JobState.FAILED}


def _survey(services: Services, settings: Settings, job: Job, tell: Tell) -> Outcome:
    if cut_off := job.asks.get("run_id", ""):
        target, known = services.survey.target(services.survey.run(cut_off).target_id), True
    else:
        target, known = target_at(TargetBook(services.survey.targets()), job.asks["url"], now=services.clock())
    if job.asks.get("max_pages"):
        target = target.model_copy(update={"max_pages": int(job.asks["max_pages"])})
    if not known:
        region = job.region_code
        target = target.model_copy(update={"region_code": region}) if region else target
        services.survey.save_target(target)
    run_id = cut_off or stable_id("run", job.job_id)
    told = [0]

    def progress(_: Run, counts: dict[FrontierState, int]) -> None:
        done = counts.get(FrontierState.DONE, 0) + counts.get(FrontierState.FAILED, 0)
        if done >= told[0] + max(10, told[0] // 4):
            told[0] = done
            tell(f"已读 {done} / 已知 {sum(counts.values())} 页")

    run = run_survey(services, settings, target, run_id=run_id, progress=progress)
    hand_over_walls(services, run)
    result = {"run_id": run.run_id, "run": f"/api/v1/runs/{run.run_id}", "target_id": run.target_id}
    if run.state is RunState.FAILED:
        return Outcome(state=JobState.FAILED, result=result, missing=run.missing, problem="没有读到任何页面")
    tell("采集结束，正在比对、研判")
    flow.read_pictures(services, settings, target_id=run.target_id)
    flow.read_images(services, settings, target_id=run.target_id)
    for stage in (flow.match, flow.assess, flow.lead):
        stage(services, target_id=run.target_id)
    blind = tuple(f"失明：{one}" for one in run.blind)
    state = JobState.PARTIAL if blind else _STATES.get(run.state, JobState.PARTIAL)
    return Outcome(state=state, result=result, missing=(*run.missing, *blind))


def _import(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    folder = _folder(services, job)
    path = folder / job.asks["file"]
    tell(f"正在读入 {job.asks['file']}")
    report = import_file(
        path,
        register=services.register,
        source=job.asks["source"],
        clock=services.clock,
        profile=job.asks.get("profile", ""),
        errors_to=folder,
        full=FullSnapshot() if job.asks.get("full") == "yes" else None,
    )
    names = ("read", "added", "changed", "unchanged", "refused", "older", "gone", "gone_withheld")
    result = {name: str(getattr(report, name)) for name in names}
    missing = [f"第 {line} 行 {column}：{said}" for line, column, said in report.errors[:_MOST_TOLD]]
    if report.gone_withheld:
        missing.append(f"该快照比库中少 {report.gone_withheld} 户，文件可能不全，未标记“未再出现”")
    if report.error_sheet:
        sheet = Path(report.error_sheet)
        result |= {"file": sheet.name, "sha256": digests_of(sheet.read_bytes()).sha256}
    partial = bool(report.refused or report.gone_withheld)
    return Outcome(state=JobState.PARTIAL if partial else JobState.DONE, result=result, missing=tuple(missing))


def _check(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    tell("正在检查登记库")
    report, changed = settle_problems(services, Scope())
    told = {"entities": report.entities, "problems": report.problem_count, "undecided": report.undecided_count}
    said = f"检查 {report.entities} 个主体：问题 {report.problem_count} 个，无法判定 {report.undecided_count} 个"
    _note(services, job, AuditAction.QUALITY_CHECKED, said)
    return Outcome(result={**{name: str(count) for name, count in told.items()}, "changed": str(len(changed))})


def _rebuild(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    tell("正在由记录重建索引，其间旧索引照常应答")
    held = rebuild(services)
    catch_up(services)
    return Outcome(result={"documents": str(held)})


def _audit(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    tell("正在核查保管链、存证日志与抽查的证据")
    seed = secrets.token_hex(8)
    report = audit_everything(services, seed=seed, full=job.asks.get("full") == "yes")
    counts = {name: str(getattr(report, name)) for name in ("packages", "events", "leaves", "objects", "pages")}
    said = f"{len(report.problems)} 项问题" if report.problems else "全部一致"
    _note(services, job, AuditAction.EVIDENCE_AUDITED, f"核查：{said}（种子 {seed}）")
    return Outcome(
        state=JobState.FAILED if report.problems else JobState.DONE,
        result={**counts, "seed": seed, "problems": str(len(report.problems))},
        missing=() if job.region_code else tuple(report.problems[:_MOST_TOLD]),
        problem=f"核查发现 {said}" if report.problems else "",
        cure="保留现场，报告系统管理员" if report.problems else "",
    )


def _verify(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    account = services.accounts.account(job.account_id)
    if job.region_code:
        account = account.model_copy(update={"region_code": job.region_code})
    desk = EvidenceDesk(services, Caller(account=account, origin=f"任务 {job.job_id}"), EvidenceRoom(services))
    found = [one for one in job.asks["capture_ids"].split(",") if one]
    bad: list[str] = []
    for number, capture_id in enumerate(found, start=1):
        report = desk.verify(capture_id)
        if not report.valid:
            bad.append(f"{capture_id} 核验未通过")
        tell(f"已核验 {number} / {len(found)}：{capture_id} {'通过' if report.valid else '未通过'}")
    return Outcome(
        state=JobState.FAILED if bad else JobState.DONE,
        result={"verified": str(len(found)), "failed": str(len(bad))},
        missing=tuple(bad),
        problem=f"{len(bad)} 份证据核验未通过" if bad else "",
    )


def _export(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    written = write_export(services, job, _folder(services, job), tell)
    return Outcome(result=written)


def _case_export(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    case_id = job.asks["case_id"]
    folder = _folder(services, job)
    tell("正在写出案卷，逐个核验证据包")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        written = export_case(services, case_id, Path(made) / case_id, actor=job.login, caller=_caller(services, job))
        _note(services, job, AuditAction.CASE_EXPORTED, case_id, case_id)
        tell("正在打包")
        path = zip_folder(Path(made) / case_id, folder / f"{case_id}.zip")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    told = {"file": path.name, "sha256": sha256, "papers": str(written.papers)}
    told["packages"] = str(written.report.counts.get("verified", 0))
    missing = [*written.report.missing, *(f"{one.title}：{one.said}" for one in written.check.lines if not one.passed)]
    return Outcome(state=JobState.DONE if written.whole else JobState.PARTIAL, result=told, missing=tuple(missing))


def _match_batch(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    folder = _folder(services, job)
    tell(f"正在比对 {job.asks.get('called', '')}")
    resolver = Resolver(services.register, services.clock, recalibration=services.reviews.current_recalibration())
    done = folder / "matches.csv"
    counts = match_batch(folder / job.asks["file"], done, resolver, services.clock)
    if not may(services.accounts.account(job.account_id), Permission.PERSONAL_READ):
        _mask_reasons(done)
    result = {decision.value: str(count) for decision, count in counts.decisions.items()}
    missing = tuple(f"第 {line} 行退回：{said}" for line, said in counts.errors[:_MOST_TOLD])
    return Outcome(
        state=JobState.PARTIAL if counts.errors else JobState.DONE,
        result={**result, "read": str(counts.read), "file": done.name, "sha256": digests_of(done.read_bytes()).sha256},
        missing=missing,
    )


def _mask_reasons(path: Path) -> None:
    """Telephones in the last column, the reasons, for who may not read them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[*row[:-1], mask_phones_in(row[-1])] for row in csv.reader(file) if row]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _scan(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    folder = _folder(services, job)
    tell(f"正在试判 {job.asks.get('called', '')}")
    done = folder / "findings.jsonl"
    counts = scan_file(folder / job.asks["file"], done, Judge(load_rules(), on=day_in_china(services.clock())))
    told = {name: str(count) for name, count in counts.items()}
    refused = counts.get("refused", 0)
    return Outcome(
        state=JobState.PARTIAL if refused else JobState.DONE,
        result={**told, "file": done.name, "sha256": digests_of(done.read_bytes()).sha256},
        missing=(f"{refused} 行无法读取，结果文件中注明",) if refused else (),
    )


def _watch(services: Services, _: Settings, job: Job, tell: Tell) -> Outcome:
    named = [one for one in job.asks.get("list_ids", "").split(",") if one]
    lists = [services.watch.watch_list(one) for one in named] or list(services.watch.watch_lists())
    used = [one for one in lists if not one.retired]
    tell(f"正在已采集的全部网店与商品中查找 {len(used)} 份名单")
    hits, new = watch_stored(services, used) if used else ((), 0)
    shops = len({hit.shop_id for hit in hits})
    return Outcome(result={"hits": str(len(hits)), "new_hits": str(new), "shops": str(shops)})


def _backup(services: Services, settings: Settings, job: Job, tell: Tell) -> Outcome:
    folder = backup_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise StorageFullError(f"备份目录不可用（{exc.strerror}）", cure="检查 backup.folder 设置与权限") from exc
    path = folder / f"wangjian-{services.clock():%Y%m%d-%H%M%S}-{job.job_id[-6:]}.tar"
    tell("正在备份，系统照常运行")
    with open_copier(settings) as copier:
        plan = BackupPlan(path=path, place=settings.stores.blobs_url, archive_place=settings.stores.archive_url)
        report = back_up(services, copier, plan)
    _note(services, job, AuditAction.BACKED_UP, f"{report.file} SHA-256 {report.content_sha256}")
    told = {"backup": Path(report.file).name, "content_sha256": report.content_sha256, "bytes": str(report.size_bytes)}
    whole = report.state is BackupState.COMPLETE
    return Outcome(
        state=JobState.DONE if whole else JobState.PARTIAL, result=told, missing=tuple(report.problems[:_MOST_TOLD])
    )


def _folder(services: Services, job: Job) -> Path:
    folder = services.data_dir / JOBS_FOLDER / job.job_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _caller(services: Services, job: Job) -> Caller:
    return Caller(account=services.accounts.account(job.account_id), origin=f"任务 {job.job_id}")


def _note(services: Services, job: Job, action: AuditAction, said: str, object_id: str = "") -> None:
    record(services.audit, _caller(services, job), action=action, at=services.clock(), object_id=object_id, detail=said)


WORKS: Mapping[JobKind, Work] = MappingProxyType(
    {
        JobKind.SURVEY: _survey,
        JobKind.REGISTER_IMPORT: _import,
        JobKind.REGISTER_CHECK: _check,
        JobKind.INDEX_REBUILD: _rebuild,
        JobKind.EVIDENCE_AUDIT: _audit,
        JobKind.EVIDENCE_VERIFY: _verify,
        JobKind.EXPORT: _export,
        JobKind.CASE_EXPORT: _case_export,
        JobKind.MATCH_BATCH: _match_batch,
        JobKind.RULES_SCAN: _scan,
        JobKind.WATCH_RUN: _watch,
        JobKind.BACKUP: _backup,
    }
)
