"""Food that owes a permit or a registration: made without a permit (G13), infant and medical formula (G14)."""

from __future__ import annotations

from datetime import date

from leads.authoring import answered, bad, exempt, law, ok, saying, unclear
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category

__all__ = ["RULES"]

_DOMAIN, _FOOD_LAW, _SINCE = "禁限售与准入", "中华人民共和国食品安全法", date(2015, 10, 1)
_UNREAD = "（摘要，2025年9月修正后的条文待核）"
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())
_NOT_WHOLE = ScanFields(page_complete=False, approval_nos=())

_PREPARED = r"糖蒜|腌蒜|泡椒|辣白菜|萝卜干|榨菜|雪菜|咸鸭蛋|茶叶蛋|粉条|粉蒸|司康|玛德琳|费南雪|可颂|贝果|欧包|冷吃|肉松|酥肉|炸物|烤肉|烤鸡|水饺|锅贴|烧麦|溶豆|辅食|凤爪|兔头|牛杂|梨膏|炒货|瓜子|蛋挞|吐司|泡芙|披萨|豆花|血肠|糖葫芦|果脯|蜜饯|糖水|双皮奶|布丁|蛋黄酥|慕斯|桃酥|绿豆糕|春卷|丸子|扣肉|蹄花|鸭货|香辣蟹|调料|凉糕|冻干|卤[味肉菜鸭鸡鹅]?|熟食|凉菜|凉拌|凉皮|烧烤|炸鸡|烤鸭|烧鹅|酱肉|酱牛肉|卤牛肉|香肠|腊肠|腊肉|肉酱|辣椒酱|辣酱|油泼辣子|酸奶|月饼|蛋糕|面包|西点|甜品|烘焙|糕点|点心|饼干|曲奇|青团|粽子|包子|馒头|饺子|汤圆|馄饨|便当|盒饭|套餐饭|快餐|外卖|奶茶|果茶|果汁|豆浆|豆腐乳|豆瓣酱|泡菜|酸菜|咸菜|酱菜|鱼丸|肉丸|牛轧糖|雪花酥|沙拉|寿司|小龙虾|鸭脖|鸡爪|猪头肉|豆腐|凉粉|米酒|白酒|果酒|药酒|自酿酒|葡萄酒|杨梅酒|黄酒|醋|熟牛肉|肉干|肉脯|鱼干|糍粑|年糕|麻花|辣子|火锅底料|红油|月子餐|减脂餐|私房菜|燕窝羹|鲜炖燕窝|秋梨膏|阿胶糕|固元膏|膏方|芝麻丸|果酱|花生酱|猪油|酥|米线|螺蛳粉|酸辣粉|豆豉|腐乳|冰淇淋"
_HOME = r"自己在家|在家(?:做|烤|卤|包|熬|炸|腌|灌|酿|炒)|(?:妈妈|宝妈|主妇|自家|我家)[^,。!?]{0,2}厨房|厨房出品|(?:妈妈?|老妈|我妈|爸爸?|奶奶|外婆|婆婆|姥姥|爷爷|阿姨)(?:家)?(?:亲手)?(?:手作|亲手|手工|秘制|牌|的手艺|味道|做|包的|卤的|腌的|灌的|炸的|烤的|熬的|酿的|蒸的)|家里(?:人)?(?:做|烤|炸|卤|酿|熬|腌|灌|包|炒|蒸|磨)|我家(?:厨房|做|自己)|自制|自(?:包|腌|卤|熬|灌|烤|晒|炒|煮)(?!箱|架|鱼)|自(?:家|己)(?:人)?(?:手工)?(?:做|家做|制|酿|熬|厨房|腌|灌|卤|炸|烤|包|炒|蒸|煎|榨|煮|炖|熏|酱|擀|煲)|家庭(?:自制|厨房|作坊|手工)|家里(?:做|厨房)|手工(?:现做|自制|制作|现熬|现包)|手工(?:灌|腌|卤|熏|酿|包|熬|晒|擀|蒸)|纯手工|现卤|现熬|现包|私房|私厨|妈妈做|奶奶做|外婆做|婆婆做|妈妈手作|农家自?(?:酿|制)|土法|自酿|散装[^,。]{0,6}(?:酒|卤|酱|熟|凉|腌|泡|鸭|鸡)|(?:卤|酱|熟食|凉菜)[^,。]{0,6}(?:散装|散称|称斤)|小作坊|宝妈(?:自制|手作|在家)?|在家做|作坊"
_NO_PERMIT = r"(?:(?<!有)没有?|无|不需要?|未办|没办|未取得|暂无|还没(?:有|办)?|不用|无需|用不着)[^,。!?]{0,8}(?:食品(?:经营|生产)?许可|经营许可|卫生许可|许可证|生产许可|sc认证|sc编号|sc证|sc号|sc(?![a-z0-9])|办证|食品证|健康证|证件|任何证|手续|备案证|许可)(?!也会公示)|(?:食品经营许可证|食品生产许可证|许可证|卫生许可证)[^,。!?]{0,4}(?:没有|还没|未办|正在办|办理中|过期|已过期|已注销|没办)|无证(?:经营|小?厨房|小店|小作坊|作坊|摆摊|做|生产)|没有?证(?![据明书实监券人候])|无证(?=[,，。 ]|$)|没(?:有)?(?:办)?食品证"
_PERMIT = r"(?<![a-z])(?:jy|sc|yb)[: ]?\d{6,}|登记证|小作坊[^,。]{0,4}(?:证|号|登记)|许可证(?:编)?号|备案(?:编)?号"

