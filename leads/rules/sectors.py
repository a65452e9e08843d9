"""Advertising of goods with rules of their own: prescription medicine (A07), tobacco (A08), liquor (A09)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_AD_LAW, _SINCE = "中华人民共和国广告法", date(2015, 9, 1)
_NET_ADS, _NET_SINCE = "互联网广告管理办法", date(2023, 5, 1)
_FINE_57 = "责令停止发布广告，对广告主处二十万元以上一百万元以下的罚款，情节严重的，并可以吊销营业执照……"
_FINE_58 = "……责令停止发布广告，责令广告主在相应范围内消除影响，处广告费用一倍以上三倍以下的罚款，广告费用无法计算或者明显偏低的，处十万元以上二十万元以下的罚款……"

_RX_NAMES = ("阿莫西林", "头孢", "左氧氟沙星", "阿奇霉素", "罗红霉素", "克拉霉素", "甲硝唑片", "诺氟沙星", "莫西沙星", "盐酸二甲双胍", "二甲双胍", "格列美脲", "阿卡波糖", "司美格鲁肽", "利拉鲁肽", "替尔泊肽", "诺和泰", "胰岛素", "硝苯地平", "氨氯地平", "缬沙坦", "厄贝沙坦", "美托洛尔", "阿托伐他汀", "瑞舒伐他汀", "辛伐他汀", "氯吡格雷", "华法林", "他达拉非", "西地那非", "伟哥片", "万艾可", "希爱力", "非那雄胺", "地塞米松片", "泼尼松", "奥司他韦", "孟鲁司特", "奥美拉唑肠溶", "雷贝拉唑", "异维a酸", "左甲状腺素", "优甲乐", "米非司酮", "地西泮", "安定片", "阿普唑仑", "艾司唑仑", "佐匹克隆", "右佐匹克隆", "曲马多", "羟考酮", "吗啡", "芬太尼", "氯胺酮", "三唑仑", "咪达唑仑", "盐酸哌替啶", "杜冷丁", "美沙酮", "丁丙诺啡", "唑吡坦", "思诺思", "氟西汀", "帕罗西汀", "舍曲林", "利培酮", "奥氮平", "吉非替尼", "奥希替尼", "伊马替尼", "格列卫", "肉毒素", "肉毒杆菌素")  # fmt: skip
_SELL_IT = r"(?:特价|抢购|秒杀|促销|买[一二三四五\d]+[盒瓶送赠]|送\d|立减|满减|直降|打折|\d(?:\.\d)?折|优惠|囤货|囤|常备|热卖|热销|爆款|爆品|疗效|起效快|见效快|效果(?:好|显著|确切)|家庭必备|必备|推荐|力荐|首选|立即(?:购买|下单|抢)|点击(?:购买|下单|立即)|福利|团购|拼团|放心(?:买|购)|口碑|无副作用|好评|回购|清仓|让利|限时|红包|领券|到手价|治愈|根治|强效|速效|广谱|好药|神药|杀菌快|快速消炎|快速退烧|快速止痛)"

A07 = LeadRule(
    rule_id="A07",
    version="1",
    title="以互联网广告推销处方药、特殊管理药品或者戒毒治疗",
    domain="广告与宣传",
    severity=Severity.HIGH,
    basis=(
        law(_AD_LAW, "第十五条", "麻醉药品、精神药品、医疗用毒性药品、放射性药品等特殊药品，药品类易制毒化学品，以及戒毒治疗的药品、医疗器械和治疗方法，不得作广告。前款规定以外的处方药，只能在国务院卫生行政部门和国务院药品监督管理部门共同指定的医学、药学专业刊物上作广告。", since=_SINCE, verified=True),
        law(_NET_ADS, "第六条", "（摘要）禁止利用互联网发布处方药广告，法律、行政法规另有规定的，依照其规定。", since=_NET_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十七条第二项", _FINE_57, since=_SINCE, verified=True),),
    exemptions=(
        Exemption(exemption_id="说明书内容或者凭处方销售的提示", title="只展示名称、规格、说明书，提示凭处方购买，未推销", proof="页面全文；处方审核流程"),
        Exemption(exemption_id="兽用、图书或者科普", title="兽药、出版物、用药科普", proof="兽药批准文号或者出版信息"),
    ),
    proof_needed="广告页面；药品注册分类（是否处方药、特殊管理药品）；处方审核记录",
    breaching=(
        bad("头孢克肟分散片 处方药 限时特价 买三送一", Category.DRUG),
        bad("司美格鲁肽减重针 现货包邮 无需处方 效果显著"),
        bad("【RX】阿奇霉素片 家庭必备 抢购中", Category.DRUG),
        bad("戒毒神药，七天脱瘾，无痛苦戒断，欢迎咨询购买"),
        bad("他达拉非片 男士福利 下单立减20元 免处方"),
    ),
    clean=(
        exempt("阿莫西林胶囊 0.25g*24粒 本品为处方药，须凭处方在药师指导下购买和使用，优惠活动不适用", Category.DRUG),
        ok("二甲双胍片 0.5g*20片 国药准字H20023370", Category.DRUG),
        exempt("《头孢类抗生素合理使用》图书 限时5折包邮"),
        ok("兽用阿莫西林可溶性粉 兽药字 养殖专用 买十送一", Category.FARM_SUPPLY),
        ok("非处方药 感冒灵颗粒 限时特价", Category.DRUG),
        exempt("头孢效果好，药店买的", Category.DRUG, source=Speaker.REVIEW),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="处方药推销", words=_RX_NAMES, near=_SELL_IT, near_scope=Scope.TEXT, bar=r"兽用|兽药|宠物|鸡|鸭|猪|水产|外用乳膏|牙膏|洗面|医院|招聘|考点|课程|考试|执业药师", bar_scope=Scope.TEXT),
            Cue(cue_class="处方药推销", words=("处方药", "rx", "℞"), pattern=r"(?<!非)(?<!甲类非)处方药|(?<![a-z])rx(?![a-z\d])|℞", near=_SELL_IT, near_scope=Scope.TEXT, bar=r"兽用|兽药|显卡|rx ?\d|镜头|相机|吉他|耳机|手柄|电动车|雷克萨斯|otc|考点|课程|考试|执业药师", bar_scope=Scope.TEXT),
            Cue(cue_class="戒毒治疗", words=("戒毒", "脱瘾", "戒断"), pattern=r"戒毒(?:药|神药|针|贴|疗法|治疗|胶囊|秘方|产品|方法)|脱瘾|无痛(?:苦)?戒(?:毒|断)", near=r"购买|咨询|下单|天|包|有效|药|价|元", bar=r"烟|酒|糖|手机|网瘾|游戏|公益|警方|宣传|民警|戒毒所", bar_scope=Scope.SENTENCE),
        ),
        guards=(
            Guard(exemption_id="兽用、图书或者科普", pattern=r"《[^》]*》|图书|科普|说明:|教材|培训|论文|兽药|兽用", scope=Scope.TEXT),
            Guard(exemption_id="说明书内容或者凭处方销售的提示", pattern=r"(?:须|需|请|应)?凭(?:医生|医师|执业医师)?处方(?:笺)?(?:销售|购买|在|使用)|上传处方|处方审核", scope=Scope.TEXT, unless=r"抢购|买[一二三\d]送|秒杀|囤|免处方|无需处方|神药"),
        ),
    ),
)  # fmt: skip

_TOBACCO = r"(?:香烟|卷烟|烟卷|细支烟|爆珠烟|雪茄|电子烟|小烟|一次性小烟|雾化弹|烟弹|烟油|烟杆|换弹|悦刻|relx|iqos|魔笛|雪加|柚子烟|中华烟|软中华|硬中华|黄鹤楼|芙蓉王|利群|玉溪|南京(?:烟|炫赫门)|炫赫门|荷花烟|和天下|万宝路|七星烟|爱喜|烟丝|烟草|水烟|鼻烟|口含烟|尼古丁袋|vape)"
_SMOKING_PRAISE = r"(?:口感(?:醇和|醇厚|细腻|顺滑|清凉|饱满|浓郁|丝滑|好|绵柔|劲爽|纯正)|(?:烟气|烟香|劲道|击喉感?|回味|余味)[^,。!?;]{0,6}(?:足|饱满|醇|强|绵长|细腻|柔和|无穷|好|甘甜)?|不伤(?:肺|身|嗓)|清肺|(?:更|很|超)?健康(?!检|证|码)|无害|减害|危害(?:更?小|低)|无焦油|零焦油|0焦油|低焦油|无二手烟|不上瘾|替烟|戒烟(?:神器|首选|好帮手)|(?:代替|替代)(?:香烟|真烟|卷烟|传统烟)|提神(?:醒脑)?|时尚(?:潮流|单品)|男人味|男士首选|潮人|潮玩|社交利器|有面子|尊贵|身份象征|品味(?:人生|之选)|一口(?:入魂|上头|满足)|爽到|过瘾|解乏|解压|越抽越|抽过都说好|烟民(?:首选|必备|福音|的福音|最爱)|老烟枪(?:必备|首选|最爱)|(?:学生党|女生|年轻人|潮人|小哥哥|小姐姐)[^,。]{0,2}(?:最爱|必备|首选)|经典传承|尽享|丝滑|买[一二三]送[一二三]|特供|专供|内供)"

A08 = LeadRule(
    rule_id="A08",
    version="1",
    title="利用互联网发布烟草（含电子烟）广告",
    domain="广告与宣传",
    severity=Severity.HIGH,
    basis=(
        law(_AD_LAW, "第二十二条", "禁止在大众传播媒介或者公共场所、公共交通工具、户外发布烟草广告。禁止向未成年人发送任何形式的烟草广告。禁止利用其他商品或者服务的广告、公益广告，宣传烟草制品名称、商标、包装、装潢以及类似内容。……", since=_SINCE, verified=True),
        law(_NET_ADS, "第六条", "（摘要）禁止利用互联网发布烟草（含电子烟）广告。", since=_NET_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十七条第四项", _FINE_57, since=_SINCE, verified=True),),
    exemptions=(
        Exemption(exemption_id="控烟宣传", title="公益控烟、戒烟说明", proof="全文语境"),
        Exemption(exemption_id="非烟草制品", title="茶、糖果、玩具、烟具等不含烟草、未宣传烟草品牌", proof="商品成分"),
    ),
    proof_needed="广告页面；所宣传烟草制品的品牌、来源；发布时间与浏览量",
    breaching=(
        bad("新款电子烟，西瓜味，口感顺滑，不伤肺"),
        bad("一次性小烟 替烟神器 零焦油更健康", Category.OTHER),
        bad("黄鹤楼香烟 烟气醇和 回味绵长 男士首选", Category.TOBACCO),
        bad("悦刻烟弹 薄荷味 一口入魂 新品上市"),
        bad("古巴雪茄，身份象征，品味人生", Category.TOBACCO),
    ),
    clean=(
        exempt("吸烟有害健康，电子烟同样有害，请远离香烟"),
        ok("茶烟 罗汉果味 不含烟草和尼古丁 口感清凉"),
        ok("防风打火机 送男友 有面子", Category.TOBACCO),
        ok("黄鹤楼旅游门票 经典传承"),
        exempt("这款电子烟口感顺滑", source=Speaker.REVIEW),
        ok("香烟造型铅笔 新品上市", Category.OTHER),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="烟草推销", words=("香烟", "卷烟", "烟卷", "细支烟", "爆珠烟", "雪茄", "电子烟", "小烟", "雾化弹", "烟弹", "烟油", "烟杆", "悦刻", "relx", "iqos", "魔笛", "柚子烟", "中华烟", "软中华", "硬中华", "黄鹤楼", "芙蓉王", "利群", "玉溪", "炫赫门", "荷花烟", "和天下", "万宝路", "七星烟", "爱喜", "烟丝", "水烟", "口含烟", "尼古丁袋", "vape"),
                pattern=_TOBACCO, near=_SMOKING_PRAISE, near_scope=Scope.TEXT, bar=r"不含(?:烟草|尼古丁)|打火机|烟灰缸|烟斗|烟嘴|过滤器|造型|仿真|玩具|糖|铅笔|蜡烛|香薰|门票|旅游|景区|玉溪(?:市|路|红塔区|特产|酸)|利群(?:路|社区)|雪茄(?:领|裤|盒|柜|剪|吧椅|花|椅)|巧克力|烟弹游戏|烟雾弹|收纳|贴纸|抱枕|海报|图书|摆件|检测仪|报警|戒烟(?:贴|糖|灵|药|咀嚼)", bar_scope=Scope.TEXT),
        ),
        guards=(
            Guard(exemption_id="控烟宣传", pattern=r"吸烟有害|控烟|戒烟门诊|禁止吸烟|禁烟|远离香烟|拒绝(?:电子)?烟|同样有害|公益|科普", scope=Scope.TEXT, unless="零焦油|不伤肺|一口入魂"),
            Guard(exemption_id="非烟草制品", pattern=r"茶烟|不含烟草|无烟草|香薰|烟斗|雾化器(?:医用|儿童)", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

_LIQUOR = r"(?:白酒|红酒|葡萄酒|啤酒|洋酒|威士忌|米酒|黄酒|药酒|酱酒|酱香|浓香型|清香型|鸡尾酒|果酒|梅酒|清酒|烧酒|茅台|五粮液|老窖|汾酒|二锅头|陈酿|窖藏|精酿|干红|干白|香槟|伏特加|白兰地|小酒|散酒|原浆|\d{2}(?:度|%vol)|(?:喝|饮|品|敬|来|干)[^,。]{0,4}酒|酒(?=[,。!?;]|$))"
_DRINK_ON = r"(?:不醉不(?:归|休)|一醉方休|喝个(?:痛快|够|爽)|喝到(?:爽|嗨|断片|天亮)|一口闷|一口干|干了?这(?:杯|碗)|(?:连|猛)干[一二三两\d]+[杯碗瓶]|感情深[,]?一口闷|敞开(?:了)?喝|大口(?:喝|饮)酒?|放开(?:了)?喝|千杯不醉|怎么喝都不(?:醉|上头)|多喝(?:也)?不(?:上头|醉|伤|头疼)|天天喝|每天(?:喝|来|饮)[一二两三\d]+(?:杯|两|盅|口)|顿顿(?:喝|离不开)|不喝(?:就)?不是(?:男人|兄弟|朋友)|劝酒|拼酒|斗酒神器|宿醉也值)"
_DRINK_WORDS = (
    "醉",
    "喝个",
    "喝到",
    "多喝",
    "天天喝",
    "每天喝",
    "每天来",
    "每天饮",
    "敞开喝",
    "敞开了喝",
    "放开喝",
    "放开了喝",
    "大口喝",
    "大口饮",
    "怎么喝",
    "顿顿",
    "不喝",
    "一口闷",
    "一口干",
    "干了这",
    "干这杯",
    "干这碗",
    "连干",
    "猛干",
    "劝酒",
    "拼酒",
    "斗酒",
)
_DRINK_EFFECT = r"(?:(?:消除|缓解|释放|解除|赶走|忘掉|忘却|告别)[^,。!?;]{0,4}(?:疲劳|疲惫|压力|焦虑|紧张|烦恼|忧愁)|解(?:乏|压|忧|愁|郁)|消愁|提神(?:醒脑)?|增强?(?:体力|精力|性功能|活力|免疫力?)|(?:补肾|壮阳|滋阴|延年益寿|强身健体|活血化?瘀?|舒筋活络|养生保健|美容养颜|抗衰老?|软化血管|预防[^,。]{0,6}病|降[血三][^,。]{0,3}|助眠|改善睡眠|安神|驱寒祛湿|保护心血管|壮胆|越喝越(?:年轻|健康|精神))|喝(?:了|完)[^,。]{0,6}(?:有力|精神百倍|浑身是劲|睡得香))"
_DRIVE = r"(?:(?:开车|开着|敞篷|驾车|驾驶|自驾|骑行|骑车|摩托|上路|开船|方向盘|兜风|路上|飙车)[^,。!?;]{0,14}(?:喝|饮|来(?:一|瓶|两)|小酌|品|酒)|(?:喝|饮|小酌|品)[^,。!?;]{0,8}(?:开车|驾车|上路|兜风|飙车|驾驶))"

A09 = LeadRule(
    rule_id="A09",
    version="1",
    title="酒类广告含有禁止内容（怂恿饮酒、饮酒动作、驾驶、功效）",
    domain="广告与宣传",
    severity=Severity.LOW,
    basis=(
        law(_AD_LAW, "第二十三条", "酒类广告不得含有下列内容：（一）诱导、怂恿饮酒或者宣传无节制饮酒；（二）出现饮酒的动作；（三）表现驾驶车、船、飞机等活动；（四）明示或者暗示饮酒有消除紧张和焦虑、增加体力等功效。", since=_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十八条第一款第五项", _FINE_58, since=_SINCE, verified=True),),
    exemptions=(
        Exemption(exemption_id="劝诫饮酒或者酒驾警示", title="“饮酒勿驾”“适量饮酒”等提示", proof="全文语境"),
        Exemption(exemption_id="非酒类商品", title="解酒器具、酒具、调味料酒等，不是推销酒", proof="商品种类"),
        Exemption(exemption_id="依法批准的药酒、保健酒", title="批准的功能声称", proof="批准证书与说明书"),
    ),
    proof_needed="广告页面与影像；发布时间；商品种类",
    breaching=(
        bad("兄弟聚会不醉不归，感情深一口闷", Category.LIQUOR),
        bad("每天喝二两，消除疲劳，睡得香", Category.LIQUOR),
        bad("自驾路上来一瓶精酿啤酒，说走就走", Category.LIQUOR),
        bad("压力大？来杯红酒缓解焦虑，释放压力", Category.LIQUOR),
        bad("多喝不上头，怎么喝都不醉的酱酒", Category.OTHER),
        bad("鹿血酒 增强体力，喝了浑身是劲，强身健体", Category.LIQUOR),
    ),
    clean=(
        ok("开车不喝酒，喝酒不开车，请适量饮酒", Category.LIQUOR),
        ok("53度酱香型白酒 500ml*6瓶 粮食酿造", Category.LIQUOR),
        ok("未成年人请勿饮酒，过量饮酒有害健康", Category.LIQUOR),
        ok("车载香水 自驾出行好伴侣", Category.OTHER),
        exempt("每天喝二两，睡得香", Category.LIQUOR, source=Speaker.REVIEW),
        ok("泡脚桶 消除疲劳 释放压力", Category.HOME),
        ok("提神醒脑黑咖啡 30条", Category.FOOD),
        ok("不醉不归 民谣唱片 CD", Category.OTHER),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="怂恿饮酒", words=_DRINK_WORDS, pattern=_DRINK_ON, near=_LIQUOR, near_scope=Scope.TEXT, bar="茶|咖啡|奶|水杯|白开水|豆浆|果汁|唱片|歌曲|t恤", bar_scope=Scope.SENTENCE),
            Cue(cue_class="怂恿饮酒", words=_DRINK_WORDS, pattern=_DRINK_ON, only=(Category.LIQUOR,)),
            Cue(cue_class="饮酒功效", words=("疲", "压力", "解压", "焦虑", "紧张", "烦恼", "愁", "忧", "乏", "提神", "体力", "精力", "活力", "益寿", "强身", "保健", "养颜", "抗衰", "助眠", "睡眠", "安神", "壮胆", "年轻", "有力", "精神", "睡得香", "增强", "性功能", "免疫"), pattern=_DRINK_EFFECT, only=(Category.LIQUOR,)),
            Cue(cue_class="饮酒功效", words=("疲", "压力", "焦虑", "紧张", "烦恼", "愁", "忧", "乏", "益寿", "强身", "睡眠", "助眠", "安神", "体力"), pattern=_DRINK_EFFECT, near=r"白酒|红酒|葡萄酒|啤酒|威士忌|黄酒|米酒|药酒|酱酒|养生酒|精酿|小酒|(?:鹿血|鹿茸|人参|枸杞|蛇|玛咖)酒", never=(Category.LIQUOR, Category.DRUG, Category.HEALTH_FOOD), bar="杯|架|柜|开瓶器|醒酒器|酒具|浴|泡脚|枕", bar_scope=Scope.SENTENCE),
            Cue(cue_class="驾驶", words=("开车", "开着", "敞篷", "驾", "骑行", "骑车", "摩托", "上路", "方向盘", "兜风", "路上", "飙车", "开船"), pattern=_DRIVE, near=_LIQUOR, near_scope=Scope.TEXT, bar=r"不(?:喝|饮|开|驾|沾)|勿|莫|别|禁|代驾|滴酒不沾|拒绝", bar_scope=Scope.SENTENCE),
        ),
        guards=(
            Guard(exemption_id="依法批准的药酒、保健酒", pattern=r"国药准字[zhb]\d{8}|国食健[注字]|卫食健字", scope=Scope.PAGE, cue_classes=("饮酒功效",)),
            Guard(exemption_id="劝诫饮酒或者酒驾警示", pattern=r"(?:饮|喝)酒(?:不|勿|莫|别)(?:开车|驾)|(?:开车|驾车)(?:不|勿|莫|别)(?:喝|饮)|请勿(?:酒后|过量)|酒后(?:不|勿|禁)|拒绝(?:劝酒|酒驾|拼酒)|不劝酒|不拼酒", scope=Scope.SENTENCE),
            Guard(exemption_id="非酒类商品", pattern=r"解酒|醒酒器|酒杯|酒壶|酒具|酒柜|料酒|酒精湿巾|酒店|开瓶器|保温杯|《", scope=Scope.TEXT, unless="口感|度白酒|酱香"),
        ),
    ),
)  # fmt: skip

RULES = (A07, A08, A09)
