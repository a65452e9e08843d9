"""Rules that need what was seen before: discounts, draws, reviews, closings, platform rules, list prices.

What is compared stands in `leads/over_time/`; here are the articles, the exemptions and the examples.
"""

from __future__ import annotations

from datetime import date

from leads.acting import SHIPPING
from leads.authoring import bad, exempt, law, ok, saying
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.over_time.closings import CLOSED_BY_PLATFORM, MOVED
from leads.over_time.discounts import BETTER_PRICE, DETAILED, NO_INTENT, ROUNDING, SUGGESTED_PRICE
from leads.over_time.draws import GOOD_REASON, OTHER_DRAW
from leads.over_time.list_prices import FROM_PRICE, LURE_VARIANT
from leads.over_time.platform_rules import ANNOUNCED, IN_FAVOUR
from leads.over_time.reviews import PERIOD_SHOWN, UNLAWFUL_REVIEWS
from leads.rules import act_examples as met
from leads.rules import (
    families_operators,
    families_trade,
    indirect,
    indirect_goods,
    plain_trade,
    shown_operators,
    shown_trade,
)
from leads.rules import over_time_examples as past
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, ScanFields, Severity, Verdict
from records.market import Category, Speaker

__all__ = ["RULES"]

_PRICES = "明码标价和禁止价格欺诈规定（总局令第56号）"
_PRICES_SINCE = date(2022, 7, 1)
_COMMERCE = "中华人民共和国电子商务法"
_COMMERCE_SINCE = date(2019, 1, 1)
_OLD_COMPETITION, _OLD_SINCE, _OLD_UNTIL = (
    "中华人民共和国反不正当竞争法（2019年修正）",
    date(2019, 4, 23),
    date(2025, 10, 14),
)
_COMPETITION, _COMPETITION_SINCE = "中华人民共和国反不正当竞争法（2025年修订）", date(2025, 10, 15)
_BUREAU_RULES = "网络交易监督管理办法（总局令第37号）"
_PRICE_PENALTY = law(
    "价格违法行为行政处罚规定",
    "第七条",
    "（摘要）经营者违反价格法第十四条，利用虚假的或者使人误解的价格手段，诱骗消费者或者其他经营者与其进行交易的，责令改正，没收违法所得，并处违法所得五倍以下的罚款；没有违法所得的，处五万元以上五十万元以下的罚款；情节严重的，责令停业整顿，或者由工商行政管理机关吊销营业执照。",
    since=date(2010, 12, 4),
    verified=False,
)

