"""Marks and labels of goods: compulsory certification (G18), false certification marks (G19), nameless goods (G20)."""

from __future__ import annotations

from datetime import date, timedelta

from leads.authoring import answered, any_of, bad, exempt, law, ok, saying, unclear
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_DOMAIN = "禁限售与准入"
_CERTIFICATION, _CERTIFIED_SINCE = "中华人民共和国认证认可条例", date(2003, 11, 1)
_QUALITY_LAW, _QUALITY_SINCE = "中华人民共和国产品质量法", date(2018, 12, 29)
_POWER_BANKS_LISTED = date(2024, 8, 1)
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())

_LISTED = ("儿童座椅", "汽车座椅", "安全帽", "插头", "充电线", "电池", "电暖", "加湿器", "充电宝", "移动电源", "插座", "插排", "排插", "插线板", "接线板", "拖线板", "延长线插", "安全座椅", "增高垫安全", "婴儿推车", "婴儿车", "儿童推车", "童车", "儿童自行车", "儿童三轮车", "学步车", "儿童电动车", "头盔", "电动自行车", "电动车整车", "电水壶", "电热水壶", "烧水壶", "热水壶", "电饭锅", "电饭煲", "电压力锅", "电磁炉", "微波炉", "电烤箱", "空气炸锅", "电火锅", "电炖锅", "电吹风", "吹风机", "电熨斗", "挂烫机", "卷发棒", "直发器", "电风扇", "电暖器", "取暖器", "暖风机", "电热毯", "小太阳", "电热水器", "热水器", "燃气灶", "煤气灶", "洗衣机", "电冰箱", "冰箱", "空调", "吸油烟机", "豆浆机", "榨汁机", "破壁机", "绞肉机", "吸尘器", "电视机", "电源适配器", "充电头", "充电器", "快充头", "手机", "平板电脑", "笔记本电脑", "路由器", "显示器", "打印机", "台灯", "吊灯", "吸顶灯", "电玩具", "遥控车", "遥控汽车", "遥控飞机", "塑胶玩具", "积木", "娃娃玩具", "弹射玩具", "磁力珠", "磁力片", "汽车轮胎", "轮胎", "灭火器", "断路器", "漏电保护", "墙壁开关", "电线", "电缆", "锂电池", "电动车电池", "暖手宝", "磁力棒", "电动牙刷充电", "烟雾报警器", "灭火毯")  # fmt: skip
_SURE = ("充电宝", "移动电源", "插座", "插排", "排插", "插线板", "接线板", "拖线板", "安全座椅", "婴儿推车", "婴儿车", "儿童推车", "童车", "儿童自行车", "儿童三轮车", "学步车", "儿童电动车", "电动自行车", "电水壶", "电热水壶", "电饭锅", "电饭煲", "电压力锅", "电磁炉", "微波炉", "电烤箱", "空气炸锅", "电火锅", "电吹风", "吹风机", "电熨斗", "挂烫机", "电风扇", "电暖器", "取暖器", "暖风机", "电热毯", "小太阳取暖", "电热水器", "燃气灶", "煤气灶", "电源适配器", "充电头", "充电器", "快充头", "灭火器", "遥控车", "遥控汽车", "电玩具")  # fmt: skip
_HELMET = r"(?:摩托车|电动车|电瓶车|电动自行车|机车|骑行电动|电摩|电动)[^,。!?]{0,10}头盔|头盔[^,。!?]{0,12}(?:摩托|电动车|电瓶车|半盔|全盔|揭面盔|四分之三盔|机车)|(?:半盔|全盔|揭面盔)[^,。!?]{0,8}头盔|3c头盔"
_PART = r"(?:固定器|固定夹|理线器|遥控器|防磨|垫|柜|挂脖|风扇|一台|架|保护套|保护壳|保护盖|保护罩|收纳|套子|外壳|壳料|贴纸|贴膜|膜|镜片|挂钩|支架|挂架|底座|除垢|清洗|清洁剂|清洁|滤网|滤芯|蚊帐|凉席|坐垫|棉垫|雨罩|雨棚|脚套|杯架|挂包|挂件|垫子|内胆|蒸笼|内锅|不粘锅胆|锅胆|密封圈|配件|零件|维修|回收|模型|钥匙扣|防尘塞|防尘罩|防尘袋|罩子|理线|整理|数据线|延长线收纳|包(?!邮|装|括|教|含|安|退|换|赔|售|顺丰)|袋|盒子|图书|《|海报|抱枕|内衬|帽檐|尾巴|装饰|猫耳|帘|托盘|电池盒|安全塞|空盒|纸箱|租赁|租借|共享|提醒|禁止携带|把手|轮子|后视镜)"
_NOT_GOODS = rf"(?:可|能|进|放入?|入|用|支持|适用|适合|配合|搭配|兼容|匹配)(?:以)?(?:进|放|入|用|直接)?[^,。!?]{{0,4}}(?:微波炉|电磁炉|电烤箱|空气炸锅|电饭锅|电饭煲|燃气灶|煤气灶)|(?:电磁炉|微波炉|燃气灶|煤气灶|电饭煲|电饭锅|空气炸锅|烤箱)(?:通用|可用|适用|专用|都能用|均可|加热|也可|碗|盘|纸|架|手套|隔热|食谱|锅盖|内胆)|(?:{any_of(_LISTED)})[^,。!?]{{0,8}}{_PART}|(?:玩具|仿真|迷你过家家|过家家|模型|乐高|拼装|纸质|毛绒|抱枕|儿童益智|娃娃屋|充气)[^,。!?]{{0,6}}(?:{any_of(_SURE)})|自行车头盔|骑行头盔|轮滑头盔|滑板头盔|儿童平衡车头盔|太阳能充电器?灯|汽车(?:点烟器|车载)|不?支持充电宝|(?:给|用|接|配|连接?)充电宝(?:供电|充电)|电池充电器5号|手摇|无线充|酒店|出口专供|usb供电|抽奖|奖品|赠品?|(?:使用|原装|原厂|随机|标配|配有?|附)[^,。!?]{{0,3}}(?:充电器|适配器|充电头)"
_NO_MARK = r"(?:没有?|无(?!辐射|线|叶|刷|烟|声|油|毒|味|痕|绳|尘|水|级|极|需|须)|不带|未(?:过|通过|取得|获得|做|经)?|缺|非|暂无|还没)[^,。!?]{0,5}(?:3c|ccc|强制(?:性)?(?:产品)?认证)|(?:3c|ccc)(?:认证|标志|标识|证书)?[^,。!?]{0,5}(?:没有|还没|未做|未过|过期|已过期|被?撤销|被?暂停|注销|失效|正在(?:办|申请)|办理中)|非3c|不是3c|(?:无|没有?|未经?)(?:任何|国家)?认证(?!书|的不要)"
_WARNS = r"小知识|不能带|看清标识|怎么(?:认|看|查)|禁止(?:携带|乘机|上飞机|销售|带)|民航|提醒|谨防|请勿购买|拒绝|查处|召回公告|新规|科普|曝光|切勿|不要(?:买|购买|用)|抽查"

