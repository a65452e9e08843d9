"""For the field: pesticides that are banned or may not be sold on the net (G22), seed without licence (G23)."""

from __future__ import annotations

from datetime import date

from leads.authoring import any_of, bad, either, exempt, law, ok
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category

__all__ = ["RULES"]

_DOMAIN = "禁限售与准入"
_BANNED = ("百艹枯", "百草骷", "百草估", "百草kk", "甲胺林", "甲胺磷", "对硫磷", "甲基对硫磷", "1605", "久效磷", "磷胺", "六六六", "滴滴涕", "毒杀芬", "二溴氯丙烷", "杀虫脒", "二溴乙烷", "除草醚", "艾氏剂", "狄氏剂", "敌枯双", "氟乙酰胺", "甘氟", "毒鼠强", "三步倒", "闻到死", "氟乙酸钠", "毒鼠硅", "苯线磷", "地虫硫磷", "甲基硫环磷", "磷化钙", "磷化镁", "磷化锌", "硫线磷", "蝇毒磷", "治螟磷", "特丁硫磷", "氯磺隆", "甲磺隆", "胺苯磺隆", "福美胂", "福美甲胂", "三氯杀螨醇", "林丹", "硫丹", "氟虫胺", "杀扑磷", "百草枯", "白草枯", "2,4-滴丁酯", "24-滴丁酯", "2,4滴丁酯", "滴丁酯", "甲拌磷", "3911", "甲基异柳磷", "水胺硫磷", "灭线磷", "百cao枯", "敌草快百草枯", "百草哭")  # fmt: skip
_RESTRICTED = ("神农丹", "克百威", "呋喃丹", "涕灭威", "铁灭克", "氧乐果", "氧化乐果", "灭多威", "丁硫克百威", "乙酰甲胺磷", "毒死蜱", "三唑磷", "氟苯虫酰胺", "丁酰肼", "比久", "磷化铝", "氯化苦", "溴甲烷", "溴敌隆", "溴鼠灵", "大隆鼠药", "敌鼠钠盐", "杀鼠灵", "杀鼠醚", "氟鼠灵", "肉毒梭菌毒素", "乐果乳油", "氟虫腈", "氰戊菊酯")  # fmt: skip
_FIELD_SOLD = either("拌种", "蚜", "螟", "蛆", "线虫", "蛴螬", "柑橘", "棉", "神农丹", "高毒", "老牌", "配方", "万灵", "防治", "虫", "除草", "灭鼠", "颗粒", r"\d元", "¥", "出售", "现货", "批发", "包邮", "发货", "乳油", "颗粒剂", "水剂", "可湿性粉", "悬浮剂", "片剂", "毒饵", "母液", r"\d(?:ml|毫升|克|g|公斤|kg|瓶|袋|支|斤)", "除草", "杀虫", "灭鼠", "老鼠药", "打药", "农药", "原药", "快递", "加微", "私聊", "老配方", "正品", "效果", "杀", "地下害虫", "熏蒸", "灭草", "果树", "蔬菜", "包死", "见效", "大田", "一瓶", "一袋", "特效", "强力")  # fmt: skip
_PESTICIDE_NOT = r"(?:检测|试纸|试剂|速测|残留|标准品|标样|快检|分析)[^,。!?]{0,8}|(?:不含|零|0|无|未检出|非|替代|代替|取代)[^,。!?]{0,6}(?:百草枯|毒死蜱|甲拌磷|氟虫腈|克百威|甲胺磷)|《[^》]*》|图书|论文|科普|氟虫腈[^。]{0,20}(?:蟑|蚂蚁|蚁|宠物|猫|狗|犬|滴剂|跳蚤)|(?:蟑|蚂蚁|宠物|猫|狗|犬|跳蚤)[^。]{0,20}氟虫腈|编号|货号|型号|钢丝|中毒|抢救|林丹(?:同款|签名|羽毛球|拍|代言|战靴)|超级丹|羽毛球"

