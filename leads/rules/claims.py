"""Claims that lean on something else: patents (A15), well-known trade marks (A21), copies of brands (C05), faulty permits (N06)."""

from __future__ import annotations

from datetime import date

from leads.authoring import any_of, bad, exempt, law, ok, saying, unclear
from leads.numbers import NUMBER_PATTERNS, NumberKind
from leads.rules import (
    advert_examples,
    advert_marks,
    advert_praise,
    families_operators,
    families_trade,
    indirect,
    plain_adverts,
    plain_trade,
    shown_operators,
    shown_trade,
)
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.rules.mentioning import MENTIONED, MENTIONS
from leads.signals import Cue, Guard, LeadRule, Procedure, Scope, Signal
from records.leads import Exemption, ScanFields, Severity, Verdict
from records.market import Category, Speaker

__all__ = ["RULES"]

# The trade mark law revised in 2026 is in force from 2027-01-01; its numbering was not read (待核).
_MARKS_2014, _MARKS_END, _MARKS_2027 = date(2014, 5, 1), date(2026, 12, 31), date(2027, 1, 1)

_AD_LAW, _AD_SINCE = "中华人民共和国广告法", date(2015, 9, 1)
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())
_NOT_WHOLE = ScanFields(page_complete=False, approval_nos=())
_CLAIMED = r"(?:采用|运用|应用|搭载|拥有|获得?|荣获|独家|自主|国家|发明|实用新型|外观(?:设计)?|多项|[一二三四五六七八九十两\d]+项|专业)[^,。!?;]{0,6}专利|专利(?:技术|产品|配方|设计|工艺|结构|材料|认证|成分|面料|保护)"
_NO_CLAIM = r"(?:无|没有|非|未(?:申请|获得?|取得)|不是|侵犯|侵害|申请)[^,。!?;]{0,3}专利|专利(?:申请(?!号)|代理|转让|检索|撰写|纠纷|侵权|法|局|文献|药师|代办|交易)"

