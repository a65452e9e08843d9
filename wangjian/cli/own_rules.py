"""`wangjian rules own …`: rules a supervisor combines without code, tried on what is stored, and exchanged as packs."""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from records.errors import ExitCode, InvalidInputError, NotFoundError, StorageFullError
from records.leads import Basis, Finding, Severity, Verdict
from records.market import Category, Speaker
from records.own_rules import OwnConditions, OwnRule
from records.ports import Services
from records.workbench import OwnTrial
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened, say
from wangjian.own_rules import next_version, read_pack, sign_pack, take_pack, try_rule

__all__ = ["add_own_to"]

_BASIS = re.compile(r"^《?(?P<law>[^》@]+?)》?\s*(?P<article>第[^@》]+?)@(?P<day>\d{4}-\d{2}-\d{2})$")
_SPEAKERS = {speaker.value: speaker for speaker in Speaker}
_SAMPLES = 10
_LONGEST_SAMPLE = 60

RuleId = Annotated[str, typer.Argument(metavar="ID", help="自定规则编号，Z01–Z99")]
Words = Annotated[
    list[str] | None, typer.Option("--words", help="一组词，逗号或顿号分隔，命中其一即可；可重复，各组都须命中")
]
Within = Annotated[
    int | None, typer.Option("--within", min=0, max=200, help="各组词之间至多相隔几个字；不填为同段出现")
]
Unless = Annotated[str, typer.Option("--unless", help="同句出现即除外的词，逗号或顿号分隔")]
Denied = Annotated[bool, typer.Option("--denied", help="否定、引述中的词也算")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="只限这些类目，可重复")]
Speakers = Annotated[
    list[str] | None, typer.Option("--speaker", help=f"谁说的：{' | '.join(_SPEAKERS)}；不填为商家与标签")
]
Price = Annotated[str, typer.Option("--price", help="现价范围（元），如 100-500、100-、-500")]
Sales = Annotated[str, typer.Option("--sales", help="销量范围，如 100-")]
Regions = Annotated[list[str] | None, typer.Option("--region", help="主体所在区划代码前缀，如 33，可重复")]
Rising = Annotated[Severity, typer.Option("--severity", help="级别")]
By = Annotated[str, typer.Option("--by", help="经办人；不填用系统账户名")]


def add_own_to(rules: typer.Typer) -> None:
    """Register the commands."""
    own = typer.Typer(help="自定规则：不写代码，组合词语与条件", no_args_is_help=True)
    own.command("try", help="在已采集的页面上试一试，给出数目与样本，不保存")(own_try)
    own.command("save", help="保存规则（新版先试行：只作提示，签批后形成线索）")(own_save)
    own.command("list", help="列出自定规则")(own_list)
    own.command("show", help="一条自定规则的各版")(own_show)
    own.command("retire", help="停用一条自定规则，各版保留")(own_retire)
    own.command("pack", help="把自定规则打成签名的规则包，交给其他单位")(own_pack)
    own.command("unpack", help="验签并收下其他单位的规则包")(own_unpack)
    rules.add_typer(own, name="own")


