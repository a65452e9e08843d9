"""Cosmetics: special ones without registration (G15), and words of medicine on their labels (G16)."""

from __future__ import annotations

from datetime import date

from leads.authoring import answered, bad, exempt, law, ok, saying, unclear
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_DOMAIN, _REGULATION, _SINCE = "禁限售与准入", "化妆品监督管理条例", date(2021, 1, 1)
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())
_ORDINARY = ScanFields(page_complete=True, approval_nos=("粤G妆网备字2023012345",))
_OF_SKIN = (Category.COSMETIC, Category.MOTHER_BABY, Category.HEALTH_FOOD, Category.DRUG, Category.OTHER)
_GOODS = r"(?:面霜|乳霜|日霜|晚霜|眼霜|素颜霜|[白斑晒发]霜|霜|精华(?:液|油|乳|水)?|乳液|身体乳|[晒白斑]乳|面膜|爽肤水|化妆水|原液|安瓶|洗面奶|洁面(?:乳|膏)?|洗发水|洗发露|洗发液|洗发膏|护发|染发(?:剂|膏|霜|水|粉|笔|露)?|染膏|泡泡染|烫发(?:水|药水|剂|膏|精)?|冷烫精|喷雾|凝胶|啫喱|膏|露|隔离|粉底|气垫|bb霜|cc霜|防晒棒|防晒(?:霜|乳|喷雾|液)?|护肤品|化妆品|套装|水乳|沐浴露|香皂|手工皂|精油|生发液|育发液|头皮|肥皂|身体霜|冻干粉|唇膏|次抛)"
_SPECIAL = (
    r"(?:白|亮)了(?:[一二两三四五]|\d)个?(?:色)?[度号]|"
    r"(?:祛|去|淡|除|褪|消)(?:黄褐|黄|褐|色|晒|老年|妊娠|雀|辐射|顽固)?斑|祛黄褐斑|淡化(?:黄褐斑|色斑|斑点|雀斑|晒斑|老年斑|色素沉着)|消除色斑"
    r"|(?<!牙)(?<!牙齿)美白(?!牙|齿|贴纸|滤镜|灯|仪|鞋|剂(?:木|家))|[亮嫩净变]白(?:祛|淡|精华|霜|面膜|肌)|白一个度|白\d个?度|黑变白|去黄变白|黑色素"
    r"|防晒(?!衣|服|帽|伞|面罩|口罩|袖|手套|网|膜|罩|遮阳|外套|衫|裤|披|头盔|围|头巾|丝巾|隔热|漆|涂料|帘|布|棚|挡|垫|贴膜|冰袖|眼镜|墨镜|脸基尼|面纱|内衣|皮肤衣)|spf ?\d+|pa\+{1,4}"
    r"|防脱(?!轨|落|线|手|钩|扣|胶|色|绳|针|器|链|毛衣|带|模|跟|肩|袜|口|皮|水)|防掉发|防断发|生发(?!票|条)|育发|固发|止脱|脱发再生|长出?新发"
    r"|染发(?!梳|碗|刷|帽|围|披|工具|手套|碗刷|调色|棒梳|理发)|染头发|染膏|泡泡染|盖白发(?!帽)|白发变黑|一洗黑|一梳黑"
    r"|烫发(?!梳|杠|芯|棒|器|帽|工具|卷|纸|机)|冷烫|直发膏|离子烫(?:药水|膏)"
)
_NOT_ON_SKIN = r"碗刷|刷子|染发碗|衣|裤|帽|伞|袖|手套|口罩|面罩|遮阳|车(?:衣|窗|用|载|漆|膜)|汽车|墙|木器|家具|地板|瓷砖|卫浴|马桶|洗衣|衣物|牙齿|牙膏|牙贴|牙刷|洁牙|鞋|手机|滤镜|美颜|摄影|灯|窗帘|帘|大棚|防晒网|遮阳网|帐篷|假发|娃娃|玩具|《|图书|教程|课程|培训|宠物|猫|犬|狗|面料|涂料|漆|贴纸|包装|挂架|收纳|化妆刷|空瓶|分装瓶|美白(?:内衣|丝袜)|食品|胶囊|片剂|饮品|口服"
_REGISTERED = r"国妆特(?:进|制)?字|卫妆特(?:进)?字|国妆特"