A15 = LeadRule(
    rule_id="A15",
    version="4",
    title="广告涉及专利未标明专利号，或者所标专利号不实",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law(_AD_LAW, "第十二条", "广告中涉及专利产品或者专利方法的，应当标明专利号和专利种类。未取得专利权的，不得在广告中谎称取得专利权。禁止使用未授予专利权的专利申请和已经终止、撤销、无效的专利作广告。", since=_AD_SINCE, verified=True),
    ),
    penalty=(
        law(_AD_LAW, "第五十九条第一款第三项", "……由市场监督管理部门责令停止发布广告，对广告主处十万元以下的罚款：……（三）涉及专利的广告违反本法第十二条规定的；", since=_AD_SINCE, verified=True),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="不涉及本商品的专利", title="专利服务、图书等，或者否认取得专利", proof="全文语境"),
        Exemption(exemption_id="读取有误", title="专利号在图片中，识别有误", proof="专利证书"),
    ),
    proof_needed="广告页面；专利证书与登记簿副本（是否有效、权利人、专利种类）",
    breaching=(
        bad("采用专利散热技术，静音升级", Category.DIGITAL, fields=_NONE_SHOWN),
        bad("国家发明专利产品，仿冒必究", Category.HOME, fields=_NONE_SHOWN),
        bad("专利号：ZL201510123456.3", Category.HOME),
        bad("专利配方面霜，独家成分", Category.COSMETIC, fields=_NONE_SHOWN),
        bad("专利号 ZL2021301.00 外观设计专利 防滑拖鞋", Category.CLOTHING),
        bad("实用新型专利 ZL201820456789.1 折叠结构", Category.HOME),
        *advert_examples.BREACHING["A15"],
    ),
    clean=(
        ok("专利号：ZL201510123456.1 发明专利", Category.HOME),
        unclear("采用专利散热技术", Category.DIGITAL, fields=_NOT_WHOLE),
        ok("采用专利散热技术", Category.DIGITAL),
        ok("专利技术", Category.HOME, fields=ScanFields(page_complete=True, approval_nos=("ZL201510123456.1",))),
        ok("专利申请代理，代写专利文件", fields=_NONE_SHOWN),
        unclear("新结构设计，专利申请中", Category.HOME, fields=_NONE_SHOWN),
        ok("普通款，没有专利", Category.HOME, fields=_NONE_SHOWN),
        *advert_examples.CLEAN["A15"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="专利号不实", words=("zl",), pattern=NUMBER_PATTERNS[NumberKind.PATENT], number=NumberKind.PATENT),
            Cue(cue_class="专利号格式不符", words=("zl",), pattern=r"(?<![a-z0-9])zl ?\d{4,20}(?:\.[\dx]+)?(?![\dx*])", near="专利", bar=rf"{NUMBER_PATTERNS[NumberKind.PATENT]}|(?<![a-z0-9])zl ?\d{{8}}\.?[\dx](?![\dx.])"),
            Cue(cue_class="专利申请尚未授权", words=("专利申请", "申请专利", "专利受理", "专利已受理"), pattern=r"专利(?:已)?(?:申请中|受理中|已受理|申请号|申请已受理)|(?:已|正在)申请专利(?!代理)", verdict=Verdict.UNDETERMINED),
            Cue(cue_class="称专利而无专利号", words=("专利",), pattern=_CLAIMED, bar=_NO_CLAIM, bar_scope=Scope.SENTENCE, owed=r"zl ?\d{8}|专利(?:申请)?号|\d{12}\.[\dx]"),
            Cue(cue_class="称专利而无专利号", words=("专利",), pattern=r"专利(?!申请|代理|转让|检索|年费|法|号|局|文献|侵权|纠纷|权|代|交易|律|撰写|药师|保护制度|导航|运营|评估|许可合同|加急|挖掘|查询|受理|证书号)[^,。!?;]{0,4}", bar=rf"{_NO_CLAIM}|专利[^,。!?;]{{0,8}}(?:服务|图书|教程|论文|入门)|《", bar_scope=Scope.SENTENCE, owed=r"zl ?\d{8}|专利(?:申请)?号|\d{12}\.[\dx]"),
            saying("称专利而已失效或者未授权", r"专利[^,。!?;\n]{0,8}(?:到期|失效|过期|终止|被宣告无效)[^。!?;\n]{0,24}(?:仍|依然|还|继续|照样)[^。!?;\n]{0,12}专利|专利(?:还在|正在)?(?:申请|受理)[^。!?;\n]{0,30}(?:已获专利|专利产品|专利保护|获得专利|专利认证)|(?:已|正在)申请专利[^。!?;\n]{0,6}专利(?:产品|技术|保护)", bar="代理|服务|《|不(?:作|做|以|用|使用|宣传|标|称)[^,。]{0,4}专利|并非专利|不是专利|非专利", bar_scope=Scope.SENTENCE),
            *advert_praise.CUES["A15"], *plain_adverts.CUES["A15"], *advert_marks.CUES["A15"],
        ),
        guards=(MENTIONED,),
        procedure=Procedure.APPROVAL_FORM,
    ),
)  # fmt: skip

