"""Prices and promotions as one page shows them: discounts not kept (C10), no price told (C11), gifts not named (C12)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import families_trade, indirect, plain_trade, shown_trade
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, ScanFields, Severity, Verdict
from records.market import Category, Speaker

__all__ = ["RULES"]

_MARKING, _SINCE = "明码标价和禁止价格欺诈规定", date(2022, 7, 1)
_FINES, _FINES_SINCE = "价格违法行为行政处罚规定", date(2010, 12, 4)
_PRICED = ScanFields(page_complete=True, price_fen=8000, strike_price_fen=10000)
_HALVED = ScanFields(page_complete=True, price_fen=5000, strike_price_fen=10000)
_CUT_SHORT = ScanFields(page_complete=True, price_fen=89900, strike_price_fen=99900)

C10 = LeadRule(
    rule_id="C10",
    version="4",
    title="公布的促销活动规则、范围与实际不一致",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_MARKING, "第二十条第二项", "网络交易经营者不得实施下列行为：……（二）公布的促销活动范围、规则与实际促销活动范围、规则不一致；", since=_SINCE, verified=True),
    ),
    penalty=(law(_FINES, "第七条", "（摘要）利用虚假的或者使人误解的价格手段，诱骗消费者或者其他经营者与其进行交易的，责令改正，没收违法所得，并处违法所得五倍以下的罚款；没有违法所得的，处五万元以上五十万元以下的罚款……", since=_FINES_SINCE, verified=True),),
    exemptions=(
        Exemption(exemption_id="优惠在结算时另行扣减", title="满减、优惠券、会员价等在结算页扣减", proof="活动规则与结算页记录"),
        Exemption(exemption_id="库存或者名额已用尽并已公示", title="限量优惠已用尽且如实公示", proof="库存、名额记录与公示时间"),
    ),
    proof_needed="活动页、商品页、结算页同一时刻的固证；活动规则全文；实际成交记录",
    breaching=(
        bad("全场五折，清仓最后三天", Category.CLOTHING, fields=_PRICED),
        bad("本品直降200元，限时三天", Category.DIGITAL, fields=_CUT_SHORT),
        bad("限时活动3.8折", Category.HOME, fields=_PRICED),
        bad("宣传页写全场五折，结算时仅部分商品五折，其余按原价", Category.CLOTHING),
        bad("买一送一（实际结算需另付赠品费39元）", Category.COSMETIC),
        *shown_trade.BREACHING["C10"],
    ),
    clean=(
        ok("全场五折，清仓最后三天", Category.CLOTHING, fields=_HALVED),
        ok("券后五折，领券下单", Category.CLOTHING, fields=_PRICED),
        ok("全场低至5折起", Category.CLOTHING, fields=_PRICED),
        ok("第二件半价，两件8折", Category.CLOTHING, fields=_PRICED),
        ok("全场五折", Category.CLOTHING),
        exempt("首页说全场五折，结算时恢复原价，骗人", Category.CLOTHING, source=Speaker.REVIEW),
        *shown_trade.CLEAN["C10"],
    ),
    signal=Signal(
        negatable=False,
        cues=(
            Cue(cue_class="自示规则不一致", words=("全场", "全店", "宣传", "活动页", "首页", "海报", "另付", "另收", "加收", "补差", "需付"), pattern=r"(?:全场|全店|宣传|活动页|首页|海报)[^。!?;\n]{0,16}?(?:折|减|免|送|包邮|特价)[^。!?;\n]{0,14}?(?:结算|付款|下单)(?:时|页)?[^。!?;\n]{0,12}?(?:原价|不(?:打折|参加|享受|减|免|送)|仅部分|无此|不适用|恢复)|(?:送|赠)[^。!?;\n]{0,10}?(?:实际|结算|下单时)[^。!?;\n]{0,6}?(?:另付|另收|加收|补差价?|需付)[^。!?;\n]{0,10}"),
            saying("自示规则不一致", r"(?:首页|页面|活动|详情|宣传|海报|买[一二三\d]送[一二三\d])[^。!?;\n]{0,16}?(?:下单|付款|结算)(?:时|页)?[^。!?;\n]{0,6}(?:只给|才给|只减|全价|不送了?|没有了?|变成|按原价|没了)"),
            saying("自示规则不一致", r"才(?:说|告诉|知道|发现|提示)|不能用|用不了|原价收|照旧原价|按原价|仅限指定", near=r"(?:活动|海报|宣传|广告|页面|详情|说好的?)[^。!?;\n]{0,20}?(?:满\d+减\d+|买一送一|第二件|[\d一二三四五六七八九半]折|包邮|赠|立减)[^。!?;\n]{0,14}?(?:结算|付款|结账|下单|实际|拍下|买单)[^。!?;\n]{0,10}?(?:才(?:说|告诉|知道|发现|提示)|不能用|用不了|取消|按原价|原价收|仅限|只有|不参加|没有)", bar="谨防|举报|投诉", bar_scope=Scope.SENTENCE),
            saying("自示规则不一致", r"(?:说好的|直播说|海报写|宣传|页面写|券写)[^。!?;\n]{0,16}(?:送|减|折|免|全场通用|包邮)[^。!?;\n]{0,20}(?:没有|不可用|早就结束|不能用|作废|用不了|不算|不认)", bar="谨防|举报", bar_scope=Scope.SENTENCE),
            saying("自示规则不一致", r"(?:标注|标明|写着?|显示|说是?|宣传)(?:全国|全场)?(?:包邮|免运费|免费安装|免安装费)[^。!?;\n]{0,12}(?:却|还要|又要|才说|付款时|结算时)[^。!?;\n]{0,8}(?:收|加|付|补)", bar="谨防|举报|投诉", bar_scope=Scope.SENTENCE),
            saying("自示规则不一致", r"(?:实际|付款|结算)[^,。!?;\n]{0,4}(?:还是|仍是|仍为|照收)原价", near="折|满减|送|免|活动|页面", bar="谨防|举报|投诉", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C10"],
            *families_trade.CUES["C10"], *plain_trade.CUES["C10"],
        ),
        guards=(
            Guard(exemption_id="库存或者名额已用尽并已公示", pattern="送完即止|售完即止|名额已满|已抢完|数量有限", scope=Scope.SENTENCE, verdict=Verdict.UNDETERMINED),
            Guard(exemption_id="优惠在结算时另行扣减", pattern=r"结算(?:时|页)?自动(?:扣减|立减|抵扣|减)|结算时(?:立减|享受|生效)", scope=Scope.SENTENCE),
        ),
        procedure=Procedure.PROMOTION_KEPT,
    ),
)  # fmt: skip

_TALK_PRICE = r"(?:价格|价钱|售价|报价|单价|费用|多少钱|实价|底价|真实价格?|具体价格?)(?:请|可|均|全部|一律|详情|都|等)?(?:面议|面谈|私聊|私信|详谈|电询|私下|密聊|另议|待议|咨询客服|咨询店主|联系客服|问客服|加微|加v|微信|见微信|来电|滴滴|私我|私发|后台私信)|私聊(?:报价|给价|问价|价|发价|改价|价格)|私信(?:报价|问价|给价|发价|价格)|面议(?!工资)|(?:标价|所示价格|页面价格?|链接价格?|显示价格?|拍下价格?)(?:非|不是|不为|并非|仅供参考|只是|为?虚价)[^,。!?;\n]{0,10}(?:实价|实际价格?|售价|真实|成交价|价格|占位|参考|私聊|客服)?|(?:不标价|不明码|价格不公开|价格保密)|(?:问价|询价)(?:私聊|私信|加微|请|联系|加v)|先问价|(?:页面|所示|标示|链接)(?:价格?)?(?:无效|不算|作废|为准不了)|标价(?:为|是|仅为|只是)(?:定金|订金|押金|运费|邮费|样品价)|需(?:另付|另加|另收|补)[^,。!?;\n]{0,10}(?:费|差价)[^,。!?;\n]{0,10}(?:到时|再说|面议|另议|现场定|私聊|师傅定|以实际)|(?:安装费|运费|开机费|手续费|服务费|包装费|加急费)(?:到付后?|现场|当场|上门后?)?(?:由师傅定|面议|另议|现场定|私聊|看情况|随意收|临时定)|(?:安装费|运费|搬楼费|开机费|服务费)[^,。!?;\n]{0,8}(?:另收|另付|另算|加收)(?!标准)(?=[^。!?;\n]{0,16}(?:师傅定|未列|未标|现场|面议|再说|不定))|(?:到店|到货|上门|签收|结算|付款)[^,。!?;\n]{0,6}(?:再|还要|需|另|加)(?:加收|另收|收取?|补)[^,。!?;\n]{0,6}(?:开瓶|打包|清洁|服务|安装|搬楼|餐具|包装|茶位|手续)费"
_CUSTOM = r"定制|定做|定作|订制|来图|来样|加工|非标|按(?:图|尺寸|面积|需求)|工程|装修|施工|设计费|印刷|刻字|开模|租赁|出租|转让|出租|求购|招聘|薪资|工资|代驾|维修|月嫂|保姆|家教"
_USED = r"个人(?:二手|转让?|出)|闲置|自用|收藏|古董|老物件|拍卖|竞拍|孤品|字画|原石"

C11 = LeadRule(
    rule_id="C11",
    version="4",
    title="不按规定明码标价或者在标价之外加价",
    domain="竞争、价格与消费者",
    severity=Severity.LOW,
    basis=(
        law(_MARKING, "第五条至第八条、第十三条", "（摘要）经营者应当以显著方式进行明码标价，做到真实准确、货签对位、标识醒目；通过网络方式销售商品或者提供服务的，应当通过网络页面明码标价；同时有偿提供配送、搬运、安装、调试等附带服务的，应当对附带服务明码标价；不得在标价之外加价出售商品或者提供服务，不得收取任何未予标明的费用。", since=_SINCE, verified=True),
    ),
    penalty=(law(_FINES, "第十三条", "（摘要）不标明价格、不按照规定的内容和方式明码标价、在标价之外加价出售商品或者收取未标明的费用的，责令改正，没收违法所得，可以并处五千元以下的罚款。", since=_FINES_SINCE, verified=True),),
    exemptions=(
        Exemption(exemption_id="定制、工程等须按需求报价", title="定作、工程、租赁、转让等依需求协商定价", proof="计价方式、收费标准的公示"),
        Exemption(exemption_id="个人二手、收藏品或者非商品交易", title="个人闲置、拍卖、转让、招聘等", proof="交易性质"),
        Exemption(exemption_id="批量采购议价", title="已标明零售价，批量采购另行议价", proof="页面零售标价"),
    ),
    proof_needed="商品页、结算页固证；客服报价记录；实际收费凭证",
    breaching=(
        bad("价格私聊，页面标价不是实价", Category.DIGITAL),
        bad("高端手表，价格面议，懂行的来", Category.JEWELLERY),
        bad("空调9元起，安装费由师傅定，上门后再收", Category.HOME),
        bad("链接价格仅供参考，具体价格咨询客服", Category.CLOTHING),
        bad("所示价格非实际售价，私信报价", Category.LIQUOR),
        bad("到店消费需加收开瓶费、茶位费另议", Category.LIQUOR),
        *shown_trade.BREACHING["C11"],
    ),
    clean=(
        exempt("来图定制展示柜，按尺寸报价，价格咨询客服", Category.HOME),
        exempt("个人闲置相机转让，价格面议", Category.DIGITAL),
        ok("一口价，不议价，全国包邮", Category.CLOTHING),
        exempt("零售价39元，批量采购100件以上价格面议", Category.HOME),
        ok("偏远地区运费请咨询客服", Category.FOOD),
        exempt("价格私聊的都是坑", source=Speaker.REVIEW),
        ok("补差价链接，拍前联系客服"),
        *shown_trade.CLEAN["C11"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="不明码标价", words=("面议", "面谈", "私聊", "私信", "详谈", "电询", "私下", "密聊", "另议", "待议", "咨询客服", "咨询店主", "联系客服", "问客服", "加微", "加v", "微信", "来电", "滴滴", "私我", "私发", "标价", "所示价", "页面价", "链接价", "显示价", "拍下价", "不明码", "价格不公开", "价格保密", "问价", "询价", "另付", "另加", "另收", "加收", "安装费", "手续费", "服务费", "再收", "再补", "现场定"), pattern=_TALK_PRICE, bar=r"薪|工资|待遇|底薪|招聘|补差价|补运费|偏远|退差价|保价", bar_scope=Scope.SENTENCE),
            saying("不明码标价", r"(?:具体)?多少钱[^,。!?;\n]{0,2}(?:加我|私我|私聊|聊)|价格?(?:滴滴|不公开|瞎写|乱写|乱标|随便标)|(?:页面|标|显示)价格?[^,。!?;\n]{0,3}(?:瞎写|乱写|随便写|仅为展示|只是展示|仅供展示)|(?:真实|实际|成交)价[^,。!?;\n]{0,3}(?:私|面谈|另谈)|标(?:的|价)?[^,。!?;\n]{0,4}是(?:邮费|订金|定金|运费)", bar="补差价|偏远|保价|工资|薪", bar_scope=Scope.SENTENCE),
            saying("不明码标价", r"(?:标|公开)价[^,。!?;\n]{0,8}(?:会?被|厂家)[^,。!?;\n]{0,4}罚|问价[^,。!?;\n]{0,3}加|价格[^,。!?;\n]{0,4}(?:私聊|不方便公开|不便公开|保密)|标价\d+元?[^,。!?;\n]{0,3}(?:非|不是|并非)(?:实际|真实)|看人(?:给价|报价)|(?:标价|价格)[^。!?;\n]{0,4}仅供展示|熟客价[^,。!?;\n]{0,6}新客价", bar="定制|按尺寸|工资|薪", bar_scope=Scope.SENTENCE),
            saying("价外加价", r"(?:运费|安装费|餐位费|茶水费|茶位费|服务费|打包费|高空费|搬运费)[^。!?;\n]{0,12}(?:上门后?再[定说]|再[定说]|另谈|面谈|未标|不标)|(?:不含(?:税|运|打包费?|安装)[^,。!?;\n]{0,2}){2,}", bar="定制|偏远|标准见|收费标准", bar_scope=Scope.SENTENCE),
            saying("不明码标价", r"价格?看(?:心情|人)|先[^,。!?;\n]{1,4}后报价|价格[^,。!?;\n]{0,2}(?:请)?(?:电话|致电)(?:联系|咨询|询问)|不标价|全款多少", bar="定制|按尺寸|工资|薪|批发|工程", bar_scope=Scope.SENTENCE),
            saying("价外加价", r"补多少|要补差价|要补钱|再补差价", near=r"(?:下单|付款|拍下)后|不含运|不含税", bar="定制|偏远|可补", bar_scope=Scope.SENTENCE),
            saying("不明码标价", r"(?:实际|真实)价格?[^,。!?;\n]{0,3}(?:请?询|咨询|问客服|私)", bar="定制|批发|工程", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C11"],
            *families_trade.CUES["C11"], *plain_trade.CUES["C11"],
        ),
        guards=(
            Guard(exemption_id="批量采购议价", pattern=r"(?:批量|批发|大量|大批|团购|企业采购|量大|整箱|公司采购|\d+(?:件|个|台|箱|套|斤|吨|份)以上|代理|加盟|经销)[^。!?;\n]{0,14}", scope=Scope.SENTENCE),
            Guard(exemption_id="定制、工程等须按需求报价", pattern=_CUSTOM, scope=Scope.TEXT, unless="标价(?:不是|非)|非实际|不是实价|师傅定|看心情|看人"),
            Guard(exemption_id="个人二手、收藏品或者非商品交易", pattern=_USED, scope=Scope.TEXT),
            Guard(exemption_id="定制、工程等须按需求报价", only=(Category.PROPERTY, Category.EDUCATION)),
        ),
    ),
)  # fmt: skip

_GIFT = r"(?:送|赠|赠送|附送|加送|加赠|领|领取|享)(?:您|你|一份|一个|价值\d+元?的?)?(?:超值|精美|神秘|惊喜|丰厚|精致|豪华|重磅|额外|专属|多重|好多|一份|实用|随机|价值\d+元?的?)*(?:好礼|大礼包?|豪礼|厚礼|礼品|小礼物?|小礼品|礼物|赠品|伴手礼|见面礼|礼包|重礼)"
_WHEN = r"(?:下单|购买|买(?:就|即|一|二|三|两|\d)|满\d+|拍下|付款|前\d+名?|收藏|关注|进店|入会|加购|首单|活动期间|今日|购机|购物|凡购|签收|付定金|预定|预订|订购|到店|消费|成交|晒单|即送|立送|限时)"
_NAMED_GIFT = r"(?:送|赠|礼)[^。!?;\n]{0,24}(?:\d+|[一二两三四五六七八九十])(?:个|条|双|支|包|瓶|件|片|张|把|只|袋|盒|罐|枚|本|套|块|颗|对|ml|g|克|毫升|斤|副|台|根|顶)(?![^。!?;\n]{0,3}(?:礼|赠品))|(?:赠品|礼品|礼包|礼物)(?:为|是|:|包括|包含|含|清单|如下|详见|见|明细|内容)[^。!?;\n]{2,}|赠品(?:以|按)"

C12 = LeadRule(
    rule_id="C12",
    version="4",
    title="附带赠送未明示赠品的品种、规格、数量",
    domain="竞争、价格与消费者",
    severity=Severity.LOW,
    basis=(
        law("中华人民共和国广告法", "第八条第二款", "广告中表明推销的商品或者服务附带赠送的，应当明示所附带赠送商品或者服务的品种、规格、数量、期限和方式。", since=date(2015, 9, 1), verified=True),
        law(_MARKING, "第十八条", "（摘要）经营者赠送物品或者服务的，应当标示赠品的品名、数量；赠品标示价格或者价值的，应当标示赠品在同一经营场所当前销售价格。", since=_SINCE, verified=True),
    ),
    penalty=(law("中华人民共和国广告法", "第五十九条第一款第一项", "……由市场监督管理部门责令停止发布广告，对广告主处十万元以下的罚款：（一）广告内容违反本法第八条规定的；", since=date(2015, 9, 1), verified=True),),
    exemptions=(
        Exemption(exemption_id="同页已明示赠品", title="赠品的品种、规格、数量在同一页面另行列明", proof="页面全文与赠品清单"),
        Exemption(exemption_id="送礼用途的描述", title="描述商品适合送礼，并非附带赠送", proof="全文语境"),
    ),
    proof_needed="页面全文（含赠品说明）；实际发放的赠品；活动期限",
    breaching=(
        bad("下单即送超值好礼，先到先得", Category.HOME),
        bad("前100名购买送神秘大礼包", Category.COSMETIC),
        bad("满299元赠精美礼品一份", Category.CLOTHING),
        bad("收藏加购，购买就送惊喜好礼", Category.MOTHER_BABY),
        bad("购机送豪礼，数量有限送完即止", Category.DIGITAL),
        *shown_trade.BREACHING["C12"],
    ),
    clean=(
        ok("下单送收纳袋1个（20×30cm），每单限一份", Category.HOME),
        exempt("满299元赠精美礼品一份，赠品为：棉袜2双", Category.CLOTHING),
        ok("中秋送礼佳品，送长辈送客户有面子", Category.FOOD),
        ok("礼盒装附送礼袋", Category.LIQUOR),
        ok("赠品以下单页面显示为准", Category.COSMETIC),
        exempt("说下单送好礼，结果啥都没有", source=Speaker.REVIEW),
        *shown_trade.CLEAN["C12"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="赠品不明", words=("好礼", "大礼", "豪礼", "厚礼", "礼品", "小礼", "礼物", "赠品", "伴手礼", "见面礼", "礼包", "重礼"), pattern=_GIFT, near=_WHEN, bar=r"送(?:长辈|客户|朋友|女友|男友|父母|领导|老师|人)|(?:中秋|春节|过年|生日|结婚|婚礼|节日|母亲节)送|送礼(?:佳品|盒|物|首选|必备|有面)|走亲访友", bar_scope=Scope.SENTENCE),
            saying("赠品不明", r"(?:拍下|下单|入手|购买|买奶粉|买就|凡购|购机|前[\d一二三四五六七八九十百]+名?|今天|今日|随单)[^。!?;\n]{0,12}?(?:送|赠|附赠|加赠|即得|随手塞|塞)[^,。!?;\n]{0,4}?(?:神秘(?:大)?礼|惊喜|福袋|厚礼|大礼(?!盒)|豪华赠品|满满小样|赠品大|一堆小样)", bar=r"送(?:长辈|客户|朋友|女友|男友|父母|领导|老师|人)", bar_scope=Scope.SENTENCE),
            saying("赠品不明", r"有(?:好礼|大礼|神秘大?礼|豪礼|惊喜)[^,。!?;\n]{0,2}相[送赠]|(?:下单|拍[一二三下]|满\d+元?|购买|买[一二三\d])[^。!?;\n]{0,8}?[送赠有][^,。!?;\n]{0,4}?(?:大礼包|神秘大?礼)", bar=r"送(?:长辈|客户|朋友|女友|男友|父母|领导|老师|人)", bar_scope=Scope.SENTENCE),
            saying("赠品不明", r"(?:下单|购买|拍下|买[一二两三四五\d]?[箱件瓶台]?)[^。!?;\n]{0,4}(?:有礼|加送|加赠|送|赠)[^,。!?;\n]{0,4}(?:好礼|超值赠品|精美礼品|惊喜)|赠品(?:随机|丰厚|多多)|礼品丰厚|豪华大礼包|随机(?:赠送|附赠)[^,。!?;\n]{0,4}礼|下单有礼|买就送大礼", bar=r"送(?:长辈|客户|朋友|女友|男友|父母|领导|老师|人)|密室|主题房", bar_scope=Scope.SENTENCE),
            saying("赠品不明", r"(?:下单|购买|消费|满\d+元?|拍下)[^。!?;\n]{0,8}(?:送|赠)[^,。!?;\n]{0,2}(?:神秘|惊喜)[^,。!?;\n]{0,2}(?:大奖|大礼|好礼|礼)"),
            saying("赠品不明", r"(?:买|下单|购)[^,。!?;\n]{0,4}(?:送大礼(?!包|盒)|享豪华赠品)|豪华赠品", bar=r"送(?:长辈|客户|朋友|父母|领导|老师|人)", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C12"],
            *families_trade.CUES["C12"], *plain_trade.CUES["C12"],
        ),
        guards=(
            Guard(exemption_id="同页已明示赠品", pattern=_NAMED_GIFT, scope=Scope.PAGE),
            Guard(exemption_id="送礼用途的描述", pattern=r"送(?:长辈|父母|女友|男友|客户|朋友|领导|老师|闺蜜)", scope=Scope.SENTENCE),
        ),
    ),
)  # fmt: skip

RULES = (C10, C11, C12)
