"""Goods recalled, found failing or ordered out of use (G21): by the seller's own words, and by watch lists that were
confirmed (`leads/watch_findings.py`); a likeness of names is never enough."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category

__all__ = ["OTHER_BATCH", "RULES"]

OTHER_BATCH = "批次、型号不同"

_SELLS_ON = r"(?:便宜|低价|特价|处理|清仓|甩|出(?:售|了|掉|货)?(?![现行门来去发])|卖|现货|批发|库存|供应|转让|收走|有货|到货|包邮|照常|照样|继续|不影响|能用|接着用|放心用|价格)"
_RECALLED = (
    rf"(?:被|已|已经|正在|官方|厂家|厂商|总局)?召回(?:的|过的|批次|产品|款|商品|名单|范围|公告)?[^。!\n]{{0,30}}?{_SELLS_ON}"
    rf"|{_SELLS_ON}[^。!;\n]{{0,14}}(?:被|已|已经)?召回(?:的|批次|款|产品|商品)"
    rf"|(?:抽检|质检|抽查|国抽)[^,。!;\n]{{0,6}}不合格(?:的|批次|产品|那批)?[^。!\n]{{0,20}}?{_SELLS_ON}"
    rf"|(?:明令|国家)?(?:淘汰|禁止使用|禁止生产|禁止销售)(?:的|目录|产品|型号|类)[^。!;\n]{{0,20}}?{_SELLS_ON}|(?:明令|国家|已被?)淘汰[^。!;\n]{{0,20}}?{_SELLS_ON}"
)

G21 = LeadRule(
    rule_id="G21",
    version="3",
    title="销售明令淘汰、召回或者抽查不合格的产品",
    domain="禁限售与准入",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国产品质量法", "第三十五条", "销售者不得销售国家明令淘汰并停止销售的产品和失效、变质的产品。", since=date(2018, 12, 29), verified=True),
        law("中华人民共和国消费者权益保护法", "第十九条", "（摘要）经营者发现其提供的商品或者服务存在缺陷，有危及人身、财产安全危险的，应当立即向有关行政部门报告和告知消费者，并采取停止销售、警示、召回、无害化处理、销毁、停止生产或者服务等措施。", since=date(2014, 3, 15)),
    ),
    penalty=(
        law("中华人民共和国产品质量法", "第五十一条（待核）", "（摘要）销售国家明令淘汰并停止销售的产品的，责令停止销售，没收违法销售的产品，并处违法销售产品货值金额等值以下的罚款；有违法所得的，并处没收违法所得；情节严重的，吊销营业执照。", since=date(2018, 12, 29)),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id=OTHER_BATCH, title="所售批次、型号不在召回或者不合格名单之列", proof="进货凭证、实物批号与名单对照"),
        Exemption(exemption_id="履行召回、停止销售义务", title="发布召回公告、办理退换、已下架", proof="下架时间、召回记录"),
        Exemption(exemption_id="并非出售该产品", title="科普、研究、以旧换新回收、设备升级", proof="全文语境"),
    ),
    proof_needed="召回公告、不合格名单或者淘汰目录全文；实物批号、型号；进销记录；下架时间",
    breaching=(
        bad("召回批次的电热毯 便宜处理 不影响用", Category.HOME),
        bad("这款童车厂家召回了，库存还有两百台，低价批发", Category.MOTHER_BABY),
        bad("国家明令淘汰的S7变压器 现货 价格好"),
        bad("抽检不合格那批酱油，处理价，10元3瓶", Category.FOOD),
        bad("充电宝官方已召回，机器没问题，继续卖，介意勿拍", Category.DIGITAL),
        *shown_goods.BREACHING["G21"],
    ),
    clean=(
        ok("召回公告：本店已停止销售该批充电宝并下架，请联系退款", Category.DIGITAL),
        ok("《产品召回制度研究》法律图书"),
        exempt("高价回收国家明令淘汰的旧电机，以旧换新，供应高效节能电机"),
        exempt("提醒：请勿购买被召回的儿童座椅，低价出售的多为问题批次", Category.MOTHER_BABY),
        ok("召回记忆 老歌黑胶唱片 现货", Category.OTHER),
        ok("末位淘汰赛 门票 现货"),
        *shown_goods.CLEAN["G21"],
    ),
    signal=Signal(
        cues=(
            saying("自称召回、不合格、淘汰而在售", _RECALLED, bar=r"召回(?:记忆|青春|灵魂|术|卷轴|英雄)|淘汰赛|末位淘汰|不合格(?:包退|包赔|退|换|赔|假一)|《[^》]*》", bar_scope=Scope.SENTENCE),
            *indirect_goods.CUES["G21"],
            *families_goods.CUES["G21"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="履行召回、停止销售义务", pattern=r"召回公告[::]|(?:请|立即)[^。]{0,6}(?:停用|停止使用|联系)|(?:已|立即)(?:全部)?(?:下架|停止销售|停售)|办理(?:退款|退货|召回)|配合召回|免费更换", scope=Scope.TEXT, unless=r"便宜|低价|处理价|特价|不影响(?:用|使用)|继续卖"),
            Guard(exemption_id="并非出售该产品", pattern=r"以旧换新|回收|请勿购买|谨防|拒绝|科普|警惕|不在[^。]{0,6}召回|非召回|未(?:被|列入|在)[^。]{0,4}召回|没有被召回|替代|升级替换|不售|不卖", scope=Scope.TEXT, unless=r"退不了|客户可以"),
        ),
        negatable=True,
    ),
)  # fmt: skip

RULES = (G21,)
