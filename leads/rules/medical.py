"""Advertising of medicine and health food: forbidden words (A04, A05) and review numbers that have run out (A06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from leads.authoring import bad, exempt, law, ok, saying, unclear
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.rules import advert_cures, advert_examples, families_remedies, indirect, plain_adverts
from leads.rules.mentioning import MENTIONED, MENTIONS
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

_AD_LAW, _SINCE, _REVIEW_SINCE = "中华人民共和国广告法", date(2015, 9, 1), date(2020, 3, 1)
_REVIEW_RULES = "药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法"

_HARMLESS = r"(?:无|没有|零|0)(?:任何|一切)?(?:毒副|副|毒|不良)(?:作用|反应)|(?:绝对|百分百|100%|完全)安全|(?:纯天然|纯中药|纯植物)[^,。!?;]{0,4}(?:无害|无刺激|安全)"
_HEALTH_ONLY = (Category.HEALTH_FOOD,)
_DRUGS = (Category.DRUG, Category.DEVICE)
_UNSURE = (Category.OTHER, Category.HOME, Category.MOTHER_BABY)
_DRUG_GOODS = r"国药准字|械注[准进许]|械备|药品|中成药|膏药|药膏|治疗仪|理疗仪|牵引器|制氧机|雾化器|血压计|血糖仪|助听器|隐形眼镜|滴眼液|冲剂|口服液|(?<![a-z])otc(?![a-z])|处方药|医疗器械|药业"
_HEALTH_GOODS = r"保健食品|蓝帽|国食健[注字]|食健备|保健品"


def _of_class(*, only: tuple[Category, ...], goods: str, **cue: Any) -> tuple[Cue, Cue]:
    """The cue for goods of the class, and for goods of no sure class that their words show to be of it."""
    unsure = (*_UNSURE, Category.FOOD) if only == _HEALTH_ONLY else _UNSURE
    return Cue(only=only, **cue), Cue(only=unsure, near=goods, near_scope=Scope.TEXT, **cue)


_RATE = r"(?:治愈率|有效率|痊愈率|见效率|显效率)[^,。!?;]{0,5}(?:\d|百分|高达|超过)|(?:\d+(?:\.\d+)?%|百分之[一-十百零]+)[^,。!?;]{0,3}(?:治愈|有效率|痊愈)"
_REFUND = r"(?:无效|没效果?|不见效|未见效|治不好)[^,。!?;]{0,6}(?:退款|全额?退|包退|退钱|不收钱|赔)"
_VOUCHED = r"(?:老?专家|教授|名医|老中医|主任医[师生]|医[生师]|院士|药师|营养师|明星|患者|病友|用户)[^,。!?;]{0,6}(?:强烈|一致|联合|亲自|倾情|鼎力)?(?:推荐|推介|力荐|认可|代言|见证|证实|作证|验证)|(?:推荐|认可)单位|(?:患者|病人|病友)[^,。!?;]{0,10}(?:痊愈|康复|治好|见证|好了)"
_PUSH = r"(?:热销|抢购|疯抢|秒杀|限时(?:抢|特价|优惠)|家庭必备|家家必备|居家必备良药|人手必备|免费(?:治疗|赠药|试用))"
_ASSURED = r"(?:保证|确保|承诺|包|百分百|100%)[^,。!?;]{0,8}(?:见效|有效(?!期)|治好|痊愈|康复|就瘦|瘦\d|根治|除根|改善|降[糖压脂])|(?:\d+|[一二三五七两]+)(?:天|周|日|个?疗程|小时|分钟)(?:就|即|内|可)?(?:见效|起效(?!时间)|根治|断根)|(?:药到病除|包治百病|疗效最佳|根治|彻底治愈|永不复发|一次见效|立竿见影)"
_WARNED = r"(?:可能|偶见|罕见|尚不明确|如(?:有|出现|发生)|若(?:有|出现|发生)|出现[^,。]{0,6}(?:反应|不适)|详见说明书|不良反应[:：]|咨询|遵医嘱|指导下)"

A05 = LeadRule(
    rule_id="A05",
    version="5",
    title="医疗、药品、医疗器械广告含有禁止内容",
    domain="广告与宣传",
    severity=Severity.HIGH,
    basis=(
        law(_AD_LAW, "第十六条第一款", "医疗、药品、医疗器械广告不得含有下列内容：（一）表示功效、安全性的断言或者保证；（二）说明治愈率或者有效率；（三）与其他药品、医疗器械的功效和安全性或者其他医疗机构比较；（四）利用广告代言人作推荐、证明；（五）法律、行政法规规定禁止的其他内容。", since=_SINCE, verified=True),
        law(_REVIEW_RULES, "第十一条", "（摘要）不得含有“热销、抢购、试用”“家庭必备、免费治疗、免费赠送”等诱导性内容，“评比、排序、推荐、指定、选用、获奖”等综合性评价内容，“无效退款、保险公司保险”等保证性内容，“安全”“无毒副作用”等承诺。", since=_REVIEW_SINCE, verified=True),
    ),
    penalty=(
        law(_AD_LAW, "第五十八条第一款第一项", "……责令停止发布广告，责令广告主在相应范围内消除影响，处广告费用一倍以上三倍以下的罚款，广告费用无法计算或者明显偏低的，处十万元以上二十万元以下的罚款……", since=_SINCE, verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="说明书原文或者法定警示", title="按批准的说明书载明的不良反应、注意事项", proof="经批准的说明书"),
    ),
    proof_needed="广告页面；广告审查批准件及批准的样件；商品注册证与说明书",
    breaching=(
        bad("本品总有效率99%，三天痊愈", Category.DRUG),
        bad("无任何副作用，老人孩子都能用", Category.DRUG),
        bad("颈椎治疗仪，无效退款", Category.DEVICE),
        bad("三甲医院专家一致推荐", Category.DEVICE),
        bad("家庭必备良药，限时抢购", Category.DRUG),
        *advert_examples.BREACHING["A05"],
    ),
    clean=(
        exempt("不良反应：偶见恶心，尚无副作用报告，详见说明书", Category.DRUG),
        ok("请仔细阅读说明书并在医师指导下使用", Category.DRUG),
        ok("血压计质保三年，支持退换", Category.DEVICE),
        ok("拖把家庭必备，限时抢购", Category.HOME),
        exempt("用了三天就好了，老专家推荐没错", Category.DRUG, source=Speaker.REVIEW),
        *advert_examples.CLEAN["A05"],
    ),
    signal=Signal(
        cues=(
            *_of_class(cue_class="安全性断言", words=("作用", "反应", "安全", "天然", "纯中药"), pattern=_HARMLESS, only=_DRUGS, goods=_DRUG_GOODS),
            *_of_class(cue_class="治愈率有效率", words=("治愈", "有效率", "痊愈", "见效率", "显效率"), pattern=_RATE, only=_DRUGS, goods=_DRUG_GOODS),
            *_of_class(cue_class="功效保证", words=("无效", "没效", "不见效", "未见效", "治不好"), pattern=_REFUND, only=_DRUGS, goods=_DRUG_GOODS),
            *_of_class(cue_class="功效保证", words=("有效", "见效", "治好", "痊愈", "康复", "除根", "药到病除", "包治百病", "疗效最佳", "根治", "彻底治愈", "永不复发", "立竿见影"), pattern=_ASSURED, only=_DRUGS, goods=_DRUG_GOODS),
            *_of_class(cue_class="推荐证明", words=("专家", "教授", "名医", "老中医", "医师", "医生", "院士", "药师", "明星", "患者", "病友", "病人", "用户", "推荐单位"), pattern=_VOUCHED, only=_DRUGS, goods=_DRUG_GOODS),
            *_of_class(cue_class="诱导性内容", words=("热销", "抢购", "疯抢", "秒杀", "限时", "必备", "免费"), pattern=_PUSH, only=_DRUGS, goods=_DRUG_GOODS),
            saying("功效保证", r"疗程[^,。!?;]{0,4}(?:除根|断根|去根|痊愈|全好)|(?:治好率|好转率|总有效率)[^,。!?;]{0,4}[\d高达九八百]|无效[^,。!?;]{0,4}(?:原价|包|全款|全额)退|(?:好了|见效|有效)再付[款钱]|绝不复发|不再复发|永不再犯", only=_DRUGS),
            saying("推荐证明", r"(?:老?患者|病友|病人)[\u4e00-\u9fff]{0,4}:[^。!?;]{0,20}(?:好了|不[疼痛痒咳]|治好|康复|管用|见效)|(?:老?患者|病友|病人)(?:反馈|亲述|都说)[^。!?;]{0,20}(?:好了|不[疼痛痒咳]|管用|见效|有效)|(?:协和|同仁|华西|三甲|主任|老专家|大夫|院长)[^,。!?;]{0,8}(?:力荐|推荐|都在用|首选|亲荐)", only=_DRUGS),
            saying("安全性断言", r"安全无毒|毒副反应|想[吃用贴]多久[吃用贴]多久|老少皆宜|(?:疗效|效果)(?:远超|胜过|优于|好过|超过)[^,。!?;]{0,8}", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("诱导性内容", r"家[家中庭里][^,。!?;]{0,3}必备|药箱必备|错过再等|[^,。!?;]{0,2}抢购中", only=_DRUGS),
            saying("功效保证", r"治一[例个]好一[例个]|零风险用药|[一两二三四五\d]+[盒瓶贴片次](?:就)?见效|(?:专家|院士|教授)[^,。!?;]{0,4}团队[^,。!?;]{0,8}推荐", only=_DRUGS),
            saying("功效保证", r"(?:\d+|[一二两三四五六七十半]+)(?:天|周|次|个月)[^,。!?;]{0,3}(?:痊愈|康复|治好|好透|除根|消肿|下地|全好)|(?:就|便|都|在家就)能治好|当[天场日次][^,。!?;]{0,4}(?:见效|止痛|见好|消肿)|告别(?:疼痛|病痛|疾病|药)|[十百]个[^,。!?;]{0,5}[九八\d][^,。!?;]{0,5}(?:好了?|见效|有效)(?=$|[,。!?;])|药到病|一个疗程[^,。!?;]{0,6}(?:好|告别|治|愈)", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("推荐证明", r"(?:学会|协会|医学会|基金会|科学院|研究院|三甲医院|军医大学|各大医院)[^,。!?;]{0,8}(?:推荐|认证|指定|认可|力荐|都在用)|(?:院长|主任|大夫|医生|教授|专家|院士)(?:说|讲|表示|告诉)[^。!?;]{0,16}(?:有效|好用|首选|管用|推荐|最好|放心)|(?:患者|病友|病人|老人家|阿姨|大爷|大妈|先生|女士)[^。!?;]{0,8}:[^。!?;]{0,16}(?:就|当天|不|好|能)", only=_DRUGS, bar=r"遵|指导|咨询|禁忌|慎用|说明书", bar_scope=Scope.SENTENCE),
            saying("安全性断言", r"安全(?:可靠|放心)?[,]?(?:无|零|没有)(?:任何)?(?:风险|依赖|毒|副)|(?:无|零)(?:依赖性?|风险)|(?:老人|小孩|孕妇|婴儿)[^,。!?;]{0,6}(?:都能|都可以?|放心|也能)[^,。!?;]{0,3}(?:吃|用|贴|服)", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("诱导性内容", r"卖疯了|抢完即止|最后一波|(?:家家户户|每家)[^,。!?;]{0,6}备|(?:先试后买|免费试用)|热[卖销][^,。!?;]{0,2}(?:百|千|\d)?万|疯狂?抢|抢购一空", only=_DRUGS),
            saying("功效保证", r"(?:好利索|好全了|恢复如初|再也没犯|从此不犯|永不再犯|立马见效|药到病除|无效[^,。!?;]{0,3}(?:退|赔|免单))|比[^,。!?;]{1,10}(?:效果|疗效|起效)?[^,。!?;]{0,3}(?:好|强|快|高)[^,。!?;]{0,2}[一二三五十百\d]+倍|(?:听力|视力|行走|功能)[^,。!?;]{0,3}恢复|几十年的?[^,。!?;]{0,6}(?:病|炎|疼|痛)[^。!?;]{0,12}好", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("推荐证明", r"(?:名老中医|国医大师|御医|院士|专家|教授)[^,。!?;]{0,4}(?:献方|研发|团队|秘方|配方|监制)|(?:奶奶|阿姨|大爷|大妈|爷爷|女士|先生|大叔)(?:用后|用了|贴了|戴上|吃了)[^。!?;]{0,14}(?:夸|好|不[疼痛]|能|赞)|(?:明星|演员|网红)[^,。!?;]{0,3}(?:同款|推荐|代言|在用)", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("诱导性内容", r"疯抢|抢(?:疯|爆)|错过等|最后[\d一二三五十百]+[盒瓶件份台]", only=_DRUGS),
            saying("与其他药品比较", r"比[^,。!?;]{1,8}更(?:安全|有效|管用|好用)|家[中里]常备", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("功效保证", r"包治|治不好[^,。!?;]{0,3}(?:退|赔)|治好了?(?:上|数|近|超)?[\d百千万]|(?:治疗)?成功率[^,。!?;]{0,3}\d|比[^,。!?;]{1,10}还(?:好|管用|有效|强)|治好(?:你的|您的|了我)", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            saying("推荐证明", r"(?:三甲|专家|医生|名医)[^,。!?;]{0,6}(?:同款|在用|家用首选)|(?:用户|患者|老人|街坊|大家)都说|(?:孕妇|婴儿|小孩|老人)[^,。!?;]{0,2}(?:可用|能用|也能|皆宜|都适用)", only=_DRUGS, bar=rf"{_WARNED}|禁用|慎用", bar_scope=Scope.SENTENCE),
            saying("功效保证", r"一[贴喷抹盒针]治愈|终身不(?:犯|复发)|告别吃药|治愈(?:多年|顽固)", only=_DRUGS, bar=_WARNED, bar_scope=Scope.SENTENCE),
            *indirect.CUES["A05"],
            *advert_cures.CUES["A05"], *plain_adverts.CUES["A05"], *families_remedies.CUES["A05"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="说明书原文或者法定警示", pattern=_WARNED, scope=Scope.SENTENCE, cue_classes=("安全性断言", "推荐证明")),
        ),
        blockers=("必备药箱", "免费送货", "免费咨询"),
    ),
)  # fmt: skip

_REPLACES = r"(?:可以?|能够?|完全|足以)?(?:代替|替代|取代)(?:药物|药品|西药|吃药|正餐药)|不用(?:再)?吃药|停掉?药物?|比(?:药物?|西药|吃药)[^,。!?;]{0,6}(?:更|还)[^,。!?;]{0,4}(?:有效|管用|好|安全|快)"
_MUST = r"(?:人人|每个人|家家|所有人)[^,。!?;]{0,6}(?:需要|必须|必备|要吃|都要|应该)[^,。!?;]{0,6}|健康必需|不吃就晚了|缺了[^,。]{0,4}就"

_LEFT_OUT = r"(?:未|没有?|漏|忘了?|懒得|不想|删|去掉|取消|省)(?:了|掉)?(?:见|标|写|注|印|放|加|显示|出现)|[无缺][“\"']?(?:本品)?不能代替药"
"""Before or behind the statement: it is not there."""

_STATEMENT_MISSING = ScanFields(page_complete=True, approval_nos=("国食健注G20200088",))

A04 = LeadRule(
    rule_id="A04",
    version="5",
    title="保健食品广告含有禁止内容",
    domain="广告与宣传",
    severity=Severity.HIGH,
    basis=(
        law(_AD_LAW, "第十八条", "保健食品广告不得含有下列内容：（一）表示功效、安全性的断言或者保证；（二）涉及疾病预防、治疗功能；（三）声称或者暗示广告商品为保障健康所必需；（四）与药品、其他保健食品进行比较；（五）利用广告代言人作推荐、证明；（六）法律、行政法规规定禁止的其他内容。保健食品广告应当显著标明“本品不能代替药物”。", since=_SINCE, verified=True),
        law("中华人民共和国食品安全法", "第七十九条", "（摘要，2025年9月修正后的条文待核）保健食品广告还应当声明“本品不能代替药物”；其内容应当经审查批准。", since=date(2015, 10, 1), verified=False),
    ),
    penalty=(
        law(_AD_LAW, "第五十八条第一款第三项", "……责令停止发布广告，责令广告主在相应范围内消除影响，处广告费用一倍以上三倍以下的罚款，广告费用无法计算或者明显偏低的，处十万元以上二十万元以下的罚款……", since=_SINCE, verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="法定提示或者说明书内容", title="“本品不能代替药物”、适宜人群、食用方法等", proof="注册证书或者备案凭证及其说明书"),
    ),
    proof_needed="广告页面；保健食品注册证书或者备案凭证；广告审查批准件",
    breaching=(
        bad("保证七天见效，不瘦包退", Category.HEALTH_FOOD),
        bad("吃它就能替代药物，不用再吃药", Category.HEALTH_FOOD),
        bad("营养学教授推荐，明星代言", Category.HEALTH_FOOD),
        bad("纯天然，绝对安全，无任何副作用", Category.HEALTH_FOOD),
        bad("临床有效率高达96%", Category.HEALTH_FOOD),
        bad("益生菌粉 保健功能：调节肠道菌群 每日两条", Category.HEALTH_FOOD, fields=_STATEMENT_MISSING),
        bad("褪黑素片 助眠好帮手 60片装", Category.HEALTH_FOOD, fields=ScanFields(page_complete=True)),
        bad("辅酶Q10 一粒顶三粒 全页没有标“本品不能代替药物”", Category.HEALTH_FOOD),
        *advert_examples.BREACHING["A04"],
    ),
    clean=(
        exempt("本品不能代替药物，请在适宜人群内食用", Category.HEALTH_FOOD),
        ok("保健功能：增强免疫力 国食健注G20190001", Category.HEALTH_FOOD),
        ok("保证正品，假一赔十", Category.HEALTH_FOOD),
        ok("不适宜人群：少年儿童、孕妇、乳母", Category.HEALTH_FOOD),
        ok("褪黑素片 助眠好帮手 60片装", Category.HEALTH_FOOD, fields=ScanFields(page_complete=False)),
        ok("无效退款，营养师推荐的收纳盒", Category.HOME),
        exempt("益生菌粉 保健功能：调节肠道菌群 本品不能代替药物", Category.HEALTH_FOOD, fields=_STATEMENT_MISSING),
        *advert_examples.CLEAN["A04"],
    ),
    signal=Signal(
        cues=(
            *_of_class(cue_class="安全性断言", words=("作用", "反应", "安全", "天然", "纯中药"), pattern=_HARMLESS, only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="治愈率有效率", words=("治愈", "有效率", "痊愈", "见效率", "显效率"), pattern=_RATE, only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="功效保证", words=("无效", "没效", "不见效", "未见效", "治不好", "不瘦"), pattern=rf"{_REFUND}|不瘦[^,。]{{0,4}}退", only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="功效保证", words=("有效", "见效", "康复", "就瘦", "瘦", "立竿见影", "改善"), pattern=_ASSURED, bar="根治|治愈|治好|痊愈|降[糖压脂]", only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="推荐证明", words=("专家", "教授", "名医", "老中医", "医师", "医生", "院士", "药师", "营养师", "明星", "患者", "病友"), pattern=_VOUCHED, only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="与药品比较", words=("替药", "代药", "替药物", "代药物", "替药品", "代药品", "替西药", "代西药", "取代药", "取代西药", "替代正餐药", "代替正餐药", "替吃药", "代吃药", "吃药", "停药", "停掉药", "比药", "比西药"), pattern=_REPLACES, only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            *_of_class(cue_class="健康所必需", words=("人人", "每个人", "家家", "所有人", "健康必需", "不吃就晚了"), pattern=_MUST, only=_HEALTH_ONLY, goods=_HEALTH_GOODS),
            Cue(cue_class="未标明“本品不能代替药物”", words=("改善", "增强", "补充", "有助于", "辅助", "缓解", "免疫", "营养", "保健功能", "每日", "睡前", "促进", "维持", "调节", "助眠", "睡眠", "护肝", "护眼", "抗氧化", "养颜", "减肥", "通便", "清咽", "疲劳", "骨密度", "补钙", "关节", "气血", "肠道", "记忆", "视力", "血脂", "血糖", "滋补", "呵护", "守护", "好帮手", "活力"), owed=r"(?:不|能)(?:能|可以?|得)?(?:代替|替代|取代)药", owed_in_words=True, only=_HEALTH_ONLY),
            saying("功效保证", r"包(?:你)?(?:一个月)?瘦|包你[^,。!?;]{0,4}斤|[瘦减]掉?[一二两三四五六七八九十\d][一二三四五六七八九十\d]{0,3}斤[^。!?;]{0,10}[退赔]|不(?:掉秤|见瘦|掉肉|长高)[^。!?;]{0,8}退|没(?:有)?效果[^,。!?;]{0,4}(?:一分|不要钱|不收|全退|退)|(?:\d+|[一二两三七十]+)(?:天|周|个月)(?:告别|摆脱|甩掉|远离)", only=_HEALTH_ONLY),
            saying("推荐证明", r"(?:主任|大夫|国医大师|院长|博士|影后|影帝|天后|明星|世界冠军|奥运冠军|院士|教授|医生|营养师|三甲医院|老中医)[^,。!?;]{0,6}(?:亲荐|力荐|同款|都(?:在|让|说|劝|叫|给)?[^,。!?;]{0,6}(?:吃|喝|用)|背书|首肯|信赖|钦点)|代言人[^,。!?;]{0,6}(?:吃|喝|用)|等于请了[^,。!?;]{0,4}(?:医生|专家)", only=_HEALTH_ONLY),
            saying("与药品比较", r"(?:比|跟|和|与|优于|胜过|强过|远超)(?:吃)?(?:西药|药物?|中药|降[压糖脂]药)[^,。!?;]{0,6}(?:更|还|比|强|管用|安全|温和)|胜似吃药|(?:再也)?不用(?:再)?吃[^,。!?;]{0,4}药", only=_HEALTH_ONLY),
            saying("健康所必需", r"不(?:吃|补|喝)(?:它)?(?:就|迟早|早晚|等于|会)[^,。!?;]{1,8}|(?:全家人?|老人|孩子|一家人|家里人|过四十|过五十|过六十|中年人)[^,。!?;]{0,6}(?:离不开|离不了|必须[补吃喝]|都得[补吃喝]|必[补吃](?!充))", only=_HEALTH_ONLY),
            saying("治愈率有效率", r"总有效率|(?:[一二三四五六七八九]成[一二三四五六七八九半]?|\d+%|百分之[一二三四五六七八九十]+)(?:以上)?的?[^,。!?;\d]{0,5}(?:人|者|用户)[^,。!?;]{0,8}(?:好转|改善|见效|变好|有效)", only=_HEALTH_ONLY),
            saying("安全性断言", r"(?:孕妇|老人|小孩|婴儿|宝宝)[^,。!?;]{0,6}(?:随便|放心|都能|都可以?)[吃用喝]|零(?:伤害|依赖)|不伤肝|不伤肾", only=_HEALTH_ONLY, bar="不宜|慎|不适宜|遵医嘱", bar_scope=Scope.SENTENCE),
            saying("功效保证", r"月[减瘦]掉?[一二两三四五六七八九十\d][十\d]{0,2}[一二三四五六七八九]?斤|靠它[^,。!?;]{0,4}(?:瘦|身材)|没有副反应|吃多少都行|谁都能[吃用]|省下[^,。!?;]{0,3}药", only=_HEALTH_ONLY),
            saying("推荐证明", r"(?:演员|歌手|明星|主持人|影星|艺人|名人|网红|冠军|球星|老艺术家)[^,。!?;]{0,10}(?:代言|亲测|推荐|力荐|在吃|在喝)|代言人[:是为][^,。!?;]{1,8}", only=_HEALTH_ONLY, bar="(?:无|没有|未|不)[^,。]{0,6}代言", bar_scope=Scope.SENTENCE),
            saying("功效保证", r"(?:保|包|管)(?:你|您|管)?[^,。!?;]{0,6}(?:不(?:感冒|生病|得病|复发|失眠)|一觉(?:睡)?到)|(?:不见效|没效果|无效|不满意)[,]?[^,。!?;]{0,6}(?:全额|包|全)?退(?:款|钱|货)?|(?:\d+|[一二两三四五六七十半]+)(?:天|周|个月)[^,。!?;]{0,6}(?:恢复正常|明显见效|必见|就好|痊愈)|比吃药|(?:保证|确保|承诺)[^,。!?;]{0,10}(?:提升|恢复|效果|起效|变好|改善)", only=_HEALTH_ONLY, bar="不(?:承诺|保证|做保证)", bar_scope=Scope.SENTENCE),
            saying("健康所必需", r"不能不[补吃]|缺[\u4e00-\u9fff]{0,2}百病|早补早|必须得补|人人都该", only=_HEALTH_ONLY),
            saying("推荐证明", r"(?:国医大师|名老中医|老中医|院士|名医|专家|教授|主任|医生|营养师|药师)[^,。!?;]{0,4}(?:推荐|配方|献方|研发|团队|首选|力荐|在吃)|(?:顾客|客户|用户|老用户|阿姨|女士|先生|大爷|大妈|奶奶|大叔|叔叔)[^,。!?;]{0,8}(?:口述|反馈|亲述|用后|吃后|说|:)[^。!?;]{0,20}(?:好了|不[疼痛咳]|年轻|精神|能|正常|管用|有效)|(?:女士|先生|阿姨|大爷|大妈)(?:口述|亲述|自述)", only=_HEALTH_ONLY, bar="遵|咨询|指导", bar_scope=Scope.SENTENCE),
            saying("功效保证", r"(?:即|立即|马上|当天|当晚)(?:就)?见效|见效快|(?:[一二两三四五六七八九十\d]+)盒(?:就)?(?:见效|巩固|搞定)|保证[^,。!?;]{0,6}年轻", only=_HEALTH_ONLY),
            saying("推荐证明", r"(?:艺术家|老戏骨|国民(?:爸爸|妈妈)|冠军|主播)[^,。!?;]{0,4}代言|[\u4e00-\u9fff]教授[^,。!?;]{0,6}(?:研制|潜心|推荐|力荐)|比(?:打针|输液|吃药|药)[^,。!?;]{0,3}(?:管用|强|好|有效)", only=_HEALTH_ONLY, bar="(?:无|没有|未|不)[^,。]{0,6}代言", bar_scope=Scope.SENTENCE),
            saying("与其他商品比较", r"比(?:其他|别的|同类|普通|进口|市面)[^,。!?;]{0,10}(?:好|强|高|快|有效|管用)[^,。!?;]{0,2}(?:[一二两三四五六七八九十百\d]+倍|得多)|输在起跑线|落后(?:一大截|别人)", only=_HEALTH_ONLY),
            *indirect.CUES["A04"],
            *advert_cures.CUES["A04"], *plain_adverts.CUES["A04"], *families_remedies.CUES["A04"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="法定提示或者说明书内容", pattern=r"不(?:能|可|得)(?:代替|替代)药", scope=Scope.CLAUSE, unless=_LEFT_OUT),
            Guard(exemption_id="法定提示或者说明书内容", pattern=r"遵医嘱|咨询医生|医[师生]指导|不适宜人群", scope=Scope.SENTENCE),
        ),
    ),
)  # fmt: skip

_EXPIRED_AD = ScanFields(page_complete=True, approval_nos=("京食健广审(文)第240630-00123号",))
_NO_AD_NUMBER = ScanFields(page_complete=True, approval_nos=("浙械注准20202090123",))
_NOT_WHOLE = ScanFields(page_complete=False, approval_nos=())
_VALID_AD = ScanFields(page_complete=True, approval_nos=("京食健广审(文)第280630-00123号",))

_PUSHING = ("看得见", "流感季", "必囤", "囤货", "用它", "轻松缓解", "快速缓解", "更轻松", "好礼", "放心选", "放心用", "放心吃", "值得信赖", "值得拥有", "首选", "好评如潮", "热卖", "爆款", "口碑", "强烈推荐", "店主推荐", "医生推荐", "专家推荐", "抢购", "疗效", "奇效", "神器", "效果好", "效果显著", "效果明显", "告别", "远离", "赶走", "一贴就", "一喷就", "一吃就", "一喝就", "焕发", "重拾", "找回", "年轻态", "活力满满", "守护全家", "守护家人", "守护爸妈", "呵护全家", "买就送", "买一送", "第二件", "活动价", "立减", "秒杀", "更划算", "好帮手", "元气满满", "直降", "福利价", "都爱用", "都在用", "人手一", "家家", "拍下", "贴心选择", "好选择", "安心之选", "明智之选", "理想之选", "优选之选", "送爸妈", "孝敬", "健康礼", "好帮手", "贴心", "限时", "欢迎选购", "立即购买", "马上下单", "现在下单", "囤起来", "囤货价", "起效快", "见效", "舒缓", "闺蜜", "同事都", "通畅", "年轻", "元气", "甩掉", "无忧")  # fmt: skip

A06 = LeadRule(
    rule_id="A06",
    version="4",
    title="医药健康广告未经审查，或者广告批准文号已过有效期、格式不符",
    domain="广告与宣传",
    severity=Severity.HIGH,
    basis=(
        law(_AD_LAW, "第四十六条", "发布医疗、药品、医疗器械、农药、兽药和保健食品广告，以及法律、行政法规规定应当进行审查的其他广告，应当在发布前由有关部门对广告内容进行审查；未经审查，不得发布。", since=_SINCE, verified=True),
        law(_REVIEW_RULES, "第十九条、第二十条", "（摘要）广告批准文号的有效期与产品注册证明文件、备案凭证或者生产许可文件最短的有效期一致；未规定的，有效期为两年。广告批准文号的前六位数字为有效期截止日。", since=_REVIEW_SINCE, verified=True),
    ),
    penalty=(
        law(_AD_LAW, "第五十八条第一款第十四项", "……（十四）违反本法第四十六条规定，未经审查发布广告的。（罚则同本款）", since=_SINCE, verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="仅宣传产品名称", title="仅宣传名称（含通用名、商品名）的，无须审查（暂行办法第二十三条）", proof="完整广告内容"),
        Exemption(exemption_id="读取有误", title="图片文字识别有误", proof="广告原件"),
    ),
    proof_needed="广告页面及发布日期；广告审查机关的批准记录（是否延续、换发）",
    breaching=(
        bad("粤药广审（文）第220315-00045号", Category.DRUG),
        bad("苏械广审(视)第231345-00001号", Category.DEVICE),
        bad("沪食健广审（文）第251231-00033号", Category.HEALTH_FOOD),
        bad("产品广告", Category.HEALTH_FOOD, fields=_EXPIRED_AD),
        bad("鲁特食广审(声)第200101-00001号", Category.FOOD),
        bad("温灸贴 老寒腿的贴心好礼，一贴就暖，口碑热卖", Category.DEVICE, fields=_NO_AD_NUMBER),
        *advert_examples.BREACHING["A06"],
    ),
    clean=(
        ok("粤药广审（文）第281231-00045号", Category.DRUG),
        ok("京食健广审(文)第270630-00123号", Category.HEALTH_FOOD),
        ok("产品广告", Category.HEALTH_FOOD, fields=_VALID_AD),
        ok("批准文号 国药准字Z20093217", Category.DRUG),
        ok("本广告已按规定审查", Category.DEVICE),
        ok("一次性使用医用口罩 50只 蓝色 独立包装", Category.DEVICE, fields=_NO_AD_NUMBER),
        unclear("爆款护膝理疗仪，送爸妈的好礼", Category.DEVICE, fields=_NOT_WHOLE),
        *advert_examples.CLEAN["A06"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="广告批准文号", words=("广审",), pattern=NUMBER_PATTERNS[NumberKind.AD_REVIEW], number=NumberKind.AD_REVIEW),
            Cue(cue_class="推销而无广告批准文号", words=_PUSHING, owed=r"广审", only=(Category.DRUG, Category.DEVICE, Category.HEALTH_FOOD)),
            *indirect.CUES["A06"],
            *advert_cures.CUES["A06"], *plain_adverts.CUES["A06"], *families_remedies.CUES["A06"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="仅宣传产品名称", speakers=(Speaker.LABEL,)),
        ),
        procedure=Procedure.APPROVAL_FORM,
    ),
)  # fmt: skip

RULES = (A04, A05, A06)