A21 = LeadRule(
    rule_id="A21",
    version="3",
    title="将“驰名商标”字样用于广告宣传",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law("中华人民共和国商标法", "第十四条第五款", "生产、经营者不得将“驰名商标”字样用于商品、商品包装或者容器上，或者用于广告宣传、展览以及其他商业活动中。", since=_MARKS_2014, until=_MARKS_END, verified=True),
        law("中华人民共和国商标法（2026年修订）", "（对应原第十四条第五款，条号待核）", "（待核）生产、经营者不得将“驰名商标”字样用于商品、商品包装或者容器上，或者用于广告宣传、展览以及其他商业活动中。", since=_MARKS_2027, verified=False),
    ),
    penalty=(
        law("中华人民共和国商标法", "第五十三条", "违反本法第十四条第五款规定的，由地方工商行政管理部门责令改正，处十万元罚款。", since=_MARKS_2014, until=_MARKS_END, verified=True),
        law("中华人民共和国商标法（2026年修订）", "（对应原第五十三条，条号待核）", "（待核）违反本法第十四条第五款规定的，由地方工商行政管理部门责令改正，处十万元罚款。", since=_MARKS_2027, verified=False),
    ),
    exemptions=(
        MENTIONS,
        Exemption(exemption_id="法律服务、图书或者普法", title="商标代理、案例图书、普法说明，不是推销所涉商品", proof="全文语境"),
        Exemption(exemption_id="企业简介的客观记述", title="在企业简介中客观记述被保护的事实（须人工判断）", proof="认定文件与页面全文"),
    ),
    proof_needed="广告页面；商标认定与保护记录；“驰名商标”字样是否突出使用",
    breaching=(
        bad("中国驰名商标，品质保证", Category.CLOTHING),
        bad("驰名商标企业出品", Category.FOOD),
        bad("荣获中国驰名商标称号", Category.LIQUOR),
        bad("驰 名 商 标 正品行货", Category.HOME),
        bad("中國馳名商標 礼盒装", Category.FOOD),
        *advert_examples.BREACHING["A21"],
    ),
    clean=(
        exempt("驰名商标认定代理，商标注册咨询"),
        exempt("《驰名商标司法保护》图书包邮"),
        exempt("不得将驰名商标字样用于广告宣传"),
        ok("驰名中外的西湖龙井", Category.FOOD),
        ok("注册商标 正品", Category.HOME),
        *advert_examples.CLEAN["A21"],
    ),
    signal=Signal(
        cues=(Cue(cue_class="驰名商标", words=("驰名商标", "驰名品牌商标", "驰名国家商标")), *advert_praise.CUES["A21"]),
        guards=(
            MENTIONED,
            Guard(exemption_id="企业简介的客观记述", pattern=r"予以保护|大事记|企业简介|公司简介|发展历程|企业历史|历史沿革|知识讲座", scope=Scope.TEXT, verdict=Verdict.UNDETERMINED, unless=r"放心|首选|品质|大牌|买|送礼"),
            Guard(exemption_id="法律服务、图书或者普法", pattern=r"《[^》]*》|论文|制度研究|代理|代办|咨询|(?:材料|证据|文件)(?:整理|收集|准备|撰写)|驳回复审|续展|异议答辩|律师|案例|案件|申请认定|认定(?:工作|条件|程序|标准)|不得(?:将|用于|作为|在广告)|(?:本店)?已(?:全部)?(?:删除|撤下|去除)|知识科普|商标法|图书|课程|普法|培训", scope=Scope.TEXT, unless=r"代理商|招代理"),
        ),
    ),
)  # fmt: skip