G22 = LeadRule(
    rule_id="G22",
    version="3",
    title="销售禁用农药，或者通过互联网销售限制使用农药",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law("农药管理条例", "第二十四条、第二十八条", "（摘要）国家实行农药经营许可制度（经营卫生用农药的除外）；经营限制使用农药应当取得相应许可；农药经营者不得经营禁用、未取得登记证等农药。", since=date(2017, 6, 1), verified=True),
        law("农药经营许可管理办法", "第二十一条（待核）", "（摘要）限制使用农药不得利用互联网经营。", since=date(2017, 8, 1)),
    ),
    penalty=(
        law("农药管理条例", "第五十五条", "（摘要）未取得农药经营许可证经营农药、经营假农药、在农药中添加物质等的，责令停止经营，没收违法所得和农药，并处罚款；禁用的农药按假农药处理。", since=date(2017, 6, 1), verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="卫生用农药或者其他制剂", title="登记为卫生用农药的杀蟑饵剂等", proof="农药登记证（卫生用WP）"),
        Exemption(exemption_id="检测、科普或者否认含有", title="残留检测用品、标准物质、图书，或者声明不含", proof="商品实物与登记证"),
    ),
    proof_needed="农药登记证、标签与有效成分检验；经营许可证；交易记录。依法移送农业农村部门",
    breaching=(
        bad("百草枯 水剂 老配方 见绿就杀 200ml 包邮", Category.FARM_SUPPLY),
        bad("甲胺磷乳油 杀虫王 1000ml 现货", Category.FARM_SUPPLY),
        bad("毒鼠强 老鼠药 三步倒 强力灭鼠 包死"),
        bad("克百威颗粒剂 呋喃丹 地下害虫一扫光 一袋12元", Category.FARM_SUPPLY),
        bad("磷化铝片剂 粮仓熏蒸 快递发货", Category.OTHER),
        bad("毒死蜱 40%乳油 果树蔬菜杀虫 500ml", Category.FARM_SUPPLY),
        *shown_goods.BREACHING["G22"],
    ),
    clean=(
        ok("草铵膦除草剂 PD20180001 果园行间 1000ml", Category.FARM_SUPPLY),
        ok("农药残留速测卡 甲拌磷 克百威 检测试纸", Category.OTHER),
        ok("杀蟑饵剂 氟虫腈 0.05% 厨房灭蟑螂", Category.HOME),
        exempt("本店不销售百草枯等禁用农药", Category.FARM_SUPPLY),
        ok("复合肥 氮磷钾 50kg 大田追肥", Category.FARM_SUPPLY),
        ok("林丹同款羽毛球拍 全碳素 现货", Category.OTHER),
        *shown_goods.CLEAN["G22"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="禁用农药", words=_BANNED, near=_FIELD_SOLD, near_scope=Scope.TEXT, bar=_PESTICIDE_NOT, bar_scope=Scope.TEXT, pattern=rf"{any_of(word for word in _BANNED if word not in {'1605', '3911', '林丹', '磷胺', '硫丹'})}|(?<!\d)(?:1605|3911)(?!\d)(?=[^。]{{0,10}}(?:农药|杀虫|乳油|颗粒|拌|虫))|(?<![一-龥])(?:林丹|磷胺|硫丹)(?=[^。]{{0,12}}(?:乳油|杀虫|粉剂|农药|可湿性))"),
            Cue(cue_class="限制使用农药", words=_RESTRICTED, near=_FIELD_SOLD, near_scope=Scope.TEXT, bar=_PESTICIDE_NOT, bar_scope=Scope.TEXT),
            *families_goods.CUES["G22"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="卫生用农药或者其他制剂", pattern=r"(?<![a-z])wp\d{6,}|卫生杀虫|卫生用农药", scope=Scope.PAGE),
        ),
    ),
)  # fmt: skip

_SEED = r"(?:玉米|水稻|稻|小麦|麦|大豆|黄豆|棉花|油菜|花生|马铃薯|土豆|谷子|高粱|蔬菜|白菜|辣椒|番茄|西红柿|黄瓜|西瓜|甜瓜|萝卜|菠菜|豆角|茄子|南瓜|芹菜|杂交|苜蓿|牧草|果树|苹果|柑橘)[^,。!?]{0,6}(?:种子|良种|种(?![植类田地草菜树花养])|籽种|种苗|苗木)|稻种|麦种|菜种|种薯|玉米种(?![植类])|种子"
_NO_SEED_LICENCE = (
    r"(?:无|没有|没|不带|不需要?|未(?:经|取得|办)?|免)[^,。!?]{0,6}(?:种子(?:生产)?经营许可证?|生产经营许可|品种审定|审定(?:编号)?|登记编号|检疫证|种子标签|标签(?!纸)|包装标签|许可证|审定号|植物检疫)"
    r"|未审(?:定)?(?:先推|品种|种)?|未经审定|套牌|白皮(?:袋)?(?:包装)?|白包(?:种子|装)?|白袋(?:种子|装)?|无标(?:签)?(?:种子|散装)|没标(?![价明注示])|没证|无证|散装(?:无标)?种子|自留种[^,。!?]{0,8}(?:出售|批发|斤|元|卖)|转基因[^,。!?]{0,6}种(?![植养田])|冒充[^,。!?]{0,8}(?:品种|种子)|(?:审定编号|许可证号?)[^,。!?]{0,4}(?:没有|还没|未办|正在申请|可套用)"
)
_SEED_NOT = r"瓜子|葵花籽|奇亚籽|亚麻籽|芝麻|食用|零食|炒货|开心果|菩提|手串|文玩|种子轮|种子用户|种子发芽盒|育苗盘|播种机|种子袋|标签(?:纸|贴|牌|插)|图书|《|玩具|工艺品|种子纸|饰品|杯|面膜|精华|榨油|精油|籽油|种子油"