C08 = LeadRule(
    rule_id="C08",
    version="4",
    title="虚假折价、减价或者价格比较（划线价）",
    domain="竞争、价格与消费者",
    severity=Severity.HIGH,
    basis=(
        law(_PRICES, "第十六条第二款", "经营者未标明被比较价格的详细信息的，被比较价格应当不高于该经营者在同一经营场所进行价格比较前七日内的最低成交价格；前七日内没有交易的，应当不高于本次价格比较前最后一次交易价格。", since=_PRICES_SINCE, verified=True),
        law(_PRICES, "第十七条第一款", "经营者没有合理理由，不得在折价、减价前临时显著提高标示价格并作为折价、减价计算基准。", since=_PRICES_SINCE, verified=True),
        law(_PRICES, "第十九条第三项", "经营者不得实施下列价格欺诈行为：……（三）通过虚假折价、减价或者价格比较等方式销售商品或者提供服务；……", since=_PRICES_SINCE, verified=True),
    ),
    penalty=(_PRICE_PENALTY,),
    exemptions=(
        Exemption(exemption_id=SUGGESTED_PRICE, title="与厂商建议零售价比较并明确标示（第十六条第三款）", proof="厂商建议零售价的书面文件及其更新"),
        Exemption(exemption_id=DETAILED, title="标明了被比较价格的详细信息（第十六条第二款）", proof="所标期间、场所的成交记录"),
        Exemption(exemption_id=NO_INTENT, title="经营者有证据足以证明没有主观故意（第二十一条第一项）", proof="系统故障、录入错误及其更正的记录"),
        Exemption(exemption_id=BETTER_PRICE, title="实际成交价格能够使消费者获得更大价格优惠（第二十一条第二项）", proof="成交结算记录"),
        Exemption(exemption_id=ROUNDING, title="折价、减价幅度不完全一致，但符合舍零取整等交易习惯（第二十一条第三项）", proof="标价与结算明细"),
    ),
    proof_needed="比较前七日内同店同一商品（SKU）的全部成交记录；调价记录；两次以上页面固证；促销活动规则",
    breaching=(*past.C08_BAD, *shown_trade.BREACHING["C08"]),
    clean=(*past.C08_OK, *shown_trade.CLEAN["C08"]),
    signal=Signal(
        negatable=False,
        cues=(
            saying("自认虚构原价", r"(?:原价|划线价|吊牌价|专柜价|市场价)[^。!?;\n]{0,10}?(?:虚标|虚高|随便写|乱写|瞎写|没卖过|从未卖过|没有卖过|没成交过|标着好看|图个好看|是假的|写着玩|唬人|摆设|没按这|没以这)|(?:从来没|从没|从未)[按以]这[^,。!?;\n]{0,3}卖|虚构原价|先(?:涨|提|抬|调高)(?:价)?[^。!?;\n]{0,8}?(?:再|后)(?:打)?(?:\d|[一二三四五六七八九])折|(?:价格?|价)(?:调高|抬高|涨|提高)[^。!?;\n]{0,8}?再打", bar="谨防|举报|拒绝|绝不|从不|不搞|不玩|杜绝|法院|判决|认定|查处|立案|处罚|构成|新闻|通报", bar_scope=Scope.SENTENCE),
            saying("自认虚构原价", r"(?:原价|划线价|吊牌价|标价|市场价|专柜价)[^。!?;\n]{0,16}?(?:(?:随[便意]|乱|虚|编|瞎|假)[^,。!?;\n]{0,2}(?:标|写|填|定|造)|(?:无|没有?|从未|从没|未曾|从来没有?)[^,。!?;\n]{0,5}(?:成交|卖过|按这个价|售出|以此价))|虚标(?:的)?(?:原价|划线价|市场价)|从(?:没|未|来没有?)[^,。!?;\n]{0,2}按(?:这个|此|该)价[^,。!?;\n]{0,4}[卖售]|(?:前|偷偷|悄悄|提前)[^。!?;\n]{0,8}价[^。!?;\n]{0,6}从\d+[^。!?;\n]{0,3}[涨提调升]到\d+|昨天[^,。!?;\n]{0,4}\d+[^。!?;\n]{0,6}今天[^。!?;\n]{0,4}原价\d+", bar="并非原价|谨防|举报|拒绝|绝不|不搞|杜绝|法院|判决|认定|查处|立案|处罚|构成|新闻|通报|建议零售价|曾于|有成交记录", bar_scope=Scope.SENTENCE),
            saying("自认虚构原价", r"(?:随便|随手)[打印写标贴]|乱[标写]|没人按|显得(?:便宜|划算)|一直(?:卖|售)\d", near=r"(?:吊牌|原价|标价)[^,。!?;\n]{0,3}(?:随便|随手|乱)|没人按(?:这|此|该)?[^,。!?;\n]{0,3}价|显得(?:便宜|划算)[^,。!?;\n]{0,4}写|实际一直(?:卖|售)", bar="谨防|举报|拒绝|绝不|不搞|杜绝|法院|查处|通报|投诉", bar_scope=Scope.SENTENCE),
            saying("自认虚构原价", r"提价|涨价|抬价|调高价", near=r"(?:偷偷|悄悄|提前|前一[晚天])[^,。!?;\n]{0,4}(?:提价|涨价|抬价|调高)", near_scope=Scope.CLAUSE, bar="谨防|举报|拒绝|绝不|不搞|不会|通知|公告", bar_scope=Scope.SENTENCE),
            saying("自认虚构原价", r"吓唬人|常年卖\d|(?:先|偷偷)把?价格?翻|价格翻了[一1]?倍[^。!?;\n]{0,6}(?:再|打)", near="标价|原价|划线|折|吊牌", bar="谨防|举报|拒绝|绝不|不搞|杜绝|法院|查处|通报|投诉", bar_scope=Scope.SENTENCE),
            saying("自认虚构原价", r"没卖过这个?价|没按这个?价卖", near="吊牌|原价|标价|划线", bar="谨防|举报|绝不|不搞|法院|查处", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C08"],
            *families_trade.CUES["C08"], *plain_trade.CUES["C08"],
        ),
    ),
)  # fmt: skip

_ABOVE_50000 = r"(?:(?<![\d.,])(?:5\d{4}(?<!50000)|[6-9]\d{4}|[1-9]\d{5,})(?:\.\d+)?元|(?<![\d.])(?:5\.\d*[1-9]\d*|[6-9](?:\.\d+)?|[1-9]\d+(?:\.\d+)?)万(?:余)?元?(?!人|份|名|次|件|张|粉|单)|(?:六|七|八|九|十|二十|三十|五十|百|一百)(?:余)?万元)"
_PRIZE = r"(?:[特一头]等奖|大奖|最高奖|终极奖|头奖|奖品|奖金|锦鲤|抽中|抽取|赢取?|送出|价值|最高可?[得获中])"
_BIG_PRIZE = rf"{_ABOVE_50000}|(?<!\d)(?:[六七八九]万|[一二三四五六七八九]?十[一二三四五六七八九]?万|[一二三四五六七八九]?百[^,。]{{0,3}}万)(?!人|份|名|次|粉|单|件)|奔驰|宝马|奥迪|特斯拉|保时捷|(?:新能源|小|电动)?汽车一?[辆台]|(?:轿车|豪车|越野车)|房子?一套|一套房|商品房"
_DRAW_WORDS = ("抽奖", "抽取", "大转盘", "转盘", "刮刮乐", "摇奖", "开奖", "砸金蛋", "锦鲤", "有奖销售", "中奖")

C07 = LeadRule(
    rule_id="C07",
    version="4",
    title="违法有奖销售（最高奖超过五万元、规则不明确或者中途变更）",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_OLD_COMPETITION, "第十条", "（摘要）经营者进行有奖销售不得存在下列情形：（一）所设奖的种类、兑奖条件、奖金金额或者奖品等有奖销售信息不明确，影响兑奖；（二）采用谎称有奖或者故意让内定人员中奖的欺骗方式进行有奖销售；（三）抽奖式的有奖销售，最高奖的金额超过五万元。", since=_OLD_SINCE, until=_OLD_UNTIL, verified=False),
        law(_COMPETITION, "第十一条", "经营者进行有奖销售不得存在下列情形：（一）所设奖的种类、兑奖条件、奖金金额或者奖品等有奖销售信息不明确，影响兑奖；（二）有奖销售活动开始后，无正当理由变更所设奖的种类、兑奖条件、奖金金额或者奖品等有奖销售信息；（三）采用谎称有奖或者故意让内定人员中奖等欺骗方式进行有奖销售；（四）抽奖式的有奖销售，最高奖的金额超过五万元。", since=_COMPETITION_SINCE, verified=True),
    ),
    penalty=(
        law(_OLD_COMPETITION, "第二十二条", "（摘要）责令停止违法行为，处五万元以上五十万元以下的罚款。", since=_OLD_SINCE, until=_OLD_UNTIL, verified=False),
        law(_COMPETITION, "第二十七条", "经营者违反本法第十一条规定进行有奖销售的，由监督检查部门责令停止违法行为，处五万元以上五十万元以下的罚款。", since=_COMPETITION_SINCE, verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="满减、赠品等非抽奖", title="满减、附赠等不以偶然性决定的优惠", proof="活动规则"),
        Exemption(exemption_id="奖池总额而非单个奖项", title="所称金额为全部奖品总值", proof="各奖项金额清单"),
        Exemption(exemption_id="彩票、评奖等非有奖销售", title="依法发行的彩票、评比竞赛、普法提示等", proof="全文语境"),
        Exemption(exemption_id=GOOD_REASON, title="变更有正当理由", proof="停产、不可抗力等证明及公告"),
        Exemption(exemption_id=OTHER_DRAW, title="两次所见为不同期的活动", proof="各期活动规则"),
    ),
    proof_needed="活动规则全文及各版本；奖品采购凭证与价格；开奖与兑奖记录；活动起止时间",
    breaching=(
        bad("双11下单抽奖，特等奖价值18万元轿车一辆"),
        bad("购物满99元参与抽奖，最高奖金100000元现金"),
        bad("关注店铺抽锦鲤，抽取1名送出价值88888元大礼包"),
        bad("幸运大转盘，头奖6.8万元黄金"),
        *(one for one in past.C07_PAST if one.verdict is Verdict.SUSPECTED),
        *shown_trade.BREACHING["C07"],
    ),
    clean=(
        ok("下单抽奖，一等奖价值4999元手机一部"),
        ok("购物抽奖，最高奖金50000元"),
        ok("满50000元减3000元，不参与抽奖"),
        ok("已有超过8万人参与抽奖"),
        exempt("抽奖赢好礼，奖品总价值20万元，单个奖品不超过100元"),
        ok("总奖池10万元，抽奖人人有份，单个奖品不超过100元"),
        exempt("中奖了，奖金8万元！谨防此类抽奖诈骗", source=Speaker.PLATFORM),
        ok("福利彩票开奖公告：一等奖奖金500万元"),
        *(one for one in past.C07_PAST if one.verdict is not Verdict.SUSPECTED),
        *shown_trade.CLEAN["C07"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="最高奖超过五万元", words=_DRAW_WORDS, near=rf"{_PRIZE}[^。;!?]{{0,24}}?{_ABOVE_50000}|{_ABOVE_50000}[^。;!?]{{0,8}}(?:大奖|奖金|现金大?奖|豪车|轿车|黄金)", bar=r"彩票|福彩|体彩", bar_scope=Scope.SENTENCE),
            saying("最高奖超过五万元", r"抽奖|抽大奖|抽中|抽取|抽[一二三四五六七八九十百\d][一二三四五六七八九十百千\d]{0,4}[人名位万]|转[一二三\d]?次?盘|摇号|砸金?蛋|扫码|集齐?五福|集福|头奖|头等奖|特等奖|终极大奖|幸运(?:客户|用户|顾客|儿)|转盘", near=_BIG_PRIZE, bar="彩票|福彩|体彩|奖池|不超过|汽车(?:配件|用品|贴|模型)", bar_scope=Scope.SENTENCE),
            saying("有奖销售规则不明", r"(?:抽奖|砸金?蛋|转盘|抽大奖|盲抽|大抽奖)[^。!?;\n]{0,14}(?:奖品|中什么|奖项)[^,。!?;\n]{0,4}(?:以现场为准|不公布|神秘|看运气|不公开|保密|由店[家主]|随机|待定)"),
            saying("最高奖超过五万元", r"抽(?:奔驰|宝马|特斯拉|奥迪|汽车|轿车|金条)", bar="模型|玩具|贴", bar_scope=Scope.SENTENCE),
            saying("有奖销售规则不明", r"(?:抽奖|转盘|大奖|抽大奖|砸金?蛋|中奖|奖品|盲抽|摇奖)[^。!?;\n]{0,24}(?:不予?公布|不予公示|不公开|不公示|以[^,。!?;\n]{0,6}(?:临时通知|店[家主]通知|商家通知|口头|心情)|内部决定|内定|看心情|随时(?:可)?(?:改|变|调)|由(?:主播|老板|店家|商家)[^,。!?;\n]{0,4}(?:定|改|说了算)|无固定|说了算)", bar="不得|禁止|应当|谨防|彩票", bar_scope=Scope.SENTENCE),
            saying("有奖销售规则不明", r"(?:抽奖|开奖|中奖)[^。!?;\n]{0,16}(?:内部|私下)[^,。!?;\n]{0,4}(?:抽取|决定|确定|抽)|(?:抽奖|开奖|中奖)[^。!?;\n]{0,20}不对外公[示布]", bar="不得|禁止|应当|谨防", bar_scope=Scope.SENTENCE),
            saying("最高奖超过五万元", r"抽[^,。!?;\n]{0,6}(?:汽车|轿车|越野车|电动车|房子?)一?[台辆套]", bar="模型|玩具|电动车模|不超过", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C07"],
            *families_trade.CUES["C07"], *plain_trade.CUES["C07"],
        ),
        guards=(
            Guard(exemption_id="满减、赠品等非抽奖", pattern=r"满\d+(?:万|千)?元?(?:立)?(?:减|送|赠|返)|不参与抽奖|非抽奖", scope=Scope.SENTENCE),
            Guard(exemption_id="奖池总额而非单个奖项", pattern=r"总(?:奖池|价值|奖金|额|值)|奖池(?!里?(?:其实|根本|没))|瓜分|合计|累计|共计|总共", scope=Scope.SENTENCE),
            Guard(exemption_id="彩票、评奖等非有奖销售", pattern=r"谨防|诈骗|骗局|不得超过|超过五万元|处罚|罚款|监管|大赛|竞赛|评选", scope=Scope.SENTENCE),
        ),
    ),
)  # fmt: skip

