"""Rules that try a page in the browser: pop-ups (A18), options ticked beforehand (C13), countdowns (C18).

What is looked for stands in `leads/acting.py`, what is done in `crawlers/acts/`.
"""

from __future__ import annotations

from datetime import date

from leads.acting import CACHED, FREE_OPTION, NECESSARY
from leads.authoring import law, saying
from leads.over_time.scarcity import RESTOCKED
from leads.rules import act_examples as met
from leads.rules import (
    advert_examples,
    advert_trades,
    advert_windows,
    families_trade,
    indirect,
    plain_adverts,
    plain_trade,
    shown_trade,
)
from leads.rules import over_time_examples as past
from leads.rules.mentioning import MENTIONED, MENTIONS
from leads.signals import Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity, Verdict
from records.market import Speaker

__all__ = ["RULES"]

_BUREAU_RULES = "网络交易监督管理办法（总局令第37号）"

A18 = LeadRule(
    rule_id="A18",
    version="4",
    title="弹出广告不能一键关闭",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law("互联网广告管理办法（总局令第72号）", "第十条第一款", "以弹出等形式发布互联网广告，广告主、广告发布者应当显著标明关闭标志，确保一键关闭，不得有下列情形：（一）没有关闭标志或者计时结束才能关闭广告；（二）关闭标志虚假、不可清晰辨识或者难以定位等，为关闭广告设置障碍；（三）关闭广告须经两次以上点击；（四）在浏览同一页面、同一文档过程中，关闭后继续弹出广告，影响用户正常使用网络；（五）其他影响一键关闭的行为。", since=date(2023, 5, 1), verified=True),
        law("中华人民共和国广告法", "第四十四条第二款", "利用互联网发布、发送广告，不得影响用户正常使用网络。在互联网页面以弹出等形式发布的广告，应当显著标明关闭标志，确保一键关闭。", since=date(2015, 9, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国广告法", "第六十二条第二款", "违反本法第四十四条第二款规定，利用互联网发布广告，未显著标明关闭标志，确保一键关闭的，由市场监督管理部门责令改正，对广告主处五千元以上三万元以下的罚款。", since=date(2018, 10, 26), verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id=NECESSARY, title="隐私、年龄、风险等必要告知，不是广告", proof="弹窗全文与其依据"),
    ),
    proof_needed="弹出前后与每次点击的截图或者录屏；弹窗内容是否广告；广告主与发布者",
    breaching=(*met.A18_BAD, *advert_examples.BREACHING["A18"]),
    clean=(*met.A18_OK, *advert_examples.CLEAN["A18"]),
    signal=Signal(
        negatable=False,
        guards=(MENTIONED,),
        heeds=(Speaker.PLATFORM,),
        cues=(
            saying("自认不能一键关闭", r"(?:弹窗|弹出|开屏|广告窗口?|浮窗|插屏)[^。!?;\n]{0,14}(?:关不掉|关不了|无法关闭|不能关闭|没有?(?:跳过|关闭)|要连?点[两三四二\d]+[次下]|\d+秒(?:后|钟后)?才|叉号?(?:是|为)?假|必须看完|结束前(?:无法|不能)|点(?:击)?(?:关闭|叉)[^,。!?;\n]{0,4}(?:跳转|跳到|反而|下载))", bar="谨防|举报|投诉|拦截|屏蔽|治理|不会", bar_scope=Scope.SENTENCE),
            *indirect.CUES["A18"],
            *advert_trades.CUES["A18"], *plain_adverts.CUES["A18"], *advert_windows.CUES["A18"],
        ),
    ),
)  # fmt: skip

C13 = LeadRule(
    rule_id="C13",
    version="4",
    title="将搭售商品、服务作为默认同意的选项",
    domain="竞争、价格与消费者",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国电子商务法", "第十九条", "电子商务经营者搭售商品或者服务，应当以显著方式提请消费者注意，不得将搭售商品或者服务作为默认同意的选项。", since=date(2019, 1, 1), verified=True),
        law(_BUREAU_RULES, "第十七条", "（摘要）以直接捆绑或者提供多种可选项方式向消费者搭售商品或者服务的，应当以显著方式提醒消费者注意；不得将搭售商品或者服务的任何选项设定为消费者默认同意，不得将消费者以往交易中选择的选项在后续独立交易中设定为消费者默认选择。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国电子商务法", "第七十七条", "（摘要）违反本法第十九条规定搭售商品、服务的，由市场监督管理部门责令限期改正，没收违法所得，可以并处五万元以上二十万元以下的罚款；情节严重的，并处二十万元以上五十万元以下的罚款。", since=date(2019, 1, 1), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=FREE_OPTION, title="运费险等由经营者承担费用的免费赠送", proof="不向消费者收费的结算记录"),
    ),
    proof_needed="进入页面即已勾选的截图或者录屏；结算明细；平台后台默认值设置",
    breaching=(*met.C13_BAD, *shown_trade.BREACHING["C13"]),
    clean=(*met.C13_OK, *shown_trade.CLEAN["C13"]),
    signal=Signal(
        negatable=False,
        heeds=(Speaker.PLATFORM,),
        cues=(
            saying("自认默认勾选", r"(?:结算|下单|订票|购物车|提交订单|支付|付款|机票|页面|系统)[^。!?;\n]{0,14}?(?:默认|自动|预先|已替[您你]|已帮[您你]|已为[您你])(?:帮[您你]|替[您你]|为[您你])?[^,。!?;\n]{0,6}?(?:勾|选[中上好]|打勾|加[了入上购]|带上|添加)[^。!?;\n]{0,12}|默认(?:勾选|选中|加了|加入|搭售|捆绑)[^。!?;\n]{0,12}", near=r"险|延保|碎屏险|会员|运费险|接送|礼包|购物袋|服务费?|套餐|\d+(?:\.\d+)?元|碎屏|意外险", bar=r"免费|赠送|(?<!\d)0元|默认不|不默认|未默认|不勾选|地址|自愿|自行勾选|如需|按需|不得|禁止|严禁|不会|请自行", bar_scope=Scope.SENTENCE),
            saying("自认默认勾选", r"(?:系统|默认|自动|已(?:替|帮|为)[您你])[^,。!?;\n]{0,4}(?:附加|加购|捆绑|搭上|搭售|勾好|加入|添加|带上)[^,。!?;\n]{0,10}(?:服务|险|套餐|延保|会员|贵宾|礼包|券包|接送|保障)|(?:险|延保|套餐|会员|券包|礼包)[^,。!?;\n]{0,8}默认(?:选中|勾选|已选|开启)", bar=r"免费|赠送|(?<!\d)0元|默认不|不默认|未默认|不勾选|自愿|自行勾选|如需|按需|禁止|不得", bar_scope=Scope.SENTENCE),
            saying("自认默认勾选", r"(?:自动|已|都)?(?:帮|替|给|为)[您你]勾(?:上|选|好)?了?[^,。!?;\n]{0,8}(?:险|服务|会员|套餐|延保|礼包|券)", bar=r"免费|赠送|(?<!\d)0元|自愿|如需|按需|禁止|不得", bar_scope=Scope.SENTENCE),
            saying("自认默认勾选", r"默认(?:选配|加购|附赠收费|含)[^,。!?;\n]{0,10}(?:延保|险|服务|会员|套餐)[^,。!?;\n]{0,6}\d+元", bar="免费|0元|不默认", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C13"],
            *families_trade.CUES["C13"], *plain_trade.CUES["C13"],
        ),
        guards=(
            Guard(exemption_id=FREE_OPTION, pattern=r"(?:已|现已|均)(?:经)?(?:为您|替您|帮您)?(?:取消|去掉|关闭)(?:了)?[^,。!?]{0,6}默认|取消(?:了)?默认|默认(?:均)?(?:不|未)(?:勾|选|开)|(?:不得|严禁|禁止|应当)[^,。!?]{0,10}默认", scope=Scope.SENTENCE),
        ),
    ),
)  # fmt: skip

C18 = LeadRule(
    rule_id="C18",
    version="4",
    title="谎称现货、虚构限时限量（倒计时重置、“仅剩 N 件”不变）",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_BUREAU_RULES, "第十四条第二款第三项", "（摘要）不得采用谎称现货、虚构预订、虚假抢购等方式进行虚假营销。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国反不正当竞争法（2025年修订）", "第二十五条第一款", "（摘要）对其商品作虚假或者引人误解的商业宣传的，由监督检查部门责令停止违法行为，处一百万元以下的罚款；情节严重的，处一百万元以上二百万元以下的罚款，可以并处吊销营业执照。", since=date(2025, 10, 15), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=CACHED, title="应答来自服务端或者内容分发网络的缓存", proof="缓存配置与活动起止时间"),
        Exemption(exemption_id=RESTOCKED, title="其间补货", proof="入库与库存记录"),
    ),
    proof_needed="两次以上由不同访客打开的录屏与时间；活动起止时间设置；库存与销售记录",
    breaching=(*met.C18_BAD, *(one for one in past.C18_PAST if one.verdict is Verdict.SUSPECTED), *shown_trade.BREACHING["C18"]),
    clean=(*met.C18_OK, *(one for one in past.C18_PAST if one.verdict is not Verdict.SUSPECTED), *shown_trade.CLEAN["C18"]),
    signal=Signal(
        negatable=False,
        cues=(
            saying("自认虚构限时限量", r"(?:倒计时|计时|秒杀|活动|页面)[^。!?;\n]{0,14}?(?:重新(?:开始|计时)|从头(?:开始|再来)?|又重来|再来一遍|每次打开都)|刷新(?:后|就|页面)?[,]?[^,。!?;\n]{0,3}重新(?:计时|开始)|(?:天天|每天)(?:都)?(?:是|写)?最后|(?:仅剩|只剩|显示)[^。!?;\n]{0,14}?(?:其实|实际上?)[^。!?;\n]{0,8}?(?:堆满|充足|有的是|多得|不缺|成堆|大量)|(?:还是|永远|一直|始终)(?:是)?(?:仅剩|只剩)\d|(?:库存|倒计时|剩余)[^。!?;\n]{0,10}(?:写死|虚设|是假的|固定不变)", bar="谨防|举报|拒绝|不搞|没有(?!货)|计时器|秒表|按键|始键", bar_scope=Scope.SENTENCE),
            saying("自认谎称现货", r"(?:说是|写着?|标着?|显示|称)现货[^。!?;\n]{0,8}?(?:其实|实际|却)[^。!?;\n]{0,6}?(?:没|还没|无|要等|缺)", bar="谨防|举报|拒绝", bar_scope=Scope.SENTENCE),
            saying("自认虚构限时限量", r"后台[^,。!?;\n]{0,4}有[^,。!?;\n]{0,3}(?:[一二两三四五六七八九十几]+[百千万]|\d{3,}|很多|大把|的是)", near=r"仅剩|就剩|只剩|最后|限量|抢完|库存", near_scope=Scope.TEXT, bar="管理|数据|系统功能", bar_scope=Scope.SENTENCE),
            saying("自认虚构限时限量", r"(?:仅剩|只剩|就剩|限量|剩余|库存)[^。!?;\n]{0,16}?(?:每次刷新|刷新都|还是(?:仅剩|只剩)|买了还是|卖完再加|天天(?:都)?限量|(?:实际|其实)(?:库存)?[^,。!?;\n]{0,4}(?:[两几]?千|\d{3,}|[一二两三]?百|很多|充足))|(?:每次刷新|刷新)[^,。!?;\n]{0,5}(?:都|仍|还)[^,。!?;\n]{0,3}(?:仅剩|只剩|显示)|库存实际|天天都限量|卖完再加", bar="谨防|举报|同步|实时", bar_scope=Scope.SENTENCE),
            saying("自认虚构限时限量", r"(?:此|该|本)?活动(?:已)?(?:连续|一直)[^,。!?;\n]{0,3}(?:挂了?|做了?|持续了?)[^,。!?;\n]{0,5}(?:年|月|周)|最后[一1三3]天[^。\n]{0,16}(?:挂了|天天|半年|一直挂)|倒计时[^。!?;\n]{0,16}(?:重置|自动重新|归零后(?:又|再)|又自动)", bar="谨防|举报|计时器|秒表|按键", bar_scope=Scope.SENTENCE),
            saying("自认谎称现货", r"(?:其实|实际)(?:上)?(?:并)?(?:没有?|无|没)(?:现)?货|写(?:着|成|个)?(?:是)?现货[^。!?;\n]{0,14}(?:先收单|再找|排产|要等|先收钱)|现货[^。!?;\n]{0,8}(?:其实|实际)[^。!?;\n]{0,8}(?:等|排产|工厂|调货|做)|拍下(?:后)?再(?:找|让)(?:工厂|厂家)[^,。!?;\n]{0,4}(?:排|做|生产)", bar="谨防|举报|预售", bar_scope=Scope.SENTENCE),
            saying("自认谎称现货", r"(?:标注|显示|页面写|写着|说是)[^,。!?;\n]{0,4}现货[^。!?;\n]{0,14}(?:才说|要等|才告诉|等[半一两])|倒计时[^,。!?;\n]{0,2}(?:是)?(?:假的|摆设|骗)|天天都是最后|到点(?:又|自动)(?:续|重)", bar="谨防|举报", bar_scope=Scope.SENTENCE),
            saying("自认虚构限时限量", r"(?:仅剩|只剩|就剩)[^。!?;\n]{0,8}(?:挂了|一直是|几个月了?还是)|又自动延长|永远(?:在|是)最后", bar="谨防|举报", bar_scope=Scope.SENTENCE),
            saying("自认虚构限时限量", r"(?:其实|实际)[^,。!?;\n]{0,4}(?:仓库|库里|厂里)[^,。!?;\n]{0,4}(?:有|堆|多)", near="限量|仅剩|只剩|最后|库存"),
            saying("自认虚构限时限量", r"要多少有多少|要几件有几件|倒计时是?循环|循环倒计时", near="剩|限量|库存|倒计时|最后", bar="计时器|秒表", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C18"],
            *families_trade.CUES["C18"], *plain_trade.CUES["C18"],
        ),
    ),
)  # fmt: skip

RULES = (A18, C13, C18)
