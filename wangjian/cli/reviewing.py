"""`wangjian match review …`: pairs in doubt put before two people, scores hidden, labels out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matching.reviewing.agreement import ReviewStatistics, labels_of, statistics_of
from matching.reviewing.deciding import answered, frozen
from matching.reviewing.queueing import next_for, pairs_in_doubt
from records.errors import ExitCode, StorageFullError
from records.ports import Services
from records.reviews import Answer, Opinion, ReviewPair, ReviewReason, ReviewState
from wangjian.cli import recalibrating
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["add_to"]

_STATES = {ReviewState.OPEN: "待复核", ReviewState.DISPUTED: "意见不一，待第三人", ReviewState.SETTLED: "已有结论"}
_ANSWERS = {Answer.SAME: "同一主体", Answer.DIFFERENT: "不是同一主体", Answer.UNSURE: "不能确定"}
_HIDDEN = {"probability", "opinions", "verdict", "model_version", "match_id", "origin", "draw_id", "share"}

Pair = Annotated[str, typer.Argument(metavar="PAIR", help="待复核编号")]
Reviewer = Annotated[str, typer.Option("--reviewer", help="复核人姓名")]


def add_to(matching: typer.Typer) -> None:
    """Register the commands beneath `match`."""
    review = typer.Typer(help="复核：拿不准的比对由两人分别判断，分歧由第三人定", no_args_is_help=True)
    review.command("queue", help="把拿不准的比对排入复核")(review_queue)
    review.command("next", help="下一条待复核，不显示概率与他人意见")(review_next)
    review.command("answer", help="发表意见：same、different 或 unsure")(review_answer)
    review.command("freeze", help="封存为测试集：不再接受意见，也不用于校准")(review_freeze)
    review.command("stats", help="复核进度与两人一致程度（Cohen κ）")(review_stats)
    review.command("export", help="导出有结论的标注（JSONL），供重新校准")(review_export)
    recalibrating.add_to(review)
    matching.add_typer(review, name="review")


def review_queue(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Queue what is in doubt of the newest match of each shop; again: only what is new."""
    with opened(data_dir) as services:
        added = services.reviews.queue(list(_in_doubt(services)))
    emit({"added": added}, as_json=as_json, text=f"新排入 {added} 条")
    return ExitCode.DONE


