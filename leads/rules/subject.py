"""Who sells: 亮照 and 亮证. Judged from facts beside the text (`leads/procedures.py`) and from the match with the register."""

from __future__ import annotations

from datetime import date

from leads.authoring import answered, bad, exempt, law, ok, saying, unclear
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.rules import families_operators, indirect_goods, shown_operators
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
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

_OTHERS = r"(?:隔壁|邻居|别人|他人|朋友|亲戚|亲友|家里人|家人|老乡|同学|同行|老婆|老公|爸妈?|妈妈|父母|姐姐?|哥哥?|弟弟?|妹妹?|表[哥姐弟妹]|舅舅|前老板|别家|其他公司|外面|中介|网上)"
_NOT_OURS = (
    rf"(?:执照|营业执照|证照|主体)[^。!;\n]{{0,8}}?(?:是|都是|用的是?|挂的是?|走的是?)?(?:借|租|挂靠|用|拿|买)(?:的|来的|了|着)?(?:是)?(?:我)?{_OTHERS}"
    rf"|(?:借|租|买|挂靠?|套|盗|冒)用?(?:了|的是?)?(?:一张|个)?{_OTHERS}[^。!;\n,]{{0,6}}(?:执照|证照)"
    rf"|(?:借|租|挂靠)(?:用)?(?:了|的是?|在)?(?:我)?{_OTHERS}[^。!;\n,]{{0,3}}(?:公司|主体|资质|企业)[^。!;\n,]{{0,6}}(?:开(?:的)?店|注册|入驻|名下|开的)"
    rf"|用(?:的)?(?:是|了)?(?:我|他|她|你)?(?:的)?{_OTHERS}(?:家)?的?(?:营业)?(?:执照|证照)"
    r"|(?:执照|营业执照)[^,。!;?\n]{0,6}(?:网上(?:找|下载|搜)|图库|p的|ps的|p图|p过|改过名|随便(?:找|传|放)|借来的|租来的|买来的)"
)
_STRUCK_OFF = r"(?:登记|经营|企业|主体)状态[: ]*(?:已|被)?(?:注销|吊销|撤销)|(?:营业执照|执照)(?:状态)?[: ]+(?:已|被)(?:注销|吊销)"
_STILL_SELLS = r"照常|照旧|继续|正常|仍(?:在|然)|还在|在售|全场|下单|包邮|发货|营业中|现货|接单|上新|[一二三四五六七八九\d]折|特价|价格"
_HIDDEN_LICENCE = (
    r"(?:执照|营业执照|证照)[^。!;?\n]{0,4}(?:不(?:太)?(?:方便|便|想|愿意?|打算|会|能)?(?:放|挂|展示|公示|上传|公开|亮|贴)|不(?:方便|便|对外|予)(?:展示|公示|公开|提供|亮)|没(?:有)?(?:放|挂|上传|展示|公示|贴)(?!大|错)|暂(?:不|未|无)(?!更|变|换)(?:展示|公示|上传)?|(?:私聊|单独|加微信?)[^,。!;]{0,6}(?:看|发|给))"
    r"|(?:未|没有|没|暂不|不)(?:对外)?(?:公示|展示|亮出|悬挂|上传)(?:营业)?执照(?!的|者|店)"
    r"|(?:首页|店里|店铺|页面|店内|网店)[^。!;?\n,]{0,6}不(?:放|挂|展示|公示|亮|贴)(?:营业)?(?:执照|证照)"
)
_LICENCE_GOODS = r"相框|展示架|证件框|执照框|保护套|摆台|代办|注销|过期照|书|《|举报|投诉|谨防|法律规定|处罚"