G13 = LeadRule(
    rule_id="G13",
    version="5",
    title="未取得食品经营（生产）许可从事食品生产经营",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_FOOD_LAW, "第三十五条", f"{_UNREAD}国家对食品生产经营实行许可制度。从事食品生产、食品销售、餐饮服务，应当依法取得许可；但是，销售食用农产品和仅销售预包装食品的，不需要取得许可。仅销售预包装食品的，应当报所在地县级以上地方人民政府食品安全监督管理部门备案。", since=_SINCE),
    ),
    penalty=(
        law(_FOOD_LAW, "第一百二十二条", f"{_UNREAD}未取得食品生产经营许可从事食品生产经营活动的，没收违法所得和违法生产经营的食品、工具、设备、原料，并处罚款。", since=_SINCE),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="食用农产品", title="销售自产或者采购的食用农产品，不需要许可", proof="产地证明、承诺达标合格证"),
        Exemption(exemption_id="仅销售预包装食品", title="仅销售预包装食品，报备案即可", proof="备案信息采集表（YB编号）与商品外包装标签"),
        Exemption(exemption_id="小作坊、小餐饮登记", title="依地方条例登记的食品小作坊、小餐饮", proof="登记证或者备案卡"),
        Exemption(exemption_id="并非出售食品", title="食谱、模具、培训、包装", proof="商品实物"),
    ),
    proof_needed="许可机关的许可、备案、登记记录；加工场所现场；交易记录",
    breaching=(
        bad("私房卤味 自家厨房现卤现发 鸭脖鸡爪 28元一份", Category.FOOD, fields=_NONE_SHOWN),
        bad("宝妈在家做的生日蛋糕，没有食品经营许可证，介意勿拍", Category.FOOD),
        bad("自酿散装白酒 粮食酒 10斤桶装 58元", Category.LIQUOR, fields=_NONE_SHOWN),
        bad("农家自制辣椒酱 香肠腊肉 手工灌制 包邮", Category.FOOD, fields=_NONE_SHOWN),
        bad("家庭小作坊无证经营，豆腐乳现做，吃着放心", Category.FOOD),
        bad("手工现做牛轧糖雪花酥 无SC编号 回头客超多", Category.OTHER),
        *shown_goods.BREACHING["G13"],
    ),
    clean=(
        unclear("自家厨房现卤鸭脖 28元一份", Category.FOOD, fields=_NOT_WHOLE),
        ok("私房蛋糕 现做现送 食品经营许可证JY11108071215650", Category.FOOD, fields=_NONE_SHOWN),
        ok("自家果园红富士苹果 10斤装 现摘现发", Category.FOOD, fields=_NONE_SHOWN),
        ok("手工曲奇模具 烘焙工具套装 自制饼干", Category.HOME, fields=_NONE_SHOWN),
        ok("私房卤味 自家厨房现卤现发", Category.FOOD),
        ok("农家自产土鸡蛋 散养 30枚", Category.FOOD, fields=_NONE_SHOWN),
        ok("预包装饼干 SC10633010600125 整箱", Category.FOOD, fields=_NONE_SHOWN),
        *shown_goods.CLEAN["G13"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="自制、散装食品而无许可编号", words=("自制", "自家", "自己", "家庭", "家里", "手工", "现卤", "现熬", "现包", "私房", "私厨", "妈妈", "奶奶", "外婆", "婆婆", "农家", "土法", "自酿", "散装", "散称", "作坊", "宝妈", "在家做", "妈包", "妈妈包", "妈做", "婆做", "奶做", "手作", "我家厨房", "自包", "自腌", "自卤", "自灌", "自烤", "自炒", "老妈", "我妈", "在家", "厨房", "姥姥", "爷爷"), pattern=_HOME, near=_PREPARED, near_scope=Scope.TEXT, bar=r"(?:是不是|是否|不是|并非|非)(?:现做|自制|手工|散装)|模具|食谱|教程|培训|课程|机器|(?<!小)工具|包装(?:袋|盒|纸)|电烤|烤箱|锅|《|图书|diy|材料包|空气炸|原料|打包盒|罐子|坛子|机(?!会)", bar_scope=Scope.TEXT, only=(Category.FOOD, Category.LIQUOR, Category.HEALTH_FOOD, Category.OTHER), owed=_PERMIT),
            Cue(cue_class="现做食品而无许可编号", words=("现做", "现炸", "现烤", "现蒸", "现炒", "现煮", "现磨", "现榨", "现拌"), pattern=r"现[做炸烤蒸炒煮拌](?:现[卖发寄做])?", near=_PREPARED, near_scope=Scope.TEXT, bar=r"同城|配送|送到|送达|门店|外卖|堂食|店(?!主)|(?:是不是|是否|不是|并非|非)(?:现做|自制|手工|散装)|模具|食谱|教程|培训|课程|机器|(?<!小)工具|包装(?:袋|盒|纸)|电烤|烤箱|锅|《|图书|diy|材料包|空气炸|原料|打包盒|罐子|坛子|机(?!会)", bar_scope=Scope.TEXT, only=(Category.FOOD, Category.LIQUOR, Category.HEALTH_FOOD, Category.OTHER), owed=_PERMIT),
            saying("自称没有许可", answered(r"(?:食品|卫生|经营|生产|健康)(?:经营|生产)?(?:许可)?证|许可证|sc(?:编号|认证|证|码)?(?![a-z])|(?:有|办)(?:没有)?证", r"没(?:有)?(?:办|证|领|许可|的|呢|哦)|没有(?=[,。!]|$)|还没|未办|无证|不需要证"), near=rf"肠|{_PREPARED}|食品|零食|吃|{_HOME}|饭|餐|小吃|味道|膏|酱|酒|厨房", near_scope=Scope.TEXT, bar=r"农产品|自家种|烟|药品|器械|没有问题|没有的东西", bar_scope=Scope.TEXT, never=(Category.DRUG, Category.DEVICE, Category.TOBACCO, Category.EDUCATION, Category.DIGITAL, Category.HOME)),
            Cue(cue_class="自称没有许可", words=("许可", "sc", "食品证", "健康证", "证件", "任何证", "无证", "没有证", "没证", "办证", "手续", "备案证"), pattern=_NO_PERMIT, near=rf"肠|{_PREPARED}|食品|零食|吃|{_HOME}|饭|餐|小吃|味道|膏|酱|酒|茶点", near_scope=Scope.TEXT, bar=r"农产品[^。]{0,12}(?:不需要|无需|不用)|(?:不需要|无需|不用)[^。]{0,20}(?:农产品)|(?:请勿|不要|拒绝|谨防|远离|切勿)[^,。]{0,10}(?:无证|没有)|烟|药品经营|器械|种子|农药", bar_scope=Scope.SENTENCE, never=(Category.DRUG, Category.DEVICE, Category.TOBACCO, Category.EDUCATION)),
            *indirect_goods.CUES["G13"],
            *families_goods.CUES["G13"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="食用农产品", pattern=r"食用农产品|自产自销[^。]{0,6}(?:蔬|果|鸡|蛋|茶|米)|初级农产品", scope=Scope.TEXT),
            Guard(exemption_id="小作坊、小餐饮登记", pattern=r"小作坊登记|登记证编?号|小餐饮备案", scope=Scope.TEXT),
            Guard(exemption_id="仅销售预包装食品", pattern=r"仅销售预包装|均为预包装|只卖预包装", scope=Scope.TEXT),
            Guard(exemption_id="并非出售食品", pattern=r"《[^》]*》|图书|食谱|培训|代办(?:食品)?许可|办证咨询|招聘", scope=Scope.TEXT),
        ),
        negatable=False,
    ),
)  # fmt: skip

