"""Advertising that does not look like it, or leans on people it may not: A17, A19, A23, A24; a mark claimed that is none: A22."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok, saying
from leads.rules import (
    advert_cures,
    advert_examples,
    advert_marks,
    advert_people,
    advert_praise,
    advert_soft,
    advert_trades,
    indirect,
    plain_adverts,
)
from leads.rules.mentioning import MENTIONED, MENTIONS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity
from records.market import Category, Speaker

__all__ = ["RULES"]

# The trade mark law revised in 2026 is in force from 2027-01-01; its numbering was not read (待核).
_MARKS_2014, _MARKS_END, _MARKS_2027 = date(2014, 5, 1), date(2026, 12, 31), date(2027, 1, 1)

_AD_LAW, _SINCE = "中华人民共和国广告法", date(2015, 9, 1)
_NET_ADS, _NET_SINCE = "互联网广告管理办法", date(2023, 5, 1)
_LIVE, _LIVE_SINCE = "直播电商监督管理办法（总局令第117号）", date(2026, 2, 1)

_BUY_HERE = r"(?:购买链接|下单链接|商品链接|(?:点击|戳|点|看|见|打开|进入)[^,。!?;\n]{0,6}(?:链接|小黄车|购物车|橱窗|商品卡)|左下角|右下角|小黄车|下方(?:链接|商品|购买)|文末(?:链接|购买|下单|扫码|商品)|评论区[^,。]{0,4}(?:链接|下单)|复制(?:口令|这段)|小黄车|(?:加|添加)(?:我|老师|医生|客服|助理)?(?:的)?(?:微信|v信|薇信|vx|wx)|(?:拨打|咨询|热线|订购)(?:电话|热线)|扫码(?:购买|下单|加|领取)|立即(?:购买|下单|抢购|订购)|(?:下方|下面|评论|简介|主页|橱窗|文末|置顶)(?:的|有|附|里)?[^,。!?;\n]{0,4}链接|链接(?:就?在|见|放在?|戳|买|购|附)|购物车(?:下单|拍)|(?:购买|下单)入口|链接[甩贴丢扔]|点这里(?:购买|下单)|联系[^,。!?;\n]{0,6}微信|同款链接|直接下单|私信(?:我)?(?:购买|下单|拿|领)|店里有售|本店有售|点此购买|购买方式|http)"
_BUY_ANYHOW = rf"{_BUY_HERE}|(?:拨打|致电)[^,。!?;\n]{{0,4}}(?:\d|热线)|400-?\d|橱窗|扫码"
_HEALTH_TALK = r"(?:养生|健康(?:知识|科普|小课堂|讲堂|大讲堂)|医学科普|专家(?:提醒|教你|讲|告诉)|中医(?:认为|讲|说|教你)|医生(?:提醒|告诉|教你|讲)|名医讲堂|科普|小知识|你知道吗|为什么(?:会|总)|如何(?:预防|调理|改善|缓解)|怎么(?:调理|缓解|改善)|调理方法|食疗|保健知识|知识分享|健康栏目|节目|[三3五5几]招|揭秘|(?:肝|肾|脾|胃|心|肺|气血|血管|湿气|睡眠|肠胃)[^,。]{0,3}不好的人|身体(?:出现|发出)[^,。]{0,8}信号)"
_BODY = (
    r"(?:血管|血压|血糖|降压|降糖|湿气|养?肝|养?胃|肾|养生|失眠|睡眠|气血|痛风|结节|舌苔|关节|肠胃|尿酸|骨头|骨密度)"
)
_LESSON = r"(?:法子|窍门|老祖宗|养生课|讲堂|秘诀|妙招|小技巧|[一二三四五六几][个种](?:表现|信号|症状|习惯|动作)|教你(?:看|养|调|判断|识别)|看懂|千万别|不会告诉你|健康课|早起三|必看|自测|知百病)"
_MEDICAL_GOODS = r"(?:胶囊|药丸|丸剂|口服液|膏药|贴敷|冲剂|颗粒|片剂|保健品|保健食品|治疗仪|理疗仪|血糖仪|药酒|偏方|秘方|中药|药材|软胶囊|益生菌|蛋白粉|鱼油|辅酶|氨糖|灵芝孢子|人参|补品|滋补|药品|医疗器械|贴膏|药膏|诊疗|门诊|医院(?!推荐)|调理方|方子|膏方|药方|药膳|国药准字|蓝帽|食疗方|药茶|养[肝肾胃肺]|护肝|高血[压脂糖]|三高|失眠|血栓|湿气|糖尿病|痛风|关节|颈椎|腰椎|前列腺|妇科|便秘|胃病|肝病|肾虚|气血不足|鼻炎|咽炎)"

A17 = LeadRule(
    rule_id="A17",
    version="3",
    title="以介绍健康、养生知识等形式变相发布医疗、药品、医疗器械、保健食品广告",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law(_AD_LAW, "第十九条", "广播电台、电视台、报刊音像出版单位、互联网信息服务提供者不得以介绍健康、养生知识等形式变相发布医疗、药品、医疗器械、保健食品广告。", since=_SINCE, verified=True),
        law(_NET_ADS, "第八条", "（摘要）禁止以介绍健康、养生知识等形式，变相发布医疗、药品、医疗器械、保健食品、特殊医学用途配方食品广告；介绍健康、养生知识的，不得在同一页面或者同时出现相关商品经营者或者服务提供者地址、联系方式、购物链接等内容。", since=_NET_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十九条第三款", "（摘要）变相发布医疗、药品、医疗器械、保健食品广告的，责令改正，对广告发布者处十万元以下的罚款。", since=_SINCE, verified=True),),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="纯科普", title="没有商品、联系方式或者购物链接的健康知识", proof="同一页面、同时展示的全部内容"),
        Exemption(exemption_id="图书课程", title="推销的是图书、课程而非医药健康商品", proof="所售商品"),
    ),
    proof_needed="页面全文与同页商品链接、电话；发布者与商品经营者的关系",
    breaching=(
        bad("养生小课堂：为什么老人总失眠？中医认为气血不足，文末扫码购买同款酸枣仁胶囊"),
        bad("医生教你如何预防血栓，每天两粒鱼油软胶囊，购买链接在评论区", Category.HEALTH_FOOD),
        bad("健康科普｜膝盖疼怎么缓解？这款膏药很多人在用，咨询电话13800000000"),
        bad("专家提醒：肝不好的5个信号，调理方法加老师微信，送护肝口服液试用装"),
        bad("健康知识：湿气重怎么调理，点击下方链接购买祛湿丸剂", Category.DRUG),
        *advert_examples.BREACHING["A17"],
    ),
    clean=(
        ok("健康科普：每天饮水1500至1700毫升，少盐少油，规律作息"),
        exempt("《中药养生小知识》图书 点击下方链接购买"),
        ok("软胶囊 60粒 适宜人群：中老年人 本品不能代替药物", Category.HEALTH_FOOD),
        ok("颈椎按摩枕 如何使用：见视频，点击下方链接查看", Category.HOME),
        exempt("养生节目里讲的胶囊，加老师微信就是骗钱", source=Speaker.REVIEW),
        *advert_examples.CLEAN["A17"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="养生文同页推销", words=("养生", "健康", "科普", "专家", "中医", "医生", "名医", "小知识", "你知道吗", "为什么", "如何", "怎么", "调理方法", "食疗", "保健知识", "知识分享", "节目", "招", "揭秘", "不好的人", "信号"), pattern=_HEALTH_TALK, near=f"(?s)^(?=.*(?:{_BUY_HERE}))(?=.*(?:{_MEDICAL_GOODS}))", near_scope=Scope.TEXT),
            saying("养生文同页推销", rf"{_BODY}[^。!?;\n]{{0,18}}?{_LESSON}|{_LESSON}[^。!?;\n]{{0,18}}?{_BODY}", near=rf"{_BUY_HERE}|扫码|点头像|进店|领同款|同款[^,。]{{0,8}}(?:拍|链接|下单|在)|加[^,。]{{0,4}}(?:微信|薇|v)|左下角", near_scope=Scope.TEXT, never=(Category.DEVICE, Category.EDUCATION, Category.CLOTHING, Category.DIGITAL)),
            saying("养生文同页推销", r"健康讲座|专家访谈|养生课?堂|养生专家|(?:大夫|医生|教授|专家|老师)[^,。!?;\n]{0,4}(?:教|讲|告诉)[你您大]|给大家讲[^,。!?;\n]{0,6}(?:怎么|如何)|(?:怎么办|怎么调|怎么回事|缺什么|为什么总)[^。\n]{0,8}|(?:种|个|大)(?:食物|习惯|表现|信号|误区)(?:不能碰|千万|对号入座|[,:;])|对号入座|辨体质|看舌[苔象]|疏肝理气|三伏天?[^,。!?;\n]{0,4}(?:祛湿|养)|节气养生|养生小知识|健康小知识|大讲堂|正当时|个信号", near=rf"(?s)^(?=.*(?:{_BUY_ANYHOW}|领同款|带走|前\d+名))(?=.*(?:{_MEDICAL_GOODS}|钙片|丹参|[肝肾胃湿降酸脾]茶|足浴包|泡脚|艾|膏|氨糖|保健|调理))", near_scope=Scope.TEXT, never=(Category.EDUCATION, Category.CLOTHING, Category.DIGITAL)),
            saying("养生文同页推销", r"健康讲座|健康科普|为何|专家访谈|养生课?堂|养生专家|(?:大夫|医生|教授|专家|老师)[^,。!?;\n]{0,4}(?:教|讲|告诉)[你您大]|辨体质|看舌[苔象]|养生小知识|健康小知识", near=_BUY_ANYHOW, near_scope=Scope.TEXT, only=(Category.HEALTH_FOOD, Category.DRUG, Category.DEVICE)),
            saying("养生文同页推销", r"(?:中医|养生|健康)(?:小)?(?:课堂|讲堂|达人|饮食小?知识|知识)|科普时间|看完这篇|堵了吗|[肝肾胃心脾肺]最怕|养[心肝胃肾脾肺][\u4e00-\u9fff]{0,2}招|你的?[^,。!?;\n]{1,6}还好吗", near=rf"(?s)^(?=.*(?:{_BUY_ANYHOW}|戳|下单处|同款下单|购买方式|加v(?![a-z])|方子[^,。]{{0,4}}(?:加|私|领)))(?=.*(?:{_MEDICAL_GOODS}|膏|护[肝膝心]|湿气|理疗|血管|酸枣仁|[肝肾胃湿]茶|方子))", near_scope=Scope.TEXT, never=(Category.EDUCATION, Category.CLOTHING, Category.DIGITAL)),
            *advert_cures.CUES["A17"], *plain_adverts.CUES["A17"], *advert_soft.CUES["A17"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="图书课程", pattern=r"《[^》]*》(?![\s\S]*(?:同款|汤包|茶包))|图书|纸质书|电子书|课程|教材|网课", scope=Scope.TEXT, unless=r"》[^。]{0,6}(?:专栏|栏目|节目|讲堂|频道)|(?:文章|推文|文中|文末)[^。]{0,30}(?:电话|地址|链接|二维码|微信)"),
            Guard(exemption_id="纯科普", pattern=r"不推荐任何产品|不构成(?:诊疗|用药)|无任何(?:产品|推销)|公益", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

_TRIAL = r"(?:测评|评测|亲测|实测(?!续航|容量)|种草|探店|开箱|体验分享|使用心得|自用分享|真实体验|好物(?:分享|推荐|合集)|避雷|红黑榜|横评|试用报告|用了[一二三四五六七八九十两半\d]+(?:个月|周|天|年)[^,。!?;\n]{0,8}(?:分享|感受|说说|聊聊|心得))"
_OWN = r"(?:本店|我家(?!娃|宝|孩|猫|狗|老|小朋友|两个)|我们家(?!娃|宝|孩|猫|狗)|我们(?:的)?(?:产品|品牌|工厂|店)|自家|小店|店主|旗舰店|官方|本品牌|厂家直|客服)"

_MENTIONED_ONLY = MENTIONED.model_copy(
    update={"unless": f"{MENTIONED.unless}|{advert_soft.UNTOLD}|{advert_soft.SILENT}"}
)
"""别写广告二字 forbids a word and is the breach itself."""

A19 = LeadRule(
    rule_id="A19",
    version="3",
    title="以测评、种草等形式推销并附购物链接，未显著标明“广告”",
    domain="广告与宣传",
    severity=Severity.LOW,
    basis=(
        law(_AD_LAW, "第十四条", "广告应当具有可识别性，能够使消费者辨明其为广告。……通过大众传播媒介发布的广告应当显著标明“广告”，与其他非广告信息相区别，不得使消费者产生误解。……", since=_SINCE, verified=True),
        law(_NET_ADS, "第九条第三款", "（摘要）除法律、行政法规禁止发布或者变相发布广告的情形外，通过知识介绍、体验分享、消费测评等形式推销商品或者服务，并附加购物链接等购买方式的，广告发布者应当显著标明“广告”。", since=_NET_SINCE, verified=True),
    ),
    penalty=(law(_AD_LAW, "第五十九条第三款", "（摘要）广告不具有可识别性的，责令改正，对广告发布者处十万元以下的罚款。", since=_SINCE, verified=True),),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="自店自品", title="在自己的店铺介绍自己的商品，消费者能够辨明（可识别性指南第八条）", proof="发布者即店铺经营者"),
        Exemption(exemption_id="已标明广告", title="已显著标明“广告”", proof="标识的位置与大小"),
    ),
    proof_needed="发布页面全屏（标识位置、字号）；发布者与商家的合作关系；购物链接去向",
    breaching=(
        bad("博主亲测10款防晒，这款闭眼入，购买链接在评论区", Category.COSMETIC),
        bad("扫地机横评红黑榜！第一名直接戳左下角小黄车", Category.HOME),
        bad("用了三个月来分享使用心得，真香，复制口令下单", Category.DIGITAL),
        bad("探店种草｜这家火锅绝了，点击下方链接抢套餐", Category.FOOD),
        bad("好物分享：打工人必备午睡枕，同款链接放这里了", Category.HOME),
        *advert_examples.BREACHING["A19"],
    ),
    clean=(
        exempt("【广告】博主亲测10款防晒，购买链接在评论区", Category.COSMETIC),
        exempt("本店新品开箱视频，点击下方链接了解", Category.DIGITAL),
        ok("开箱即用，免安装，支持七天无理由", Category.HOME),
        exempt("看了测评来买的，点击链接下单的的就是这款", Category.HOME, source=Speaker.REVIEW),
        ok("实测续航12小时，快充30分钟", Category.DIGITAL),
        *advert_examples.CLEAN["A19"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="测评种草附链接", words=("测评", "评测", "亲测", "实测", "种草", "探店", "开箱", "体验分享", "使用心得", "自用分享", "真实体验", "好物", "避雷", "红黑榜", "横评", "试用报告", "用了"), pattern=_TRIAL, near=_BUY_HERE, near_scope=Scope.TEXT, bar="代评|好评|放单|补单|测评单|招|元/|软件|app", bar_scope=Scope.TEXT),
            saying("测评种草附链接", r"爱用物|空瓶记|自用(?:好物|推荐)|闭眼入|安利给|真香警告|绝绝子|vlog", near=rf"{_BUY_HERE}|橱窗", near_scope=Scope.TEXT, bar="代评|好评|放单|补单|教程|软件|相机|云台", bar_scope=Scope.TEXT),
            *indirect.CUES["A19"],
            *advert_trades.CUES["A19"], *plain_adverts.CUES["A19"], *advert_soft.CUES["A19"],
        ),
        guards=(
            _MENTIONED_ONLY,
            Guard(exemption_id="已标明广告", pattern=r"(?:没有|无|不放|不附|不挂|不带|不留)(?:任何|商品|购买)?(?:购买)?(?:链接|购物车|入口)|非合作|无(?:商业合作|广告|利益)|(?:^|[【\[(])推广(?=[\s】\])]|[^,。]{0,8}体验)|(?<!非)(?<!不是)[【\[(#(「]?广告[】\])#)」:：|]?(?!法|位|语|公司|牌|纸|衫|设计|费)|推广合作|商业推广|合作推广|赞助内容", scope=Scope.TEXT, unless=f"{advert_soft.UNTOLD}|{advert_soft.SILENT}"),
            Guard(exemption_id="自店自品", pattern=_OWN, scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

_CHILD = r"(?:(?<!\d)[1-9](?:周)?岁(?:半)?|[一二三四五六七八九]岁(?:半)?|未满(?:10|十)(?:周)?岁|不满(?:10|十)(?:周)?岁|(?:10|十)(?:周)?岁以下|幼儿园(?:小班|中班|大班)?)"
_SPOKESMAN = r"(?:代言(?:人)?|形象大使|推荐官|首席体验官|推广大使|品牌大使|证言)"
_PATIENT = r"(?:患者|病友|病人|糖友|老病号|使用者|用户|顾客|客户|学员|受害者)?(?:[\u4e00-\u9fff]{1,2}(?:先生|女士|大爷|大妈|阿姨|大叔|奶奶|爷爷|同学)|患者|病友|老病号)[^。!?;\n]{0,20}?(?:用了|服用|使用|吃了|喝了|贴了|治疗)[^。!?;\n]{0,16}?(?:治好|痊愈|康复|好了|不疼了|停药|正常了|消失|断根|见效|降下来|恢复|下地|能走|能跑|不痒了|不咳了)|(?:患者|病友|老病号)[^。!?;\n]{0,8}?(?:亲身见证|现身说法)|(?:我|俺)(?:的|多年的?)?[^,。!?;\n]{0,8}(?:病|炎|症|颈椎|腰椎|失眠|脱发)[^。!?;\n]{0,12}?(?:就是)?[^,。!?;\n]{0,10}(?:治好|痊愈|断根|好了)|(?:明星|演员|歌手|主持人|网红)[^。!?;\n]{0,12}?(?:代言|推荐)[^。!?;\n]{0,10}?(?:我(?:也)?(?:用|吃|喝)过|亲自(?:用|吃)过)[^。!?;\n]{0,16}"

A23 = LeadRule(
    rule_id="A23",
    version="3",
    title="利用不满十周岁的未成年人或者患者等作代言、证明",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law(_AD_LAW, "第三十八条", "广告代言人在广告中对商品、服务作推荐、证明，应当依据事实，符合本法和有关法律、行政法规规定，并不得为其未使用过的商品或者未接受过的服务作推荐、证明。不得利用不满十周岁的未成年人作为广告代言人。……", since=_SINCE, verified=True),
        law(_AD_LAW, "第十六条第一款第四项、第十八条第一款第五项", "医疗、药品、医疗器械、保健食品广告不得利用广告代言人作推荐、证明。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_AD_LAW, "第五十八条第一款第十项、第十一项", "……责令停止发布广告，责令广告主在相应范围内消除影响，处广告费用一倍以上三倍以下的罚款，广告费用无法计算或者明显偏低的，处十万元以上二十万元以下的罚款……", since=_SINCE, verified=True),
        law(_AD_LAW, "第六十一条", "（摘要）广告代言人有违法代言情形的，没收违法所得，并处违法所得一倍以上二倍以下的罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="儿童商品的展示", title="童装、玩具等由儿童模特试穿、展示，未以其名义形象作推荐证明", proof="拍摄合同、广告文案"),
        Exemption(exemption_id="反对、提示或者规定引用", title="引用规定、提示不得代言", proof="全文语境"),
    ),
    proof_needed="广告页面与影像；代言人身份、年龄；代言合同；是否使用过商品",
    breaching=(
        bad("8岁萌娃小糖豆代言，孩子都爱喝的牛奶", Category.FOOD),
        bad("品牌代言人：6岁童星乐乐，推荐儿童牙膏", Category.MOTHER_BABY),
        bad("患者张大爷用了两盒膏药，多年腰疼治好了"),
        bad("糖友李阿姨喝了三个月，停药后血糖正常了", Category.FOOD),
        bad("五岁宝宝担任品牌推荐官，妈妈放心选", Category.MOTHER_BABY),
        *advert_examples.BREACHING["A23"],
    ),
    clean=(
        ok("适合3-8岁儿童，模特身高120cm穿130码", Category.CLOTHING),
        exempt("依据广告法，不得利用未满十周岁未成年人代言", Category.OTHER),
        ok("知名运动员代言，25岁奥运冠军同款球拍", Category.OTHER),
        exempt("王先生用了三天，腰不疼了，好评", source=Speaker.REVIEW),
        exempt("童装小模特试穿，6岁小模特萌宝代言图仅作款式展示", Category.CLOTHING),
        *advert_examples.CLEAN["A23"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="不满十周岁代言", words=("代言", "形象大使", "推荐官", "体验官", "推广大使", "品牌大使"), pattern=f"{_CHILD}[^。!?;\\n]{{0,16}}?{_SPOKESMAN}|{_SPOKESMAN}[^。!?;\\n]{{0,12}}?{_CHILD}", bar=r"[1-9]\d岁|岁以上|岁起|适合|适用", bar_scope=Scope.SENTENCE),
            Cue(cue_class="患者证言", words=("先生", "女士", "大爷", "大妈", "阿姨", "大叔", "奶奶", "爷爷", "同学", "患者", "病友", "老病号", "我的", "我多年", "俺的", "俺多年", "明星", "演员", "歌手", "主持人", "网红"), pattern=_PATIENT, bar="手机|电脑|系统|机器|网络|信号", bar_scope=Scope.SENTENCE),
            saying("患者证言", r"(?:大妈|大爷|阿姨|奶奶|爷爷|大叔|大婶|先生|女士)(?:[:,说]|亲述|亲测)[^。!?;\n]{0,12}[吃喝用贴戴](?:了|完)[^。!?;\n]{0,16}(?:不[疼痛痒咳喘]|能(?:爬|走|下|跑|睡)|好了|没了|正常了|降了|稳了)|(?:糖友|病友|患者|老病号|三高老友)(?:亲测|亲述|实拍|实测|反馈|见证|说)[^。!?;\n]{0,16}(?:不[疼痛痒咳喘]|稳了|没了|好了|降了|正常|能走|能下)", bar="手机|电脑|系统|机器|网络", bar_scope=Scope.SENTENCE),
            saying("不满十周岁代言", r"(?:(?<!\d)[1-9]|[一二三四五六七八九])岁(?:的)?(?:萌娃|童星|宝宝|娃|小模特?|女儿|儿子|小主播|小博主)[^,。!?;\n]{0,6}(?:代言|推荐|为你推荐|安利|带货)", bar="适合|适用", bar_scope=Scope.CLAUSE),
            saying("患者证言", r"(?:大妈|大爷|阿姨|奶奶|爷爷|大叔|大婶)(?:说|:|亲述)[^。!?;\n]{0,14}[吃喝用贴戴](?:了|完)[^。!?;\n]{0,14}(?:利索|有劲|精神了|年轻了|腿脚|血压|血糖)"),
            saying("不满十周岁代言", r"(?:小明星|小网红|萌娃|萌宝|童星|小主播|小达人|小宝)[^,。!?;\n]{0,6}(?:代言|推荐[:,]|作证|安利|担任)|(?<!\d)(?:[1-9]|[一二三四五六七八九])岁[^,。!?;\n]{0,8}(?:代言|推荐[:,]|安利)|(?:幼儿园|小学[一二三]年级)[^,。!?;\n]{0,8}(?:代言|推荐[:,])", bar="适合|适用|岁以上|岁起|模特|展示|试穿", bar_scope=Scope.CLAUSE),
            saying("患者证言", r"(?:老?病号|患者|病友|病人|糖友)[\u4e00-\u9fff]{0,8}(?:作证|现身说法|亲述|自述|讲述|见证|亲身经历|:)[^。!?;\n]{0,24}(?:好了|不[疼痛痒咳]|治好|带风|惊了|正常|管用|见效|有劲|停药|利索)"),
            saying("不满十周岁代言", r"[(](?:[1-9]|[一二三四五六七八九])岁[)][^,。!?;\n]{0,6}(?:推荐|代言|安利|说)|(?:(?<!\d)[1-9]|[一二三四五六七八九])岁(?:的)?(?:童星|萌娃|宝贝|小明星)[^,。!?;\n]{0,6}(?:代言|推荐)", bar="适合|适用|模特|展示", bar_scope=Scope.CLAUSE),
            saying("患者证言", r"(?:大妈|大爷|阿姨|奶奶|爷爷|大叔|先生|女士)(?::|说|讲)[^。!?;\n]{0,20}(?:药都不|不用吃药|停药|不用打针|指标(?:都)?正常|病好|痊愈|治好)"),
            *advert_cures.CUES["A23"], *advert_people.CUES["A23"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="反对、提示或者规定引用", pattern=r"不得|禁止|依据广告法|规定|违法|《", scope=Scope.SENTENCE),
            Guard(exemption_id="儿童商品的展示", pattern=r"试穿|模特|展示|拍摄|上身图", scope=Scope.SENTENCE, cue_classes=("不满十周岁代言",), unless="代言人"),
        ),
    ),
)  # fmt: skip

_AI = r"(?:ai(?!d)|人工智能|数字人|虚拟人|虚拟主播|换脸|深度合成|合成(?:的)?(?:声音|语音|视频|形象)|克隆(?:声音|语音|形象)|ai换脸|拟声)"
_GREAT = r"(?:专家|院士|医生|教授|名医|老中医|主任|名人|明星|主持人|博士|医师|营养师|企业家|奥运冠军|运动员|演员|歌手|首富|老师|大咖|网红|影帝|影后|央视)"

A24 = LeadRule(
    rule_id="A24",
    version="2",
    title="以人工智能等生成专家、名人形象推销而未持续提示",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law(_AD_LAW, "第二十八条第二款", "（摘要）使用虚构、伪造或者无法验证的信息作证明材料、虚构使用商品效果等以虚假或者引人误解的内容欺骗、误导消费者的，为虚假广告。", since=_SINCE, verified=True),
        law(_LIVE, "第三十四条、第三十七条", "（摘要，待核）使用人工智能等技术生成的人物图像、视频从事直播电商的，应当持续向消费者提示；不得以人工智能等技术冒充他人推销。", since=_LIVE_SINCE, verified=False),
    ),
    penalty=(law(_AD_LAW, "第五十五条", "（摘要）发布虚假广告的，责令停止发布广告，处广告费用三倍以上五倍以下的罚款，广告费用无法计算或者明显偏低的，处二十万元以上一百万元以下的罚款……", since=_SINCE, verified=True),),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="已持续提示", title="持续显著标明由人工智能生成，未冒充真人", proof="视频全程录屏与标识"),
        Exemption(exemption_id="技术、课程或者科普", title="数字人技术、剪辑课程、防骗提示，未用于推销所涉商品", proof="所售商品或者服务"),
        Exemption(exemption_id="已获本人授权", title="所涉真人书面授权且已提示", proof="授权书"),
    ),
    proof_needed="视频、直播全程录屏；生成工具与素材来源；所涉真人是否授权",
    breaching=(
        bad("AI数字人老中医在线讲解，推荐祖传膏方，下单立减"),
        bad("用AI换脸明星带货视频推荐我们的面膜，效果逼真", Category.COSMETIC),
        bad("AI合成院士形象力荐，中老年钙片，抢购中", Category.HEALTH_FOOD),
        bad("奥运冠军AI克隆声音带货，农家土鸡蛋", Category.FOOD),
        bad("AI生成的三甲医院专家视频，推荐护膝", Category.DEVICE),
        *advert_examples.BREACHING["A24"],
    ),
    clean=(
        exempt("画面持续标注“AI生成”，虚拟主播老师介绍商品规格，推荐按需选购", Category.HOME),
        exempt("AI数字人课程：教你制作虚拟主播老师带货视频", Category.EDUCATION),
        exempt("谨防AI换脸明星推荐商品的骗局"),
        ok("AI智能音箱 语音助手 老师推荐书单功能", Category.DIGITAL),
        exempt("视频里AI合成的专家推荐的，骗人", source=Speaker.REVIEW),
        *advert_examples.CLEAN["A24"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="AI人物推荐", words=("ai", "人工智能", "数字人", "虚拟人", "虚拟主播", "换脸", "合成", "克隆", "拟声"), pattern=f"{_AI}(?:生成|合成|制作|换脸|克隆)?[^,。!?;\\n]{{0,8}}?{_GREAT}[^。!?;\\n]{{0,16}}?(?:推荐|力荐|讲解|带货|代言|坐诊|证言|推销|种草|安利)|{_GREAT}[^,。!?;\\n]{{0,6}}?{_AI}[^。!?;\\n]{{0,12}}?(?:推荐|力荐|带货|代言|推销)|(?:推荐|力荐|带货|代言)[^,。!?;\\n]{{0,8}}?{_AI}[^,。!?;\\n]{{0,6}}?{_GREAT}", bar=r"音箱|手表|学习机|智能(?:音箱|助手|手表|机器人|耳机|眼镜|家居)|ai(?:芯片|算法|修图|摄影|语音助手)", bar_scope=Scope.SENTENCE),
            saying("AI人物推荐", r"(?:ai|换脸|数字人|虚拟主播|虚拟人|深度合成|合成)[^。!?;\n]{0,14}(?:钟南山|张文宏|李兰娟|张伯礼|白岩松|董明珠|雷军|马云|国医大师|[\u4e00-\u9fff]院士|名人|明星|专家|名医|老中医|教授|影星)[^。!?;\n]{0,14}(?:讲解|推荐|说|带货|代言|卖|站台|声音|推销|教你|教您)|(?:院士|专家|教授|名医|明星|[\u4e00-\u9fff]医生)[^。!?;\n]{0,6}由ai(?:生成|合成)[^。!?;\n]{0,16}(?:推荐|讲解|带货|购买)", bar=r"音箱|手表|学习机|家居|谨防|警惕|骗局|课程|教程", bar_scope=Scope.SENTENCE),
            saying("AI人物未提示", r"(?:数字人|虚拟主播|虚拟人|ai主播|ai人物|ai生成的)[^。!?;\n]{0,30}(?:没有?|未|无|不)[^,。!?;\n]{0,8}(?:标识|标注|提示|标明|说明)|(?:数字人|虚拟主播|虚拟人|ai(?:主播|形象|人物))[^。!?;\n]{0,14}(?:冒充|看上去就是|伪装成?|当作|假扮|假装)(?:是)?真?人", bar=r"不得|应当|必须|禁止|规定|软件|系统搭建|课程|教程", bar_scope=Scope.SENTENCE),
            saying("AI人物推荐", r"ai(?:技术)?[^,。!?;\n]{0,4}(?:复刻|合成|生成|克隆|模仿|换脸)[^。!?;\n]{0,10}(?:院士|教授|专家|医生|名人|明星|主播|中医)[^。!?;\n]{0,20}(?:购买|背书|带货|推荐|号召|未[做作有加]|没有|下单)|(?:院士|教授|专家|医生|中医)[”\"」]?[^。!?;\n]{0,6}ai(?:合成|生成|克隆)[^。!?;\n]{0,14}(?:背书|推荐|带货|号召|代言)", bar=r"音箱|手表|学习机|谨防|警惕|骗局|课程|教程|软件", bar_scope=Scope.SENTENCE),
            saying("AI人物推荐", r"ai(?:克隆|换脸|合成|模仿)[^,。!?;\n]{1,6}(?:声音|形象|的?脸|视频)[^。!?;\n]{0,12}(?:卖|带货|推荐|购买)|(?:专家|主任|院士|教授|医生)[”\"」]?为ai[^。!?;\n]{0,12}(?:推荐|带货|购买)", bar=r"谨防|警惕|骗局|课程|教程|软件", bar_scope=Scope.SENTENCE),
            *advert_praise.CUES["A24"], *plain_adverts.CUES["A24"], *advert_people.CUES["A24"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="已持续提示", pattern=r"(?:持续|全程|显著)?(?<!未)(?<!不)(?<!没有)(?<!没)(?<!未作)(?<!未做)(?<!没做)(?:标注|标明|提示|注明|标识)[^,。!?;\n]{0,6}(?:ai|人工智能|虚拟|合成)|(?:本视频|画面|本内容|内容)(?:为|由)(?:ai|人工智能)生成", scope=Scope.TEXT),
            Guard(exemption_id="技术、课程或者科普", pattern=r"课程|教程|教你(?:制作|做|用|使用|如何|怎么)|软件|工具|系统搭建|源码|谨防|警惕|骗局|防骗|识别|鉴别|科普|可能(?:是|为)ai|小心[!,]|《", scope=Scope.TEXT),
            Guard(exemption_id="已获本人授权", pattern=r"(?:本人|真人|明星|肖像)授权", scope=Scope.TEXT),
        ),
    ),
)  # fmt: skip

A22 = LeadRule(
    rule_id="A22",
    version="3",
    title="将未注册商标冒充注册商标使用",
    domain="广告与宣传",
    severity=Severity.LOW,
    basis=(
        law("中华人民共和国商标法", "第五十二条", "将未注册商标冒充注册商标使用的，或者使用未注册商标违反本法第十条规定的，由地方工商行政管理部门予以制止，限期改正，并可以予以通报……", since=_MARKS_2014, until=_MARKS_END, verified=True),
        law("中华人民共和国商标法（2026年修订）", "（对应原第五十二条，条号待核）", "（待核）将未注册商标冒充注册商标使用的，或者使用未注册商标违反本法第十条规定的，由地方工商行政管理部门予以制止，限期改正，并可以予以通报……", since=_MARKS_2027, verified=False),
    ),
    penalty=(law("中华人民共和国商标法", "第五十二条", "……违法经营额五万元以上的，可以处违法经营额百分之二十以下的罚款，没有违法经营额或者违法经营额不足五万元的，可以处一万元以下的罚款。", since=_MARKS_2014, until=_MARKS_END, verified=True), law("中华人民共和国商标法（2026年修订）", "（对应原第五十二条，条号待核）", "（待核）……违法经营额五万元以上的，可以处违法经营额百分之二十以下的罚款，没有违法经营额或者违法经营额不足五万元的，可以处一万元以下的罚款。", since=_MARKS_2027, verified=False),),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="商标代理服务", title="代理注册、查询等服务的说明", proof="服务内容"),
        Exemption(exemption_id="如实标注申请中", title="用 TM 或者如实说明申请中，未使用 ® 或者“注册商标”", proof="商标受理通知书"),
        Exemption(exemption_id="境外注册的说明", title="如实说明在境外注册", proof="境外注册证及说明"),
    ),
    proof_needed="商标局登记簿查询结果（是否注册、类别、权利人）；商品与包装上的标注",
    breaching=(
        bad("青禾®（商标申请中）手工皂", Category.OTHER),
        bad("本店注册商标“云溪”，目前受理中，尚未下证", Category.CLOTHING),
        bad("注册商标正在审查中，仿冒必究", Category.FOOD),
        bad("南屿®棉袜，商标注册申请号68765432，等待初审", Category.CLOTHING),
        bad("R标已提交，注册商标受理通知书已到手，品牌保证", Category.HOME),
        *advert_examples.BREACHING["A22"],
    ),
    clean=(
        ok("青禾™ 手工皂 商标申请中", Category.OTHER),
        exempt("商标注册代理，注册商标申请中可查进度，专业顾问"),
        ok("南屿®棉袜 全棉 5双装", Category.CLOTHING),
        exempt("收到的东西写着注册商标，其实还在申请中", source=Speaker.REVIEW),
        ok("华为®手机壳适用，非原厂", Category.DIGITAL),
        *advert_examples.CLEAN["A22"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="申请中而称注册", words=("®", "(r)", "注册商标", "r标"), near=r"申请中|受理中|受理通知|审查中|审核中|尚未(?:下证|注册|核准)|未下证|待下证|等待(?:初审|核准|下证)|(?:还|正|仍)?在申请|刚提交|提交(?:了)?申请|没下来|还没下|还在审查|在审|走流程|未核准|尚未核准|已过期|过期未|失效|未续展|被驳回|先用着|先印|公告期|申请号|(?:商标)?未注册|没有注册|还没注册|注册中", near_scope=Scope.SENTENCE, bar="专利申请", bar_scope=Scope.SENTENCE),
            *indirect.CUES["A22"],
            *advert_praise.CUES["A22"], *plain_adverts.CUES["A22"], *advert_marks.CUES["A22"],
        ),
        guards=(
            MENTIONED,
            Guard(exemption_id="商标代理服务", pattern=r"代理|代办|顾问|查询服务|转让平台|知识产权(?:服务|公司)|咨询|加急注册|包注册", scope=Scope.TEXT),
            Guard(exemption_id="境外注册的说明", pattern=r"(?:美国|日本|欧盟|韩国|法国|德国|英国|境外|海外|香港)(?:已)?注册", scope=Scope.SENTENCE),
        ),
    ),
)  # fmt: skip

RULES = (A17, A19, A22, A23, A24)
