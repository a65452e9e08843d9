"""Chinese words for what the records name in English; the vocabulary of domain 7.3 ("suspected", never "unlawful")."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from documents.labels import role_title
from records.evidence import CaptureState, CheckResult
from records.health import AlarmKind, AlarmState
from records.jobs import JobKind, JobState
from records.leads import Severity, Verdict
from records.market import ContactKind, PriceRole, Speaker
from records.register import MatchDecision
from records.schedules import MisfirePolicy, OccurrenceState
from records.search import Facet, SearchInterval, SearchSort
from records.survey import FrontierState, Outcome, PageKind, RunState, TargetKind, TargetState

__all__ = ["FACET_TITLES", "NAV", "artefact_title", "word_by_value", "word_of"]

FACET_TITLES: Mapping[Facet, str] = MappingProxyType(
    {
        Facet.SEVERITY: "级别",
        Facet.STATE: "状态",
        Facet.RULE: "规则",
        Facet.DECISION: "主体比对",
        Facet.CATEGORY: "类目",
        Facet.REGION: "属地",
        Facet.OFFICE: "建议承办机关",
        Facet.TARGET: "监测对象",
        Facet.ASSIGNEE: "承办人",
    }
)

NAV = (
    ("/", "今天", "today"),
    ("/leads", "线索", "leads"),
    ("/cases", "案件", "cases"),
    ("/shops", "网店", "shops"),
    ("/listings", "商品", "listings"),
    ("/entities", "主体", "entities"),
    ("/reviews", "复核", "reviews"),
    ("/evidence", "证据", "evidence"),
    ("/targets", "监测", "targets"),
    ("/runs", "采集", "runs"),
    ("/schedules", "计划", "schedules"),
    ("/register", "登记库", "register"),
    ("/statistics", "统计", "statistics"),
    ("/rules", "规则", "rules"),
    ("/watch", "名单", "watch"),
    ("/exchange", "往来", "exchange"),
    ("/audit", "审计", "audit"),
    ("/jobs", "任务", "jobs"),
    ("/accounts", "账号", "accounts"),
    ("/system", "系统", "system"),
)

_WORDS: Mapping[object, str] = MappingProxyType(
    {
        (Severity, "high"): "高",
        (Severity, "medium"): "中",
        (Severity, "low"): "低",
        (Verdict, "suspected"): "涉嫌",
        (Verdict, "excluded"): "有除外情形",
        (Verdict, "undetermined"): "无法判定",
        (MatchDecision, "match"): "已比对",
        (MatchDecision, "possible"): "待人工选定",
        (MatchDecision, "none"): "登记库未见",
        (CaptureState, "running"): "固证中",
        (CaptureState, "complete"): "完整",
        (CaptureState, "partial"): "不完整",
        (CaptureState, "failed"): "失败",
        (CaptureState, "interrupted"): "中断",
        (CheckResult, "passed"): "通过",
        (CheckResult, "failed"): "不符",
        (CheckResult, "unchecked"): "未核",
        (JobKind, "capture"): "固证",
        (JobKind, "survey"): "采集",
        (JobKind, "register_import"): "导入登记库",
        (JobKind, "register_check"): "检查登记库",
        (JobKind, "index_rebuild"): "重建索引",
        (JobKind, "evidence_audit"): "核查证据",
        (JobKind, "evidence_verify"): "核验证据",
        (JobKind, "export"): "导出列表",
        (JobKind, "case_export"): "导出案卷",
        (JobKind, "match_batch"): "成批比对",
        (JobKind, "rules_scan"): "逐行试判",
        (JobKind, "watch_run"): "查找监控名单",
        (JobKind, "backup"): "备份",
        (JobState, "waiting"): "排队",
        (JobState, "running"): "进行中",
        (JobState, "done"): "完成",
        (JobState, "partial"): "部分完成",
        (JobState, "failed"): "未完成",
        (JobState, "interrupted"): "中断",
        (RunState, "running"): "采集中",
        (RunState, "complete"): "完整",
        (RunState, "partial"): "不完整",
        (RunState, "failed"): "失败",
        (OccurrenceState, "due"): "待采",
        (OccurrenceState, "leased"): "已领取",
        (OccurrenceState, "running"): "采集中",
        (OccurrenceState, "done"): "完成",
        (OccurrenceState, "partial"): "部分完成",
        (OccurrenceState, "failed"): "失败",
        (OccurrenceState, "missed"): "错过",
        (OccurrenceState, "skipped"): "跳过",
        (MisfirePolicy, "coalesce"): "补采一次",
        (MisfirePolicy, "skip"): "不补采",
        (MisfirePolicy, "all"): "逐次补采",
        (FrontierState, "pending"): "待访问",
        (FrontierState, "leased"): "访问中",
        (FrontierState, "done"): "已完成",
        (FrontierState, "failed"): "未能读取",
        (Outcome, "read"): "已读取",
        (Outcome, "unchanged"): "无变化",
        (Outcome, "blocked"): "被拒绝访问",
        (Outcome, "captcha"): "要求验证码",
        (Outcome, "login"): "要求登录",
        (Outcome, "soft_404"): "页面已失效",
        (Outcome, "not_found"): "页面不存在",
        (Outcome, "server_error"): "站点出错",
        (Outcome, "timeout"): "超时",
        (Outcome, "too_large"): "内容过大",
        (Outcome, "not_text"): "不是网页",
        (Outcome, "address_refused"): "地址不予访问",
        (Outcome, "robots_refused"): "robots.txt 不允许",
        (Outcome, "browser_away"): "缺少浏览器",
        (Outcome, "empty"): "空页面",
        (Outcome, "left_out"): "同类过多未访问",
        (Outcome, "failed"): "访问失败",
        (AlarmKind, "coverage"): "字段缺失",
        (AlarmKind, "zero"): "没有商品",
        (AlarmKind, "canary"): "试读页不符",
        (AlarmKind, "drift"): "模板变动",
        (AlarmKind, "outcome"): "读取失败增多",
        (AlarmKind, "listings"): "商品骤减",
        (AlarmKind, "robots"): "robots 变更",
        (AlarmKind, "speed"): "站点变慢",
        (AlarmKind, "wall"): "需人工处理",
        (AlarmState, "open"): "未关闭",
        (AlarmState, "recovered"): "已恢复",
        (AlarmState, "settled"): "已处理",
        (Speaker, "merchant"): "商家自述",
        (Speaker, "review"): "消费者评价",
        (Speaker, "platform"): "平台文字",
        (Speaker, "label"): "页面标签",
        (PriceRole, "now"): "现价",
        (PriceRole, "struck"): "划线价",
        (PriceRole, "from"): "起价",
        (PriceRole, "coupon"): "券后价",
        (PriceRole, "member"): "会员价",
        (PriceRole, "deposit"): "定金",
        (ContactKind, "phone"): "电话",
        (ContactKind, "wechat"): "微信",
        (ContactKind, "email"): "邮箱",
        (ContactKind, "address"): "地址",
        (ContactKind, "return_address"): "退货地址",
        (ContactKind, "qq"): "QQ",
        (SearchSort, "priority"): "优先级",
        (SearchSort, "newest"): "最近发现",
        (SearchInterval, "day"): "日",
        (SearchInterval, "week"): "周",
        (SearchInterval, "month"): "月",
        (TargetState, "active"): "监测中",
        (TargetState, "paused"): "暂停",
        (TargetState, "retired"): "移出",
        (TargetKind, "platform"): "平台",
        (TargetKind, "shop"): "网店",
        (TargetKind, "site"): "网站",
        (TargetKind, "mini_site"): "小程序站",
        (PageKind, "home"): "首页",
        (PageKind, "shop"): "店铺页",
        (PageKind, "licence"): "亮照页",
        (PageKind, "licence_image"): "执照图片",
        (PageKind, "list"): "列表页",
        (PageKind, "listing"): "商品页",
        (PageKind, "reviews"): "评价页",
        (PageKind, "rules"): "规则页",
        (PageKind, "article"): "文章页",
        (PageKind, "facet"): "筛选页",
        (PageKind, "detail_image"): "商品图片",
        (PageKind, "other"): "其他页",
    }
)


def artefact_title(role: str) -> str:
    """What a file of a package is; the same words as in the printed record.

    >>> artefact_title("screenshot"), artefact_title("extraction_record")
    ('整页截图', '电子数据证据提取笔录')
    """
    return role_title(role)


def word_of(value: object) -> str:
    """The Chinese word of a member of a closed set; members that are Chinese already say themselves.

    >>> word_of(Outcome.CAPTCHA), word_of(Severity.HIGH)
    ('要求验证码', '高')
    """
    return _WORDS.get((type(value), str(value)), str(value))


def word_by_value(kind: type[StrEnum], value: str) -> str:
    """The same for a value that was only read from an address or an index; an unknown one says itself."""
    return _WORDS.get((kind, value), value[:60])
