"""`wangjian match review audit|recalibrate|calibrations`: audit automatic matches at random; what labels change."""

from __future__ import annotations

import getpass
import math
from collections.abc import Iterator
from typing import Annotated

import typer

from matching.query_facts import query_facts
from matching.resolver import Resolver
from matching.reviewing.agreement import labels_of
from matching.reviewing.queueing import audit_pair, decided_alone
from matching.reviewing.recalibrating import Label, corrections_of, next_recalibration, reverted
from matching.scoring import MODEL_VERSION
from offices.audit import AuditAction, Caller, record
from records.errors import ExitCode, InvalidInputError
from records.ports import Services
from records.reviews import ChannelCorrection, Recalibration, ReviewPair
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.scheduling.drawing import Population, draw_and_keep

__all__ = ["add_to"]

_CHANNELS = {
    "text": "公示的全称（有地区）",
    "open": "公示的全称（无地区）",
    "short": "简称或店铺名称",
    "ocr": "执照图片上的名称",
    "none": "没有名称",
}

By = Annotated[str, typer.Option("--by", help="经办人；不填用系统账户名")]


def add_to(review: typer.Typer) -> None:
    """Register the commands beneath `match review`."""
    review.command("audit", help="随机抽查自动匹配（按公开种子，可复算），抽中的混入待复核")(audit)
    review.command("recalibrate", help="用有结论的标注校正概率（不动封存的测试集），记为新的一版；可退回")(recalibrate)
    review.command("calibrations", help="列出各版校准及其前后对比")(calibrations)


def audit(
    seed: Annotated[str, typer.Option("--seed", help="事先公布的种子，例如当日开奖号码")],
    share: Annotated[float, typer.Option("--share", min=0.0001, max=1.0, help="抽取比例")] = 0.01,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Draw a share of what the model decided alone, and queue it among the doubtful ones."""
    with opened(data_dir) as services:
        alone = {match.shop_id: match for match in services.survey.matches() if decided_alone(match)}
        if not alone:
            raise InvalidInputError("没有自动匹配可抽查", cure="先采集并比对")
        count = math.ceil(share * len(alone))
        population = Population(told="自动匹配的网店", ids=tuple(sorted(alone)))
        kept = draw_and_keep(services, population, None, seed=seed, count=count)
        pairs = []
        for drawn in kept.draw.assignments:
            match = alone[drawn.subject_id]
            entity = services.register.by_code(match.entity_code)
            if entity is not None:
                drawn_share = count / len(alone)
                pairs.append(
                    audit_pair(match, entity, draw_id=kept.draw_id, share=drawn_share, now=services.clock())
                )  # fmt: skip
        added = services.reviews.queue(pairs)
    text = f"自动匹配 {len(alone)} 家，抽中 {count} 家，新排入 {added} 条；抽查 {kept.draw_id}，种子 {seed}"
    document = {"draw_id": kept.draw_id, "population": len(alone), "drawn": count, "added": added}
    emit(document, as_json=as_json, text=text)
    return ExitCode.DONE


def recalibrate(
    revert: Annotated[int | None, typer.Option("--revert", min=0, help="退回到第几版；0 为不校正")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看前后对比，不采用")] = False,
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Fit, show before and after on labels the fit had not seen, and apply where it is better; exit 1 when nowhere."""
    actor = by.strip() or getpass.getuser()
    with opened(data_dir) as services:
        if revert is not None:
            made = services.reviews.add_recalibration(
                lambda known: reverted(known, revert, made_by=actor, now=services.clock())
            )
            _note(services, made, actor)
            emit(made, as_json=as_json, text=f"已退回第 {revert} 版，记为第 {made.number} 版；此后的比对照此")
            return ExitCode.DONE
        channels = corrections_of(_labels(services))
        used = any(channel.used for channel in channels)
        lines = [_in_words(channel) for channel in channels] or ["没有有结论的标注"]
        kept: Recalibration | None = None
        if used and not dry_run:
            kept = services.reviews.add_recalibration(
                lambda known: next_recalibration(
                    known, channels, model_version=MODEL_VERSION, made_by=actor, now=services.clock()
                )
            )
            _note(services, kept, actor)
            lines.append(f"已采用，第 {kept.number} 版；此后的比对照此。退回：recalibrate --revert {kept.number - 1}")
        elif not used:
            lines.append("没有可采用的校正，概率不变")
    emit({"channels": channels, "applied": kept}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if used else ExitCode.NO


def calibrations(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """All versions, oldest first."""
    with opened(data_dir) as services:
        found = services.reviews.recalibrations()
    if as_json:
        emit(list(found), as_json=True, text="")
        return ExitCode.DONE if found else ExitCode.NO
    rows = [
        {
            "number": one.number,
            "made_at": one.made_at.isoformat(),
            "made_by": one.made_by,
            "what": f"退回第 {one.reverts} 版" if one.reverts is not None else "；".join(map(_in_words, one.channels)),
            "model": one.model_version,
        }
        for one in found
    ]
    columns = {"number": "版", "made_at": "时间", "made_by": "经办人", "what": "内容", "model": "模型"}
    emit_rows(rows, as_json=False, columns=columns, empty="没有校准；概率按模型原样")
    return ExitCode.DONE if rows else ExitCode.NO


def _labels(services: Services) -> Iterator[Label]:
    """Settled pairs with the probability the model gives them today, uncorrected."""
    resolver = Resolver(services.register, services.clock)
    labelled = {str(label["pair_id"]): label for label in labels_of(services.reviews.pairs())}
    for pair_id, label in labelled.items():
        pair: ReviewPair = services.reviews.pair(pair_id)
        found = resolver.match(pair.query, shop_id=pair.shop_id)
        given = next((one.probability for one in found.candidates if one.code == pair.entity.code), 0.0)
        yield Label(
            channel=query_facts(pair.query).calibrated_as.value,
            probability=given,
            same=bool(label["label"]),
            weight=1.0 / pair.share,
            shop_id=pair.shop_id,
        )


def _in_words(channel: ChannelCorrection) -> str:
    name = _CHANNELS.get(channel.channel, channel.channel)
    if channel.before is None or channel.after is None:
        return f"{name}：{channel.reason}，不变"
    figures = (
        f"标注 {channel.labels} 条，对数损失 {channel.before.log_loss:.4f} → {channel.after.log_loss:.4f}，"
        f"Brier {channel.before.brier:.4f} → {channel.after.brier:.4f}，"
        f"ECE {channel.before.ece:.4f} → {channel.after.ece:.4f}（未参与拟合的标注上）"
    )
    moved = f"平移 {channel.shift:+.3f}，伸缩 {channel.slope:.3f}"
    return f"{name}：{figures}；{moved if channel.used else channel.reason}"


def _note(services: Services, made: Recalibration, actor: str) -> None:
    detail = f"{actor}：" + ("退回" if made.reverts is not None else "；".join(map(_in_words, made.channels)))
    record(
        services.audit,
        Caller(account=None, origin="命令行"),
        action=AuditAction.CALIBRATION_CHANGED,
        at=services.clock(),
        object_id=f"recalibration-{made.number}",
        detail=detail,
    )
