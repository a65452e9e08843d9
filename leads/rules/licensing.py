"""Who sells, continued: unlicensed (N03), permits not shown (N05), disclosure not brought up to date (N08), no way to
reach the seller (N13). What the register told stage 3 comes by `leads/licences.py`."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, unclear
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, ScanFields, Severity, Verdict
from records.market import Category

__all__ = ["RULES"]

_DOMAIN, _ECOMMERCE_LAW, _SINCE = "主体与公示", "中华人民共和国电子商务法", date(2019, 1, 1)
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())
_NOT_WHOLE = ScanFields(page_complete=False, approval_nos=())
_DISCLOSURE = law("网络交易监督管理办法（总局令第37号）", "第十二条", "（摘要）公示营业执照信息的内容、方式；信息变更的，自变更之日起十个工作日内更新公示。", since=date(2021, 5, 1))  # fmt: skip

_UNLICENSED = (
    r"(?:本店|我们|我家|小店|我|店铺|咱)?(?:没有?(?:办(?:理)?|领|注册)?|无|未办(?:理)?|没办(?:理)?|没领|未取得|暂未办|还没(?:办|有)?|不(?:需要|用|想|打算|去)?办(?:理)?|不(?:需要|用))(?:过|任何)?(?:工商营业执照|营业执照|个体户?执照|工商执照|工商登记|工商注册|市场主体登记|注册(?:过)?公司|执照)(?![^,。!?]{0,4}(?:可以|能|怎么|如何|咋)[^,。!?]{0,3}(?:开(?:网?店|公司|票)|办|注册|申请|入驻)|者|的(?:店|商家|卖家|人|客户|朋友)|[^,。!?]{0,8}(?:\?|吗))"
    r"|无照经营|无证无照|公司[^,。!?]{0,3}(?:还没|没有?|未)(?:办|注册|登记)|(?:没有?|未)注册(?:过)?公司|(?:执照|营业执照)(?:\?|!|,| )?(?:没有的|没办过|从没办|木有|没得)|(?:营业执照|执照)[^,。!?]{0,4}(?:没有|还没(?:办|有)|未办|没办|不办|懒得办|早就注销|已注销|已被吊销|被吊销)[^,。!?]{0,6}"
)
_AT_SCALE = r"月销|日销|年销|天天[^,。!?]{0,4}单|\d+(?:万|千|百)?(?:\+|多)?单|几[百千万]单|走量|批发|工厂|厂家|直供|招代理|代理|一件代发|多家(?:店|网店)|[两三四五六七八九十\d]家店|分店|连锁|长期|常年|照样(?:卖|做|开)|做了[^,。!?]{0,4}年|开了[^,。!?]{0,4}年|大量|供货|仓库|团队|员工|日发|月入|回头客|每天|全国发货|销量|现货|包邮|开店|营业|经营|接单|出货|下单|价格|每月|一个月|[几\d一二三两四五六七八九十]+(?:年|百件|千件|万件|百单|千单)|日发|爆单|卖爆|直播|件|家庭工厂|作坊|批量"

N03 = LeadRule(
    rule_id="N03",
    version="2",
    title="涉嫌未办理市场主体登记从事网络经营（无照）",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_ECOMMERCE_LAW, "第十条", "电子商务经营者应当依法办理市场主体登记。但是，个人销售自产农副产品、家庭手工业产品，个人利用自己的技能从事依法无须取得许可的便民劳务活动和零星小额交易活动，以及依照法律、行政法规不需要进行登记的除外。", since=_SINCE, verified=True),
        law("中华人民共和国市场主体登记管理条例", "第三条", "（摘要）市场主体应当依照本条例办理登记；未经登记，不得以市场主体名义从事经营活动。", since=date(2022, 3, 1), verified=True),
        law("网络交易监督管理办法（总局令第37号）", "第八条", "（摘要）零星小额交易的认定（年交易额累计不超过10万元，同一经营者多店合并计算）。", since=date(2021, 5, 1)),
    ),
    penalty=(
        law("中华人民共和国市场主体登记管理条例", "第四十三条", "（摘要）未经设立登记从事经营活动的，责令改正，没收违法所得；拒不改正的，处一万元以上十万元以下的罚款；情节严重的，依法责令关闭停业，并处十万元以上五十万元以下的罚款。", since=date(2022, 3, 1), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="依法不需要办理登记", title="自产农副产品、家庭手工业、便民劳务、零星小额（电子商务法第十条）", proof="自产或手工制作的证明；各店合计的年交易额（是否不超过10万元，待核）"),
        Exemption(exemption_id="代办登记、普法或者二手闲置", title="代办执照服务、普法宣传、个人处理闲置物品", proof="全文语境与商品来源"),
        Exemption(exemption_id="登记库查无不等于无照", title="名称可能是简称，登记库可能滞后或者未收录", proof="向登记机关查询的结果"),
    ),
    proof_needed="登记机关的查询结果；平台提供的入驻主体信息；交易额与经营时间；同一人开设的其他店铺",
    breaching=(
        bad("本店没有营业执照，但是做了五年，月销上万单，价格实在"),
        bad("无照经营怎么了，自家小作坊天天几百单，走量", Category.FOOD),
        bad("我们没办执照，工厂直供批发，一件代发，招代理", Category.CLOTHING),
        bad("营业执照早就注销了，三家店照样卖，现货发货", Category.HOME),
        bad("执照懒得办，长期供货，仓库日发千单，量大从优"),
    ),
    clean=(
        ok("本店证照齐全，营业执照见首页底部"),
        ok("代办营业执照，没有营业执照也能开店，批发零售均可咨询"),
        ok("没有营业执照可以开网店吗？看这里", Category.EDUCATION),
        exempt("本人销售自产农副产品，零星小额，没有营业执照，现货现发", Category.FOOD),
        exempt("无照经营的危害 长期违法经营 普法宣传册"),
        exempt("个人闲置转让，没有营业执照，二手相机一台，包邮", Category.DIGITAL),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="自称无照", words=("营业执照", "工商执照", "注册公司", "公司还没", "公司没", "执照", "工商登记", "工商注册", "主体登记", "无照", "无证无照"), pattern=_UNLICENSED, near=_AT_SCALE, near_scope=Scope.TEXT, bar=r"执照(?:号|遗失)|持有|驾驶|驾照|飞行执照", bar_scope=Scope.CLAUSE),
        ),
        guards=(
            Guard(exemption_id="代办登记、普法或者二手闲置", pattern=r"代办|(?<!没)(?<!没有)(?<!未)注册公司|代理记账|普法|宣传册|危害|举报|查处|打击|二手|闲置|《[^》]*》|图书|科普|拒绝|谨防", scope=Scope.TEXT, unless=r"照样卖|天天[^,。]{0,4}单|月销"),
            Guard(exemption_id="依法不需要办理登记", pattern=r"自产(?:自销)?(?:的)?(?:农副|农产)|零星小额|家庭手工|便民劳务|依法(?:不|无)需", scope=Scope.TEXT, unless=r"月销|[两三四五\d]家店|工厂|走量"),
        ),
        negatable=False,
    ),
)  # fmt: skip

_CATERING = r"现(?:做|煮|煎|拌)[^,。!?]{0,8}(?:面|粉|饭|汤|饺|馄饨|果汁|粥|汁|饼)|香锅|小面|螺蛳粉|酸辣粉|炸鸡|汉堡|黄焖鸡|砂锅|现煮|果汁|粥铺|果茶|煎饼|盖浇?饭|卤肉饭|炒饭|炒面|麻辣烫|小炒|现点|蛋糕(?!粉|模|盒|架|刀|店|机|预拌|底座|插|装饰|叉|盘|围边|纸|袋|图案|玩具)|外卖|现炒|堂食|快餐|便当|盒饭|蛋糕店|甜品店|烘焙(?:店|坊|工作室)|面包(?:店|房)|奶茶(?:店)?|熟食店|卤味(?:店|专卖|馆)|小吃店|餐厅|餐馆|饭店|私厨|私房菜|烧烤(?:店|外送)|火锅(?:店|外送)|月子餐|减脂餐配送|团餐|送餐|早餐店|凉菜店|面馆|炸鸡店|轻食"
_SERVED = r"送到|送上门|自取|实体店|现点|骑手|配送|送达|外卖|外送|\d+(?:分钟|小时)[内可]?(?:送?达|到)|门店|到店|堂食|自提|营业时间|接单|定制|同城|起送|菜单|主营|本店|店铺|首页|欢迎光临|预订|店长"
_SHOPLIKE = r"实体店|到店|自取|本店|主营|店铺|首页|欢迎光临|专营|专卖|旗舰|门店|商城|全场|关于我们|版权所有|经营范围|大全|批发部|经营部|满\d+减|客服"
_FOOD_PERMIT = r"(?<![a-z])(?:jy|sc)[: ]?\d{6,}|登记证|小餐饮|小作坊"
_HIDDEN = r"(?:许可证|资质|经营许可|证照|许可信息|备案证明|资质证书|许可证号)[^,。!?]{0,6}(?:不(?:方便|便|对外|会|予|做|愿|想|肯)?(?:公示|公开|展示|出示|提供|上传|给看)|概不(?:公示|展示|提供|出示)|恕不(?:公示|展示|提供|出示)|没(?:有)?(?:上传|公示|展示)|保密|需要?私聊(?:才)?(?:看|提供|发)|私聊看)|不(?:公示|展示|出示|提供|公开)(?:任何)?(?:许可证|经营许可|资质|证照|许可信息)"

N05 = LeadRule(
    rule_id="N05",
    version="2",
    title="未公示与经营业务有关的行政许可信息（亮证）",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law(_ECOMMERCE_LAW, "第十二条、第十五条第一款", "（摘要）电子商务经营者从事经营活动，依法需要取得相关行政许可的，应当依法取得行政许可；应当在其首页显著位置，持续公示与其经营业务有关的行政许可信息或者其链接标识。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_ECOMMERCE_LAW, "第七十六条第一款第一项", "（摘要）未公示行政许可信息等的，责令限期改正，可以处一万元以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="不需要许可或者只须备案", title="食用农产品免许可，仅销售预包装食品只须备案，免于经营备案的第二类器械", proof="备案信息与商品范围"),
        Exemption(exemption_id="平台统一入口公示", title="许可证在平台统一的资质页展示，本次未能打开或未读取", proof="资质页链接或展示页"),
        Exemption(exemption_id="并非从事该项经营", title="用品、包装、培训、图书等", proof="商品实物"),
    ),
    proof_needed="首页与资质页全页截图；许可机关的许可、备案记录",
    breaching=(
        bad("川味卤肉饭 现炒外卖 30分钟送达", Category.FOOD, fields=_NONE_SHOWN),
        bad("网上大药房 全场OTC感冒药肠胃药 满59减5", Category.DRUG, fields=_NONE_SHOWN),
        bad("同城蛋糕店 生日蛋糕定制 2小时达", Category.FOOD, fields=_NONE_SHOWN),
        bad("本店主营农药、除草剂，欢迎光临", Category.FARM_SUPPLY, fields=_NONE_SHOWN),
        bad("卤味熟食店，许可证不方便公示，需要私聊看", Category.FOOD),
        bad("电子烟专营 门店自提", Category.TOBACCO, fields=_NONE_SHOWN),
    ),
    clean=(
        ok("川味卤肉饭 现炒外卖 食品经营许可证 JY13301060123458", Category.FOOD, fields=_NONE_SHOWN),
        unclear("现炒外卖 30分钟送达", Category.FOOD, fields=_NOT_WHOLE),
        ok("现炒外卖 30分钟送达", Category.FOOD),
        ok("赣南脐橙 现摘 10斤装 本店主营水果", Category.FOOD, fields=_NONE_SHOWN),
        ok("外卖打包盒 餐盒 一次性 门店自提", Category.HOME, fields=_NONE_SHOWN),
        ok("纯棉T恤 本店主营男装", Category.CLOTHING, fields=_NONE_SHOWN),
        ok("本店资质齐全，许可证见首页资质公示", Category.FOOD),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="餐饮、现制食品而未见许可", words=("香锅", "小面", "螺蛳粉", "酸辣粉", "炸鸡", "汉堡", "黄焖鸡", "砂锅", "现煮", "现做", "现煎", "现拌", "果汁", "粥铺", "果茶", "煎饼", "外卖", "盖饭", "盖浇饭", "卤肉饭", "炒饭", "炒面", "麻辣烫", "小炒", "现点", "现炒", "堂食", "快餐", "便当", "盒饭", "蛋糕", "甜品", "烘焙", "面包", "奶茶", "熟食", "卤味", "小吃店", "餐厅", "餐馆", "饭店", "私厨", "私房菜", "烧烤", "火锅", "月子餐", "减脂餐", "团餐", "送餐", "早餐店", "凉菜店", "面馆", "炸鸡店", "轻食"), pattern=_CATERING, near=_SERVED, near_scope=Scope.TEXT, bar=r"(?<!自选)(?<!选用)(?<!好)(?<!鲜)食材|打包|餐盒|包装|纸袋|头盔|保温箱|箱子|模具|工具|机器|设备|电动车|服装|围裙|招牌|贴纸|图书|《|培训|加盟|收银|小票|菜单设计|玩具|杯子|餐具|底料|烤箱|烤炉|烤盘|烧烤架|代运营|刷|好评", bar_scope=Scope.TEXT, only=(Category.FOOD, Category.OTHER), owed=_FOOD_PERMIT),
            Cue(cue_class="药店而未见许可", words=("药店", "药房", "送药", "药品", "全场", "主营"), pattern=r"(?:网上|线上|网络)?(?:大?药房|药店)|送药|全场[^,。!?]{0,4}(?:otc|药)|药品(?:专营|专卖|商城|全场|批发)|主营[^,。!?]{0,10}药(?!材|膳|食|妆|浴|枕|箱|盒)", near=f"{_SHOPLIKE}|\\d+(?:小时|分钟)|上门|全城|同城|到家|配送|送达", near_scope=Scope.TEXT, bar=r"货架|柜台|展柜|设计|农药|兽药|药妆|培训|招聘|软件|系统|药店同款|玩具|装修|灯箱|工牌|白大褂|药店(?:工作服|收银)", bar_scope=Scope.TEXT, only=(Category.DRUG, Category.OTHER, Category.DEVICE), owed=r"药品经营许可证?(?:编号|号|[: ])|(?<![a-z0-9])[a-z一-龥][abcd][ab]\d{7}|互联网药品|药网备|药品网络销售"),
            Cue(cue_class="医疗器械店而未见许可、备案", words=("医疗器械", "器械"), pattern=r"医疗器械(?:专营|专卖|旗舰|商城|批发|店|经营部|超市)|(?:主营|经营)[^,。!?]{0,8}医疗器械", near=_SHOPLIKE, near_scope=Scope.TEXT, bar=r"培训|招聘|展会|软件|代办|柜|货架", bar_scope=Scope.TEXT, only=(Category.DEVICE, Category.OTHER), owed=r"械经营[许备]|械注|械备|器械(?:经营)?(?:许可|备案)(?:证|凭证)?(?:编号|号)|免于经营备案"),
            Cue(cue_class="烟草店而未见许可", words=("电子烟", "烟草", "香烟", "卷烟", "烟酒"), pattern=r"(?:电子烟|烟草|香烟|卷烟|烟酒)[^,。!?]{0,6}(?:专营|专卖店|门店|实体店|店|商行|自提|自取)", near=_SHOPLIKE, near_scope=Scope.TEXT, bar=r"禁|戒|柜|货架|设计|装修|回收", bar_scope=Scope.TEXT, only=(Category.TOBACCO, Category.OTHER), owed=r"烟草专卖(?:零售)?许可证?(?:编号|号|[: ])|许可证号[: ]*\d{12}"),
            Cue(cue_class="农药、兽药店而未见许可", words=("农药", "兽药", "除草剂", "杀虫剂"), pattern=r"(?:主营|专营|经营|全场|批发)[^,。!?]{0,8}(?:农药|兽药|除草剂|杀虫剂)|(?:农药|兽药)(?:店|专营|专卖|经营部|批发|旗舰|超市)", near=_SHOPLIKE, near_scope=Scope.TEXT, bar=r"喷雾器|喷壶|残留|检测|培训|包装|瓶回收|机", bar_scope=Scope.TEXT, only=(Category.FARM_SUPPLY, Category.OTHER), owed=r"(?:农药|兽药)经营许可|经许"),
            Cue(cue_class="散酒、自酿酒而未见许可", words=("散酒", "散装白酒", "散装酒", "自酿", "酒坊"), pattern=r"散(?:装)?(?:白|黄|米)?酒|自酿[^,。!?]{0,4}酒|酒坊", near=f"{_SHOPLIKE}|现打|现酿|\\d斤|打酒|桶装|接单", near_scope=Scope.TEXT, bar=r"设备|机|酒曲|酒坛|酒缸|教程|图书|酒桶|瓶|标签", bar_scope=Scope.TEXT, only=(Category.LIQUOR, Category.FOOD), owed=_FOOD_PERMIT),
            Cue(cue_class="出版物、旅行社而未见许可", words=("书店", "图书专营", "图书批发", "图书旗舰", "教辅批发", "旅行社", "跟团游"), pattern=r"书店|图书(?:专营|批发|旗舰|专卖)|教辅(?:书)?批发|旅行社|跟团游", near=f"{_SHOPLIKE}|报名|含(?:住宿|门票)|日游", near_scope=Scope.TEXT, bar=r"书店(?:风|同款|装修|摆件|打卡|书架|货架|氛围)|设计|软件|招聘|旅行社(?:旗|导游旗|小旗|定制|胸牌)", bar_scope=Scope.TEXT, owed=r"出版物(?:经营|零售|批发)?许可|新出发|l-[a-z]{2,4}\d|旅行社业务经营许可|许可证号"),
            Cue(cue_class="自称不公示许可", words=("许可", "资质", "证照", "备案证明"), pattern=_HIDDEN),
        ),
        guards=(
            Guard(exemption_id="不需要许可或者只须备案", pattern=r"食用农产品|仅销售预包装|yb\d{10,}", scope=Scope.TEXT),
            Guard(exemption_id="平台统一入口公示", pattern=r"(?:许可证|资质|证照)(?:信息)?[^,。!?]{0,6}(?:见|请看|请点|点击|查看|可查|公示于|展示于|在)[^,。!?]{0,8}(?:平台|资质页|资质公示|店铺首页|证照信息|亮证|首页)|(?:查看|点击)[^,。!?]{0,4}(?:资质|证照|许可)", scope=Scope.TEXT, verdict=Verdict.UNDETERMINED),
        ),
        negatable=False,
    ),
)  # fmt: skip

_CHANGED = r"(?:(?:主体|公司|经营者)?换(?:了|成|为)[^,。!?]{0,4}(?:公司|主体|经营者|老板)|更名|改名|迁址|搬迁|搬家|变更(?!通知)|换了?法人|换了?地址|过户|转让给?|股东变|改制|升级为(?:企业|公司)|转为(?:企业|公司)|个转企|经营者(?:已)?变)"
_NOT_UPDATED = r"(?:公示|亮照|执照|营业执照|首页|页面|展示|公示信息|主体信息|证照)[^。!?]{0,14}(?:仍(?:然)?(?:是|为|用|显示|挂)?|还(?:是|没(?:有)?|未|用|挂|显示)|未(?:及时|能)?(?:更新|变更|更换|修改)|没(?:有)?(?:更新|更换|来得及|换|改)|暂(?:不|未)(?:更新|更换)|旧(?:的)?(?:名称|地址|执照|信息|版)|原(?:来)?的?(?:名称|地址|执照|公司))|(?:沿用|继续用|继续展示|仍用|还用|仍挂|还挂)[^,。!?]{0,6}(?:旧|原|老|以前|之前)[^,。!?]{0,6}(?:执照|公示|名称|公司)"

N08 = LeadRule(
    rule_id="N08",
    version="1",
    title="营业执照等公示信息变更后未更新",
    domain=_DOMAIN,
    severity=Severity.LOW,
    basis=(
        _DISCLOSURE,
        law(_ECOMMERCE_LAW, "第十五条第二款", "（摘要）公示信息发生变更的，电子商务经营者应当及时更新公示信息。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_ECOMMERCE_LAW, "第七十六条第一款", "（摘要）责令限期改正，可以处一万元以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="尚在更新期限内", title="自变更之日起十个工作日内（待核）", proof="准予变更登记通知书的日期"),
        Exemption(exemption_id="登记库滞后或者读取有误", title="页面所示可能较新，登记库或者图片识别可能有误", proof="营业执照副本、登记机关查询"),
    ),
    proof_needed="登记机关的变更记录与日期；公示页面固证",
    breaching=(
        bad("我公司去年已更名，首页亮照信息仍为旧名称，不影响购买"),
        bad("公司2024年迁址，执照公示地址还没有更新，退货请寄新地址", Category.CLOTHING),
        bad("店铺已转让给新公司经营，营业执照还挂原来的公司", Category.HOME),
        bad("法人变更大半年了，页面公示的执照没来得及更换"),
        bad("已由个体户升级为公司，继续展示以前的执照，开票用新公司", Category.DIGITAL),
    ),
    clean=(
        ok("公司更名后已及时更新亮照信息"),
        exempt("公司本周刚更名，首页执照还是旧名称，正在十个工作日内更新"),
        ok("店铺搬家，全场清仓，包邮", Category.CLOTHING),
        ok("企业变更登记代办，执照更换快", Category.OTHER),
        ok("收货地址变更请联系客服，订单页面仍显示原地址属正常", Category.HOME),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="变更而公示未更新", words=("更名", "改名", "迁址", "搬迁", "搬家", "变更", "法人", "换地址", "换了地址", "过户", "转让", "股东", "改制", "升级为", "转为", "个转企", "换了", "换成", "换为"), pattern=rf"{_CHANGED}[^。!?]{{0,30}}?(?:{_NOT_UPDATED})", near=r"公示|亮照|执照|证照|主体信息", bar=r"收货地址|订单|代办|已(?:及时|经|全部)?更新|执照[^,。]{0,4}已(?:换|更)", bar_scope=Scope.SENTENCE),
        ),
        guards=(
            Guard(exemption_id="尚在更新期限内", pattern=r"(?:本周|昨天|今天|前天|刚刚?|近日|这几天|上周)[^,。]{0,6}(?:更名|变更|迁址|搬迁|换|过户)|十个工作日内|10个工作日内", scope=Scope.TEXT, unless=r"去年|前年|大半年|半年|多年"),
        ),
    ),
)  # fmt: skip

_UNREACHABLE = r"(?:概不|恕不|不|拒绝|从不)(?:对外|再|会|予|便|方便)?(?:提供|公开|公示|透露|告知|留|展示|显示)(?:任何|店铺|商家|本店|详细|真实|具体|实体|公司|经营)*(?:的)?(?:经营地址|地址和电话|地址、电话|电话和地址|联系电话|联系方式|实体店?地址|商家地址|公司地址|退货地址|售后电话|办公地址|门店地址|电话|地址)|(?:电话|地址)(?:和|与|、|,)?(?:地址|电话)[^,。!?]{0,4}(?:保密|没有|恕不|不给|不留)|(?:商家|店铺)?(?:地址|电话|联系方式)[^,。!?]{0,2}恕不(?:提供|公开|告知)|(?:联系)?电话没有|地址没有|不公开[^,。!?]{0,4}(?:地址|电话)|(?:没有|无)(?:任何)?(?:固定)?(?:经营地址|联系电话|售后电话|联系方式|客服电话)[^,。!?]{0,8}|(?:经营地址|联系方式|联系电话|公司地址|售后电话)[^,。!?]{0,4}(?:保密|不公开|不提供|不便透露|不对外|暂无|没有|无可奉告|不方便)"

N13 = LeadRule(
    rule_id="N13",
    version="2",
    title="网络经营者未提供经营地址、联系方式等信息",
    domain=_DOMAIN,
    severity=Severity.LOW,
    basis=(
        law("中华人民共和国消费者权益保护法", "第二十八条", "采用网络、电视、电话、邮购等方式提供商品或者服务的经营者，以及提供证券、保险、银行等金融服务的经营者，应当向消费者提供经营地址、联系方式、商品或者服务的数量和质量、价款或者费用、履行期限和方式、安全注意事项和风险警示、售后服务、民事责任等信息。", since=date(2014, 3, 15), verified=True),
    ),
    penalty=(
        law("中华人民共和国消费者权益保护法", "第五十六条", "（摘要）除民事责任外，依照有关法律、法规处罚；未作规定的，责令改正，可以单处或者并处警告、没收违法所得、罚款。", since=date(2014, 3, 15), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id="平台统一提供", title="平台在统一入口提供地址与联系方式", proof="平台展示页"),
        Exemption(exemption_id="保护他人信息或者另有联系渠道", title="不公开的是买家、员工个人信息，或者已提供客服渠道", proof="全文语境"),
    ),
    proof_needed="店铺首页、客服与售后页全页截图；平台的入驻信息",
    breaching=(
        bad("本店概不提供经营地址和电话，有问题自己解决", Category.CLOTHING),
        bad("商家地址保密，联系方式不公开，拍下即同意", Category.HOME),
        bad("没有售后电话，没有联系方式，介意勿拍"),
        bad("公司地址不便透露，拒绝提供联系电话", Category.DIGITAL),
        bad("恕不提供退货地址与联系方式，售出不管", Category.OTHER),
    ),
    clean=(
        ok("本店地址：杭州市西湖区文三路1号 电话0571-88888888"),
        ok("我们不会公开您的地址和电话，请放心下单", Category.HOME),
        exempt("没有联系方式？点右下角客服即可，7天在线"),
        ok("收货地址不全的订单无法发货，请补充联系方式"),
        ok("无固定电话也能收快递 智能信箱", Category.HOME),
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="不提供地址联系方式", words=("地址", "联系方式", "电话"), pattern=_UNREACHABLE, bar=r"收货地址|(?:您|买家|客户|顾客|用户|会员|收件人|寄件)的?[^,。!?]{0,6}(?:地址|电话|联系方式)(?!不公开|保密)(?:绝对保密)?", bar_scope=Scope.OVERLAP),
        ),
        guards=(
            Guard(exemption_id="保护他人信息或者另有联系渠道", pattern=r"(?:您|买家|客户|顾客|用户|会员|员工)的?(?:个人)?(?:信息|地址|电话|联系方式|隐私)|隐私|右下角客服|在线客服|点(?:击)?[^,。]{0,4}客服|站内(?:联系|留言)", scope=Scope.TEXT),
        ),
        negatable=False,
    ),
)  # fmt: skip

RULES = (N03, N05, N08, N13)