_LUXURY = ("lv", "路易威登", "gucci", "古驰", "香奈儿", "chanel", "爱马仕", "hermes", "迪奥", "dior", "普拉达", "prada", "劳力士", "rolex", "欧米茄", "omega", "卡地亚", "cartier", "梵克雅宝", "宝格丽", "蒂芙尼", "浪琴", "百达翡丽", "巴宝莉", "burberry", "圣罗兰", "ysl", "mcm", "coach", "蔻驰", "耐克", "nike", "aj1", "aj", "乔丹", "椰子鞋", "阿迪", "阿迪达斯", "adidas", "匡威", "新百伦", "newbalance", "彪马", "斐乐", "始祖鸟", "加拿大鹅", "北面", "苹果", "airpods", "iphone", "华为", "戴森", "茅台", "飞天", "五粮液", "兰蔻", "雅诗兰黛", "sk2", "海蓝之谜", "supreme", "巴黎世家", "纪梵希", "芬迪", "万国", "积家", "理查德", "lululemon", "moncler", "盟可睐", "樱桃包", "迪士尼", "乐高", "驴牌", "驴家", "香奶奶", "小香", "古奇", "古琦", "马家", "ck", "gucii", "某奢", "奢侈品", "大牌包", "名表", "绿水鬼", "黑水鬼", "椰子", "对勾", "阿玛尼", "armani", "范思哲", "versace", "葆蝶家", "bv", "罗意威", "loewe", "celine", "赛琳", "miumiu", "valentino", "华伦天奴", "off-white", "bape", "canada goose", "ugg", "汤丽柏琦", "tb包", "mk", "万宝龙", "雷朋", "施华洛世奇", "潘多拉", "周大福", "苹果手机", "三星", "小米", "switch", "ps5", "五菱", "国窖", "剑南春", "中华烟", "dw", "天梭", "百年灵", "沛纳海", "蔻依", "麦昆", "gg")  # fmt: skip
_BRANDED = rf"(?<![a-z]){any_of(one for one in _LUXURY if one.isascii())}(?![a-z])|{any_of(one for one in _LUXURY if not one.isascii())}"
_COPY = r"高仿(?!真)|超仿|精仿|顶级复刻|(?:1:1|1比1)(?:复刻|精仿|高仿|开模|品质|原版)|一比一复刻|复刻(?:版|表|包|鞋|机芯)?|(?:超|顶级?)?a货|超a|顶a|a\+?货|纯原|原厂皮|过验(?:版)?|可过专柜|专柜同款品质|莆田|华强北(?:顶配|版|耳机)|原单(?!号)|尾单|外贸尾货原单|仿真度99|精版|1比1(?!等比|开孔|还原|调|稀释)|1:1(?!开孔|开模|精准|对应|兑|等比|比例|模型|手办|还原|配|充|调|稀释)|一比一(?!还原|比例|等比|赔|退)|懂的来|大牌原(?:单|版|厂)|顶级货|同厂货|原厂货|n级(?:货|品)|搞仿|高防货"
_COPY_WORDS = ("高仿", "超仿", "精仿", "复刻", "a货", "超a", "顶a", "纯原", "原厂皮", "过验", "可过专柜", "专柜同款品质", "莆田", "华强北", "原单", "尾单", "1:1", "1比1", "一比一", "懂的来", "大牌原", "顶级货", "同厂货", "原厂货", "柜姐", "n级", "渠道货", "高防", "搞仿", "f仿")  # fmt: skip