C09 = LeadRule(
    rule_id="C09",
    version="3",
    title="首页或者列表标价低于详情页、结算价",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_PRICES, "第二十条第一款第一项", "网络交易经营者不得实施下列行为：（一）在首页或者其他显著位置标示的商品或者服务价格低于在详情页面标示的价格；……", since=_PRICES_SINCE, verified=True),
        law(_PRICES, "第十九条第二项", "经营者不得实施下列价格欺诈行为：……（二）以低价诱骗消费者或者其他经营者，以高价进行结算；……", since=_PRICES_SINCE, verified=True),
    ),
    penalty=(_PRICE_PENALTY,),
    exemptions=(
        Exemption(exemption_id=FROM_PRICE, title="列表上注明为起价、券后价、会员价等有条件的价格", proof="列表页标注的截图与该价格可以成交的记录"),
        Exemption(exemption_id=LURE_VARIANT, title="列表价为某一规格的价格", proof="该规格的在售与成交记录"),
        Exemption(exemption_id=SHIPPING, title="结算价与标价之差为已另行标明的运费", proof="运费标示与结算明细"),
    ),
    proof_needed="同一时刻列表页、详情页、结算页的固证；各规格价格；结算明细",
    breaching=(
        bad("智能手环 心率监测", fields=ScanFields(price_fen=19900, list_price_fen=9900)),
        bad("纯棉四件套 1.8米床", Category.HOME, fields=ScanFields(price_fen=26900, list_price_fen=16900, strike_price_fen=39900)),
        bad("春茶礼盒 250g", Category.FOOD, fields=ScanFields(page_complete=True, price_fen=12800, list_price_fen=8800)),
        *(one for one in past.C09_PAST if one.verdict is Verdict.SUSPECTED),
        *(one for one in met.C09_ACT if one.verdict is Verdict.SUSPECTED),
        *shown_trade.BREACHING["C09"],
    ),
    clean=(
        ok("智能手环 心率监测", fields=ScanFields(price_fen=9900, list_price_fen=9900)),
        ok("智能手环 心率监测", fields=ScanFields(price_fen=19900)),
        exempt("智能手环 券后99元", fields=ScanFields(price_fen=19900, list_price_fen=9900)),
        exempt("实木书桌 399元起", fields=ScanFields(price_fen=59900, list_price_fen=39900)),
        *(one for one in past.C09_PAST if one.verdict is not Verdict.SUSPECTED),
        *(one for one in met.C09_ACT if one.verdict is not Verdict.SUSPECTED),
        *shown_trade.CLEAN["C09"],
    ),
    signal=Signal(
        negatable=False,
        cues=(
            saying("自示标价不一", r"(?:首页|列表|主图|搜索页)[^。!?;\n]{0,8}?(?:标|显示|写|价)[^。!?;\n]{0,10}?\d[^。!?;\n]{0,16}?(?:点进[来去]|进去|进来|详情|实际|其实|进店)[^。!?;\n]{0,18}?(?:\d|才是|单个|配件|另算|涨)", bar="起|券后|会员价|谨防|举报|投诉|不会|一致|相同|不一", bar_scope=Scope.SENTENCE),
            saying("自示标价不一", r"(?:列表|首页|主图)价?\d+(?:\.\d+)?元?[,]?[^。!?;\n]{0,10}(?:点进去|进去|进店|选)[^。!?;\n]{0,12}(?:变成?|涨到|要)\d", bar="谨防|举报|投诉", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C09"],
            *families_trade.CUES["C09"], *plain_trade.CUES["C09"],
        ),
        procedure=Procedure.LIST_PRICE,
    ),
)  # fmt: skip

