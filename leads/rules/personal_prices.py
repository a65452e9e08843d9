"""Prices and results by who is looking, without a choice that is not personal: C19.

What a page admits is judged here; the price asked of several visitors is compared by `leads/act_profiles.py`, as met in
the browser (`crawlers/acts/profiles.py`).
"""

from __future__ import annotations

from datetime import date

from leads.act_profiles import PUBLIC_OFFER
from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import act_examples as met
from leads.rules import families_trade, plain_trade, shown_trade
from leads.signals import Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity, Verdict
from records.market import Category, Speaker

__all__ = ["RULES"]

_COMMERCE_LAW = "中华人民共和国电子商务法"
_SINCE = date(2019, 1, 1)
_PLATFORM_RULES = "互联网平台价格行为规则"
_REGULARS = r"(?:老(?:客户?|顾客|用户|会员|买家)|回头客|熟客|常客|会员|经常买的?|复购)"
_TRAITS = r"(?:消费(?:能力|习惯|水平|记录)|浏览(?:记录|习惯)|手机(?:型号|品牌|价位)|机型|设备|画像|历史订单|购买力|支付(?:能力|意愿)|收入|会员等级)"
_FEWER = r"贵|高(?!端|级|品)|多付|多收|多花|涨价?|不打折|没(?:有)?优惠|拿不到优惠"