C05 = LeadRule(
    rule_id="C05",
    version="5",
    title="销售侵犯注册商标专用权的商品（线索）",
    domain="竞争、价格与消费者",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国商标法", "第五十七条第三项", "有下列行为之一的，均属侵犯注册商标专用权：……（三）销售侵犯注册商标专用权的商品的；", since=_MARKS_2014, until=_MARKS_END, verified=True),
        law("中华人民共和国商标法（2026年修订）", "（对应原第五十七条第三项，条号待核）", "（待核）有下列行为之一的，均属侵犯注册商标专用权：……（三）销售侵犯注册商标专用权的商品的；", since=_MARKS_2027, verified=False),
    ),
    penalty=(
        law("中华人民共和国商标法", "第六十条第二款", "……责令立即停止侵权行为，没收、销毁侵权商品和主要用于制造侵权商品、伪造注册商标标识的工具，违法经营额五万元以上的，可以处违法经营额五倍以下的罚款，没有违法经营额或者违法经营额不足五万元的，可以处二十五万元以下的罚款……", since=_MARKS_2014, until=_MARKS_END, verified=True),
        law("中华人民共和国商标法（2026年修订）", "（对应原第六十条第二款，条号待核）", "（待核）……责令立即停止侵权行为，没收、销毁侵权商品和主要用于制造侵权商品、伪造注册商标标识的工具，违法经营额五万元以上的，可以处违法经营额五倍以下的罚款，没有违法经营额或者违法经营额不足五万元的，可以处二十五万元以下的罚款……", since=_MARKS_2027, verified=False),
    ),
    exemptions=(
        Exemption(exemption_id="品牌方官方复刻、授权或者二手鉴定", title="权利人自己的复刻款、授权商品、鉴定服务", proof="授权书或者购货凭证"),
        Exemption(exemption_id="打假提示或者否认", title="提示防范仿冒或者声明不售", proof="全文语境"),
    ),
    proof_needed="权利人辨认意见；商标注册证；商品实物、进货凭证与销售记录",
    breaching=(
        bad("高仿LV老花手袋，1:1品质", Category.CLOTHING),
        bad("劳力士复刻表 过验机芯", Category.JEWELLERY),
        bad("莆田纯原AJ1 工厂直发", Category.CLOTHING),
        bad("香奈儿超A包包，原厂皮", Category.CLOTHING),
        bad("华强北顶配 苹果耳机 高仿", Category.DIGITAL),
        *shown_trade.BREACHING["C05"],
    ),
    clean=(
        ok("高仿真绿植盆栽", Category.HOME),
        ok("1:1等比例恐龙模型"),
        ok("备注原单号补发"),
        exempt("谨防高仿LV，支持专柜验货", Category.CLOTHING),
        exempt("耐克官方复刻款 AJ1 专柜授权", Category.CLOTHING),
        exempt("收到是高仿的耐克", Category.CLOTHING, source=Speaker.REVIEW),
        *shown_trade.CLEAN["C05"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="仿冒品牌", words=_COPY_WORDS, pattern=_COPY, near=_BRANDED, near_scope=Scope.TEXT),
            saying("仿冒品牌", r"(?<![a-z])(?:n|z|v|j|p|f|vs|zf|ar|ppf|jf)厂(?![家房区长])|过专柜|专柜同步|渠道货|高端货|对版|真标|真爆|过得物|放店对比|公司级|一手货源|贴牌|logo都有|logo齐全|改名定位|微商价|复刻\d{4}|原厂皮|顶级货", near=rf"{_BRANDED}|(?<![a-z])[a-z]家|劳家|驴家|鸟家|花家|马家|古家|菜家|cc家|水鬼|大g(?!l)|老爹鞋|双g|老花", near_scope=Scope.TEXT, bar="支持专柜验货|正品|二手|鉴定证书|不(?:卖|售)", bar_scope=Scope.TEXT),
            saying("仿冒品牌", r"华强北[^。!?;]{0,14}(?:耳机|手表|顶配|改名|定位|序列号|弹窗|代|版)|(?:耳机|手表|airpods|手机)[^。!?;]{0,12}华强北", bar="市场|商圈|地铁|历史|旅游|图册|维修", bar_scope=Scope.TEXT),
            saying("仿冒品牌", r"(?:不是|并非|非)正品|工厂流出|高版本|外观和(?:正品|专柜)|(?:和|跟)(?:正品|专柜)(?:一样|无差|没区别)|专柜品质|皮具城|eta机芯|广州白云", near=rf"{_BRANDED}|驴家|香家|劳家|花家|马家|三叶草", near_scope=Scope.TEXT, bar=r"假一|包退|赔[十百\d]|举报", bar_scope=Scope.TEXT),
            saying("仿冒品牌", r"复刻级|(?:卡家|香家|驴家|古家|爱马家|劳家|迪家)[^,。!?;\n]{0,6}(?:同款|手镯|包|戒指|项链|腕表|复刻)", bar="官方|授权|二手|鉴定", bar_scope=Scope.SENTENCE),
            saying("仿冒品牌", r"a货(?:包|鞋|表|手表|手袋|耳机|首饰|化妆品)|(?:包包|手表|鞋子?|耳机|手袋|腰带|首饰)[^。!?;\n]{0,6}(?:1:1|1比1|一比一)(?:复刻|还原)|(?:1:1|1比1|一比一)复刻[^。!?;\n]{0,4}懂的", bar="翡翠|车模|模型|官方|手办|场景|谨防|鉴定|不卖|不售", bar_scope=Scope.SENTENCE),
            *indirect.CUES["C05"],
            *families_trade.CUES["C05"], *plain_trade.CUES["C05"],
        ),
        guards=(
            Guard(exemption_id="品牌方官方复刻、授权或者二手鉴定", pattern=r"官方复刻|(?:品牌|官方|正规|专柜|厂家)授权|鉴定(?:服务|师|机构|课程)|真假(?:鉴别|对比|辨别)|《[^》]*》", scope=Scope.TEXT, unless=r"高仿|精仿|a货|超a|莆田"),
            Guard(exemption_id="打假提示或者否认", pattern=r"谨防|警惕|拒绝|打击|举报|不(?:卖|售|做|是|接)[^,。]{0,6}(?:高仿|a货|仿)|非(?:高仿|a货|莆田|复刻)|假货|辨别|区分", scope=Scope.SENTENCE, unless=r"懂的来|看款|工厂直发"),
        ),
        blockers=("高仿真", "原单号", "原单退", "原单价"),
    ),
)  # fmt: skip