G15 = LeadRule(
    rule_id="G15",
    version="5",
    title="销售未经注册的特殊化妆品（祛斑美白、防晒、防脱发、染发、烫发）",
    domain=_DOMAIN,
    severity=Severity.HIGH,
    basis=(
        law(_REGULATION, "第十六条、第十七条", "（摘要）用于染发、烫发、祛斑美白、防晒、防脱发的化妆品以及宣称新功效的化妆品为特殊化妆品；特殊化妆品经国务院药品监督管理部门注册后方可生产、进口。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_REGULATION, "第五十九条", "（摘要）生产经营或者进口未经注册的特殊化妆品的，没收违法所得、违法生产经营的化妆品，并处罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="仅物理遮盖或者一般修饰", title="“提亮肤色”“遮瑕”等普通化妆品用语，不宣称特殊功效", proof="产品备案资料与功效宣称依据摘要"),
        Exemption(exemption_id="并非化妆品", title="衣帽伞具、家居、牙齿、工具等并非用于人体皮肤、毛发的化妆品", proof="商品实物"),
        Exemption(exemption_id="跨境零售进口", title="跨境电商零售进口化妆品", proof="跨境备案、报关单"),
    ),
    proof_needed="特殊化妆品注册证书；产品标签；药监部门的注册、备案记录；进货凭证",
    breaching=(
        bad("七天美白祛斑霜 淡化黄褐斑 一套168元", Category.COSMETIC, fields=_NONE_SHOWN),
        bad("清爽防晒霜 SPF50+ PA++++ 学生军训", Category.COSMETIC, fields=_ORDINARY),
        bad("生姜防脱育发洗发水 掉发救星", Category.COSMETIC, fields=_NONE_SHOWN),
        bad("植物染发膏 盖白发 自己在家染 不沾头皮", Category.OTHER, fields=_NONE_SHOWN),
        bad("美白精华液 没有国妆特字 只有普通备案 效果一样", Category.COSMETIC),
        bad("冷烫精 烫发药水 三剂装", Category.COSMETIC, fields=_NONE_SHOWN),
        bad("祛斑面霜 粤G妆网备字2023054321 美白淡斑", Category.COSMETIC),
        *shown_goods.BREACHING["G15"],
    ),
    clean=(
        ok("美白祛斑霜 国妆特字20221234", Category.COSMETIC, fields=_NONE_SHOWN),
        ok("防晒乳 SPF50+", Category.COSMETIC, fields=ScanFields(page_complete=True, approval_nos=("国妆特进字J20191234",))),
        unclear("美白淡斑精华", Category.COSMETIC, fields=ScanFields(page_complete=False, approval_nos=())),
        ok("美白淡斑精华", Category.COSMETIC),
        ok("保湿面霜 提亮肤色 补水滋润", Category.COSMETIC, fields=_ORDINARY),
        ok("防晒衣 冰丝 UPF50+ 薄款", Category.CLOTHING, fields=_NONE_SHOWN),
        ok("小白鞋清洁剂 美白增白 去黄边", Category.HOME, fields=_NONE_SHOWN),
        ok("染发工具套装 染发碗刷 发廊专用", Category.OTHER, fields=_NONE_SHOWN),
        exempt("跨境保税仓发货 日本防晒霜 SPF50+ 金瓶", Category.COSMETIC, fields=_NONE_SHOWN),
        *shown_goods.CLEAN["G15"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="宣称特殊功效而无注册证编号", words=("祛斑", "去斑", "淡斑", "除斑", "褪斑", "消斑", "黄褐斑", "褐斑", "色斑", "晒斑", "雀斑", "老年斑", "妊娠斑", "辐射斑", "斑点", "祛黄", "去黄", "色素", "美白", "亮白", "嫩白", "净白", "变白", "白一个度", "个度", "黑变白", "防晒", "spf", "pa+", "防脱", "生发", "育发", "固发", "止脱", "掉发", "断发", "脱发", "长新发", "长出新发", "染发", "染头发", "染膏", "泡泡染", "盖白发", "白发变黑", "一洗黑", "一梳黑", "烫发", "冷烫", "离子烫", "直发膏"), pattern=_SPECIAL, near=_GOODS, near_scope=Scope.TEXT, bar=_NOT_ON_SKIN, bar_scope=Scope.TEXT, only=_OF_SKIN, of_goods=True, owed=_REGISTERED),
            saying("普通备案而宣称特殊功效", answered(r"特证|特字号?|国妆特|特殊化妆品|特妆", r"没(?:有)?(?:办|注册|特证|证|的|呢|哦)|没有(?=[,。!]|$)|无(?:特证|证)|未(?:注册|取得)|不需要"), near=_SPECIAL, near_scope=Scope.TEXT, only=_OF_SKIN),
            Cue(cue_class="普通备案而宣称特殊功效", words=("祛斑", "去斑", "淡斑", "色斑", "黄褐斑", "美白", "防晒", "spf", "防脱", "生发", "育发", "染发", "烫发"), pattern=_SPECIAL, near=r"妆网备(?:进)?字|普通(?:化妆品)?备案|(?:没有?|无)(?:任何)?(?:批号|批文|批准文号|备案(?!限制)|特证)|(?:没有?|无|未(?:取得|办)|不需要?|没办)[^,。!?]{0,6}(?:国妆特|特证|特殊化妆品|特妆证|特字)", near_scope=Scope.TEXT, bar=rf"(?<![没无])(?<!没有)(?<!没有办)国妆特(?:进|制)?字?[gj]?\d|{_NOT_ON_SKIN}", bar_scope=Scope.TEXT, only=_OF_SKIN),
            *indirect_goods.CUES["G15"],
            *families_goods.CUES["G15"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="跨境零售进口", pattern=r"跨境|保税仓|保税区", scope=Scope.TEXT),
            Guard(exemption_id="仅物理遮盖或者一般修饰", pattern=r"物理遮盖|仅具清洁|清洁作用|遮瑕膏|不具(?:有|备)?美白|无美白功效", scope=Scope.TEXT),
        ),
        blockers=("美白滤镜", "防晒衣", "防晒帽", "防晒伞", "防晒口罩", "防晒面罩", "防晒袖", "防晒网", "美白仪挂架", "蛋白", "留白", "表白", "空白", "烫伤", "烫金", "烫钻", "烫斗", "烫衣", "染色体", "感染", "污染", "斑马", "斑斓", "斑驳", "斑竹"),
    ),
)  # fmt: skip