def review_next(reviewer: Reviewer, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """The next pair for a person, blind."""
    with opened(data_dir) as services:
        found = next_for(reviewer, services.reviews.pairs())
        shop = None if found is None else services.survey.shop(found.shop_id)
    if found is None or shop is None:
        emit({"pair": None}, as_json=as_json, text=f"没有待 {reviewer} 复核的；排入新的：wangjian match review queue")
        return ExitCode.NO
    document = {"pair": found.model_dump(mode="json", exclude=_HIDDEN), "shop_url": shop.url}
    emit(document, as_json=as_json, text=_side_by_side(found, shop.url))
    return ExitCode.DONE


def review_answer(
    pair: Pair,
    answer: Annotated[Answer, typer.Argument(metavar="ANSWER", help="same 同一主体、different 不是、unsure 不能确定")],
    reviewer: Reviewer,
    because: Annotated[
        list[ReviewReason] | None,
        typer.Option(
            "--because",
            help="依据，可重复：code 代码、name 名称、former-name 曾用名、address 地址、phone 电话、person 法定代表人、"
            "other-name 名称不同、other-place 地点不同、other-branch 分支不同、too-little 信息太少、other 其他",
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="说明")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One person's opinion."""
    with opened(data_dir) as services:
        opinion = Opinion(
            reviewer=reviewer.strip(),
            answer=answer,
            reasons=tuple(dict.fromkeys(because or ())),
            note=note,
            at=services.clock(),
        )
        changed = services.reviews.change(pair, lambda known: answered(known, opinion))
    settled = changed.state is ReviewState.SETTLED
    document = changed.model_dump(mode="json", exclude=set() if settled else _HIDDEN)
    verdict = f"：{_ANSWERS[changed.verdict]}，模型给出的概率 {changed.probability:.3f}" if changed.verdict else ""
    emit(document, as_json=as_json, text=f"已记录。{_STATES[changed.state]}{verdict}")
    return ExitCode.DONE


def review_freeze(
    pairs: Annotated[list[str], typer.Argument(metavar="PAIR…", help="待复核编号")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Mark pairs as a test set's, for good."""
    with opened(data_dir) as services:
        done = [services.reviews.change(pair_id, frozen).pair_id for pair_id in pairs]
    emit({"frozen": done}, as_json=as_json, text=f"已封存 {len(done)} 条")
    return ExitCode.DONE


def review_stats(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """How the review stands."""
    with opened(data_dir) as services:
        statistics = statistics_of(services.reviews.pairs())
    emit(asdict(statistics), as_json=as_json, text=_in_words(statistics))
    return ExitCode.DONE


def review_export(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="LABELS.jsonl", help="结果文件")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Labels of settled pairs, one JSON document a line; nothing of a test set, nothing nobody could tell."""
    with opened(data_dir) as services:
        lines = [json.dumps(label, ensure_ascii=False) for label in labels_of(services.reviews.pairs())]
    try:
        output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as exc:
        raise StorageFullError(f"不能写入 {output}：{exc.strerror or exc}", cure="换一个 -o 文件") from exc
    emit({"labels": len(lines), "file": str(output)}, as_json=as_json, text=f"已写入 {output}：{len(lines)} 条标注")
    return ExitCode.DONE


def _in_doubt(services: Services) -> Iterator[ReviewPair]:
    now = services.clock()
    for match in services.survey.matches():
        yield from pairs_in_doubt(match, services.register.by_code, now=now)


def _side_by_side(pair: ReviewPair, shop_url: str) -> str:
    query, entity = pair.query, pair.entity
    rows = (
        ("名称", query.name or "（未公示）", entity.name),
        ("代码", query.code or "（未公示）", entity.code),
        ("地址", query.address or "（未公示）", entity.address or "（登记库未载）"),
        ("法定代表人", query.legal_representative or "（未公示）", entity.legal_representative or "（登记库未载）"),
        ("电话", query.phone or "（未公示）", entity.phone or "（登记库未载）"),
    )
    lines = [f"{pair.pair_id}  {query.shop_name}  {shop_url}"]
    lines += [f"  {title}：网店公示 {shown}；登记 {registered}" for title, shown, registered in rows]
    former = "、".join(entity.former_names)
    lines.append(f"  登记状态：{entity.status.value}" + (f"；曾用名 {former}" if former else ""))
    lines.append(f"回答：wangjian match review answer {pair.pair_id} same|different|unsure --reviewer 姓名")
    return "\n".join(lines)


def _in_words(statistics: ReviewStatistics) -> str:
    kappa = "尚无两人都看过的" if statistics.kappa is None else f"{statistics.kappa:.3f}"
    states = "，".join(f"{_STATES[ReviewState(state)]} {count}" for state, count in statistics.states.items())
    verdicts = "，".join(f"{_ANSWERS[Answer(verdict)]} {count}" for verdict, count in statistics.verdicts.items())
    audit = "尚无"
    if statistics.audit_error_bound is not None:
        right = 1 - statistics.audit_errors / statistics.audited_count
        audit = (
            f"{statistics.audited_count} 条，判错 {statistics.audit_errors} 条，实测准确率 {right:.2%}，"
            f"差错率 95% 上界 {statistics.audit_error_bound:.2%}"
        )
    reasons = "，".join(f"{reason} {count}" for reason, count in statistics.reasons.items())
    return (
        f"{states}；封存 {statistics.frozen_count}\n结论：{verdicts or '无'}\n"
        f"两人都看过 {statistics.both_count} 条，一致 {statistics.agreed_count} 条；Cohen κ {kappa}\n"
        f"自动匹配抽查：{audit}\n依据：{reasons or '未填'}"
    )
