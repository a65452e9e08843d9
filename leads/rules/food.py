"""Food that may not be sold so: Yangtze catch (G10), forbidden matter (G11), out of date or unlabelled (G12)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, either, exempt, law, ok, saying
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category

__all__ = ["RULES"]

_DOMAIN, _FOOD_LAW, _SINCE = "禁限售与准入", "中华人民共和国食品安全法", date(2015, 10, 1)
_UNREAD = "（摘要，2025年9月修正后的条文待核）"
_FOODS = (Category.FOOD, Category.HEALTH_FOOD, Category.LIQUOR, Category.MOTHER_BABY, Category.OTHER)
_SOLD = either(r"\d元", "¥", r"\d块", "出售", "现货", "批发", "包邮", "顺丰", "发货", "代理", "加微", "微信", "私聊", "价格", "下单", "供应", "零售", "预订", "预定", "接单", "现捞", "现杀", "鲜活", "尝鲜", "礼盒", "上市", "到货", r"/斤", r"一斤", r"\d斤", "开售", "直供", "直发", "冷链", "新鲜", "抢鲜", "有货", "联系", "咨询", "一条", "团购", "订购", r"\d(?:g|克|kg|ml|盒|袋|瓶|粒|颗|片|条)", "同城", "配送", "外卖", "正宗", "美味", "口感", "食用", "好吃", "鲜美")  # fmt: skip
_NOT_FOOD = r"玩具|毛绒|公仔|玩偶|抱枕|图案|印花|卡通|贴纸|挂件|摆件|模型|仿真|图书|《[^》]*》|绘本|海报|游戏|邮票|瓷|装饰|标本|饵|鱼竿|渔具|检测|试纸|试剂|科普|论文"

_YANGTZE = (
    "长江",
    "江鲜",
    "江刀",
    "鄱阳湖",
    "洞庭湖",
    "江里",
    "江捕",
    "赤水河",
    "嘉陵江",
    "汉江",
    "岷江",
    "金沙江",
    "乌江",
    "沱江",
    "大渡河",
    "jiang鲜",
    "太湖",
    "巢湖",
    "洪湖",
)
_CATCH = r"(?:刀鱼|刀鲚|江刀|鲥鱼|河豚|河鲀|江团|鮰鱼|长吻鮠|江鲶|江鲢|中华鲟|江鲟|胭脂鱼|鳜鱼|翘嘴|白鱼|江虾|江蟹|江鳗|鳗苗|凤尾鱼|凤鲚|银鱼|白条|鳊鱼|甲鱼|虾|蟹|鲤鱼|鲫鱼|鲢鱼|鳙鱼|黄颡|黄辣丁|水密子|青波|岩鲤|野生鱼|野鱼|江鱼|江鲜|河鲜|鱼虾|渔获|鱼干|野生甲鱼|螃蟹|螺蛳|小鱼|杂鱼|大鱼|活鱼|鱼)"
_WILD = r"野生|纯野|非养殖|现捞|现捕|刚捕|捕捞|渔民|渔船|打捞|打上来|捞上来|钓上来|捞的|江捕|网上来|野捕|偷捕|禁渔期"

G10 = LeadRule(
    rule_id="G10",
    version="5",
    title="销售长江流域禁捕渔获物",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law("中华人民共和国长江保护法", "第五十三条（待核）", "（摘要）国家对长江流域重点水域实行严格捕捞管理；禁捕期内禁止天然渔业资源的生产性捕捞，禁止收购、加工、销售非法捕捞的渔获物。", since=date(2021, 3, 1)),
        law("中华人民共和国渔业法", "（条号待核）", "（摘要）禁止在禁渔区、禁渔期进行捕捞；禁止销售非法捕捞的渔获物。", since=date(2013, 12, 28)),
    ),
    penalty=(
        law("中华人民共和国长江保护法", "（罚则条号待核）", "（摘要）收购、加工、销售在长江流域重点水域非法捕捞的渔获物的，没收渔获物、违法所得，并处罚款。", since=date(2021, 3, 1)),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="养殖或者非长江流域捕捞", title="养殖水产、海捕，或者品牌、菜名", proof="养殖证明、产地合格证、进货凭证"),
        Exemption(exemption_id="科普、宣传或者非食品", title="禁捕宣传、图书、模型", proof="全文语境"),
    ),
    proof_needed="渔获来源、产地合格证与进货凭证；实物物种鉴定；商家对“野生”“长江”的说明。依法移送渔政、公安机关",
    breaching=(
        bad("长江野生刀鱼 现捞现发 380元/斤 顺丰冷链", Category.FOOD),
        bad("野生江鲜预订 江团、翘嘴、水密子 渔民直供", Category.FOOD),
        bad("正宗长江鲥鱼 纯野生 非养殖 一条起售", Category.FOOD),
        bad("鄱阳湖野生大鳜鱼 刚捕上来 鲜活发货 68元一斤", Category.FOOD),
        bad("江刀 长江口野生捕捞 清明前 礼盒装", Category.OTHER),
        *shown_goods.BREACHING["G10"],
    ),
    clean=(
        exempt("江鲜养殖基地直发 池塘养殖鳜鱼 口感接近野生 38元一斤", Category.FOOD),
        ok("东海野生小黄鱼 船冻 500克 包邮", Category.FOOD),
        ok("长江牌电动车 电池 现货", Category.OTHER),
        ok("海刀鱼 带鱼段 舟山 东海捕捞", Category.FOOD),
        exempt("长江十年禁渔，拒绝购买野生江鲜，举报热线", Category.OTHER),
        ok("长江鲟鱼模型 儿童科教玩具 仿真", Category.MOTHER_BABY),
        *shown_goods.CLEAN["G10"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="长江野生渔获", words=_YANGTZE, near=rf"\A(?=[\s\S]*(?:{_WILD}))(?=[\s\S]*{_CATCH})(?=[\s\S]*(?:{_SOLD}|自晒|渔家|打的|干货|晒干|限量|年货))", near_scope=Scope.TEXT, bar=rf"{_NOT_FOOD}|(?:钓鱼|垂钓)", bar_scope=Scope.TEXT),
            Cue(cue_class="长江野生渔获", words=_YANGTZE, near=rf"\A(?=[\s\S]*(?:{_WILD}))(?=[\s\S]*{_CATCH})", near_scope=Scope.TEXT, bar=rf"{_NOT_FOOD}|钓鱼|垂钓|大闸蟹|小龙虾|养", bar_scope=Scope.TEXT, only=(Category.FOOD,)),
            saying("长江野生渔获", r"(?:江段|长江边|江边上?|江里|大江)[^,。!\n]{0,6}[^。!\n]{0,8}(?:野生|打捞|现捕|现捞|捞的|网的|上岸)", near=r"鱼|米子|江团|鲜|鳊|鲤|鲶|虾|蟹|甲鱼|打捞", near_scope=Scope.TEXT, bar=r"养殖|松花江|珠江|黑龙江|钱塘江|模型|《|钓|海报", bar_scope=Scope.TEXT, only=(Category.FOOD, Category.OTHER)),
            Cue(cue_class="长江野生渔获", words=("长江刀鱼", "江刀", "长江鲥鱼", "江鲜", "长江刀鲚", "长江江团"), pattern=r"(?:长江(?:刀鱼|刀鲚|鲥鱼|江团)|江刀(?!板|具)|江鲜)", near=r"野|现捞|刚捕|\d元|/斤|一斤|渔民|预[订定]", near_scope=Scope.TEXT, bar=rf"{_NOT_FOOD}|餐厅|饭店|酒楼|江鲜(?:馆|酒家|楼|味|酱|面|风味)", bar_scope=Scope.TEXT),
            *indirect_goods.CUES["G10"],
            *families_goods.CUES["G10"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="科普、宣传或者非食品", pattern=r"禁渔|禁捕|拒绝|举报|保护长江|科普", scope=Scope.TEXT, unless=r"禁渔期(?:也|照)|偷捕|偷偷|现捞|\d元"),
            Guard(exemption_id="养殖或者非长江流域捕捞", pattern=r"养殖|人工繁|池塘|基地|产地合格证|非野生|水库", scope=Scope.TEXT, unless=r"非养殖|不是养殖|绝非养殖"),
        ),
    ),
)  # fmt: skip

_POISONS = ("西布曲明", "酚酞", "罂粟壳", "罂粟籽", "罂粟粉", "罂粟", "大烟壳", "米壳", "御米壳", "吊白块", "瘦肉精", "克伦特罗", "苏丹红", "三聚氰胺", "硼砂", "工业盐", "工业酒精", "工业明胶", "工业火碱", "甲醛", "福尔马林", "孔雀石绿", "氯霉素", "呋喃西林", "敌敌畏", "西地那非", "他达拉非", "伐地那非", "双氯芬酸", "地塞米松", "盐酸二甲双胍", "格列本脲", "匹可硫酸钠", "比沙可啶", "芬氟拉明", "罗丹明", "碱性橙", "美术绿", "一滴香", "工业硫磺", "病死猪", "死猪肉", "地沟油", "潲水油", "僵尸肉", "洋垃圾肉", "走私肉", "走私冻品", "走私牛肉", "水货冻品", "无检疫", "未检疫", "没有检疫", "无检验检疫", "未经检验检疫", "日本核辐射区")  # fmt: skip
_BANNED_FOOD = (
    "河豚",
    "野生河豚",
    "河豚鱼",
    "河豚干",
    "河豚肝",
    "巴鱼干",
    "织纹螺",
    "海狮螺",
    "麦螺",
    "野生河鲀",
    "河鲀鱼",
    "活河豚",
    "毒蘑菇",
    "见手青生",
    "生鲜河豚",
    "白毒伞",
    "槟榔减肥",
)
_SLIM_GOODS = ("减肥糖", "瘦身糖", "压片糖果", "酵素", "果冻", "减肥咖啡", "瘦身咖啡", "减肥茶", "瘦身茶", "排油丸", "减肥胶囊", "瘦身胶囊", "瘦瘦", "减肥饼干", "减肥巧克力", "西梅", "随便果", "梅子", "暴瘦", "躺瘦", "燃脂丸", "燃脂片", "纤体片", "纤体糖", "减脂糖", "减肥丸", "掉秤", "燃脂糖", "左旋肉碱", "黑咖", "溶脂", "代餐", "奶昔", "减肥药", "小粉丸", "瘦包", "减肥", "瘦身")  # fmt: skip
_SLIM_CLAIM = r"(?:\d+|[一二三两四五六七八九十]+|[半几]个?)(?:天|周|个?月|星期|疗程|盒|瓶|晚)[^,。!?]{0,8}(?:瘦|减|掉|轻|暴瘦|甩掉?)[^,。!?]{0,3}(?:\d+|[一二三两四五六七八九十]+)(?:-\d+)?(?:多)?(?:斤|公斤|kg|磅|码)|(?:月|周|日|天)(?:瘦|减|掉)(?:\d+|[一二三两四五六七八九十]+)(?:-\d+)?(?:斤|公斤|kg)|(?:不(?:用)?(?:节食|运动|忌口)[^。!?]{0,12}(?:瘦|减|掉秤))|躺着?(?:就|也)?(?:能)?瘦|(?:吃|喝|含)(?:着|完|一[颗粒片杯包])?(?:就|立马|马上)(?:能)?瘦|不反弹|包瘦|必瘦|签约减肥|狂甩|顽固(?:型)?肥胖"
_SLIM_AMOUNT = r"(?:\d+|[一二三两四五六七八九十]+|[半几]个?)(?:天|周|个?月|星期|疗程|盒|瓶|晚)[^,。!?]{0,8}(?:瘦|减|掉|轻|暴瘦|甩掉?)[^,。!?]{0,3}(?:\d+|[一二三两四五六七八九十]+)(?:-\d+)?(?:多)?(?:斤|公斤|kg|磅|码)|(?:月|周|日|天)(?:瘦|减|掉)(?:\d+|[一二三两四五六七八九十]+)(?:-\d+)?(?:斤|公斤|kg)|一[颗粒片包杯]甩掉?[^,。!?]{0,4}斤"
_SLIM_NOT = r"腰带|塑身衣|收腹|健身|跑步机|呼啦圈|瑜伽|体脂秤|课程|训练营|哑铃|动感单车|按摩|裤|衣|裙|书|《|甩脂机|器材|跳绳|仪器|显瘦"

G11 = LeadRule(
    rule_id="G11",
    version="4",
    title="销售含有禁止物质的食品或者禁止经营的食品",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_FOOD_LAW, "第三十四条", f"{_UNREAD}禁止生产经营用非食品原料生产的食品或者添加食品添加剂以外的化学物质和其他可能危害人体健康物质的食品，未按规定进行检疫或者检疫不合格的肉类，国家为防病等特殊需要明令禁止生产经营的食品。", since=_SINCE),
    ),
    penalty=(
        law(_FOOD_LAW, "第一百二十三条、第一百二十四条", f"{_UNREAD}没收违法所得和违法生产经营的食品，并处罚款；情节严重的吊销许可证，并可以拘留。", since=_SINCE),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="检测用品、科普或者并非食品", title="检测试纸、标准品、图书、清洁等非食用用途", proof="商品实物与用途"),
        Exemption(exemption_id="有资质的养殖河豚加工品", title="经审核的养殖基地与加工企业的养殖河豚制品", proof="养殖基地与加工企业备案、检验合格证明"),
        Exemption(exemption_id="并非食品的减重用品", title="运动器材、课程、衣物", proof="商品实物"),
    ),
    proof_needed="抽样检验（是否检出非法添加）；配料与进货凭证；检疫证明；交易记录。涉嫌犯罪的移送公安机关",
    breaching=(
        bad("老火锅底料 秘方加了罂粟壳 越吃越香 回头客多", Category.FOOD),
        bad("减肥糖果 一周瘦10斤 不节食不运动 躺着瘦", Category.FOOD),
        bad("野生河豚鱼 现杀现发 鲜美 一斤280元", Category.FOOD),
        bad("强效瘦身咖啡 含西布曲明 效果看得见 三盒发货", Category.FOOD),
        bad("织纹螺 麦螺 海边现捞 小海鲜 35元/斤", Category.FOOD),
        bad("走私牛肉 巴西冻品 无检疫 便宜处理 批发", Category.FOOD),
        bad("酵素果冻 月瘦20斤 喝就瘦 不反弹 无效包退", Category.HEALTH_FOOD),
        *shown_goods.BREACHING["G11"],
    ),
    clean=(
        exempt("本品不含西布曲明、酚酞，附第三方检测报告 酵素果冻", Category.FOOD),
        ok("甲醛检测盒 新房自测 甲醛清除剂", Category.HOME),
        exempt("养殖河豚 净膛加工 有养殖基地备案 河豚鱼干 现货", Category.FOOD),
        ok("河豚毛绒玩具 解压公仔 现货", Category.MOTHER_BABY),
        ok("代餐奶昔 低卡饱腹 6袋装", Category.FOOD),
        ok("收腹塑身衣 显瘦 一周穿出好身材", Category.CLOTHING),
        ok("硼砂 史莱姆水晶泥材料 非食用", Category.OTHER),
        *shown_goods.CLEAN["G11"],
    ),
    signal=Signal(
        cues=(
            saying("非食用或者禁用物质", r"(?:罂壳|大烟壳|米壳子?|御米壳|鸦片壳|西布曲|(?:加|含|掺)了?西布)[^。!\n]{0,14}(?:卤|汤|锅|料|香|越吃|减|瘦|掉|斤)|(?:卤|汤|锅|料|减肥)[^。!\n]{0,16}(?:罂壳|大烟壳|御米壳|鸦片壳|西布曲|(?:加|含|掺)了?西布)", bar=r"不含|不加|拒绝|绝无|举报|科普|警惕|《", bar_scope=Scope.SENTENCE),
            Cue(cue_class="非食用或者禁用物质", words=_POISONS, near=f"{_SOLD}|加了?|添加|含|秘方|配方|效果|香|火锅|卤|面|糖|咖啡|茶|肉|辣|皮冻|腐竹|豆腐|粉条|上色|更红|更白|漂白|保鲜|泡发|提味|提鲜|做", near_scope=Scope.TEXT, bar=r"(?:零|0|无|不含|不添加|未检出|未添加|没有|拒绝|绝无|非|除|去|吸|清除|净化|防(?!腐))[^,。!?]{0,6}(?:甲醛|三聚氰胺|工业|瘦肉精|硼砂|苏丹红|罂粟|吊白块|地沟油|孔雀石绿|氯霉素)|(?:甲醛|三聚氰胺|瘦肉精|苏丹红|硼砂|吊白块|孔雀石绿|氯霉素|西布曲明|罂粟壳?|克伦特罗|地沟油|罗丹明)[^,。!?]{0,8}(?:检测|试纸|试剂|清除|释放|超标|分解|净化|测定|快检|标准品|卡|树脂|胶|板)|虞美人|罂粟(?:花|籽油|红|图|色|珠|绣)|史莱姆|水晶泥|清洁|非食用|除甲醛|窗帘|板材|油漆|涂料|家具|床垫|工业酒精(?:炉|灯)|(?:市面|别家|其他家|他家|同行|别人|外面|有些|某些|不良商家|黑心)|地沟油(?:制|生物)|米壳(?:枕|垫|填)|工业盐(?:融雪|软水)|游戏|电影", bar_scope=Scope.SENTENCE, only=_FOODS),
            Cue(cue_class="禁止经营的食品", words=("织纹螺", "海丝螺", "白毒伞", "野生河豚", "野生河鲀", "活河豚"), bar=rf"{_NOT_FOOD}|不能|别吃|中毒|警惕|切勿|禁止|不要", bar_scope=Scope.TEXT, only=(Category.FOOD,)),
            Cue(cue_class="禁止经营的食品", words=_BANNED_FOOD, near=rf"{_SOLD}|野生|内脏|生吃|刺身|自己处理", near_scope=Scope.TEXT, bar=rf"{_NOT_FOOD}|河豚(?:灯|饵|收纳|帽|毒素)", bar_scope=Scope.TEXT),
            Cue(cue_class="减肥食品承诺见效", words=("瘦", "减", "甩", "掉", "轻"), pattern=_SLIM_AMOUNT, near=r"胶囊|片|颗|粒|丸|糖|饮|茶|咖啡|酵素|果冻|冲剂|奶昔|粉|代餐|吃|喝|饼干|果蔬|左旋|膳食|巧克力|零食|汤|粥|面包|西梅|可可|软糖", near_scope=Scope.TEXT, bar=_SLIM_NOT, bar_scope=Scope.TEXT, only=(Category.FOOD, Category.HEALTH_FOOD)),
            Cue(cue_class="减肥食品承诺见效", words=_SLIM_GOODS, near=_SLIM_CLAIM, near_scope=Scope.TEXT, bar=_SLIM_NOT, bar_scope=Scope.TEXT, only=(Category.FOOD, Category.HEALTH_FOOD, Category.OTHER)),
            *families_goods.CUES["G11"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="有资质的养殖河豚加工品", pattern=r"养殖河[豚鲀]|养殖基地|养殖备案|河[豚鲀][^,。]{0,6}养殖|备案基地", scope=Scope.TEXT, cue_classes=("禁止经营的食品",), unless="野生河"),
            Guard(exemption_id="检测用品、科普或者并非食品", pattern=r"某[宝东猫多音]|转发避雷|检测|试纸|试剂|科普|《[^》]*》|图书|论文|标准品|曝光|辟谣", scope=Scope.TEXT, cue_classes=("非食用或者禁用物质", "禁止经营的食品")),
        ),
        blockers=("除甲醛", "零甲醛", "无甲醛", "甲醛清除", "甲醛检测", "见手青面"),
    ),
)  # fmt: skip

_OUT_OF_DATE = r"已(?:经)?过(?:了)?期(?=[,。了!;\s])|日期(?:早)?(?:都)?过(?:了)?(?:大?半|\d+|[一二两三四五六七八九十几])(?:多)?(?:个)?(?:天|日|月|年|周|星期)|过期(?:了)?(?:快|才|刚)?(?:\d+|[一二两三四五六七八九十半几])(?:个)?(?:天|日|月|年|周|星期)|过(?:了)?(?:保质|赏味|有效|食用)期(?:限)?(?:\d+|[一二两三四五六七八九十半几])(?:多)?(?:个)?(?:天|日|月|年|周|星期)|过了期的|(?:撕|刮|抹|磨|擦|洗|遮|盖|剪|改|换|涂|喷)(?:掉|了|去|过)(?:生产)?(?:日期|保质期|批号)的|(?:撕|刮|抹|磨|擦|洗)(?:掉|了|去|过)(?:生产)?(?:日期|保质期|标签|批号)|(?:日期|保质期|批号)[^,。!?]{0,3}(?:重新|又|另)(?:打|喷|印|贴|改)|过了保质期的|(?:已经?|都|刚)过保质期|(?:已经?|都|刚)(?:过期|过了?保质期|超(?:过)?保质期)|过期(?:食品|零食|牛奶|奶粉|面包|饼干|饮料|酒水|罐头|食用油|巧克力|的(?:零食|食品|奶粉|饮料|东西))?[^,。!?]{0,6}(?:出售|甩卖|处理|清仓|特价|便宜|低价|不影响|也能|还能|照样|可以吃|能吃|包邮|批发)|(?:保质期|日期)(?:已经?|刚)(?:过|到期|超)[^,。!?]{0,10}|(?:改|更改|涂改|重新打|可改|喷)(?:生产)?(?:日期|保质期|批号)(?!的?(?:订单|地址|发货))"
_UNLABELLED = r"(?:啥|什么|任何|连)?标签(?:都|也|全)?(?:没有|没贴)|(?:无|没有|不带|缺|没贴|没)(?:任何)?(?:中文)?标签|(?:无|没有|不带|没)(?:中文)?(?:贴标|背标|标识标签)|(?:无|没有)(?:生产日期|保质期|配料表|厂名厂址|生产厂家)[^,。!?]{0,20}|三无(?:产品|食品|零食|小吃)|白袋(?:散装)?[^,。]{0,4}无标|(?:无|没有)(?:包装)?(?:标识|日期)"
_EDIBLE = r"麦片|燕麦|粉丝|速食|米粉|螺蛳粉|火腿|香肠|罐头|酸奶|鲜奶|羊奶|熟食|食品|零食|奶粉|牛奶|面包|饼干|饮料|酒水|罐头|食用油|巧克力|糖|坚果|肉|鱼|海鲜|茶|咖啡|方便面|米|面|糕|调料|酱|蜜饯|辣条|吃|喝|口味|食用|保健品|代餐|果冻|薯片|进口食|月饼|蛋|酒|燕窝|海参|蜂蜜"

G12 = LeadRule(
    rule_id="G12",
    version="4",
    title="销售超过保质期、无标签的食品",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law(_FOOD_LAW, "第三十四条第十项、第十一项，第六十七条", f"{_UNREAD}禁止生产经营标注虚假生产日期、保质期或者超过保质期的食品，无标签的预包装食品；预包装食品的包装上应当有标签。", since=_SINCE),
    ),
    penalty=(
        law(_FOOD_LAW, "第一百二十四条、第一百二十五条", f"{_UNREAD}没收违法所得和违法生产经营的食品，并处罚款。", since=_SINCE),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="明示临期且未过期", title="临近保质期而未超过，并已明示", proof="商品实物的生产日期与保质期"),
        Exemption(exemption_id="并非预包装食品或者并非销售", title="食用农产品、散装食品在容器上标明，或者科普、模型", proof="商品实物"),
        Exemption(exemption_id="跨境零售进口", title="跨境电商零售进口商品（电子标签）", proof="跨境备案、报关单"),
    ),
    proof_needed="商品实物的标签、生产日期；库存与进货凭证；发出商品的批次",
    breaching=(
        bad("进口巧克力 保质期至2025年8月1日 便宜出 9.9包邮", Category.FOOD),
        bad("已过期牛奶 处理给养殖户或自己喝 一箱15元", Category.FOOD),
        bad("生产日期2023年5月10日 保质期12个月 坚果礼盒 清仓", Category.FOOD),
        bad("东南亚进口零食 没有中文标签 原装直发 量大从优", Category.FOOD),
        bad("过期零食低价批发 不影响食用", Category.OTHER),
        bad("白袋散装辣条 三无产品但是好吃 10斤起批", Category.FOOD),
        *shown_goods.BREACHING["G12"],
    ),
    clean=(
        exempt("临期特价 保质期至2024年12月31日的批次已下架 现售批次临期未过期 保质期至2027年3月1日 饼干", Category.FOOD),
        ok("保质期至2027年10月1日 进口饼干 临期特惠", Category.FOOD),
        ok("生产日期2026年9月1日 保质期12个月 坚果礼盒", Category.FOOD),
        ok("生产日期见包装 保质期18个月", Category.FOOD),
        exempt("本店拒绝销售过期食品，如收到没有标签的商品请联系客服", Category.FOOD),
        ok("奶粉保质期记录贴 冰箱过期提醒标签 无标签残胶", Category.HOME),
        ok("优惠券有效期至2025年1月1日", Category.FOOD),
        *shown_goods.CLEAN["G12"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="已过保质期", words=("保质期", "赏味期", "到期", "过期", "日期到", "日期至"), pattern=NUMBER_PATTERNS[NumberKind.BEST_BEFORE], number=NumberKind.BEST_BEFORE, only=_FOODS),
            Cue(cue_class="已过保质期", words=("生产日期", "生产于"), pattern=NUMBER_PATTERNS[NumberKind.SHELF_LIFE], number=NumberKind.SHELF_LIFE, only=_FOODS),
            saying("自称过期或者改期", r"(?:已经?)?到期(?:了)?(?:\d{1,2}|[一二两三四五六几半])个?(?:多)?(?:天|月|年)|日期(?:被)?(?:磨|擦|涂|抹|撕|刮)掉?", near=_EDIBLE, near_scope=Scope.TEXT, bar=r"会员|订阅|保险|合同|驾照|护照|证书|还有|距离", bar_scope=Scope.SENTENCE),
            Cue(cue_class="自称过期或者改期", words=("已过期", "已过了期", "已经过期", "已经过了期", "日期过", "日期早过", "日期都过", "赏味期", "食用期", "过期", "过了期", "保质期", "日期", "批号", "撕了", "撕掉", "刮掉", "抹掉"), pattern=_OUT_OF_DATE, near=_EDIBLE, near_scope=Scope.TEXT, bar=r"赔|可延|过期(?:提醒|券|不候|不退|作废|不补|食品处理机|药)|(?:活动|优惠|会员|积分|券|订单|套餐|流量)[^,。]{0,6}过期|预约日期|入住|改(?:期|签)|发货日期|(?:出行|使用)日期", bar_scope=Scope.SENTENCE, only=_FOODS),
            Cue(cue_class="无标签", words=("标签", "贴标", "背标", "生产日期", "保质期", "配料表", "厂名厂址", "生产厂家", "生产许可", "三无", "无标", "没标", "标识"), pattern=_UNLABELLED, near=_EDIBLE, near_scope=Scope.TEXT, bar=r"白酒|酒精度|食盐|食糖|白糖|味精|食醋|残胶|标签(?:纸|机|打印|贴纸|枪)|农药|化肥|无(?:标识|日期)(?:限制|限定)|三无(?:人员|船|小说|少女)|无标签(?:文胸|内衣|衣|领|设计)", bar_scope=Scope.SENTENCE, only=_FOODS),
            *families_goods.CUES["G12"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="明示临期且未过期", pattern=r"临期[^。!?]{0,16}未过期|已下架|仅供(?:参考|展示)|图片(?:仅供|日期)|以实物为准|以收到", scope=Scope.TEXT),
            Guard(exemption_id="跨境零售进口", pattern=r"跨境|保税仓|保税区|海外仓直邮", scope=Scope.TEXT, cue_classes=("无标签",)),
            Guard(exemption_id="并非预包装食品或者并非销售", pattern=r"科普|《[^》]*》|收藏|老物件|空(?:瓶|罐|盒)|道具|举报|维权|投诉|如收到|若收到|如发现|若发现|拒绝", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

RULES = (G10, G11, G12)