_MEDICAL = (
    r"药妆(?!店(?!同款)|展|柜)|医学(?:级)?护肤|医学级|医用(?:级)?(?:护肤|面膜|补水|修复|洁面|面霜|精华)|医美级|医疗级|械字号(?:面膜|护肤|面霜|精华|水|冻干粉)?|处方级?|药用(?:级|成分)?|皮肤科(?:医生|专家|主任)?[^,。!?]{0,6}(?:处方|推荐|研发|配方|出品)|医生(?:处方|配方|推荐)|(?:药物|药理)(?:性|级)?(?:护肤|面膜|配方)"
    r"|(?:人)?表皮(?:细胞)?生长因子|egf|(?:人)?寡肽-1|干细胞(?:面膜|精华|原液|护肤|修复|冻干粉)?"
    r"|抗(?:过)?敏(?!感)|脱敏|防敏|抗菌|抑菌|溶脂|丰胸|换肤|修复(?:真皮|受损真皮|基因|细胞)|真皮层?再生|细胞再生|减少红血丝|微针同款|水光针(?:效果|同款)|注射级"
)
_WEAK = (
    r"抗炎|消炎|杀菌|除菌|灭菌|除螨(?!仪)|消肿|镇痛|止痒|止痛|解毒|排毒|活血|生肌|祛疤|除疤|去疤|疤痕修复|祛瘢|激素脸"
)
_CURED = r"治疗|根治|治愈|医治|专治|断根|不复发|治好|药到病除"
_COSMETIC_GOODS = r"面霜|乳霜|霜|精华|乳液|面膜|爽肤水|化妆水|原液|安瓶|洗面奶|洁面|护肤|水乳|凝胶|啫喱|喷雾|沐浴露|身体乳|眼霜|冻干粉|洗发水|化妆品|美妆|彩妆|口红|粉底|卸妆|次抛|膏|香皂|护手|肌肤|皮肤|果酸"
_NOT_COSMETIC = r"牙膏|牙刷|洗手液|洗衣|衣物|床|被|枕|毛巾|口罩|湿巾|酒精|消毒|地板|马桶|空调|冰箱|净化|猫|狗|犬|宠物|袜|内裤|鞋|筷|砧板|水杯|货架|展示柜|展柜|《|图书|教程|敷料|械注|械备|卫消证|消字号|敷贴|凝胶敷|仪器|美容仪|培训|招聘|脱毛|纹身|玩具|空气|菜板|垫|沙发|布料|面料|空瓶|美妆蛋|粉扑|收纳"