G23 = LeadRule(
    rule_id="G23",
    version="4",
    title="销售无许可、无标签或者未经审定的种子",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law("中华人民共和国种子法", "第三十八条、第四十八条", "（摘要）种子生产经营许可证的适用与免办情形；禁止生产经营假、劣种子（没有标签的种子为假种子之一）。", since=date(2022, 3, 1), verified=True),
    ),
    penalty=(
        law("中华人民共和国种子法", "第七十六条", "（摘要）未取得种子生产经营许可证生产经营种子等的，责令改正，没收违法所得和种子，并处罚款。", since=date(2022, 3, 1), verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="依法不需要许可", title="农民个人自繁自用的常规种子有剩余在当地集贸市场出售，经营不再分装的包装种子、受委托代销并已备案", proof="备案记录、委托书与供种凭证"),
        Exemption(exemption_id="并非种植用种子", title="食用、文玩、工艺、育苗用具", proof="商品实物"),
    ),
    proof_needed="种子生产经营许可证或者备案；品种审定、登记；包装标签；检验。依法移送农业农村部门",
    breaching=(
        bad("自繁玉米种子 白皮包装 没有标签 产量高 8元一斤", Category.FARM_SUPPLY),
        bad("杂交水稻种 未审定 抢先种 批发", Category.FARM_SUPPLY),
        bad("没有种子经营许可证 自己留的麦种 便宜卖", Category.FARM_SUPPLY),
        bad("转基因玉米种子 抗虫 打除草剂不死 现货", Category.FARM_SUPPLY),
        bad("散装种子 套牌郑单958 一袋40元", Category.OTHER),
        *shown_goods.BREACHING["G23"],
    ),
    clean=(
        ok("四季菠菜种子 种子生产经营许可证编号见包装 阳台种菜", Category.FARM_SUPPLY),
        ok("葵花籽 散装瓜子 原味 5斤", Category.FOOD),
        ok("育苗盘 种子发芽盒 无标签残留", Category.FARM_SUPPLY),
        exempt("谨防白皮袋种子、套牌种子，购种请看标签", Category.FARM_SUPPLY),
        ok("小麦种子发芽饮 青汁 榨汁用 种子油", Category.FOOD),
        ok("郑单958 玉米种子 国审玉20000009 整袋", Category.FARM_SUPPLY),
        *shown_goods.CLEAN["G23"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="种子无证无标签", words=("没证", "无证", "没标", "许可", "审定", "标签", "检疫证", "未审", "套牌", "白皮", "白包", "白袋", "无标", "散装", "自留种", "转基因", "登记编号", "冒充"), pattern=_NO_SEED_LICENCE, near=rf"{_SEED}|登海\d|郑单\d|先玉\d|隆平|亩|抗倒伏|高产|出苗率|播种", near_scope=Scope.TEXT, bar=rf"{_SEED_NOT}|标签(?:齐全|完整)|证件?齐全", bar_scope=Scope.TEXT, only=(Category.FARM_SUPPLY, Category.OTHER, Category.FOOD, Category.HOME)),
            Cue(cue_class="主要农作物种子而无许可、审定编号", words=("种子", "稻种", "麦种", "玉米种"), pattern=r"(?:玉米|水稻|小麦|大豆|棉花)[^,。!?]{0,8}(?:种子|种(?![植类]))|稻种|麦种|玉米种(?![植类])", bar=_SEED_NOT, bar_scope=Scope.TEXT, only=(Category.FARM_SUPPLY,), owed=r"许可证|审[稻玉麦豆棉]|审定|登记|备案|检疫"),
            *indirect_goods.CUES["G23"],
            *families_goods.CUES["G23"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="依法不需要许可", pattern=r"(?:受委托|委托)代销|种子经营备案|备案号", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

RULES = (G22, G23)