N01 = LeadRule(
    rule_id="N01",
    version="4",
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
    exemptions=(DISOWNS, _EXEMPT_SALE, _SHOWN_ELSEWHERE),
    proof_needed="首页全页截图与亮照入口逐级截图；平台提供的入驻主体信息；当事人营业执照",
    breaching=(
        bad("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="企业")),
        bad("首页 关于我们 联系我们", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False)),
        bad("手工布鞋专卖 客服在线 9:00-22:00", Category.CLOTHING, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="个体工商户")),
        bad("版权所有 2026 某某商城", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, approval_nos=())),
        bad("店铺动态 新品上架 会员中心", Category.DIGITAL, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="企业")),
        *shown_operators.BREACHING["N01"],
    ),
    clean=(
        ok("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="91110000600037341L", has_licence_link=False)),
        ok("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="", has_licence_link=True)),
        unclear("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=False, licence_no="", has_licence_link=False)),
        unclear("欢迎光临小店，全场包邮", fields=ScanFields(page_complete=True, licence_no="")),
        exempt("本店销售自产农副产品，依法不需要办理市场主体登记", Category.FOOD, fields=ScanFields(page_complete=True, licence_no="", has_licence_link=False, shop_type="自然人")),
        ok("未亮照的店铺请勿购买"),
        *shown_operators.CLEAN["N01"],
    ),
    signal=Signal(
        cues=(
            saying("自称不公示执照", _HIDDEN_LICENCE, bar=_LICENCE_GOODS, bar_scope=Scope.TEXT),
            saying("自称不公示执照", answered("营业执照|(?<!驾驶)执照|证照", r"不(?:放|挂|展示|公示|上传|亮|贴|公开)(?!心)|没(?:有)?(?:放|挂|上传|公示|展示)|(?:私聊|单独)[^,。!]{0,4}(?:看|发|给)"), bar=_LICENCE_GOODS, bar_scope=Scope.TEXT),
            *indirect_goods.CUES["N01"],
            *families_operators.CUES["N01"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="依法不需要办理登记", pattern=EXEMPT_STATEMENT, scope=Scope.PAGE),
            Guard(exemption_id=DISOWNS.exemption_id, pattern=r"请(?:各(?:位)?|广大)?(?:商家|卖家|经营者|店主)|的(?:店铺|商家|网店|卖家|经营者)[,]?(?:将|会|可能)|逾期未(?:亮照|公示)|(?:限期|尽快|及时)(?:亮照|公示|补充|完善)", scope=Scope.SENTENCE),
            Guard(exemption_id="平台统一入口公示", pattern=r"(?:资质|证照|亮照)[^,。!;]{0,8}(?:可看|可查|查看|里有|见|点)|(?:点|见|看|查)[^,。!;]{0,6}(?:资质|亮照|证照信息)", scope=Scope.TEXT),
        ),
        negatable=False,
        procedure=Procedure.LICENCE_SHOWN,
    ),
)  # fmt: skip

N02 = LeadRule(
    rule_id="N02",
    version="5",
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
        DISOWNS,
        Exemption(exemption_id="读取有误", title="图片文字识别易混字或者读取不全", proof="执照原件或者清晰图片"),
        Exemption(exemption_id="提示、澄清或者代办", title="提示防骗、澄清被冒用、代办服务", proof="全文语境"),
        Exemption(exemption_id="变更更新期或者曾用名", title="登记事项刚变更或者使用曾用名，登记库可能滞后", proof="准予变更登记通知书"),
    ),
    proof_needed="公示页面固证；登记机关出具的登记信息；当事人营业执照正副本",
    breaching=(
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="91110000600037341A")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="91XXXXXXXXXXXXXXXX")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="123456789012345678")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="000000000000000000")),
        bad("公司信息", fields=ScanFields(page_complete=True, licence_no="440301103097414")),
        *shown_operators.BREACHING["N02"],
    ),
    clean=(
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="91110000600037341L")),
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="440301103097413")),
        ok("公司信息", fields=ScanFields(page_complete=True, licence_no="")),
        ok("公司信息", fields=ScanFields(page_complete=False)),
        unclear("公司信息", fields=ScanFields(page_complete=True, licence_no="9111000060003734IL")),
        unclear("公司信息", fields=ScanFields(page_complete=False, licence_no="9111000060003734")),
        *shown_operators.CLEAN["N02"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="文中代码不实", words=("信用代码",), pattern=NUMBER_PATTERNS[NumberKind.CREDIT_CODE], number=NumberKind.CREDIT_CODE),
            saying("自称借用、冒用执照", _NOT_OURS, bar=r"借记卡|租赁合同"),
            saying("自称借用、冒用执照", answered("执照|证照", rf"(?:借|租|挂靠|用)(?:的|了|着)?(?:是)?(?:我)?{_OTHERS}|不是(?:我们|本店)(?:自己)?的|{_OTHERS}的"), bar=r"借记卡"),
            saying("自示已注销、吊销", _STRUCK_OFF, near=_STILL_SELLS, near_scope=Scope.TEXT),
            *indirect_goods.CUES["N02"],
            *families_operators.CUES["N02"],
        ),
        procedure=Procedure.LICENCE_VALID,
        guards=(
            DISOWNED,
            Guard(exemption_id="提示、澄清或者代办", pattern=r"谨防|警惕|举报|打击|从未授权|未授权|郑重声明|不法分子|受骗|法律责任|教程|识别|科普|不得|《|代办|出租|转让", scope=Scope.TEXT, cue_classes=("自称借用、冒用执照", "自示已注销、吊销")),
        ),
        negatable=False,
    ),
)  # fmt: skip

RULES = (N01, N02)