G18 = LeadRule(
    rule_id="G18",
    version="5",
    title="销售未经强制性产品认证（CCC）的目录内产品",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_CERTIFICATION, "第二十七条", "（摘要）国家规定的产品必须经过认证的，应当经过认证并标注认证标志后，方可出厂、销售、进口或者在其他经营活动中使用。", since=_CERTIFIED_SINCE, verified=True),
        law("市场监管总局关于对锂离子电池等产品实施强制性产品认证管理的公告", "（文号待核）", "（摘要）自2024年8月1日起，未获得强制性产品认证证书和标注认证标志的移动电源、锂离子电池和电池组等，不得出厂、销售、进口或者在其他经营活动中使用。", since=_POWER_BANKS_LISTED),
    ),
    penalty=(
        law(_CERTIFICATION, "第六十六条", "（摘要）列入目录的产品未经认证，擅自出厂、销售、进口或者在其他经营活动中使用的，责令限期改正，处罚款，没收违法所得。", since=_CERTIFIED_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="目录外规格或者配件", title="不在强制性认证目录内的规格、配件、玩具模型", proof="产品规格与目录的对照、免于认证证明"),
        Exemption(exemption_id="仅供出口或者实施前生产的库存", title="明示仅供出口，或者实施日期前出厂的库存", proof="出厂日期、出口合同"),
        Exemption(exemption_id="提示、科普", title="提醒消费者识别认证标志", proof="全文语境"),
    ),
    proof_needed="认证证书及其状态（认证信息公共服务平台）；产品本体与铭牌；生产日期；认证目录的适用日期",
    breaching=(
        bad("充电宝 20000毫安 超薄便携 自带线 39元", Category.DIGITAL, fields=_NONE_SHOWN),
        bad("排插 五孔插座 3米线 大功率 家用", Category.HOME, fields=_NONE_SHOWN),
        bad("儿童安全座椅 汽车用 0-12岁 360度旋转", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        bad("电动车头盔 男女四季通用 半盔 29.9", Category.OTHER, fields=_NONE_SHOWN),
        bad("移动电源 没有3C认证 上不了飞机 低价清仓", Category.DIGITAL),
        bad("婴儿推车 可坐可躺 一键折叠 外贸尾单 无3C", Category.MOTHER_BABY),
        bad("电热水壶 1.8升 自动断电", Category.HOME, fields=_NONE_SHOWN),
        *shown_goods.BREACHING["G18"],
    ),
    clean=(
        ok("充电宝 10000毫安 3C认证 证书编号2023010907541234", Category.DIGITAL, fields=_NONE_SHOWN),
        ok("充电宝收纳包 防震 数据线整理", Category.DIGITAL, fields=_NONE_SHOWN),
        unclear("移动电源 20000mAh", Category.DIGITAL, fields=ScanFields(page_complete=False, approval_nos=())),
        ok("婴儿推车蚊帐 全罩式 通用", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        ok("山地自行车头盔 一体成型 骑行", Category.OTHER, fields=_NONE_SHOWN),
        exempt("民航局提醒：没有3C标识的充电宝禁止携带乘机", Category.DIGITAL),
        ok("充电宝 20000毫安 超薄便携", Category.DIGITAL),
        ok("排插 插线板 认证编号2021010201234567 家用", Category.HOME, fields=_NONE_SHOWN),
        *shown_goods.CLEAN["G18"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="目录内产品而无认证信息", words=_SURE, bar=_NOT_GOODS, bar_scope=Scope.TEXT, never=(Category.CLOTHING, Category.FOOD, Category.DRUG, Category.COSMETIC, Category.EDUCATION, Category.INVESTMENT, Category.PROPERTY, Category.DEVICE), of_goods=True, owed=r"(?:3c|ccc)|强制(?:性)?(?:产品)?认证|20\d{14}"),
            Cue(cue_class="目录内产品而无认证信息", words=("头盔",), pattern=_HELMET, bar=rf"{_NOT_GOODS}|头盔[^,。!?]{{0,6}}{_PART}", bar_scope=Scope.TEXT, never=(Category.CLOTHING, Category.FOOD), of_goods=True, owed=r"(?:3c|ccc)|强制(?:性)?(?:产品)?认证|20\d{14}"),
            Cue(cue_class="自称无强制认证", words=("3c", "ccc", "强制认证", "强制性认证", "强制性产品认证", "无认证", "没认证", "没有认证", "未认证", "未经认证", "任何认证", "国家认证"), pattern=_NO_MARK, near=any_of(_LISTED), near_scope=Scope.TEXT, bar=r"无需3c|3c(?:数码|店|卖场|家电|产品)"),
            saying("自称无强制认证", answered(r"3c|ccc|强制认证|认证标[志识]", r"没(?:有|做|过|标)(?!问题)|无(?!问题)|未(?:做|过|取得|通过)|不带|过期|还在(?:办|申请)|正在(?:办|申请)"), near=any_of(_LISTED), near_scope=Scope.TEXT, bar=r"没有问题"),
            *indirect_goods.CUES["G18"],
            *families_goods.CUES["G18"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="提示、科普", pattern=_WARNS, scope=Scope.TEXT, unless=r"低价|清仓|便宜|处理|特价|上不了飞机|介意(?:勿|慎)|慎拍|本店[^,。!?]{0,12}(?:未|没)"),
            Guard(exemption_id="仅供出口或者实施前生产的库存", pattern=r"仅供出口|出口专用|实施前生产|强制认证前(?:生产|库存)", scope=Scope.TEXT),
            Guard(exemption_id="仅供出口或者实施前生产的库存", pattern=r"充电宝|移动电源|锂电池", scope=Scope.OVERLAP, in_force_to=_POWER_BANKS_LISTED - timedelta(days=1)),
            Guard(exemption_id="目录外规格或者配件", pattern=r"目录外|免于(?:强制)?认证|不在(?:强制)?认证目录", scope=Scope.TEXT),
        ),
        negatable=False,
    ),
)  # fmt: skip