_BAD_PERMIT = ScanFields(page_complete=True, approval_nos=("JY12345678901234",))
_GOOD_PERMIT = ScanFields(page_complete=True, approval_nos=("JY11108071215650",))

N06 = LeadRule(
    rule_id="N06",
    version="5",
    title="所示许可证、批准文号等编号疑似虚假",
    domain="主体与公示",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国食品安全法", "第三十五条", "（摘要，2025年9月修正后的条文待核）国家对食品生产经营实行许可制度。从事食品生产、食品销售、餐饮服务，应当依法取得许可；销售食用农产品和仅销售预包装食品的，不需要取得许可。", since=date(2015, 10, 1), verified=False),
        law("中华人民共和国电子商务法", "第十五条第一款", "（摘要）应当在首页显著位置持续公示与其经营业务有关的行政许可信息。", since=date(2019, 1, 1), verified=True),
    ),
    penalty=(
        law("中华人民共和国食品安全法", "第一百二十二条", "（摘要，2025年9月修正后的条文待核）未取得食品生产经营许可从事食品生产经营活动的，没收违法所得和食品、工具，并处罚款。", since=date(2015, 10, 1), verified=False),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="读取有误", title="图片文字识别有误或者页面笔误", proof="许可证原件"),
        Exemption(exemption_id="说明编号写法", title="科普编号的写法，不是本店编号", proof="全文语境"),
        Exemption(exemption_id="旧版证号或者总部证", title="旧版许可证号、总部统一取得的许可", proof="发证机关的核查结果"),
    ),
    proof_needed="许可证原件；发证机关的许可记录；公示页面固证",
    breaching=(
        bad("食品经营许可证编号：JY11108071215651", Category.FOOD),
        bad("食品生产许可证 SC10633010600129", Category.FOOD),
        bad("许可证编号 JYXXXXXXXXXXXXXX", Category.FOOD),
        bad("公司资质", Category.FOOD, fields=_BAD_PERMIT),
        bad("JY91108071215650", Category.FOOD),
        *shown_operators.BREACHING["N06"],
    ),
    clean=(
        ok("食品经营许可证编号：JY11108071215650", Category.FOOD),
        ok("食品生产许可证 SC10633010600125", Category.FOOD),
        ok("公司资质", Category.FOOD, fields=_GOOD_PERMIT),
        ok("型号 JY2024 数据线", Category.DIGITAL),
        ok("许可证见店铺首页", Category.FOOD),
        *shown_operators.CLEAN["N06"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="药品、器械、保健食品批准编号", words=("国药准字", "械注", "国食健注", "国食健字", "国妆特"), pattern=NUMBER_PATTERNS[NumberKind.MEDICAL], number=NumberKind.MEDICAL),
            Cue(cue_class="编号类别与商品不符", words=("国药准字",), pattern=r"(?<![非无])国药准字[a-z]{1,2}\d{8}", bar=r"同厂|集团|旗下|药企|厂家另有|敷料|说明书", bar_scope=Scope.TEXT, only=(Category.COSMETIC,)),
            Cue(cue_class="食品许可证编号", words=("jy", "sc", "qs"), pattern=NUMBER_PATTERNS[NumberKind.FOOD_LICENCE], number=NumberKind.FOOD_LICENCE, only=(Category.FOOD, Category.HEALTH_FOOD, Category.LIQUOR, Category.MOTHER_BABY, Category.OTHER)),
            *families_operators.CUES["N06"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="说明编号写法", pattern=r"(?:如|例如|比如|形如|格式(?:为|是)?)[: ]?(?:jy|sc|国药准字)|(?:jy|sc)(?:开头|\+|加)[^。]{0,8}(?:位|数字)|编号?规则|怎么看|科普|由[^。]{0,6}(?:字母|数字)[^。]{0,8}组成", scope=Scope.TEXT),
        ),
        procedure=Procedure.APPROVAL_FORM,
    ),
)  # fmt: skip

RULES = (A15, A21, C05, N06)