C17 = LeadRule(
    rule_id="C17",
    version="3",
    title="删除、隐匿消费者评价（差评消失）",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_COMMERCE, "第三十九条第二款", "电子商务平台经营者不得删除消费者对其平台内销售的商品或者提供的服务的评价。", since=_COMMERCE_SINCE, verified=True),
        law(_COMMERCE, "第十七条", "电子商务经营者应当全面、真实、准确、及时地披露商品或者服务信息，保障消费者的知情权和选择权。电子商务经营者不得以虚构交易、编造用户评价等方式进行虚假或者引人误解的商业宣传，欺骗、误导消费者。", since=_COMMERCE_SINCE, verified=True),
        law(_BUREAU_RULES, "第十四条第二款第二项", "（摘要）不得采用误导性展示等方式，将好评前置、差评后置，或者不显著区分不同商品或者服务的评价等。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law(_COMMERCE, "第八十一条第一款第四项", "（摘要）擅自删除消费者的评价的，责令限期改正，可以处二万元以上十万元以下的罚款；情节严重的，处十万元以上五十万元以下的罚款。", since=_COMMERCE_SINCE, verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=UNLAWFUL_REVIEWS, title="依法处理含违法信息、与事实明显不符的评价", proof="每条评价的处理依据与记录"),
        Exemption(exemption_id=PERIOD_SHOWN, title="页面只显示一定期间的评价，全部评价仍可查看", proof="全部评价的查看入口"),
    ),
    proof_needed="平台后台评价删除记录与操作人；评价者陈述；两次页面固证；评价总数与分类计数",
    breaching=(*past.C17_BAD, *shown_trade.BREACHING["C17"]),
    clean=(*past.C17_OK, *shown_trade.CLEAN["C17"]),
    signal=Signal(
        negatable=False,
        cues=(
            saying("自认删除、隐匿评价", r"(?:中?差评|负面评[价论]|低分评价|不好的评[价论])[^。!?;\n]{0,14}?(?:一律|全部|都|均|已经?|自动|被|会|直接|让[^,。!?;\n]{1,6})[^,。!?;\n]{0,6}(?:删|隐藏|屏蔽|折叠|过滤|不予?(?:显示|展示))|(?:删|隐藏|屏蔽|隐去)(?:了|掉|除)?[^,。!?;\n]{0,4}(?:所有|一切|全部|任何)?的?(?:中?差评|负面评[价论]|不好的评[价论]|低分评价)|(?:把|将)[^,。!?;\n]{0,6}(?:差评|不好的评[价论]|负面评[价论])[^,。!?;\n]{0,4}(?:删|屏蔽|隐藏)|(?:只|仅)(?:展示|显示|保留|放出|放)[^,。!?;\n]{0,4}(?:好评|五星|5星)|评价[^,。!?;\n]{0,5}(?:筛选|挑选|审核)后(?:才)?(?:展示|显示)|差评[^,。!?;\n]{0,4}(?:不予?显示|不予?展示|帮忙删了|被删|已删)", bar="代删|代写|另谈|接单|收费|按条|专业|专家|帮你|技术|团队|包|拒绝|从不|绝不|不删|不会|严禁|禁止|不得|辱骂|违法|恶意|举报", bar_scope=Scope.SENTENCE),
            saying("自认删除、隐匿评价", r"自动折叠|不可查看|被折叠|看不到差评", near=r"评价|[一二三]+星|差评", bar="代删|代写|另谈|接单|收费|按条|专业|专家|帮你|技术|团队|包|拒绝|从不|绝不|不删|不会|严禁|禁止|不得|辱骂|违法|恶意|举报", bar_scope=Scope.SENTENCE),
            saying("自认删除、隐匿评价", r"(?:差评|中评|负评)[^。!?;\n]{0,12}(?:处理掉|清理掉|清空|压下去)|(?:仅|只)(?:对外)?(?:显示|展示)[^,。!?;\n]{0,2}好评", bar="代删|代写|另谈|接单|收费|按条|专业|帮你|技术|团队|拒绝|从不|绝不|不删|严禁|禁止|不得|辱骂|违法|恶意", bar_scope=Scope.SENTENCE),
            saying("自认删除、隐匿评价", r"(?:差评|中评|负评)[^。!?;\n]{0,6}(?:投诉|举报|申诉)掉|(?:差评|中评)[^,。!?;\n]{0,4}(?:都|全)(?:没了|不见了|清了)", bar="代删|接单|收费|专业|帮你|拒绝|从不|绝不|严禁", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C17"],
            *families_trade.CUES["C17"], *plain_trade.CUES["C17"],
        ),
        guards=(
            Guard(exemption_id=UNLAWFUL_REVIEWS, pattern="依规|依法|违规|申诉|广告信息|涉黄", scope=Scope.SENTENCE),
        ),
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

ANNOUNCED_END = "已提前公示终止"
_SHOP = r"(?:本|我们?|小|网|该)?(?:店铺?|网店|网站|平台|商城|小店|公司|站|档口)"
_SOON = r"(?:即日起|今[日天]起?|今晚|现在起|明[天日]起?|后天起?|(?<![\d一二三四五六七八九十])(?:[一二两三四五六七八九十]|1\d|2\d|\d)[天日](?:之?后|内)|(?:本|这|下)周[一二三四五六日末]?起?|月底|下个?月|本月底)"
_ENDS = r"(?:(?:终止|停止|结束|不再)(?:一切)?(?:网上|线上|电商)?(?:经营|运营|营业|业务|服务)|(?:永久|彻底|正式|全面)?(?:关闭|关停|停运|停业|歇业|下线)(?!时间|键|按钮|窗口|售后|提醒|通知|弹窗|广告|评论)|关店|闭店|倒闭|(?:不|停)做了|不干了|不开了|注销店铺)"
_ENDS_SOON = (
    rf"{_SHOP}[^。!;\n]{{0,16}}?{_SOON}[^。!;\n]{{0,8}}?{_ENDS}|{_SOON}[^。!;\n]{{0,6}}?{_SHOP}[^。!;\n]{{0,6}}?{_ENDS}"
)
_NO_END = r"放假|春节|假期|国庆|盘点|装修|维护|升级|临时|暂停|线下|实体|转让|搬|恢复|照常|照开|营业时间|打烊|小说|《|剧本|电影|活动|直播间?(?:今晚|关闭)|优惠|秒杀|预售|通道|报名|入口将|二手|征集"

N07 = LeadRule(
    rule_id="N07",
    version="4",
    title="自行终止经营未提前三十日在首页持续公示",
    domain="主体与公示",
    severity=Severity.LOW,
    basis=(
        law(_COMMERCE, "第十六条", "电子商务经营者自行终止从事电子商务的，应当提前三十日在首页显著位置持续公示有关信息。", since=_COMMERCE_SINCE, verified=True),
    ),
    penalty=(
        law(_COMMERCE, "第七十六条第一款第二项", "（摘要）未在首页显著位置持续公示终止电子商务的有关信息的，责令限期改正，可以处一万元以下的罚款。", since=_COMMERCE_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id=CLOSED_BY_PLATFORM, title="平台依规则关闭店铺，非经营者自行终止", proof="平台的处置决定与公示"),
        Exemption(exemption_id=ANNOUNCED_END, title="称已提前三十日公示", proof="三十日内各日首页快照"),
        Exemption(exemption_id=MOVED, title="店铺迁址、更名后继续经营", proof="新店铺网址与主体信息"),
    ),
    proof_needed="终止前三十日内各日首页快照；平台出具的店铺关闭记录（主动或者被动）；当事人陈述",
    breaching=(*past.N07_BAD, *shown_operators.BREACHING["N07"]),
    clean=(*past.N07_OK, *shown_operators.CLEAN["N07"]),
    signal=Signal(
        cues=(
            saying("自称不日终止经营", _ENDS_SOON, bar=_NO_END, bar_scope=Scope.TEXT),
            *indirect_goods.CUES["N07"],
            *families_operators.CUES["N07"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id=CLOSED_BY_PLATFORM, pattern=r"(?:被|由)平台[^。]{0,8}(?:关闭|清退|处罚)|违规[^。]{0,6}(?:关闭|清退)", scope=Scope.TEXT),
            Guard(exemption_id=ANNOUNCED_END, pattern=r"(?:提前|已)(?:三十|30|1个?月|一个月)[^。]{0,8}(?:公示|公告|通知)|持续公示", scope=Scope.TEXT),
        ),
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

_RULES = r"(?:平台规则|(?:平台)?服务协议|交易规则|商家规则|商户规则|平台协议|入驻规则|规则变更|规则修[改订]|本规则|协议变更|(?:服务费|佣金|扣点)[^。]{0,12}调整)"
_UNSHOWN = rf"{_RULES}[^。!;\n]{{0,20}}?(?:(?:首页|网页|平台)?[^,。!;\n]{{0,4}}(?:不(?:予|再|对外)?(?:公示|公开|公布|展示)|无(?:需|须)(?:公示|公开))|仅(?:向|对|发|限)[^,。!;\n]{{0,12}}(?:发送|提供|纸质|公布|可见)|以内部通知为准|概不公开)"
_AT_ONCE = rf"{_RULES}[^。!;\n]{{0,24}}?(?:自|从)?(?:发布|公布|上线|修改|即)(?:之)?(?:时|日)?起?(?:立即|即时|当日|马上|即)?(?:生效|施行|执行|实施)[^。!\n]{{0,40}}?(?:(?:无需|不(?:再|另)?(?:行)?|恕不(?:另行)?|无须)(?:提前|另行|单独)?(?:通知|公示|征求)|随时(?:修改|变更|调整))|(?:有权|可)(?:随时|单方(?:面)?|自行){{1,2}}(?:修改|变更|调整)[^。!\n]{{0,6}}{_RULES}[^。!\n]{{0,20}}?(?:(?:无需|不|恕不|无须)(?:提前|另行)*(?:通知|公示|征求)|(?:立即|即时|当日|当天|即刻)(?:起)?生效)"

N11 = LeadRule(
    rule_id="N11",
    version="4",
    title="平台修改服务协议、交易规则未提前七日公示",
    domain="主体与公示",
    severity=Severity.LOW,
    basis=(
        law(_COMMERCE, "第三十四条第一款", "电子商务平台经营者修改平台服务协议和交易规则，应当在其首页显著位置公开征求意见，采取合理措施确保有关各方能够及时充分表达意见。修改内容应当至少在实施前七日予以公示。", since=_COMMERCE_SINCE, verified=True),
    ),
    penalty=(
        law(_COMMERCE, "第八十一条第一款第二项", "（摘要）修改交易规则未在首页显著位置公开征求意见，未按照规定的时间提前公示修改内容，或者阻止平台内经营者退出的，责令限期改正，可以处二万元以上十万元以下的罚款；情节严重的，处十万元以上五十万元以下的罚款。", since=_COMMERCE_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id=ANNOUNCED, title="修改内容已在其他显著页面提前公示", proof="公示页面及其首次发布时间"),
        Exemption(exemption_id=IN_FAVOUR, title="有利于商户的即时调整，须人工看", proof="修改前后对照与征求意见的记录"),
    ),
    proof_needed="规则各版本全文与发布时间；征求意见与公示页面；平台内经营者陈述",
    breaching=(*past.N11_BAD, *shown_operators.BREACHING["N11"]),
    clean=(*past.N11_OK, *shown_operators.CLEAN["N11"]),
    signal=Signal(
        cues=(
            Cue(cue_class="公布至实施不足七日", words=("施行", "实施", "生效", "执行"), pattern=NUMBER_PATTERNS[NumberKind.RULES_SHOWN], number=NumberKind.RULES_SHOWN, near=rf"{_RULES}|规则|协议|商家", near_scope=Scope.TEXT, bar=r"优惠券?规则|抽奖|活动规则|售后规则|国家标准|法律|法规|条例", bar_scope=Scope.TEXT),
            saying("修改即时生效、不另行通知", r"规则[^。!\n]{0,8}(?:今[日天]|即日)(?:公布|发布|公告|上线)[^。!\n]{0,8}(?:明[日天]|次日|后天|当日|当天|即日|立即)起?(?:开始)?(?:执行|施行|生效|实施)", bar="活动规则|优惠|店家|本店|抽奖", bar_scope=Scope.SENTENCE),
            saying("规则不公示", _UNSHOWN, bar="店家|本店|我店|卖家|本活动", bar_scope=Scope.SENTENCE),
            saying("修改即时生效、不另行通知", _AT_ONCE, bar="店家|本店|我店|卖家|本活动", bar_scope=Scope.SENTENCE),
            *indirect_goods.CUES["N11"],
            *families_operators.CUES["N11"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id=ANNOUNCED, pattern=r"(?:已|提前)[^。]{0,8}(?:七|7|十五|15|三十|30)[个]?(?:日|天)[^。]{0,6}(?:公示|公布|征求)|(?<!未)(?<!不)(?<!没)(?<!没有)(?<!无需)(?<!不用)(?<!事先)(?<!不需)(?<!不再)(?<!需要)征求意见", scope=Scope.TEXT),
            Guard(exemption_id=ANNOUNCED, pattern=r"应当|不得(?!退|异|有)|《|普法|举报|(?:将|会|可)(?:被)?(?:依法)?处罚|依法处罚", scope=Scope.SENTENCE),
        ),
        negatable=False,
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

RULES = (C07, C08, C09, C17, N07, N11)
