"""Reviews: invented ones (C01), paid-for praise (C03)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying, unclear
from leads.rules import families_trade, indirect, plain_trade, shown_trade
from leads.rules import over_time_examples as past
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, Severity, Verdict
from records.market import Category, Speaker

__all__ = ["RULES"]

_OLD, _NEW = "中华人民共和国反不正当竞争法（2019年修正）", "中华人民共和国反不正当竞争法（2025年修订）"
_OLD_SINCE, _OLD_UNTIL, _NEW_SINCE = date(2019, 4, 23), date(2025, 10, 14), date(2025, 10, 15)

_FALSE_CLAIMS = (
    law(_OLD, "第八条第一款", "经营者不得对其商品的性能、功能、质量、销售状况、用户评价、曾获荣誉等作虚假或者引人误解的商业宣传，欺骗、误导消费者。", since=_OLD_SINCE, until=_OLD_UNTIL, verified=True),
    law(_NEW, "第九条第一款", "经营者不得对其商品的性能、功能、质量、销售状况、用户评价、曾获荣誉等作虚假或者引人误解的商业宣传，欺骗、误导消费者和其他经营者。", since=_NEW_SINCE, verified=True),
)  # fmt: skip
_FALSE_CLAIMS_FINED = (
    law(_OLD, "第二十条第一款", "……责令停止违法行为，处二十万元以上一百万元以下的罚款；情节严重的，处一百万元以上二百万元以下的罚款，可以吊销营业执照。", since=_OLD_SINCE, until=_OLD_UNTIL, verified=True),
    law(_NEW, "第二十五条第一款", "……责令停止违法行为，处一百万元以下的罚款；情节严重的，处一百万元以上二百万元以下的罚款，可以并处吊销营业执照。", since=_NEW_SINCE, verified=True),
)  # fmt: skip

_TEMPLATE = r"(?:好评|评价|晒单)(?:的)?(?:内容|文案|模[板版]|语)[^。!?;\n]{0,4}(?:直接)?(?:复制|粘贴|照抄)|(?:好评|评价|评论|晒单|买家秀|五星)(?:的)?(?:模[板版]|范[文本]|文案|话术|参考(?:语|文案|内容)?|素材|样本)[^。!?;\n]{0,20}(?:复制|粘贴|照抄|照发|直接发|自取|任选|随机|选一[条段个])|(?:复制|粘贴|照抄|照着|照搬)[^。!?;\n]{0,14}(?:好评|评价|评论)(?:内容|文案|模板|区|页)?(?:即可|发布|提交|评价|后|发|就行|到)"
_STAFF = r"(?:员工|内部|自己人|亲友|亲戚朋友|客服|家人|店员|朋友)[^,。!?;\n]{0,10}(?:下单|拍下|刷(?:了|出)|写|发)[^,。!?;\n]{0,10}(?:好评|评价|销量|评论)|(?:好评|评价|评论|销量|买家秀)[^,。!?;\n]{0,6}(?:均|都|全)?(?:由|是)(?![^,。]{0,6}(?:客人|买家|顾客|用户|客户|消费者|亲们|真实))[^,。!?;\n]{0,6}(?:员工|客服|店主|本店|我们|店家|运营)[^,。!?;\n]{0,6}(?:撰写|编写|编的|写的|刷的|做的|代写|填写)"
_HIRED = r"(?:帮|给|替)[^,。!?;\n]{0,8}(?:商家|店家|店主|老板|朋友|卖家|客服)?[^,。!?;\n]{0,4}刷(?:的)?(?:单|好评|销量|评价)|(?:刷单|补单|任务单|放单)[^。!?\n]{0,14}(?:没(?:有)?(?:收到|拿到|见到|发)(?:货|东西|实物|产品)?|空包|未发货|不发货|没发货|返(?:本金|佣)|佣金|返还本金)|(?:没(?:有)?收到(?:货|东西|实物)|(?:收到|寄来|寄的|寄了|发来|发了)(?:的是|是|了|个)?(?:一个)?空(?:包裹?|盒子?|信封))[^。\n]{0,24}(?:让|要求|叫|要)(?:我|我们)?[^。\n]{0,8}(?:好评|五星|评价)|(?:商家|店家|客服|老板)(?:让|要求|叫)(?:我们?)?[^。\n]{0,6}(?:复制|照抄|按模板|照着)[^。\n]{0,10}(?:好评|评价|评论)"

C01 = LeadRule(
    rule_id="C01",
    version="5",
    title="虚构交易、编造用户评价",
    domain="竞争、价格与消费者",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国电子商务法", "第十七条", "电子商务经营者应当全面、真实、准确、及时地披露商品或者服务信息，保障消费者的知情权和选择权。电子商务经营者不得以虚构交易、编造用户评价等方式进行虚假或者引人误解的商业宣传，欺骗、误导消费者。", since=date(2019, 1, 1), verified=True),
        *_FALSE_CLAIMS,
        law("网络交易监督管理办法（总局令第37号）", "第十四条", "（摘要）不得虚构交易、编造用户评价，不得采用误导性展示等方式将好评前置、差评后置，不得虚构点击量、关注度等。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=_FALSE_CLAIMS_FINED,
    exemptions=(
        Exemption(exemption_id="平台默认好评或者搬家合并", title="平台系统默认好评、店铺迁移合并的评价", proof="平台出具的评价来源说明"),
        Exemption(exemption_id="反对、提示或者引用", title="提示防范、说明抵制或者转述", proof="全文语境"),
        Exemption(exemption_id="非评价中的文字", title="自认虚假交易的用语只在用户评价中作为线索；招揽刷单的文字另见 C02", proof="文字来源"),
    ),
    proof_needed="评价者账号、订单、支付与物流记录（向平台调取）；评价发布时间分布；与其他店铺评价的比对",
    breaching=(
        bad("买家a***1：这款面膜真的很好用，皮肤水水嫩嫩的，已经回购三次了\n买家b***2：这款面膜真的很好用，皮肤水水嫩嫩的，已经回购三次啦\n买家c***3：这款面膜真的很好用，皮肤水水嫩嫩，已经回购三次了", Category.COSMETIC, source=Speaker.REVIEW),
        bad("好评模板任选一条，复制粘贴到评价区即可", Category.CLOTHING),
        bad("帮老板刷的单，没收到货，五星好评", Category.HOME, source=Speaker.REVIEW),
        bad("收到的是空包裹，客服让我给五星好评", Category.OTHER, source=Speaker.REVIEW),
        bad("本店好评均由客服编写，仅供参考", Category.OTHER),
        bad("任务单，没收到东西，返本金了，好评", Category.DIGITAL, source=Speaker.REVIEW),
        *(one for one in past.C01_PAST if one.verdict is Verdict.SUSPECTED),
        *shown_trade.BREACHING["C01"],
    ),
    clean=(
        ok("买家a***1：质量不错\n买家b***2：质量不错\n买家c***3：物流很快", Category.HOME, source=Speaker.REVIEW),
        ok("此用户没有填写评价。\n此用户没有填写评价。\n此用户没有填写评价。", source=Speaker.REVIEW),
        ok("买家a：颜色很正，尺码刚好，客服态度也好\n买家b：包装严实，送货上门，老人很喜欢\n买家c：第二次买了，和上次一样", Category.CLOTHING, source=Speaker.REVIEW),
        exempt("本店绝不让员工下单写好评，所有评价真实"),
        ok("收到货满意请给五星好评，不满意请联系客服"),
        ok("系统默认好评：评价方未及时做出评价，系统默认好评！", source=Speaker.PLATFORM),
        exempt("谨防好评模板骗局，让您复制粘贴好评的都是刷单诈骗"),
        *(one for one in past.C01_PAST if one.verdict is not Verdict.SUSPECTED),
        *shown_trade.CLEAN["C01"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="好评模板", words=("复制", "粘贴", "照抄", "照发", "直接发", "自取", "任选", "随机", "选一", "照着", "照搬"), pattern=_TEMPLATE, bar=r"ppt|设计|下载|word|海报", bar_scope=Scope.SENTENCE),
            Cue(cue_class="自写评价", words=("好评", "评价", "评论", "销量", "买家秀"), pattern=_STAFF, bar="奖励|提成|考核|感谢", bar_scope=Scope.SENTENCE),
            Cue(cue_class="评价中自认虚假交易", words=("刷", "补单", "任务单", "放单", "没收到", "没有收到", "空包", "空盒", "空信封", "复制", "照抄", "按模板", "照着"), pattern=_HIRED),
            saying("自认虚构评价", r"(?:评论|评价|好评|买家秀|晒图|五星|销量|月销[^,。!?;\n]{0,3})(?![^,。!?;\n]{0,8}(?:客人|买家|顾客|用户|客户|消费者|亲们|真实|大家|网友))[^,。!?;\n]{0,8}(?:自己人|雇人|请人|找人|花钱|补上去|刷的|刷上去|刷出来|编的|代写的|自己发|自己写|自己刷)|(?:找人|请人|雇人|花钱)(?:刷|写|拍|买)(?:的|了)[^,。!?;\n]{0,5}(?:五星|好评|评价|销量|买家秀|晒图)", bar="奖励|考核|违法|骗", bar_scope=Scope.SENTENCE),
            saying("自认虚构评价", r"冒充(?:顾客|买家|客户|消费者)[^,。!?;\n]{0,6}(?:上传|评价|晒图|发|写)|(?:店员|员工|客服)[^,。!?;\n]{0,8}(?:冒充|假扮|假装)(?:顾客|买家|客户)", bar="奖励|考核|违法|骗|严禁|禁止", bar_scope=Scope.SENTENCE),
            saying("自认虚构评价", r"(?:帮(?:我们?|忙)?|先|让[^,。!?;\n]{1,4})?拍(?:下|一单)?(?:后|但|都)?[,]?不发货[^。!?;\n]{0,16}(?:退|返|空包|好评|销量)|(?:安排|组织|让|叫|通知)[^。!?;\n]{0,14}(?:老顾客|员工|亲友|店员)[^。!?;\n]{0,12}(?:下单|空包|拍|刷)|(?:用小号|员工)[^,。!?;\n]{0,6}下单[^。!?;\n]{0,8}(?:五星|好评)|空包[^,。!?;\n]{0,6}(?:做|冲|走)[^,。!?;\n]{0,4}(?:销量|物流)|(?:评价|好评)(?:文案|模板|内容)?[^,。!?;\n]{0,4}(?:统一复制|已备好|已准备好|我发你)|老板(?:让|叫)[^,。!?;\n]{0,3}抄", bar="违法|骗局|严禁|禁止|绝不|谨防", bar_scope=Scope.SENTENCE),
            saying("自认虚构评价", r"(?:亲友|员工|老顾客|水军|自己人)[^,。!?;\n]{0,4}下单[^。!?;\n]{0,16}(?:五星|好评|返还|退款)|(?:好评|评价)是(?:复制|抄|编|买)来?的|空包裹?[^。!?;\n]{0,16}(?:返了?|佣金)", bar="违法|骗局|严禁|禁止|绝不|谨防", bar_scope=Scope.SENTENCE),
            saying("自认虚构评价", r"内部刷单|刷单数据|含[^,。!?;\n]{0,3}刷单|(?:水军|自己人)[^,。!?;\n]{0,4}(?:评论|好评|刷)", bar="违法|骗|严禁|禁止|绝不|谨防|识别|系统|代写|代发|元", bar_scope=Scope.SENTENCE),
            saying("自认虚构评价", r"(?:本店|我们|小店|全店)[^,。!?;\n]{0,4}(?:销量|好评|评价)[^,。!?;\n]{0,8}(?:代刷|刷单|刷的|编造|虚构)", bar="违法|骗|严禁|禁止|绝不|从不|谨防|绝无|没有|不会", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C01"],
            *families_trade.CUES["C01"], *plain_trade.CUES["C01"],
        ),
        guards=(
            Guard(exemption_id="反对、提示或者引用", speakers=(Speaker.REVIEW,), cue_classes=("自认虚构评价", "移用他处评价、销量", "冒充买家", "虚构关注、人气", "组织亲友下单")),
            Guard(exemption_id="非评价中的文字", speakers=(Speaker.MERCHANT, Speaker.LABEL, Speaker.PLATFORM), cue_classes=("评价中自认虚假交易",)),
            Guard(exemption_id="非评价中的文字", pattern=r"承接|接单|代刷|代[写做发]|套餐|起做|起刷|量大|从优|加(?:微|v|q)|包[天月]|\d小时|(?:元|块|毛)[一/每][单条个]|[一每][单条]\d|价目|各平台|批发|专业|一手|起接|秒到|不掉|互刷|刷人气|挂人|\d+人在线", scope=Scope.TEXT, speakers=(Speaker.MERCHANT,), cue_classes=("自认虚构评价", "自认虚构交易", "虚构关注、人气", "组织虚假下单"), unless=r"新品|新店|本店|我们店|自家|内部|通知|好评是|评价是|找人"),
            Guard(exemption_id="反对、提示或者引用", pattern=r"谨防|警惕|拒绝|抵制|举报|骗局|诈骗|绝不|从不|禁止|严禁|不会让|杜绝", scope=Scope.SENTENCE),
        ),
        procedure=Procedure.REVIEWS_ALIKE,
        heeds=(Speaker.REVIEW,),
    ),
)  # fmt: skip

_PRAISE = r"(?:好评|五星|5星|晒图|晒单|带图|评价|追评|五分|买家秀|评论|评星|全五星|5分)"
_REWARD = r"(?:返(?:现|\d|红包|还|利|钱|话费|券|[一二三五十]元)|领(?:取)?(?:红包|现金|\d+元|奖励)|(?:送|奖励|奖|赠|得|赚|领|立返|返)(?:现金|红包|\d+(?:\.\d+)?[元块]|[一二三五十两]+[元块])|现金红包|现金奖励|fan现|返x|红包\d+元|微信红包|支付宝红包)"

C03 = LeadRule(
    rule_id="C03",
    version="4",
    title="以返现等方式诱导好评",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_OLD, "第八条第一款", "（适用待核）经营者不得对其商品的……用户评价……作虚假或者引人误解的商业宣传，欺骗、误导消费者。", since=_OLD_SINCE, until=_OLD_UNTIL, verified=False),
        law(_NEW, "第九条第一款", "（适用待核）经营者不得对其商品的……用户评价……作虚假或者引人误解的商业宣传，欺骗、误导消费者和其他经营者。", since=_NEW_SINCE, verified=False),
    ),
    penalty=_FALSE_CLAIMS_FINED,
    exemptions=(
        Exemption(exemption_id="不以好评为条件的晒图奖励", title="晒图、评价有奖但不限评价好坏（须人工判断）", proof="活动规则、实际发放记录（差评是否同样发放）"),
        Exemption(exemption_id="反对或者提示", title="声明不返现、提示勿信", proof="全文语境"),
    ),
    proof_needed="返现卡实物或者图片；聊天与转账记录；由此产生的评价清单",
    breaching=(
        bad("收到货五星好评+晒图，联系客服返现3元", Category.HOME),
        bad("好评返现卡：全5分好评截图加微信领2元红包", Category.OTHER),
        bad("15字以上好评带三图，立返5元现金", Category.CLOTHING),
        bad("亲，给个五星好评，奖励现金红包哦", Category.FOOD),
        bad("好评fan现，加客服微信领取", Category.COSMETIC),
        *shown_trade.BREACHING["C03"],
    ),
    clean=(
        exempt("平台禁止好评返现，本店不放返现卡，也没有任何红包"),
        ok("收到满意请给好评，您的支持是我们的动力"),
        unclear("晒图评价有礼，无论好评差评均可领取2元红包", Category.CLOTHING),
        exempt("好评返现的，加微信没给钱", source=Speaker.REVIEW),
        ok("消费满200元返现20元，次月到账", Category.HOME),
        ok("五星级酒店同款床品，下单送枕套一对", Category.HOME),
        *shown_trade.CLEAN["C03"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="好评返现", words=("好评", "五星", "5星", "晒图", "晒单", "带图", "评价", "追评", "买家秀", "评论", "5分", "五分"), pattern=f"{_PRAISE}[^。!?;\\n]{{0,24}}?{_REWARD}|{_REWARD}[^。!?;\\n]{{0,10}}?(?:好评|五星|5星|晒图|晒单)", near=r"好评|五星(?!级|酒店|红旗|红星)|5星(?!级)|全5分|五分", near_scope=Scope.TEXT, bar=r"五星级|五星红旗|好评[、,]?中评|充\d+[元]?返|满\d+[元]?返|好评如潮|好评率", bar_scope=Scope.SENTENCE),
            Cue(cue_class="晒图有奖", words=("晒图", "晒单", "评价", "买家秀", "评论"), pattern=f"(?:晒图|晒单|评价|买家秀|评论)[^。!?;\\n]{{0,16}}?{_REWARD}", bar=r"好评|五星|5星|5分", bar_scope=Scope.TEXT, verdict=Verdict.UNDETERMINED),
            saying("好评返现", r"(?:满分|全?[5五]分|[五5]颗?星|好评)[^。!?;\n]{0,24}?(?:送(?:你|您)?(?:一|两|1|2)(?:袋|包|份|个|条|盒|瓶)|退(?:你|您)?[\d一二两三四五六七八九]+(?:元|块)|即退|转(?:你|您)?(?:红包|现金)|领[\d一二两三四五六七八九]+(?:元|块)|返(?:红包|现|[\d一二两三四五六七八九])|红包[^,。]{0,2}(?:元|块|秒到))", bar="五星级|五星红旗|好评[、,]?中评|好评如潮|好评率|满\\d+", bar_scope=Scope.SENTENCE),
            saying("好评返现", r"(?:五星|5星|好评|满分|夸夸)[^。!?;\n]{0,24}?(?:红包奉上|有红包|立返|返[两二三四五六七八九])", bar="五星级|好评如潮|好评率|充|满\\d", bar_scope=Scope.SENTENCE),
            saying("好评返现", r"(?:五星|5星|好评|满分|5分|五分)[^。!?;\n]{0,16}?(?:免单|免费送|赠送?[^,。!?;\n]{2,8}(?:一份|一个|一条|一瓶|[,。!?;]|$)|送[\u4e00-\u9fff]{2,6}(?:一?[个份条瓶盒包]|[,。!?;]|$|套)|转(?:你|您)?\d|[+和]?\d+元(?:红包|现金|话费)|可?获得?\d+元|抵\d+元|返\d+%)", bar="五星级|五星红旗|好评[、,]?中评|好评如潮|好评率|充\\d|满\\d|不论|无论|送达|送到|送货|与评价无关|与好评无关|大厨|酒店", bar_scope=Scope.SENTENCE),
            saying("好评返现", r"(?:改|修改|删|撤)(?:掉|除|为|成|回)?(?:好评|差评|评价)[^。!?;\n]{0,14}(?:补偿|退[款您你]|返|红包|送|奖|赔|元)", bar="代删|专业|接单|团队|按条", bar_scope=Scope.SENTENCE),
            saying("好评返现", r"(?:五星|5星|好评|满分)[^。!?;\n]{0,12}(?:兑换|换取|可领|可换|领现金|抵现|立减|找我领|送小[菜食])", bar="五星级|五星红旗|好评[、,]?中评|好评如潮|好评率|不论|无论|积分商城", bar_scope=Scope.SENTENCE),
            saying("好评返现", r"(?:五星|5星|好评)[^。!?;\n]{0,12}(?:领取?|发|拿|送)[^,。!?;\n]{0,3}红包|(?:五星|5星|好评)[^。!?;\n]{0,10}(?:减|抵)\d+元", bar="五星级|五星设计|好评如潮|好评率|不论|无论|满\\d", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C03"],
            *families_trade.CUES["C03"], *plain_trade.CUES["C03"],
        ),
        guards=(
            Guard(exemption_id="反对或者提示", pattern=r"违规|违法|不返现|没有(?:任何)?返现|不存在返现|不搞|套路|揭秘|别信|勿信|陷阱|谨防|警惕|拒绝|抵制|骗", scope=Scope.SENTENCE),
            Guard(exemption_id="不以好评为条件的晒图奖励", pattern=r"(?:无论|不论|不管)(?:是)?(?:好评|评价|好坏|好评差评|好评还是)[^。]{0,10}(?:均|都)|好评差评(?:均|都)|真实评价(?:即可|均可|都)|不要求好评", scope=Scope.SENTENCE, verdict=Verdict.UNDETERMINED),
        ),
    ),
)  # fmt: skip

RULES = (C01, C03)