_FORMULA = ("婴幼儿配方", "婴儿配方", "婴儿奶粉", "婴幼儿奶粉", "配方奶粉", "宝宝奶粉", "1段", "2段", "一段奶粉", "二段奶粉", "三段奶粉", "新生儿奶粉", "特殊医学用途", "特医食品", "特医", "无乳糖配方", "氨基酸配方", "氨基酸奶粉", "深度水解", "全水解", "早产儿奶粉", "低出生体重", "防过敏奶粉", "适度水解", "全营养配方", "母乳营养补充剂", "奶粉")  # fmt: skip
_FORMULA_GOODS = r"婴(?:幼)?儿?(?:配方)?(?:奶|乳)粉|婴幼儿配方(?:乳粉|食品|奶粉|奶)|(?:新生儿|早产儿|宝宝)[^,。!?]{0,4}(?:配方)?奶粉|[123一二三]段[^,。!?]{0,6}(?:配方)?奶粉|奶粉[^,。!?]{0,8}[123一二三]段|特殊医学用途(?:婴儿)?(?:全营养)?(?:配方)?食品?|特医(?:食品|配方|奶粉)|(?:无乳糖|氨基酸|深度水解|全水解|适度水解|防过敏)[^,。!?]{0,4}(?:配方|奶)粉?"
_BREAST = r"(?:代替|替代|取代|媲美|优于|胜过|超越|好过|等同于?|等于|不输|堪比|相当于|接近|逼近|比肩|模拟|还原|复刻)(?:于)?[^,。!?]{0,3}(?:妈妈的)?母乳|比(?:妈妈的)?母乳[^,。!?]{0,6}(?:好|强|更|营养)|母乳(?:级|般的?|化(?!\s*科普)|替代)|第二母乳|黄金母乳|不用喂母乳|无需母乳"