G16 = LeadRule(
    rule_id="G16",
    version="2",
    title="化妆品标签、宣传明示或者暗示具有医疗作用",
    domain=_DOMAIN,
    severity=Severity.MEDIUM,
    basis=(
        law(_REGULATION, "第三十七条、第四十三条", "（摘要）化妆品标签禁止标注明示或者暗示具有医疗作用的内容、虚假或者引人误解的内容；化妆品广告不得明示或者暗示产品具有医疗作用，不得含有虚假或者引人误解的内容。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_REGULATION, "第六十一条、第六十九条", "（摘要）经营标签不符合规定的化妆品的，没收并处罚款；化妆品广告违反规定的，依照广告法处罚。", since=_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="医疗器械、药品、消毒产品本品", title="械字号敷料、药品、卫消证产品，不属化妆品", proof="注册证、备案凭证"),
        Exemption(exemption_id="法定警示语或者否定", title="“不具有医疗作用”“过敏者慎用”等", proof="标签原文"),
        Exemption(exemption_id="并非化妆品", title="日用清洁、口腔、衣物、宠物等用品", proof="商品实物"),
    ),
    proof_needed="产品标签与备案（注册）资料；宣传页面",
    breaching=(
        bad("药妆面霜 抗敏修护 皮肤科医生配方", Category.COSMETIC),
        bad("医学护肤品 EGF冻干粉 祛疤修复真皮", Category.COSMETIC),
        bad("激素脸修复面霜 脱敏止痒 三天见好", Category.COSMETIC),
        bad("祛痘精华 消炎杀菌 去红肿", Category.COSMETIC),
        bad("医用面膜 械字号 敏感肌水乳套装 促销", Category.COSMETIC),
        bad("干细胞原液 细胞再生 年轻十岁 精华", Category.OTHER),
        *shown_goods.BREACHING["G16"],
    ),
    clean=(
        exempt("本品为化妆品，不含抗菌成分，不具有消炎等医疗作用 面霜", Category.COSMETIC),
        ok("医用透明质酸钠敷料 国械注准20213140123", Category.DEVICE),
        ok("补水保湿面膜 玻尿酸 清爽不油腻", Category.COSMETIC),
        ok("敏感肌可用 温和不刺激 舒缓面霜", Category.COSMETIC),
        ok("除菌洗手液 抑菌99.9% 儿童泡沫", Category.HOME),
        ok("抗菌纯棉袜子 除臭 5双装", Category.CLOTHING),
        exempt("用了这款面霜消炎好快", Category.COSMETIC, source=Speaker.REVIEW),
        *shown_goods.CLEAN["G16"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="医疗术语", words=("药妆", "医学", "医用", "医美级", "医疗级", "械字号", "处方", "药用", "皮肤科", "医生", "药物", "药理", "生长因子", "egf", "寡肽", "干细胞", "抗敏", "抗过敏", "脱敏", "防敏", "抗炎", "消炎", "抗菌", "抑菌", "杀菌", "除菌", "灭菌", "除螨", "消肿", "镇痛", "止痒", "止痛", "解毒", "排毒", "活血", "溶脂", "瘦脸", "丰胸", "生肌", "祛疤", "除疤", "去疤", "疤痕", "祛瘢", "激素脸", "皮炎", "湿疹", "玫瑰痤疮", "脂溢性", "毛囊炎", "换肤", "真皮", "细胞再生", "红血丝", "微针", "水光针", "注射级", "螨虫皮"), pattern=_MEDICAL, near=_COSMETIC_GOODS, near_scope=Scope.TEXT, bar=_NOT_COSMETIC, bar_scope=Scope.TEXT, only=(Category.COSMETIC, Category.OTHER, Category.MOTHER_BABY)),
            Cue(cue_class="医疗术语", words=("抗炎", "消炎", "杀菌", "除菌", "灭菌", "除螨", "消肿", "镇痛", "止痒", "止痛", "解毒", "排毒", "活血", "生肌", "祛疤", "除疤", "去疤", "疤痕", "祛瘢", "激素脸"), pattern=_WEAK, near=_COSMETIC_GOODS, near_scope=Scope.TEXT, bar=f"{_NOT_COSMETIC}|{_CURED}", bar_scope=Scope.TEXT, only=(Category.COSMETIC, Category.OTHER)),
            Cue(cue_class="医疗术语", words=("激素脸", "皮炎", "湿疹", "玫瑰痤疮", "脂溢性", "毛囊炎", "螨虫皮", "粉刺", "痤疮"), pattern=r"(?:激素脸|皮炎|湿疹|玫瑰痤疮|脂溢性|毛囊炎|螨虫皮)[^,。!?]{0,6}(?:修[复护]|专用|霜|可用|救星|克星)", near=_COSMETIC_GOODS, near_scope=Scope.TEXT, bar=f"{_NOT_COSMETIC}|{_CURED}", bar_scope=Scope.TEXT, only=(Category.COSMETIC,)),
            Cue(cue_class="医疗术语", words=("药妆", "医学护肤", "egf", "表皮生长因子", "械字号面膜", "医用面膜", "激素脸", "医美级"), pattern=r"药妆(?!店|展|柜)|医学护肤|(?<![a-z])egf(?![a-z])|表皮生长因子|械字号面膜|医用面膜|激素脸|医美级", bar=_NOT_COSMETIC, bar_scope=Scope.TEXT, only=(Category.COSMETIC,)),
            *families_goods.CUES["G16"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="法定警示语或者否定", pattern=r"不(?:具有?|含|能|可|属)[^,。!?]{0,8}(?:医疗|治疗|药|抗菌|消炎)|过敏者?慎用|如有不适|请?(?:咨询|遵)医|就医|非药妆|不是药", scope=Scope.SENTENCE, unless=r"根治|处方级|三天见好"),
            Guard(exemption_id="医疗器械、药品、消毒产品本品", pattern=r"械注[准进许]\d|械备\d|卫消证|国药准字[hzsbj]", scope=Scope.PAGE),
        ),
        blockers=("药妆店", "医学生", "除菌率", "医生袋", "治愈系", "不治"),
    ),
)  # fmt: skip

RULES = (G15, G16)
