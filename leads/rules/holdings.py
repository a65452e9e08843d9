"""Advertising of homes (A12) and of farm supplies (A13)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import advert_examples, advert_trades, families_appeals, indirect, plain_adverts
from leads.rules.mentioning import MENTIONED, MENTIONS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_AD_LAW, _SINCE = "中华人民共和国广告法", date(2015, 9, 1)
_FINE_58 = "……责令停止发布广告，责令广告主在相应范围内消除影响，处广告费用一倍以上三倍以下的罚款，广告费用无法计算或者明显偏低的，处十万元以上二十万元以下的罚款……"

_HOUSES = r"(?:楼盘|房源|新房|二手房|精装|公寓|住宅|别墅|洋房|户型|写字楼|商铺|小区|学区房|地铁房|学位房|首付|开盘|售楼|置业|购房|房子|房价|平米|平方米|㎡|[一二三四]室|[一二三四]居|湖景房|海景房|城区盘|现房|期房|毛坯)"
_NEAR_TO = r"(?:地铁|高铁|机场|市中心|市区|商圈|学校|医院|公园|万达|火车站|车站|cbd|小学|中学|景区|湖边|海边|高速|超市|商场|广场|大学|出口|口岸|北京|上海|深圳|广州|香港|会展|政府|城区|老城|新区|主城|核心区?|路口)"
_MINUTES = f"(?:\\d+|[一二三四五六七八九十半]+)(?:分钟|min(?![a-z])|分(?=钟|到|达|即|直)|小时)[^,。!?;]{{0,8}}?(?:到|达|直达|可达|抵达|即达|即到|生活圈|直通|车程|步行|通勤|进城|到达)?[^,。!?;]{{0,8}}?{_NEAR_TO}|{_NEAR_TO}[^,。!?;\\d]{{0,8}}?(?:仅需?|只需|只要|不到|步行|车程|开车|驾车|走路|约)?[^,。!?;\\d]{{0,4}}?(?:\\d+|[一二三四五六七八九十半]+)(?:分钟|min(?![a-z])|小时)|(?:步行|车程|开车|驾车|走路|通勤)[^,。!?;]{{0,4}}?(?:\\d+|[一二三四五六七八九十]+)分钟"

_RISE_WORDS = ("升值", "增值", "涨", "回报", "稳赚", "买到就是赚到", "投资", "包租", "返租", "返本", "租金", "回购")  # fmt: skip
_RISE = r"(?:升值|增值)(?:空间|潜力|前景|无忧|可期|在即|快|稳|预期)[^,。!?;]{0,6}|(?:必|稳|包|保证|坐等|坐享|持续|快速|翻倍|翻番)[^,。!?;]{0,4}(?:升值|增值|涨)|(?:房价|楼市|均价)[^,。!?;]{0,6}(?:必涨|还要涨|年年涨|看涨|即将上涨|翻倍|飙升|暴涨|只涨不跌)|只涨不跌|投资回报率?[^,。!?;]{0,6}\d+(?:\.\d+)?%|年(?:回报|收益)率?[^,。!?;]{0,4}\d+(?:\.\d+)?%|买到就是赚到|稳赚(?:不赔|租金)|(?:售后)?(?:包租|返租)(?:[^,。!?;]{0,4}年)?|返本销售|(?:保底|固定|承诺|稳定)租金|租金(?:回报|收益)[^,。!?;]{0,6}|(?:原价|溢价|到期|高价)[^,。!?;]{0,2}回购"

A12 = LeadRule(
    rule_id="A12",
    version="4",
    title="房地产广告作升值承诺、以所需时间表示位置或者承诺落户升学",
    domain="广告与宣传",
    severity=Severity.LOW,
    basis=(
        law(_AD_LAW, "第二十六条", "房地产广告，房源信息应当真实，面积应当表明为建筑面积或者套内建筑面积，并不得含有下列内容：（一）升值或者投资回报的承诺；（二）以项目到达某一具体参照物的所需时间表示项目位置；（三）违反国家有关价格管理的规定；（四）对规划或者建设中的交通、商业、文化教育设施以及其他市政条件作误导宣传。", since=_SINCE, verified=True),
        law("房地产广告发布规定", "第十八条", "（摘要，凭记忆，待核：条号与现行文本须对照原文，未核前“升学、落户承诺”一类只作线索，不对外出文书）房地产广告中不得含有广告主能够为入住者办理户口、就业、升学等事项的承诺。", since=date(2016, 2, 1), verified=False),
    ),
    penalty=(
        law(_AD_LAW, "第五十八条第一款第八项", _FINE_58, since=_SINCE, verified=True),
        law("房地产广告发布规定", "第二十一条", "（摘要，凭记忆，待核）违反本规定发布广告，《广告法》及其他法律法规有规定的，依照其规定处罚；没有规定的，由市场监督管理部门责令改正，可以处罚款。", since=date(2016, 2, 1), verified=False),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="以距离或者地图表示位置", title="以实际距离、路线表示，不以时间表示", proof="测绘或者地图资料"),
        Exemption(exemption_id="酒店、旅游、办公短租等非房地产销售", title="民宿酒店住宿、搬家、家政等不属房地产广告", proof="服务性质"),
        Exemption(exemption_id="风险提示或者否认", title="声明不作升值承诺", proof="全文语境"),
    ),
    proof_needed="广告页面与楼书；项目实际位置与规划文件；预售许可证",
    breaching=(
        bad("距地铁口5分钟，精装三室现房发售", Category.PROPERTY),
        bad("学区房，未来必涨，升值空间巨大", Category.PROPERTY),
        bad("10分钟直达市中心，湖景洋房盛大开盘", Category.PROPERTY),
        bad("楼盘步行3分钟到小学，首付20万起", Category.PROPERTY),
        bad("买到就是赚到，房价年年涨，投资回报率8%的公寓", Category.PROPERTY),
        *advert_examples.BREACHING["A12"],
    ),
    clean=(
        ok("距地铁2号线人民广场站约600米，建筑面积89平方米", Category.PROPERTY),
        ok("写字间出租，押一付三，配会议室", Category.PROPERTY),
        ok("本广告不作升值承诺，房价有涨有跌，购房需谨慎", Category.PROPERTY),
        ok("煮15分钟后关火，焖5分钟到软糯", Category.FOOD),
        exempt("山景公寓民宿，距景区5分钟，入住含双早", Category.OTHER),
        exempt("说是地铁5分钟，走了半小时的房子", Category.PROPERTY, source=Speaker.REVIEW),
        *advert_examples.CLEAN["A12"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="以时间表示位置", words=("分钟", "min", "小时到", "小时直达", "小时可达", "小时车程", "小时生活圈", "小时即达", "半小时", "1小时", "一小时"), pattern=_MINUTES, near=_HOUSES, near_scope=Scope.TEXT, bar="面试|配送|送货|外卖|上课|充电|续航|煮|焖", bar_scope=Scope.SENTENCE),
            Cue(cue_class="以时间表示位置", words=("分钟", "min", "小时到", "小时直达", "小时可达", "小时车程", "小时生活圈", "小时即达", "半小时", "1小时", "一小时"), pattern=_MINUTES, only=(Category.PROPERTY,)),
            Cue(cue_class="升值承诺", words=_RISE_WORDS, pattern=_RISE, near=_HOUSES, near_scope=Scope.TEXT, bar="装修|家具|家电|贷款|信用卡|玉|翡翠|邮票|茶|酒|黄金|基金|理财产品|游戏", bar_scope=Scope.TEXT),
            Cue(cue_class="升值承诺", words=_RISE_WORDS, pattern=_RISE, only=(Category.PROPERTY,)),
            saying("升值承诺", r"(?:房价|价格|单价)[^,。!?;]{0,4}(?:必涨|稳涨|看涨|翻)|(?:明年|未来|年底|以后|[一二三\d]年内)[^,。!?;]{0,8}(?:必涨|再涨|还要涨|涨[一二三四五\d]|翻[一倍番])|买到就是赚到|升值红利|坐等升值", only=(Category.PROPERTY,)),
            saying("升学、落户承诺", r"(?:买|购)(?:房|即)[^,。!?;\n]{0,4}(?:送|得|享|办理?|落|解决)[^,。!?;\n]{0,4}(?:户口|学区|学位|入学)|(?:送|办理?|解决|可落|即可落|轻松落)[^,。!?;\n]{0,4}户口|(?:即可|轻松|可)落户|(?:学区|学位|名校|重点(?:小学|中学)|指标)[^,。!?;\n]{0,8}(?:稳拿|直读|直升|包入学|就读|入住就|就能上|无忧|到手|就在家门口)|(?:孩子|入住)[^,。!?;\n]{0,4}(?:直读|就能上|就读)", only=(Category.PROPERTY,), bar="不承诺|以[^,。]{0,10}(?:政策|公布|为准)", bar_scope=Scope.SENTENCE),
            saying("规划误导", r"规划[^。!?;\n]{0,20}(?:地铁|商业|综合体|学校|高铁|公园|cbd)[^。!?;\n]{0,16}(?:涨|升值|不买|翻|先机|抄底)|(?:涨|升值|翻[番倍])[^。!?;\n]{0,12}(?:空间|不是梦|在即|可期)|[一二三五\d]年[^,。!?;\n]{0,2}翻[一1]?[番倍]|租金[^,。!?;\n]{0,4}\d+(?:\.\d+)?%", only=(Category.PROPERTY,), bar="以[^,。]{0,10}(?:政策|公布|批准)?为准|不承诺", bar_scope=Scope.SENTENCE),
            saying("以时间表示位置", r"(?:驾车|开车|步行|车程|距离?|到|至|抵|直达|骑行)[^,。!?;\n]{0,12}?(?:\d+|[一二三四五六七八九十半]+)(?:来|余|多)?分钟|(?:\d+|[一二三四五六七八九十]+)分钟[^,。!?;\n]{0,4}(?:到|达|车程|步行|直达|生活圈|地铁|抵)", only=(Category.PROPERTY,), bar="响应|上门|看房|物业|维修|带看|实际走|中介说", bar_scope=Scope.SENTENCE),
            saying("升学、落户承诺", r"(?:买房|购房|入住|学位房|学区房)[^,。!?;\n]{0,6}(?:就能|即可|可|直接)上[^,。!?;\n]{0,10}(?:小学|中学|学校|名校|幼儿园)|稳赚不赔|上车(?:就|稳|即)[^,。!?;\n]{0,3}赚", only=(Category.PROPERTY,), bar="不承诺|以[^,。]{0,10}(?:政策|公布|为准)", bar_scope=Scope.SENTENCE),
            saying("以时间表示位置", r"一刻钟|半小时|半个?钟|[一二三两]站(?:直达|到)", near=r"到|达|距|抵", near_scope=Scope.CLAUSE, only=(Category.PROPERTY,), bar="响应|上门|看房|物业|维修|带看|实际|中介说", bar_scope=Scope.SENTENCE),
            saying("升值承诺", r"以租养贷|收租\d|双学区|(?:上|读)名校[^,。!?;\n]{0,3}(?:零门槛|稳|没问题)|必翻[番倍]|月租[^,。!?;\n]{0,3}(?:稳|保底)", only=(Category.PROPERTY,), bar="不承诺|为准", bar_scope=Scope.SENTENCE),
            *indirect.CUES["A12"],
            *advert_trades.CUES["A12"], *plain_adverts.CUES["A12"], *families_appeals.CUES["A12"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="风险提示或者否认", pattern=r"不作(?:任何)?(?:升值|回报|投资)|不承诺|不构成|需谨慎|有风险|风险提示", scope=Scope.SENTENCE),
            Guard(exemption_id="酒店、旅游、办公短租等非房地产销售", pattern=r"民宿|酒店|宾馆|旅馆|客栈|入住|双早|房间预订|搬家|保洁|旅游(?!小?镇|地产)|门票|接送", scope=Scope.TEXT, unless="首付|总价|返租|商铺|楼盘|开盘|精装|学区|户口|公寓[^,。]{0,4}(?:出售|发售)"),
        ),
    ),
)  # fmt: skip

_FARM = r"(?:农药|杀虫剂|杀菌剂|除草剂|杀螨|兽药|饲料|添加剂|预混料|种子|种苗|苗木|树苗|果苗|鱼苗|虾苗|种猪|种鸡|菌种|玉米种|水稻种|小麦种|菜种|辣椒种|草种|化肥|叶面肥|生根粉|膨大剂|增产|亩产|催肥|增重|驱虫药|养殖|种植|红蜘蛛|蚜虫|稻飞虱|药剂|粉剂|乳油|悬浮剂|仔猪|肉鸡|鸡鸭|水产|猪瘟|禽)"
_FARM_SURE = r"(?:有效率|治愈率|防效|防治效果|杀灭率|成活率|发芽率|出芽率|灭虫率|致死率)[^,。!?;]{0,5}(?:高?达|超过?|达到?|>|≥)?(?:9\d|100)(?:\.\d+)?%|(?:9\d|100|百分百|百分之百)%?(?:有效|杀灭|治愈|成活|死光|见效|包活)|(?:保证|包|确保|承诺|绝对|必定?)[^,。!?;]{0,5}(?:增产|高产|丰收|成活|活|有效|见效|死光|治好|出芽|发芽|不死苗|无药害|安全|增收|长肉|增重)|(?:无效|不死|不活|治不好|不见效)[^,。!?;]{0,4}(?:退款|包赔|赔|退钱)|(?:一喷|一打|一用|一次)(?:就|即|全|见)?(?:死|灵|净|光|效|死光)|药到(?:病|虫)除|根治|绝不复发|(?:对(?:人畜?|作物|环境))?(?:绝对|完全)?(?:无毒(?:无害)?|无残留|无药害|无公害|安全无(?:毒|害))|(?:亩产|增产|亩收入|每亩(?:赚|收入|纯收入)|年收入|收益)[^,。!?;]{0,6}(?:\d[\d,.]*(?:斤|公斤|万|%|元|倍)|翻倍|翻番)|产量翻(?:倍|番)|日增重\d"
_FARM_VOUCH = r"(?:农科院|农业大学|农大|农技站|农技推广|植保站|科研(?:院|所|单位)|专家|教授|种植(?:大户|户)|养殖(?:大户|户)|农户|老农|用户)[^,。!?;]{0,8}(?:推荐|力荐|指定|认可|一致好评|证明|见证|都说好|信赖|验证)"

A13 = LeadRule(
    rule_id="A13",
    version="3",
    title="农药、兽药、饲料、种子种苗广告作功效断言、说明有效率或者收益承诺",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law(_AD_LAW, "第二十一条", "农药、兽药、饲料和饲料添加剂广告不得含有下列内容：（一）表示功效、安全性的断言或者保证；（二）利用科研单位、学术机构、技术推广机构、行业协会或者专业人士、用户的名义或者形象作推荐、证明；（三）说明有效率；（四）违反安全使用规程的文字、语言或者画面；（五）法律、行政法规规定禁止的其他内容。", since=_SINCE, verified=True),
        law(_AD_LAW, "第二十七条", "农作物种子、林木种子、草种子、种畜禽、水产苗种和种养殖广告……不得含有下列内容：（一）作科学上无法验证的断言；（二）表示功效的断言或者保证；（三）对经济效益进行分析、预测或者作保证性承诺；（四）利用科研单位、学术机构、技术推广机构、行业协会或者专业人士、用户的名义或者形象作推荐、证明。", since=_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十八条第一款第四项、第九项", _FINE_58, since=_SINCE, verified=True),),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="标签、登记证或者标准载明的指标", title="种子质量指标（发芽率不低于等）、登记批准的使用范围", proof="标签、登记证、质量标准"),
        Exemption(exemption_id="图书、培训或者科普", title="出版物与技术科普", proof="出版信息"),
    ),
    proof_needed="广告页面；农药、兽药登记（批准）证及标签；种子质量检验报告",
    breaching=(
        bad("新型杀虫剂，有效率98%，一喷就死", Category.FARM_SUPPLY),
        bad("高产玉米种子，保证增产，亩产3000斤", Category.FARM_SUPPLY),
        bad("农科院专家推荐的饲料，喂了都说好", Category.FARM_SUPPLY),
        bad("果树苗包成活，每亩收入5万元", Category.FARM_SUPPLY),
        bad("除草剂绝对安全无药害，无效退款", Category.OTHER),
        *advert_examples.BREACHING["A13"],
    ),
    clean=(
        ok("水稻种子 净度≥98% 发芽率≥85% 水分≤13%", Category.FARM_SUPPLY, source=Speaker.LABEL),
        ok("通用营养土 10L 适合阳台种菜", Category.FARM_SUPPLY),
        ok("吡虫啉可湿性粉剂 登记证号PD20080000 防治蚜虫", Category.FARM_SUPPLY),
        exempt("打药后虫子一喷就死，好用的杀虫剂", Category.FARM_SUPPLY, source=Speaker.REVIEW),
        exempt("《杂交水稻高产栽培》 亩产1000公斤技术 图书", Category.OTHER),
        ok("洗洁精 安全无残留 果蔬清洗", Category.HOME),
        *advert_examples.CLEAN["A13"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="功效断言", words=("杀灭率", "灭虫率", "致死率", "防效", "防治效果", "有效", "杀灭", "治愈", "成活", "包活", "死光", "见效", "增产", "高产", "丰收", "出芽", "发芽", "不死", "药害", "安全", "增收", "长肉", "增重", "退款", "赔", "退钱", "一喷", "一打", "一用", "药到", "根治", "复发", "无毒", "无残留", "无公害", "亩", "产量翻", "收益", "年收入"), pattern=_FARM_SURE, only=(Category.FARM_SUPPLY,)),
            Cue(cue_class="功效断言", words=("杀灭率", "灭虫率", "致死率", "发芽率", "防效", "防治效果", "死光", "增产", "高产", "不死", "药害", "增重", "退款", "一喷", "药到虫除", "亩", "产量翻", "成活"), pattern=_FARM_SURE, near=_FARM, near_scope=Scope.TEXT, never=(Category.FARM_SUPPLY, Category.DRUG, Category.DEVICE, Category.FOOD, Category.COSMETIC, Category.HEALTH_FOOD), bar="家用|卧室|蟑螂|蚊|洗|宠物用品|猫|狗", bar_scope=Scope.TEXT),
            Cue(cue_class="推荐证明", words=("农科院", "农业大学", "农大", "农技", "植保站", "科研", "专家", "教授", "种植", "养殖", "农户", "老农", "用户"), pattern=_FARM_VOUCH, only=(Category.FARM_SUPPLY,)),
            Cue(cue_class="推荐证明", words=("农科院", "农业大学", "农技", "植保站", "种植大户", "养殖大户", "养殖户", "种植户", "老农"), pattern=_FARM_VOUCH, near=_FARM, near_scope=Scope.TEXT, never=(Category.FARM_SUPPLY,)),
            saying("功效断言", r"死光光|寸草不生|(?:杀草|灭草|杀虫|除草|保花|坐果)率[^,。!?;]{0,3}\d|亩收[^,。!?;]{0,4}[一二两三四五六七八九十\d]+万|长膘[^,。!?;]{0,4}[一二两三四五六七八九十\d]+斤|不(?:长|增产|出苗)(?:就)?(?:退|赔)|都丰收|必丰收", only=(Category.FARM_SUPPLY,)),
            saying("功效断言", r"(?:一季|一年|一次)[^,。!?;\n]{0,3}(?:管|保)[^,。!?;\n]{0,3}(?:一季|一年|全年)|(?:[一二三四五六七八九十\d]+)针[^,。!?;\n]{0,2}(?:见效|治好|就好)|(?:日长|长肉|出栏)[^,。!?;\n]{0,3}[一二三四五六七八九十\d]+[斤天]|[一二三四五六七八九十\d]+天出栏|包(?:增重|长肉|高产)|保底亩产|(?:比|较)[^,。!?;\n]{0,8}(?:多收|增收|增产)[^,。!?;\n]{0,3}\d|增产[^,。!?;\n]{0,2}[一二三四五六七八九]成|种一亩[^,。!?;\n]{0,3}赚|对人畜[^,。!?;\n]{0,4}(?:安全|无害)", only=(Category.FARM_SUPPLY,), bar="不得|禁止|请勿", bar_scope=Scope.SENTENCE),
            saying("功效断言", r"(?:亩)?增收[^,。!?;\n]{0,2}\d|(?:减产|不增产|无效|治不好)[^,。!?;\n]{0,4}(?:赔|退)|一[针喷打]下去[^,。!?;\n]{0,6}|有效率[^,。!?;\n]{0,3}百分|(?:死绝|死光|虫见虫死)|增产(?:幅度)?[^,。!?;\n]{0,3}\d+%|(?:农科院|研究院|科研所|农大|农业局)[^,。!?;\n]{0,6}(?:推广|研制|监制|认证|推荐|力荐)", only=(Category.FARM_SUPPLY,), bar="不得|禁止|请勿|《", bar_scope=Scope.SENTENCE),
            saying("功效断言", r"亩产[^,。!?;\n]{0,8}(?:[万千]斤|\d{4,}斤)|虫率[^,。!?;\n]{0,2}(?:\d|百)|一次除净|(?:大户|劳模|能手|养殖场)[^,。!?;\n]{0,4}(?:都在用|推荐|证明(?:了|有效|好用|效果|这)|首选)|(?:保证|绝)不减产|(?:每天|一天)多?长[^,。!?;\n]{0,3}斤|吃了不生病", only=(Category.FARM_SUPPLY,), bar="不得|禁止|请勿|《|审定|区试", bar_scope=Scope.SENTENCE),
            *advert_trades.CUES["A13"], *plain_adverts.CUES["A13"], *families_appeals.CUES["A13"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="标签、登记证或者标准载明的指标", speakers=(Speaker.LABEL,)),
            Guard(exemption_id="标签、登记证或者标准载明的指标", pattern=r"(?:发芽率|成活率)(?:≥|>=|不低于|不小于|大于等于)", scope=Scope.OVERLAP),
            Guard(exemption_id="标签、登记证或者标准载明的指标", pattern=r"审定(?:编号|公告)?|区试|区域试验|对照品种|较对照|试验示范|示范田|试验田|不代表[^,。]{0,8}(?:产量|效果|收成)|因[^,。]{0,10}(?:而异|不同)|受[^,。]{0,10}影响", scope=Scope.SENTENCE, unless="保证|包|翻番|翻倍"),
            Guard(exemption_id="图书、培训或者科普", pattern=r"《[^》]*》|图书|技术资料|视频教程|科普", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

RULES = (A12, A13)