def own_try(  # every condition is an option
    rule_id: Annotated[str, typer.Argument(metavar="[ID]", help="已保存的规则；不填则用下列条件")] = "",
    words: Words = None,
    within: Within = None,
    unless: Unless = "",
    denied: Denied = False,
    category: Categories = None,
    speaker: Speakers = None,
    price: Price = "",
    sales: Sales = "",
    region: Regions = None,
    samples: Annotated[int, typer.Option("--samples", min=0, max=200, help="给出几个样本")] = _SAMPLES,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Counts and samples over everything stored."""
    with opened(data_dir) as services:
        if rule_id:
            rule = _saved(services, rule_id)
        else:
            asked = _conditions(category, speaker, price=price, sales=sales, region=region)
            rule = _rule(services, "Z00", "试行", words, within=within, unless=unless, denied=denied, asked=asked)
        trial = try_rule(services, rule)
        shown = [_sample(services, finding) for finding in trial.findings[:samples]]
    _tell_trial(trial, shown, as_json=as_json)
    return ExitCode.DONE if trial.count(Verdict.SUSPECTED) else ExitCode.NO


def own_save(  # every condition is an option
    rule_id: RuleId,
    title: Annotated[str, typer.Option("--title", help="违法情形")] = "",
    basis: Annotated[
        list[str] | None,
        typer.Option("--basis", help="依据，如 “中华人民共和国广告法第二十八条@2015-09-01”（@ 后为施行日），可重复"),
    ] = None,
    words: Words = None,
    within: Within = None,
    unless: Unless = "",
    denied: Denied = False,
    category: Categories = None,
    speaker: Speakers = None,
    price: Price = "",
    sales: Sales = "",
    region: Regions = None,
    severity: Rising = Severity.MEDIUM,
    proof: Annotated[str, typer.Option("--proof", help="尚需哪些证明")] = "",
    note: Annotated[str, typer.Option("--note", help="为何设此规则")] = "",
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Keep a rule, or the next version of it."""
    articles = tuple(_basis(text) for text in basis or ())
    if not articles:
        raise InvalidInputError("规则须写明依据", cure='如 --basis "中华人民共和国广告法第二十八条@2015-09-01"')
    with opened(data_dir) as services:
        asked = _conditions(category, speaker, price=price, sales=sales, region=region)
        rule = _rule(
            services, rule_id.upper(), title, words, within=within, unless=unless, denied=denied, asked=asked,
            basis=articles, severity=severity, proof_needed=proof, note=note, made_by=by or getpass.getuser(),
        )  # fmt: skip
        trial = try_rule(services, rule)
        kept = next_version(services, rule)
        changed = kept.made_at == rule.made_at
        if changed:
            services.own_rules.save_own_rules((kept,))
    done = (
        f"已保存 {kept.rule_id} 第 {kept.version} 版"
        if changed
        else f"与 {kept.rule_id} 第 {kept.version} 版相同，未增版本"
    )
    next_step = f"；试行中，只作提示，用 wangjian rules sign {kept.rule_id} 签批后形成线索" if changed else ""
    emit(
        {"rule": kept, "changed": changed, "suspected": trial.count(Verdict.SUSPECTED)},
        as_json=as_json,
        text=f"{done}；已采集的页面中涉嫌 {trial.count(Verdict.SUSPECTED)} 处{next_step}",
    )
    return ExitCode.DONE


def own_list(
    retired: Annotated[bool, typer.Option("--all", help="连同已停用的")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The newest version of each."""
    with opened(data_dir) as services:
        rules = services.own_rules.own_rules(retired=retired)
    rows = [
        {
            "rule": rule.rule_id,
            "version": rule.version,
            "title": rule.title,
            "words": [" / ".join(group) for group in rule.groups],
            "basis": [f"{one.instrument}{one.article}" for one in rule.basis],
            "from_office": rule.from_office,
            "made_by": rule.made_by,
            "retired": rule.retired,
        }
        for rule in rules
    ]
    columns = {
        "rule": "规则", "version": "版", "title": "情形", "words": "词", "basis": "依据", "from_office": "来自",
        "made_by": "经办", "retired": "已停用",
    }  # fmt: skip
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有自定规则；用 wangjian rules own try 试一试")
    return ExitCode.DONE


def own_show(rule_id: RuleId, data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every version, newest last."""
    with opened(data_dir) as services:
        versions = services.own_rules.own_rule_versions(_saved(services, rule_id).rule_id)
    emit({"versions": versions}, as_json=as_json, text="\n".join(_in_words(rule) for rule in versions))
    return ExitCode.DONE


def own_retire(rule_id: RuleId, by: By = "", data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """It judges no more; leads it made stay."""
    with opened(data_dir) as services:
        rule = _saved(services, rule_id)
        if not rule.retired:
            gone = {"retired": True, "made_by": by or getpass.getuser(), "made_at": services.clock()}
            rule = next_version(services, rule.model_copy(update=gone))
            services.own_rules.save_own_rules((rule,))
    emit(rule, as_json=as_json, text=f"已停用 {rule.rule_id}（第 {rule.version} 版）；再次保存即恢复")
    return ExitCode.DONE


def own_pack(
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪里")],
    office: Annotated[str, typer.Option("--office", help="本单位名称")],
    rule_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="不填为全部未停用的")] = None,
    title: Annotated[str, typer.Option("--title", help="规则包标题")] = "自定规则",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A signed file."""
    with opened(data_dir) as services:
        chosen = [_saved(services, one) for one in rule_ids or ()] or list(services.own_rules.own_rules())
        if not chosen:
            raise InvalidInputError("还没有自定规则可打包", cure="先用 wangjian rules own save 保存")
        content = sign_pack(services, chosen, title=title, office=office)
    try:
        output.write_bytes(content)
    except OSError as exc:
        raise StorageFullError(f"写不到 {output}（{exc.strerror}）", cure="换一个可写的位置") from exc
    emit(
        {"written": str(output), "rules": len(chosen)},
        as_json=as_json,
        text=f"已写出 {output}：{len(chosen)} 条规则，已签名",
    )
    return ExitCode.DONE


def own_unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="规则包")],
    by: By = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Check the signature, then keep what is new; it is on trial until signed here."""
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise InvalidInputError(f"读不到 {file}（{exc.strerror}）", cure="检查路径与权限") from exc
    with opened(data_dir) as services:
        read = read_pack(services, content)
        kept, known = take_pack(services, read, by=by or getpass.getuser())
    lines = [f"“{read.pack.title}”由 {read.signer} 签名，签名有效"]
    lines += [
        f"收下 {rule.rule_id} 第 {rule.version} 版：{rule.title}（{rule.from_office}），试行，待签批" for rule in kept
    ]
    lines += [f"已有 {rule.rule_id} 第 {rule.version} 版：{rule.title}" for rule in known]
    emit({"signer": read.signer, "kept": kept, "known": known}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE


def _saved(services: Services, rule_id: str) -> OwnRule:
    versions = services.own_rules.own_rule_versions(rule_id.upper())
    if not versions:
        raise NotFoundError(f"没有自定规则 {rule_id[:20]}", cure="编号见 wangjian rules own list")
    return versions[-1]


def _rule(  # what a rule is made of
    services: Services,
    rule_id: str,
    title: str,
    words: Sequence[str] | None,
    *,
    within: int | None,
    unless: str,
    denied: bool,
    asked: OwnConditions,
    **told: object,
) -> OwnRule:
    groups = tuple(group for text in words or () if (group := _several(text)))
    if not groups:
        raise InvalidInputError("没有词", cure="如 --words 燕窝,即食燕窝 --words 孕妇,宝宝")
    trial_basis = (Basis(instrument="试行", article="", text="", in_force_from=date.min),)
    values: dict[str, object] = {"basis": trial_basis, "made_by": "", **told}
    try:
        return OwnRule.model_validate(
            {
                "rule_id": rule_id, "version": 1, "title": title, "groups": groups, "within": within,
                "unless": _several(unless), "denied_counts": denied, "conditions": asked, "made_at": services.clock(),
                **values,
            }
        )  # fmt: skip
    except ValidationError as exc:
        named = {"rule_id": "编号应为 Z01–Z99", "title": "须写标题（至多 100 字）", "groups": "词至多四组"}
        wrong = "；".join(dict.fromkeys(named.get(str(one["loc"][0]), str(one["loc"][0])) for one in exc.errors()))
        raise InvalidInputError(f"规则写法有误：{wrong}", cure="改正后重试") from exc


def _conditions(
    category: Sequence[str] | None,
    speaker: Sequence[str] | None,
    *,
    price: str,
    sales: str,
    region: Sequence[str] | None,
) -> OwnConditions:
    categories = {one.value: one for one in Category}
    for known, given, name in ((categories, category, "类目"), (_SPEAKERS, speaker, "说话人")):
        for one in given or ():
            if one not in known:
                raise InvalidInputError(f"没有{name} {one[:20]}", cure="、".join(known))
    for one in region or ():
        if not re.fullmatch(r"\d{2,6}", one):
            raise InvalidInputError(f"区划代码前缀应为 2 至 6 位数字：{one[:20]}", cure="如 33、3301、330106")
    least, most = _range(price, "现价", times=100)
    fewest, largest = _range(sales, "销量", times=1)
    return OwnConditions(
        categories=tuple(categories[one] for one in category or ()),
        speakers=tuple(_SPEAKERS[one] for one in speaker or ("merchant", "label")),
        price_least_fen=least,
        price_most_fen=most,
        sales_least=fewest,
        sales_most=largest,
        regions=tuple(region or ()),
    )


def _range(text: str, name: str, *, times: int) -> tuple[int | None, int | None]:
    """`100-500`, `100-`, `-500`, in units of which one of ours is a `times`-th."""
    if not text.strip():
        return None, None
    first, dash, last = text.strip().partition("-")
    try:
        bounds = [int(Decimal(part) * times) if part.strip() else None for part in (first, last)]
    except (InvalidOperation, ValueError, OverflowError) as exc:
        raise InvalidInputError(f"{name}范围看不懂：{text[:40]}", cure="如 100-500、100-、-500") from exc
    least, most = bounds
    if not dash or (least is not None and most is not None and least > most) or least == most is None:
        raise InvalidInputError(f"{name}范围看不懂：{text[:40]}", cure="如 100-500、100-、-500")
    return least, most


def _basis(text: str) -> Basis:
    found = _BASIS.match(text.strip())
    try:
        day = date.fromisoformat(found["day"]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise InvalidInputError(f"依据看不懂：{text[:80]}", cure='如 "中华人民共和国广告法第二十八条@2015-09-01"')
    return Basis(instrument=found["law"].strip(), article=found["article"].strip(), text="", in_force_from=day)


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,，、;；\n]", text) if part.strip()))


def _sample(services: Services, finding: Finding) -> dict[str, object]:
    shop = services.survey.shop(finding.shop_id)
    return {
        "verdict": finding.verdict.value,
        "shop": shop.name or shop.url,
        "text": _marked(finding),
        "url": finding.url,
        "exemption": finding.exemption or "",
    }


def _marked(finding: Finding) -> str:
    """The words around the first hit, the hit between marks."""
    if not finding.spans:
        return finding.text[:_LONGEST_SAMPLE]
    span = finding.spans[0]
    before = finding.text[max(0, span.start - _LONGEST_SAMPLE // 2) : span.start]
    after = finding.text[span.end : span.end + _LONGEST_SAMPLE // 2]
    return f"{before}【{span.text}】{after}".replace("\n", " ")


def _tell_trial(trial: OwnTrial, shown: Sequence[dict[str, object]], *, as_json: bool) -> None:
    counts = {verdict.value: trial.count(verdict) for verdict in Verdict}
    shops = len({finding.shop_id for finding in trial.findings if finding.verdict is Verdict.SUSPECTED})
    if as_json:
        document = {"shops": trial.shops, "listings": trial.listings, "counts": counts, "suspected_shops": shops,
                    "unread_regions": trial.unread_regions, "samples": shown}  # fmt: skip
        emit(document, as_json=True, text="")
        return
    columns = {"verdict": "判断", "shop": "网店", "text": "页面文字", "exemption": "除外", "url": "网址"}
    words = {"suspected": "涉嫌", "excluded": "除外", "undetermined": "无法判定"}
    rows = [{**row, "verdict": words[str(row["verdict"])]} for row in shown]
    emit_rows(rows, as_json=False, columns=columns, empty="没有命中")
    told = "，".join(f"{words[name]} {count}" for name, count in counts.items())
    say(f"看过 {trial.shops} 家网店、{trial.listings} 件商品：{told}；涉嫌涉及 {shops} 家")
    if trial.unread_regions:
        say(f"{trial.unread_regions} 家网店的区划未能确定，规则对其不作判断")


def _in_words(rule: OwnRule) -> str:
    asked, parts = rule.conditions, [" 且 ".join("（" + " 或 ".join(group) + "）" for group in rule.groups)]
    parts.append(f"相隔不超过 {rule.within} 字" if rule.within is not None and len(rule.groups) > 1 else "")
    parts.append(f"同句无 {'、'.join(rule.unless)}" if rule.unless else "")
    parts.append(f"类目 {'、'.join(asked.categories)}" if asked.categories else "")
    parts.append(_bounds("现价", asked.price_least_fen, asked.price_most_fen, unit="分"))
    parts.append(_bounds("销量", asked.sales_least, asked.sales_most, unit="件"))
    parts.append(f"区划 {'、'.join(asked.regions)}" if asked.regions else "")
    basis = "、".join(f"{one.instrument}{one.article}（{one.in_force_from} 起施行，待核）" for one in rule.basis)
    state = "，已停用" if rule.retired else ""
    said = "；".join(part for part in parts if part)
    return f"{rule.rule_id} 第 {rule.version} 版 {rule.title}（{rule.made_by}{state}）：{said}。依据：{basis}"


def _bounds(name: str, least: int | None, most: int | None, *, unit: str) -> str:
    if least is None and most is None:
        return ""
    return f"{name} {least if least is not None else '不限'}–{most if most is not None else '不限'}{unit}"