_MARKS = r"(?:3c|ccc|有机(?:产品|食品)?|绿色食品|无公害|qs|sc|ce|iso ?9001|iso|质量体系|节能|中国环境标志|十环|地理标志|认证|防伪|质检|检测|cma|cnas|能效)"
_FORGED = (
    r"(?:3c|ccc|有机|绿色食品|认证)[^,。!?]{0,4}(?:证书|标志|资质)[^,。!?]{0,6}(?:挂靠|贴牌|借用|租用|出租|转让)|(?:3c|ccc|有机(?:产品|食品)?|绿色食品|无公害|qs|sc|中国环境标志|十环|地理标志|ce|能效)[^,。!?]{0,6}(?:标志贴|标签贴|贴纸|标贴|标识贴|防伪标|激光标|镭射标|标识|标志)[^。!?]{0,16}(?:批发|现货|出售|不用授权|无需授权|免授权|定做|一卷|\d枚)|"
    rf"(?:代办|代做|代打|定做|定制|出售|批发|供应|制作|印刷|做|买|卖|办理|办|提供)(?:各种|各类|任意|假|的)*[^,。!?]{{0,4}}{_MARKS}[^,。!?]{{0,8}}(?:标志贴|标签贴|贴纸|标贴|标识贴|防伪标|激光标|镭射标|假证|假证书)"
    rf"|(?:假|伪造|仿制|ps|p图)(?:的)?[^,。!?]{{0,4}}{_MARKS}[^,。!?]{{0,6}}(?:证书|标志|报告|证|标)"
    rf"|{_MARKS}[^,。!?]{{0,6}}(?:标志|标签|标识|证书|标|报告)[^,。!?]{{0,4}}(?:随便贴|随便印|随意贴|代打|代做|可伪造|包过|不用检测|无需检测|免检测|现成|想贴就贴|自己贴)"
    rf"|{_MARKS}[^,。!?]{{0,4}}(?:证书|报告)[^,。!?]{{0,10}}(?:不用送样|不送样|不用送检|免送检|不用审厂|数据可改|随便填|想要什么数据|当天出|代p|可p|可改|快速出证不审核|包真查不到)|(?:质检|检测)报告[^,。!?]{{0,8}}(?:代做|伪造|想要什么|随便改|不用样品|不用寄样|包通过|可p|代p)"
    rf"|{_MARKS}[^,。!?]{{0,6}}(?:标志|标签|标识|证书|标)?[^,。!?]{{0,3}}(?:可|能|包|帮)?(?:代贴|帮贴|代印)"
    rf"|(?:自己|私自|自行|私下)(?:印|贴|做|打|p)[^,。!?]{{0,4}}{_MARKS}[^,。!?]{{0,4}}(?:标志|标签|标识|标|证书)"
    r"|(?:有机|绿色食品|无公害|地理标志)[^。!?]{0,8}(?:标志|标识|标|认证)[^。!?]{0,4}(?:随便用|随便贴|照用|没办认证|没有?认证|没认证|未认证|过期[^,。!?]{0,3}继续用|已过期[^。!?]{0,6}(?:继续|照样|照旧|还在)[用贴])"
    r"|(?:没办|没有?|未(?:经|办)?)(?:有机|绿色食品|3c|ccc)?认证[^。!?]{0,8}(?:照样|照旧|也|先)[贴用印挂](?:标|有机|绿色)"
    rf"|(?:冒用|套用|借用|挂靠|盗用)[^,。!?]{{0,8}}(?:认证|证书|3c|ccc|有机)(?:标志|证书|编号|号)?"
)

