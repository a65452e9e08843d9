"""Who sells: 亮照 and 亮证. Judged from facts beside the text (`leads/procedures.py`) and from the match with the register."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, unclear
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.signals import Cue, LeadRule, Procedure, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category

__all__ = ["EXEMPT_STATEMENT", "RULES"]

EXEMPT_STATEMENT = r"(?:不需要|无需|无须|免于?|依法不)[^。]{0,12}(?:办理)?(?:市场主体|工商|营业执照|主体)?登记|零星小额|便民劳务|自产(?:自销)?(?:的)?(?:农副|农产)|家庭手工业"
"""A statement under 电子商务法 article 10 that the seller need not register."""

_EXEMPT_SALE = Exemption(
    exemption_id="依法不需要办理登记",
    title="销售自产农副产品、家庭手工业产品，利用自己的技能从事依法无须取得许可的便民劳务活动和零星小额交易等（电子商务法第十条）",
    proof="自产或手工制作的证明；零星小额的，提供各店合计的年交易额（是否不超过10万元，待核）",
)
_SHOWN_ELSEWHERE = Exemption(
    exemption_id="平台统一入口公示",
    title="执照在平台统一的亮照入口展示，本次未能打开或未读取",
    proof="亮照链接或展示页",
)

N01 = LeadRule(
    rule_id="N01",
    version="1",
    title="未在首页显著位置持续公示营业执照信息",
    domain="主体与公示",
    severity=Severity.MEDIUM,
    basis=(
        law("中华人民共和国电子商务法", "第十五条第一款", "（摘要）电子商务经营者应当在其首页显著位置，持续公示营业执照信息、与其经营业务有关的行政许可信息、属于依照本法第十条规定的不需要办理市场主体登记情形等信息，或者上述信息的链接标识。", since=date(2019, 1, 1), verified=True),
        law("网络交易监督管理办法（总局令第37号）", "第十二条", "（摘要）公示营业执照信息的内容、方式及变更更新。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国电子商务法", "第七十六条第一款第一项", "（摘要）责令限期改正，可以处一万元以下的罚款。", since=date(2019, 1, 1), verified=True),
    ),
    exemptions=(_EXEMPT_SALE, _SHOWN_ELSEWHERE),
    proof_needed="首页全页截图与亮照入口逐级截图；平台提供的入驻主体信息；当事人营业执照",
    breaching=(
        bad("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="企业")),
        bad("首页 关于我们 联系我们", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False)),
        bad("手工布鞋专卖 客服在线 9:00-22:00", Category.CLOTHING, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="个体工商户")),
        bad("版权所有 2026 某某商城", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, approval_nos=())),
        bad("店铺动态 新品上架 会员中心", Category.DIGITAL, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="企业")),
    ),
    clean=(
        ok("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="91110000600037341L", has_licence_link=False)),
        ok("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=True)),
        unclear("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=False, licence_no="", has_licence_link=False)),
        unclear("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="")),
        exempt("本店销售自产农副产品，依法不需要办理市场主体登记", Category.FOOD, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="自然人")),
        ok("未亮照的店铺请勿购买"),
    ),
    signal=Signal(procedure=Procedure.LICENCE_SHOWN),
)  # fmt: skip

N02 = LeadRule(
    rule_id="N02",
    version="2",
    title="公示的营业执照信息不实或者冒用他人执照",
    domain="主体与公示",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国电子商务法", "第十五条", "（摘要）应当持续公示营业执照信息；信息发生变更的，应当及时更新公示信息。", since=date(2019, 1, 1), verified=True),
        law("中华人民共和国市场主体登记管理条例", "第三十六条", "（摘要）市场主体应当将营业执照置于住所或者主要经营场所的醒目位置；从事电子商务经营的，应当在其首页显著位置持续公示营业执照信息或者相关链接标识。", since=date(2022, 3, 1), verified=True),
    ),
    penalty=(
        law("中华人民共和国电子商务法", "第七十六条", "（摘要）未公示、未及时更新营业执照信息的，责令限期改正，可以处一万元以下的罚款。", since=date(2019, 1, 1), verified=True),
        law("中华人民共和国市场主体登记管理条例", "第四十三条、第四十四条", "（摘要）未经登记从事经营活动、提交虚假材料取得登记的处罚。", since=date(2022, 3, 1), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="读取有误", title="图片文字识别易混字或者读取不全", proof="执照原件或者清晰图片"),
        Exemption(exemption_id="变更更新期或者曾用名", title="登记事项刚变更或者使用曾用名，登记库可能滞后", proof="准予变更登记通知书"),
    ),
    proof_needed="公示页面固证；登记机关出具的登记信息；当事人营业执照正副本",
    breaching=(
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="91110000600037341A")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="91XXXXXXXXXXXXXXXX")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="123456789012345678")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="000000000000000000")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="440301103097414")),
    ),
    clean=(
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="91110000600037341L")),
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="440301103097413")),
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="")),
        ok("公司信息", fields=ScanFields(page_complete=False)),
        unclear("公司信息", fields=ScanFields(page_complete=True, licence_no="9111000060003734IL")),
        unclear("公司信息", fields=ScanFields(page_complete=False, licence_no="9111000060003734")),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="文中代码不实", words=("信用代码",), pattern=NUMBER_PATTERNS[NumberKind.CREDIT_CODE], number=NumberKind.CREDIT_CODE),
        ),
        procedure=Procedure.LICENCE_VALID,
    ),
)  # fmt: skip

RULES = (N01, N02)