C19 = LeadRule(
    rule_id="C19",
    version="3",
    title="因人差异定价，或者个性化结果不提供非个性化选项",
    domain="竞争、价格、消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_COMMERCE_LAW, "第十八条第一款", "电子商务经营者根据消费者的兴趣爱好、消费习惯等特征向其提供商品或者服务的搜索结果的，应当同时向该消费者提供不针对其个人特征的选项，尊重和平等保护消费者合法权益。", since=_SINCE, verified=True),
        law(_PLATFORM_RULES, "第十五条", "（摘要，他人转述，未见原文，条号与施行日待核）不得利用数据、算法、技术手段，根据消费者的支付意愿、支付能力、消费偏好等，在消费者不知情的情况下，对同一商品或者服务在同等交易条件下设置不同的价格。", since=date(2026, 4, 10), verified=False),
    ),
    penalty=(
        law(_COMMERCE_LAW, "第七十七条", "电子商务经营者违反本法第十八条第一款规定提供搜索结果，或者违反本法第十九条规定搭售商品、服务的，由市场监督管理部门责令限期改正，没收违法所得，可以并处五万元以上二十万元以下的罚款；情节严重的，并处二十万元以上五十万元以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=PUBLIC_OFFER, title="规则公开、条件相同的新用户优惠或者会员价", proof="优惠规则公示页与适用条件"),
        Exemption(exemption_id="已提供非个性化选项", title="可以关闭个性化推荐或者切换为普通排序", proof="关闭入口的截图与关闭后的结果"),
    ),
    proof_needed="同一时刻以多个画像（新老用户、机型、地区）访问同一商品的价格录屏；算法说明；交易条件是否相同",
    breaching=(
        bad("同一款套餐，老客户看到的价格比新用户高，系统自动调的"),
        bad("系统会根据您的消费能力显示不同价格，请勿截图比价"),
        bad("用苹果手机下单价格会高一点，后台按机型定价", Category.DIGITAL),
        bad("平台按用户画像千人千价，不作公示", source=Speaker.PLATFORM),
        bad("个性化推荐默认开启，无法关闭，也没有普通排序", source=Speaker.PLATFORM),
        bad("熟客不打折，只有新号才看得到低价"),
        *(one for one in met.C19_ACT if one.verdict is Verdict.SUSPECTED),
        *shown_trade.BREACHING["C19"],
    ),
    clean=(
        exempt("首单优惠：新用户才能看到低价20元券，规则见活动页，人人一次"),
        ok("会员价以会员等级公示表为准，同等级同价"),
        ok("个性化推荐可在设置中一键关闭", source=Speaker.PLATFORM),
        ok("老顾客回购多，价格实惠", Category.FOOD),
        ok("本店承诺新老客户同价，绝不杀熟"),
        ok("手机型号不同，手机壳价格不同，请按型号选择", Category.DIGITAL),
        exempt("搜索结果依浏览记录排序，无法关闭的可切换为综合排序", source=Speaker.PLATFORM),
        *(one for one in met.C19_ACT if one.verdict is not Verdict.SUSPECTED),
        *shown_trade.CLEAN["C19"],
    ),
    signal=Signal(
        heeds=(Speaker.PLATFORM,),
        cues=(
            saying("自认因人定价", rf"{_REGULARS}[^。!?;\n]{{0,10}}?(?:看到|显示|拿到|付|买)?[^。!?;\n]{{0,6}}?(?:价格?)?[^,。!?;\n]{{0,3}}(?:比|都比)[^,。!?;\n]{{0,4}}(?:新(?:人|客|用户|号|会员)|别人)[^,。!?;\n]{{0,4}}(?:{_FEWER})", bar=r"不会|绝不|没有|拒绝|谨防|投诉|举报|杀熟吗", bar_scope=Scope.SENTENCE),
            saying("自认因人定价", rf"(?:根据|按照?|依据|视)[^,。!?;\n]{{0,8}}{_TRAITS}[^。!?;\n]{{0,10}}?(?:不同(?:的)?(?:价格?|报价|售价)|价格不(?:同|一样)|(?:浮动|差异|动态)?定价|调(?:整)?价|千人千价)|(?:苹果|安卓|高端机|贵的手机|新款手机)[^,。!?;\n]{{0,8}}(?:下单|看到|打开)[^,。!?;\n]{{0,6}}(?:价格?)?(?:会)?(?:更)?(?:贵|高)|千人千价|一人一价|因人定价|大数据杀熟", bar=r"不会|绝不|不搞|没有|拒绝|谨防|投诉|举报|禁止|不得|严禁|什么是|手机壳|钢化膜|配件|《|课程|定制报价", bar_scope=Scope.SENTENCE),
            saying("自认因人定价", r"(?:老客户?|熟客|老用户|老会员)[^,。!?;\n]{0,3}(?:不打折|没(?:有)?优惠|看不到(?:低价|优惠))[^。!?;\n]{0,10}(?:新号|新客|新人|新用户)|(?:新号|小号|换个号|新用户)才(?:看得到|能看到|有)[^,。!?;\n]{0,4}(?:低价|便宜|优惠价)", bar=r"绝不|不会", bar_scope=Scope.SENTENCE),
            saying("自认因人定价", r"(?:新号|新用户|小号)[^,。!?;\n]{0,4}(?:看到|显示|拿到)[^,。!?;\n]{0,4}(?:价格?)?比(?:老号|老用户|老客户?|熟客)[^,。!?;\n]{0,3}(?:低|便宜|少)|(?:经常|常常|总|多次|反复)(?:搜|看|点|浏览|查)[^,。!?;\n]{0,4}(?:的人|的话|了|后)?[,]?[^,。!?;\n]{0,3}价格?(?:会|就)(?:自动)?(?:涨|变贵|上调|提高)", bar=r"首单|新人(?:券|礼)|不会|绝不|谨防|投诉", bar_scope=Scope.SENTENCE),
            saying("无非个性化选项", r"个性化(?:推荐|推送|展示|排序|搜索|定价|服务)[^。!?;\n]{0,12}?(?:无法|不能|不可|不支持|不提供|没有|关不)[^,。!?;\n]{0,4}(?:关闭|关掉|退出|取消|拒绝|选项|掉)|(?:按|依|根据)[^,。!?;\n]{0,4}(?:浏览记录|偏好|画像|消费习惯)[^。!?;\n]{0,8}(?:排序|推荐|展示)[^。!?;\n]{0,8}(?:无法|不能|不可|不提供|没有)[^,。!?;\n]{0,4}(?:关闭|关掉|切换|普通|其他)", bar=r"不得|应当|禁止", bar_scope=Scope.SENTENCE),
            *families_trade.CUES["C19"], *plain_trade.CUES["C19"],
        ),
        guards=(
            Guard(exemption_id=PUBLIC_OFFER, pattern=r"首单|新人(?:券|礼|专享)|规则(?:见|公示)|公示表|(?<!不)同价", scope=Scope.TEXT, cue_classes=("自认因人定价",)),
            Guard(exemption_id="已提供非个性化选项", pattern=r"可(?:以)?(?:随时|在[^,。]{0,8})?(?:关闭|切换|选择)|一键关闭|切换为", scope=Scope.TEXT, cue_classes=("无非个性化选项",)),
        ),
    ),
)  # fmt: skip

RULES = (C19,)