_SIGN = r"(?:3c|ccc|有机(?:产品|食品)?|绿色食品|无公害|地理标志|认证|能效|节能|质检报告|检测报告|cma|iso)"
_OWN_MARK = (
    rf"{_SIGN}[^,。!;\n]{{0,4}}(?:标志?|标签|标识|证书?|码|报告)[^。!;\n]{{0,12}}?(?:自己|私下|自行)(?:印|贴|做|p|设计|打印|弄)"
    rf"|{_SIGN}[^,。!;\n]{{0,4}}(?:标志?|标签|标识|证书?|码|报告)[^。!;\n]{{0,14}}?(?:(?:其实|实际上?|根本|压根)(?:并?没|未)(?:有)?(?:去|做|办|申请|通过)?(?:过)?(?:认证|检测|送检)|没(?:有)?(?:去|办|做|申请)(?:过)?认证[^。!;\n]{{0,8}}(?:贴|印|用|挂|标))"
    rf"|{_SIGN}[^,。!;\n]{{0,4}}(?:标志?|标签|标识|贴纸)[^。!;\n]{{0,16}}?(?:贴上(?:就行|即可|就能)|(?:不需要|不用|无需|没有?|免)(?:任何)?(?:证书|授权|认证)[^。!;\n]{{0,10}}(?:贴|印|通用|照卖|用|定制|现货))"
    rf"|{_SIGN}[^,。!;\n]{{0,4}}(?:标志?|标签|标识|贴纸)[^。!;\n]{{0,12}}?(?:随便贴|随意贴|想贴就贴|好看而已|摆设|装饰)"
    rf"|(?:认证|3c|ccc|有机|质检)[^,。!;\n]{{0,4}}证书?[^。!;\n]{{0,8}}?(?:花钱就|给钱就|交钱就|包下证|不审厂|不用审|不送检|直接出证)"
    rf"|{_SIGN}[^,。!;\n]{{0,4}}证书?[^。!;\n]{{0,10}}?(?:借|套用?|挂靠?|用)(?:的|了)?(?:是)?(?:别家|别人|其他(?:厂|家|公司)|同行|大厂|朋友|别的)"
)

