"""What platforms owe besides their rules: self-operated goods told apart (N09), paid places marked (N10), accounts that
can be closed (N12). Judged from the platform's own words; which list shows what mark is not read (docs/explanation)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import families_operators, indirect_goods, shown_operators
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_DOMAIN, _ECOMMERCE_LAW, _SINCE = "主体与公示", "中华人民共和国电子商务法", date(2019, 1, 1)
_TOLD = r"应当|不得|依法|《[^》]*》|第[一二三四五六七八九十\d]+条|普法|处罚|罚款|案例|举报|课程|教程|科普|论文|图书"

_OWN = r"(?:平台|本站|商城|京选)?自营(?:商品|业务|店|产品)?"
_NOT_TOLD_APART = r"(?:不(?:再)?(?:做|作|加|予|另行?|另外|单独){0,2}(?:任何)?(?:区分|区别|标注|标明|标示|标记|注明|显示|提示)|没有?(?:做|作)?(?:任何)?(?:区分|标记|标识|标注|区别)|未(?:作|做|予)?(?:区分|标记|标注|标明)|无(?:任何)?(?:区分|标记|标识|标注)|看不出|分不出|分不清|混(?:在一起|排|着)(?:展示)?)"

N09 = LeadRule(
    rule_id="N09",
    version="3",
    title="平台未以显著方式区分标记自营业务和平台内经营者的业务",
    domain=_DOMAIN,
    severity=Severity.LOW,
    basis=(
        law(_ECOMMERCE_LAW, "第三十七条第一款", "（摘要）电子商务平台经营者在其平台上开展自营业务的，应当以显著方式区分标记自营业务和平台内经营者开展的业务，不得误导消费者。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_ECOMMERCE_LAW, "第八十一条第一款第三项", "（摘要）未以显著方式区分标记自营业务和平台内经营者开展的业务的，责令限期改正，可以处二万元以上十万元以下的罚款；情节严重的，处十万元以上五十万元以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="全部为自营或者全部为商家经营", title="平台只有一种业务，无须区分", proof="平台内经营者名录、商品销售主体清单"),
        Exemption(exemption_id="说明法律规定或者他人做法", title="普法、研究、说明应当区分", proof="全文语境"),
    ),
    proof_needed="列表页、详情页、结算页全页截图；商品销售主体；平台内经营者名录",
    breaching=(
        bad("帮助中心：平台自营与入驻商家的商品统一展示，不作区分标记"),
        bad("问：这个是自营还是第三方？答：页面上自营和商家都不标注的，下单后才知道", Category.DIGITAL),
        bad("本商城自营商品和商家商品混排展示，不另行标明销售主体", source=Speaker.PLATFORM),
        bad("为统一体验，搜索列表取消自营标识，自营、非自营看不出区别"),
        bad("自营商品不单独标注，与第三方店铺商品同样显示"),
        *shown_operators.BREACHING["N09"],
    ),
    clean=(
        ok("标题前带“自营”标识的由本平台直接销售，其余由入驻商家销售"),
        exempt("本商城全部商品均为自营，页面不再单独标注自营"),
        exempt("电子商务法要求平台区分自营与商家业务，未区分标记自营的应当责令改正"),
        ok("自营仓发货，正品保证，次日达", Category.DIGITAL),
        ok("自营店铺与线下门店同价，不区分线上线下", Category.CLOTHING),
        ok("自行车营地 亲子露营 不区分年龄"),
        *shown_operators.CLEAN["N09"],
    ),
    signal=Signal(
        cues=(
            saying("自营与商家业务不区分", rf"{_OWN}[^。!;\n]{{0,24}}?(?:商家|第三方|入驻|店铺|他营|pop|非自营|合作商)[^。!;\n]{{0,20}}?(?:{_NOT_TOLD_APART})", bar=r"线上线下|门店|同价|不(?:要|能|得)[^,。]{0,4}混", bar_scope=Scope.SENTENCE),
            saying("自营与商家业务不区分", rf"(?:商家|第三方|入驻|合作商)[^。!;\n]{{0,16}}?自营[^。!;\n]{{0,16}}?(?:{_NOT_TOLD_APART})"),
            saying("自营与商家业务不区分", rf"自营[^。!;\n]{{0,12}}(?:标识|标记|标志|字样)?[^。!;\n]{{0,4}}(?:{_NOT_TOLD_APART})[^。!;\n]{{0,14}}(?:自营|商家|第三方|入驻|系统分配|销售主体)"),
            saying("自营与商家业务不区分", r"自营[^。!;\n]{0,12}?\?[^。!;\n]{0,12}?(?:不(?:做|作|再)?(?:标注|标明|区分|显示)|没有?(?:标|区分)|看不出|分不出)[^。!;\n]{0,14}"),
            saying("自营与商家业务不区分", r"(?:不|不会|不想|没)(?:告诉|让)[^,。!;\n]{0,3}(?:用户|消费者|顾客|买家|客户)[^,。!;\n]{0,8}自营|自营[^。!;\n]{0,14}(?:看起来|看着|看上去|显示)(?:都|完全)?(?:一样|没区别|没差别|分不出)"),
            saying("自营与商家业务不区分", r"(?:取消|去掉|撤下|隐藏)[^,。!;\n]{0,6}自营(?:标识|标记|标志|字样|角标)"),
            *indirect_goods.CUES["N09"],
            *families_operators.CUES["N09"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="全部为自营或者全部为商家经营", pattern=r"(?:带|有|标有|标注|标|显示)[^,。]{0,6}“?自营[”\"]?(?:标记|标识|标志|字样|标签|角标)?[”\"]?(?:标记|标识|标志)?的[^,。]{0,6}(?:商品)?(?:由|为|是)|(?:全部|均|都|全站|全场)[^,。]{0,8}(?:为|是)?(?:平台)?自营|无第三方|没有第三方|不(?:做|开展|从事)自营|不设自营|均由入驻商家", scope=Scope.TEXT, unless=r"商家商品(?:混|统一)"),
            Guard(exemption_id="说明法律规定或者他人做法", pattern=_TOLD, scope=Scope.TEXT, unless="本(?:平台|商城|站)[^。]{0,12}不"),
        ),
        negatable=False,
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

_PAID = r"(?:竞价|出价|付费排名|按推广费|推广费|付费推广|置顶位|广告位|直通车|搜索排名|付费排序|推广位|(?:花钱|付钱|出钱|给钱)(?:买|排|上)|买(?:来|下)?的排名|推广(?:规则|商品)|付费(?:后|[^,。!;\n]{0,4}(?:排|置顶|上首页))|商业推广|竞价排名|买排名)"
_UNMARKED = r"(?:(?:不|不会|不再|无需|不用|不必|未|没有?|免)(?:显示|标注|标明|注明|带|打|出现|加|标|展示)?[^,。!;\n]{0,6}[“\"'「]?广告[”\"'」]?(?:字样|标识|标志|标记|角标|标签|二字|提示|标|字)?|无[“\"'「]?广告[”\"'」]?(?:字样|标识|标志|标记|角标|标签|标)|(?:去掉?|去除|隐藏|屏蔽|取消|抹掉|遮住)[^,。!;\n]{0,4}广告(?:字样|标识|标志|标记|角标|标签|标)|(?:看不出|看不到|分不清|不知道)[^,。!;\n]{0,4}(?:是)?广告|(?:与|和|跟)自然(?:结果|搜索|排名|排序)[^,。!;\n]{0,6}(?:一样|无异|没区别|相同|混排))"

N10 = LeadRule(
    rule_id="N10",
    version="3",
    title="竞价排名的商品、服务未显著标明“广告”",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law(_ECOMMERCE_LAW, "第四十条", "（摘要）电子商务平台经营者应当以多种方式向消费者显示商品或者服务的搜索结果；对于竞价排名的商品或者服务，应当显著标明“广告”。", since=_SINCE, verified=True),
        law("中华人民共和国广告法", "第十四条", "（摘要）广告应当具有可识别性，能够使消费者辨明其为广告。", since=date(2015, 9, 1), verified=True),
        law("互联网广告管理办法", "第九条", "（摘要）对于竞价排名的商品或者服务，广告发布者应当显著标明“广告”，与自然搜索结果明显区分。", since=date(2023, 5, 1), verified=True),
    ),
    penalty=(
        law("中华人民共和国广告法", "第五十九条第三款", "（摘要）广告不具有可识别性的，由市场监督管理部门责令改正，对广告发布者处十万元以下的罚款。", since=date(2015, 9, 1), verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="自店自品展示", title="经营者在自己的店铺、网页展示自己的商品（可识别性执法指南第七、八条）", proof="页面所属主体与商品所属主体一致"),
        Exemption(exemption_id="说明法律规定或者他人做法", title="普法、课程、说明应当标明", proof="全文语境"),
    ),
    proof_needed="搜索结果页全页截图与录屏；推广合同、计费记录；广告发布者身份",
    breaching=(
        bad("购买置顶位后搜索结果按出价高低排列，前台不显示“广告”字样"),
        bad("关键词竞价排名套餐，谁出价高谁在前，无广告标识"),
        bad("站内竞价上首页，帮您去掉广告角标，点击率更高"),
        bad("商家推广说明：付费推广商品与自然搜索结果混排，不标注广告", source=Speaker.PLATFORM),
        bad("本站按推广费高低排序，不会出现广告标志，用户看不出是广告"),
        *shown_operators.BREACHING["N10"],
    ),
    clean=(
        ok("搜索结果中带“广告”字样的为竞价排名商品"),
        exempt("竞价排名的商品应当显著标明广告，不标明广告的处十万元以下罚款"),
        ok("搜索竞价投放课程 账户搭建与出价策略", Category.EDUCATION),
        ok("自然搜索结果按销量排序，不接受竞价排名"),
        ok("视频会员 免广告 无广告播放", Category.OTHER),
        ok("拍卖出价记录公开，价高者得，无广告打扰"),
        *shown_operators.CLEAN["N10"],
    ),
    signal=Signal(
        cues=(
            saying("竞价排名不标明广告", rf"{_PAID}[^。!;\n]{{0,36}}?(?:{_UNMARKED})", bar=r"拍卖|免广告打扰|无广告打扰|会员"),
            saying("竞价排名不标明广告", rf"(?:{_UNMARKED})[^。!;\n]{{0,24}}?{_PAID}", bar=r"拍卖|打扰|会员"),
            *indirect_goods.CUES["N10"],
            *families_operators.CUES["N10"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="说明法律规定或者他人做法", pattern=_TOLD, scope=Scope.TEXT, unless=r"套餐|购买|帮您|服务商|商家后台"),
        ),
        negatable=False,
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

_ACCOUNT = r"(?:账号|账户|帐号|帐户|会员|用户|注册信息)"
_HINDERED = r"(?:(?:不支持|不能|无法|不予|不可|不提供|不允许|没有|不开放|不设)[^,。!;\n]{0,4}(?:注销|更正|删除)|注销[^,。!;\n]{0,8}(?:不支持|不能|无法|不予|不提供|没有(?:入口|这个功能|通道)|没开放|不开放|关闭)|(?:手续费|工本费|服务费|解约金|注销费)|(?:缴|交|付|收|扣|充值?)[^,。!;\n]{0,4}\d+元|消费[^,。!;\n]{0,3}满|(?:邀请|推荐|介绍)[^,。!;\n]{0,3}(?:[一二三两\d]+)?[名个位]?新?(?:用户|会员|人)|邮寄|纸质|手持身份证|(?:到|前往|本人到)[^,。!;\n]{0,6}(?:总部|公司|门店|线下|柜台|现场)|(?:[3-9]\d|\d{3,})个?(?:工作日|天|日)|客服(?:同意|审批|批准)|说明(?:正当)?理由|写(?:份)?(?:申请|检讨)|公证)"

N12 = LeadRule(
    rule_id="N12",
    version="3",
    title="对用户注销、更正、删除信息设置不合理条件",
    domain=_DOMAIN,
    severity=Severity.LOW,
    basis=(
        law(_ECOMMERCE_LAW, "第二十四条第一款", "（摘要）电子商务经营者应当明示用户信息查询、更正、删除以及用户注销的方式、程序，不得对用户信息查询、更正、删除以及用户注销设置不合理条件。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_ECOMMERCE_LAW, "第七十六条第一款第三项", "（摘要）未明示用户信息查询、更正、删除以及用户注销的方式、程序，或者对用户信息查询、更正、删除以及用户注销设置不合理条件的，责令限期改正，可以处一万元以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="合理的注销条件", title="结清订单与欠款、短信核验本人、合理的核验期限", proof="注销流程全程截图"),
        Exemption(exemption_id="并非用户账号", title="公司、执照、号码等的注销", proof="全文语境"),
    ),
    proof_needed="注销流程逐页截图或者录屏；用户协议、隐私政策全文",
    breaching=(
        bad("注销账号须缴纳手续费20元，审核后办理"),
        bad("问：账号怎么注销？答：我们平台不支持注销账号，不用就行"),
        bad("会员注销须邮寄纸质申请和手持身份证照片到总部", Category.EDUCATION),
        bad("用户注销账户需先邀请一名新用户，审核90个工作日", source=Speaker.PLATFORM),
        bad("账户一经注册无法注销，个人信息不予删除"),
        *shown_operators.BREACHING["N12"],
    ),
    clean=(
        ok("注销账号：我的-设置-账号安全，短信验证后即时注销"),
        exempt("注销账户前请先结清未完成的订单，否则不能注销"),
        ok("代办公司注销，手续费透明，纸质材料邮寄即可"),
        exempt("电子商务法规定不得对用户注销账号设置不合理条件，收手续费的可以举报"),
        ok("会员卡免手续费，消费满300元升级", Category.OTHER),
        ok("手机号注销后请及时更换账号绑定", Category.DIGITAL),
        *shown_operators.CLEAN["N12"],
    ),
    signal=Signal(
        cues=(
            saying("注销设障", rf"(?:{_ACCOUNT}[^。!;\n]{{0,14}}注销|注销[^。!;\n,]{{0,6}}{_ACCOUNT})[^。!\n]{{0,36}}?{_HINDERED}", bar=r"公司注销|企业注销|个体|工商|执照|税务|商标|手机号|手机卡|银行卡|etc|户口|代办", bar_scope=Scope.SENTENCE),
            saying("注销设障", rf"{_ACCOUNT}[^。!;\n]{{0,12}}(?:一经注册|注册后)[^。!;\n]{{0,6}}(?:不支持|不能|无法|不得|不可|不予)[^,。!;\n]{{0,3}}(?:注销|删除|更正)|(?:不支持|不提供|没有)(?:{_ACCOUNT}的?)?注销(?:{_ACCOUNT}|功能|入口|通道)|{_ACCOUNT}[^。!;\n,]{{0,3}}(?:不支持|无法|不能|不予|不可|不允许)(?:自行|自主)?注销", bar=r"公司|企业|执照|税务|手机号|手机卡|银行卡", bar_scope=Scope.SENTENCE),
            saying("更正、删除设障", r"(?:更正|删除|修改)[^。!;\n,]{0,4}(?:个人|用户|会员|注册)(?:信息|资料)[^。!;\n]{0,16}?(?:(?:手续费|工本费|服务费)|(?:缴|交|付|收)[^,。!;\n]{0,4}\d+元|不予|不支持|不提供|邮寄|手持身份证)", bar=r"不(?:收|需|用)|免费|无需"),
            *indirect_goods.CUES["N12"],
            *families_operators.CUES["N12"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="合理的注销条件", pattern=r"(?:结清|处理完?|完成|解绑|提现)[^。;]{0,12}(?:订单|欠款|余额|借款|绑定|交易|纠纷)|(?:不收|免|无需|不需要|无)(?:任何)?(?:手续费|费用)", scope=Scope.TEXT, unless=r"(?:缴纳|收取|须缴|需缴)|消费满|邀请|邮寄"),
            Guard(exemption_id="合理的注销条件", pattern=r"不得[^。]{0,10}(?:设置|收)|举报|法律规定|《[^》]*》|拒绝套路", scope=Scope.TEXT, unless="本平台不支持"),
        ),
        negatable=False,
        heeds=(Speaker.PLATFORM,),
    ),
)  # fmt: skip

RULES = (N09, N10, N12)