G14 = LeadRule(
    rule_id="G14",
    version="4",
    title="婴幼儿配方乳粉、特殊医学用途配方食品未经注册，或者声称替代母乳",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_FOOD_LAW, "第八十条、第八十一条", f"{_UNREAD}特殊医学用途配方食品应当经国务院食品安全监督管理部门注册；婴幼儿配方乳粉的产品配方应当经国务院食品安全监督管理部门注册。", since=_SINCE),
        law("中华人民共和国广告法", "第二十条", "禁止在大众传播媒介或者公共场所发布声称全部或者部分替代母乳的婴儿乳制品、饮料和其他食品广告。", since=date(2015, 9, 1)),
    ),
    penalty=(
        law(_FOOD_LAW, "第一百二十四条", f"{_UNREAD}未按规定注册的，没收违法所得和食品，并处罚款。", since=_SINCE),
        law("中华人民共和国广告法", "第五十七条第三项", "（摘要）违反本法第二十条规定发布声称全部或者部分替代母乳的广告的，处二十万元以上一百万元以下的罚款。", since=date(2015, 9, 1), verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="跨境零售进口", title="跨境电商零售进口商品（按个人自用物品监管）", proof="跨境备案、报关单"),
        Exemption(exemption_id="并非婴幼儿配方或者特医食品", title="成人、儿童、学生奶粉，奶粉用具，科普", proof="产品标签与类别"),
    ),
    proof_needed="产品配方注册证书；标签与进货凭证；广告页面",
    breaching=(
        bad("婴儿配方奶粉 1段 800g 代购 128元", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        bad("某某婴幼儿奶粉，成分媲美母乳，宝宝更好吸收", Category.MOTHER_BABY),
        bad("接近母乳的婴儿奶粉 代替母乳 新生儿放心喝", Category.FOOD),
        bad("特殊医学用途配方食品 全营养粉 术后康复 400g", Category.FOOD, fields=_NONE_SHOWN),
        bad("深度水解奶粉 防过敏 宝宝二段 现货", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        bad("这款羊奶粉比母乳更有营养，一段二段都有", Category.MOTHER_BABY),
        *shown_goods.BREACHING["G14"],
    ),
    clean=(
        ok("婴儿配方奶粉 1段 国食注字YP20180012 800g", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        ok("婴儿配方奶粉 1段 800g", Category.MOTHER_BABY, fields=ScanFields(page_complete=True, approval_nos=("国食注字YP20180012",))),
        unclear("婴儿配方奶粉 1段 800g", Category.MOTHER_BABY, fields=_NOT_WHOLE),
        ok("婴儿奶粉储存罐 密封防潮 奶粉盒 便携", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        ok("中老年高钙奶粉 无蔗糖 800g", Category.FOOD, fields=_NONE_SHOWN),
        exempt("母乳是婴儿最好的食物，婴儿奶粉不能替代母乳，母乳不足时遵医嘱使用", Category.MOTHER_BABY),
        exempt("跨境保税仓 德国爱他美婴儿奶粉 1段 800g", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        *shown_goods.CLEAN["G14"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="无配方注册号", words=_FORMULA, pattern=_FORMULA_GOODS, bar=r"奶粉(?:罐|盒|勺|袋|机|分装|储存|格|冲泡|搅拌|桶|架|夹)|冲奶|泡奶|调奶|水壶|恒温|奶瓶|中老年|成人|学生|孕妇|妈妈奶粉|猫|犬|狗|宠物|《|辅食机|贴纸|收纳|奶粉空|密封罐", bar_scope=Scope.TEXT, only=(Category.MOTHER_BABY, Category.FOOD, Category.HEALTH_FOOD, Category.OTHER), of_goods=True, owed=r"国食注字(?:yp|ty)\d{6,}"),
            Cue(cue_class="无配方注册号", words=("未注册", "没注册", "没有注册", "无注册", "国内注册", "配方注册", "国食注字", "注册号"), pattern=r"(?:没有?|无|未(?:经|取得)?|不带|缺)[^,。!?]{0,6}(?:注册|国食注字)", near=r"奶粉|乳粉|配方奶|特医|特殊医学", near_scope=Scope.TEXT, bar=r"注册(?:商标|会员|公司|用户|账)|中老年|成人|学生|孕妇", bar_scope=Scope.TEXT),
            saying("无配方注册号", answered(r"(?:配方)?注册(?:号|证)?|国食注字|蓝帽|国内版", r"没有|未注册|无注册|没注册|海外版"), near=r"(?:婴|宝宝|[123一二三]段)[^。]{0,8}(?:奶|乳)粉|特医", near_scope=Scope.TEXT),
            Cue(cue_class="声称替代母乳", words=("母乳",), pattern=_BREAST, near=r"奶粉|乳粉|配方|米粉|羊奶|牛奶|一段|1段|喂", near_scope=Scope.TEXT, bar=r"母乳(?:实感|触感)|奶嘴|奶瓶|仿母乳"),
            *families_goods.CUES["G14"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="跨境零售进口", pattern=r"跨境|保税仓|保税区", scope=Scope.TEXT, cue_classes=("无配方注册号",)),
            Guard(exemption_id="并非婴幼儿配方或者特医食品", pattern=r"奶嘴|奶瓶|吸奶器|《[^》]*》|图书|科普|不能替代母乳|母乳是(?:婴儿|宝宝)最", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

RULES = (G13, G14)