G19 = LeadRule(
    rule_id="G19",
    version="5",
    title="伪造、冒用认证标志等质量标志，或者所示认证编号不实",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_CERTIFICATION, "第七十条", "（摘要）伪造、冒用、买卖认证标志或者认证证书的，依照产品质量法等法律的规定查处。", since=_CERTIFIED_SINCE, verified=True),
        law(_QUALITY_LAW, "第五十三条", "伪造产品产地的，伪造或者冒用他人厂名、厂址的，伪造或者冒用认证标志等质量标志的，责令改正，没收违法生产、销售的产品，并处违法生产、销售产品货值金额等值以下的罚款；有违法所得的，并处没收违法所得；情节严重的，吊销营业执照。", since=_QUALITY_SINCE, verified=True),
    ),
    penalty=(
        law(_QUALITY_LAW, "第五十三条", "责令改正，没收违法生产、销售的产品，并处货值金额等值以下的罚款；情节严重的，吊销营业执照。", since=_QUALITY_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="读取有误", title="证书图片识别有误或者笔误", proof="认证证书原件"),
        Exemption(exemption_id="合法的认证服务或者获授权使用标志", title="认证咨询、培训，经授权的标志印制", proof="认证机构批准书、标志印制授权"),
    ),
    proof_needed="认证机构的证书记录；标志印制授权；实物标志",
    breaching=(
        bad("出售3C认证标志贴纸 激光防伪 一卷1000枚 现货"),
        bad("代办假CCC证书 想要什么编号都有 加微信"),
        bad("绿色食品、有机认证标志随便贴 代打标签", Category.FOOD),
        bad("电热水壶 CCC认证 证书编号：20230109075", Category.HOME),
        bad("质检报告代做 不用寄样 想要什么数据都有"),
        bad("插座 3C证书编号 0000000000000000 假一赔十", Category.HOME),
        *shown_goods.BREACHING["G19"],
    ),
    clean=(
        ok("3C认证 证书编号2019010717234567 台灯", Category.HOME),
        ok("有机产品认证 有机码可查 杂粮礼盒", Category.FOOD),
        ok("ISO9001认证咨询 辅导 培训 内审员", Category.EDUCATION),
        exempt("谨防伪造3C认证标志，购买请认准编号", Category.HOME),
        ok("彩色标签贴纸 办公分类 手写不干胶", Category.OTHER),
        ok("检测报告见详情 SGS检测合格", Category.HOME),
        *shown_goods.CLEAN["G19"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="买卖、伪造认证标志", words=("3c", "ccc", "有机", "绿色食品", "无公害", "认证", "质检", "检测报告", "cma", "cnas", "防伪", "iso", "节能", "十环", "能效", "检测"), pattern=_FORGED, bar=r"(?:打击|查处|举报|禁止|不得|严禁|防止)[^,。!?]{0,6}(?:伪造|冒用|假)|检测报告(?:可查|齐全|见|合格)|空白|防伪标(?:签)?定制(?!3c|ccc)"),
            saying("自称标志、证书不实", _OWN_MARK, bar=r"谨防|警惕|举报|打击|不得|严禁|拒绝|正版标签|已(?:通过|取得)认证", bar_scope=Scope.SENTENCE),
            saying("自称标志、证书不实", answered(r"(?:3c|ccc|有机|绿色食品|认证|质检报告|检测报告)[^。!?]{0,6}(?:证书?|标志?|码)?", r"(?:借|套用?|挂|用)(?:的|了)?(?:是)?(?:别家|别人|其他|同行|大厂|朋友|别的)|自己(?:印|做|p|贴)|(?:其实|实际)?没(?:有)?(?:去|做|办|申请)过?认证|假的|p的|网上找的", reach=20)),
            Cue(cue_class="有机码不实", words=("有机码", "追溯码", "防伪码"), pattern=NUMBER_PATTERNS[NumberKind.ORGANIC], number=NumberKind.ORGANIC),
            Cue(cue_class="认证证书编号不实", words=("3c", "ccc"), pattern=NUMBER_PATTERNS[NumberKind.CCC], number=NumberKind.CCC),
            *indirect_goods.CUES["G19"],
            *families_goods.CUES["G19"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="合法的认证服务或者获授权使用标志", pattern=r"标志印制授权|认证机构批准|真实送检|如实检测|正规送检", scope=Scope.TEXT, unless="假|随便|不用寄样|不用送"),
        ),
        procedure=Procedure.APPROVAL_FORM,
    ),
)  # fmt: skip

_NAMELESS = (
    r"三无(?!人员|船|小说|青年|少女|学者|农药|户|老人|家庭|对象|动漫|岛|乡|班)"
    r"|(?:无|没有|没|不带)(?:任何)?(?:生产)?(?:厂名|厂址|厂家(?:名称|地址|信息)?|生产厂家|执行标准|合格证|产品合格证|质检合格证|标准号|生产地址|厂名厂址|品牌标识|吊牌合格证)(?!书也)"
    r"|(?:厂名|厂址|厂家|合格证|执行标准)[^,。!?]{0,6}(?:都没有|全没有|没有标|未标|没标|均无|不详|撕掉|剪掉|抹掉)|裸装[^,。!?]{0,8}(?:无|没)(?:牌|标|厂|吊牌)|(?:不知道|不清楚|说不清|查不到)(?:是)?(?:什么|哪个?|哪家)?(?:厂家|厂子|工厂)(?!好|靠谱)|(?:无|没有?)(?:任何)?(?:商标|牌子|标签|吊牌)[^,。!?]{0,2}(?:无|没有?)(?:任何)?(?:厂家|牌子|合格证|标签|吊牌)|无牌(?:裸装|白盒|子)|白牌(?:裸装|无标)"
)

_NO_MAKER = r"没有?(?:的)?(?:厂家|厂名|厂址|生产商|合格证|牌子|标签)|(?:厂家|厂名|合格证)?(?:的)?(?:没有|无)(?:厂|合格|标|牌)|不(?:知道|清楚)|查不到|说不上来|无厂|三无"

G20 = LeadRule(
    rule_id="G20",
    version="5",
    title="销售无厂名厂址、无合格证明的产品（三无产品）",
    domain=_DOMAIN,
    severity=Severity.LOW,
    basis=(
        law(_QUALITY_LAW, "第二十七条、第三十六条", "（摘要）产品或者其包装上的标识必须真实，有产品质量检验合格证明，有中文标明的产品名称、生产厂厂名和厂址等；销售者销售的产品的标识应当符合第二十七条的规定。", since=_QUALITY_SINCE, verified=True),
    ),
    penalty=(
        law(_QUALITY_LAW, "第五十四条", "产品标识不符合本法第二十七条规定的，责令改正；有包装的产品标识不符合本法第二十七条第（四）项、第（五）项规定，情节严重的，责令停止生产、销售，并处违法生产、销售产品货值金额百分之三十以下的罚款；有违法所得的，并处没收违法所得。", since=_QUALITY_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="农产品、手工定制或者二手物品", title="食用农产品、定制手工、个人二手闲置，或者标识在实物上", proof="商品实物标识"),
        Exemption(exemption_id="并非销售", title="打击三无的宣传、识别知识", proof="全文语境"),
    ),
    proof_needed="商品实物及包装标识；进货凭证",
    breaching=(
        bad("三无产品 便宜出 不保修 介意勿拍", Category.DIGITAL),
        bad("充电头 裸装 没有厂家地址 无执行标准 9.9两个", Category.DIGITAL),
        bad("无厂名厂址 无合格证 白盒包装 工厂尾货", Category.HOME),
        bad("外贸尾单 吊牌剪掉 没有合格证 厂家不详", Category.CLOTHING),
        bad("白牌吹风机 没有生产厂家 没有合格证 处理价", Category.HOME),
        *shown_goods.BREACHING["G20"],
    ),
    clean=(
        exempt("拒绝三无产品，厂名厂址齐全，附合格证", Category.HOME),
        ok("执行标准GB/T22849-2014 吊牌合格证齐全", Category.CLOTHING),
        ok("自家菜地青菜 现摘现发", Category.FOOD),
        exempt("个人二手闲置 没有合格证 自用相机 成色新", Category.DIGITAL),
        exempt("打击三无产品专项行动公告", Category.OTHER, source=Speaker.PLATFORM),
        ok("三无青年文创T恤 图案印花", Category.CLOTHING),
        *shown_goods.CLEAN["G20"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="三无产品", words=("三无", *(f"{no}{what}" for no in ("无", "没有", "没", "不带") for what in ("牌子", "商标", "吊牌", "厂", "生产厂", "生产地址", "合格证", "产品合格", "质检合格", "执行标准", "标准号", "品牌标识", "吊牌合格", "任何厂", "任何合格", "任何生产")), "均无", "都没有", "全没有", "没有标", "未标", "没标", "不详", "撕掉", "剪掉", "抹掉", "无牌", "裸装", "白牌", "不知道厂", "不清楚厂", "查不到厂"), pattern=_NAMELESS, bar=r"品牌(?:标识|logo|标志|字样)|厂家(?:差价|中间|代理)|没有厂家直|没有中间商|食品[^,。]{0,4}三无|合格证(?:书|可)", never=(Category.FOOD, Category.HEALTH_FOOD, Category.LIQUOR)),
            saying("三无产品", answered(r"(?:生产)?(?:厂家|厂址|厂名)|合格证|哪里生产|哪家厂", _NO_MAKER), bar=r"没有厂家直|不知道(?:您|你)", never=(Category.FOOD, Category.HEALTH_FOOD, Category.LIQUOR)),
            *indirect_goods.CUES["G20"],
            *families_goods.CUES["G20"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="农产品、手工定制或者二手物品", pattern=r"二手|闲置|自用|手工定制|农产品|如(?:果)?(?:无|没有|收到)|若(?:无|没有|收到)|假如", scope=Scope.TEXT),
            Guard(exemption_id="并非销售", pattern=r"专项行动|打击|识别|不要买|别买|勿买|不买|维修视频|教你|科普|《[^》]*》|曝光|拒绝|远离|请勿购买|如遇|若遇|遇到|拨打|12315|投诉|假一赔|绝无三无|坚决不|绝不卖|不卖三无|三无[^,。]{0,3}(?:一律|坚决|绝)不|不是三无|非三无", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

RULES = (G18, G19, G20)
