"""Examples of the families of wordings of advertising: four that breach and three that do not for each rule A01 to A24."""

from __future__ import annotations

from collections.abc import Mapping

from leads.authoring import bad, exempt, ok, unclear
from records.leads import RuleExample
from records.market import Category, Speaker

__all__ = ["BREACHING", "CLEAN"]

BREACHING: Mapping[str, tuple[RuleExample, ...]] = {
    "A01": (
        bad("全球顶流设计团队打造，品质巅峰", Category.HOME),
        bad("这手机拍照绝对是安卓阵营的头一号", Category.DIGITAL),
        bad("家人们，市面上你找不出第二款比这更甜的玉米", Category.FOOD),
        bad("我家的拖把吸水力在同行里找不到对手，一拖就干", Category.HOME),
    ),
    "A02": (
        bad("视频背景响起国歌，举杯敬这瓶中国酒", Category.LIQUOR),
        bad("瓶盖刻有八一军徽，老兵情怀酒", Category.LIQUOR),
        bad("红墙里的味道，领导人都爱吃的豆腐乳", Category.FOOD),
        bad("省委接待办专用，两会代表用酒", Category.LIQUOR),
    ),
    "A03": (
        bad("手抖、头晕、供血不足？吃这个对路", Category.FOOD),
        bad("鸡眼、瘊子、扁平疣，点一点就掉", Category.COSMETIC),
        bad("一天两勺，帮您清掉血管里的油，防脑梗", Category.FOOD),
        bad("电气石坐垫，坐走痔疮坐走前列腺", Category.HOME),
    ),
    "A04": (
        bad("医生不告诉你的秘密：吃它比输液还快", Category.HEALTH_FOOD),
        bad("感冒发烧不用药，吃几粒维C就扛过去", Category.HEALTH_FOOD),
        bad("包减20斤，一个月不减不收钱", Category.HEALTH_FOOD),
        bad("人体必需，缺它百病生，谁不吃谁吃亏", Category.HEALTH_FOOD),
    ),
    "A05": (
        bad("包治颈椎病，治不好双倍返还", Category.DEVICE),
        bad("患者张大妈用了两瓶，瘫了十年站起来了", Category.DRUG),
        bad("激光生发帽，三个月满头黑发，不长退钱", Category.DEVICE),
        bad("药店里那些止咳药没一个比得上我家的", Category.DRUG),
    ),
    "A06": (
        bad("批文号：沪食健广审(文)第211231-00101号，活动大促", Category.HEALTH_FOOD),
        bad("没有广审号，朋友圈悄悄卖的颈椎治疗仪", Category.DEVICE),
        bad("浙食健广审（文）第240228-00777号 深海鱼油买一送一", Category.HEALTH_FOOD),
        bad("理疗仪 国械注准20192090011，爸妈腰腿不好就送它，广告还没批下来先卖着", Category.DEVICE),
    ),
    "A07": (
        bad("头孢克肟 处方药 限时直降 囤两盒更划算", Category.DRUG),
        bad("金戈买二送一，给他一个难忘的夜晚", Category.DRUG),
        bad("达格列净片，减重又控糖，第二盒五折", Category.DRUG),
        bad("戒毒贴片 一个疗程戒断 无痛苦", Category.DRUG),
    ),
    "A08": (
        bad("和天下，成功人士的选择", Category.TOBACCO),
        bad("丁盐小烟杆，劲大上头，老烟民都爱", Category.OTHER),
        bad("vape雾化杆，通配烟杆，炫酷随行，年轻人的第一支", Category.OTHER),
        bad("软中华硬中华都有，逢年过节撑场面", Category.TOBACCO),
    ),
    "A09": (
        bad("喝不倒的才是真兄弟，敢不敢拼一把", Category.LIQUOR),
        bad("感情深一口闷，感情浅舔一舔", Category.LIQUOR),
        bad("工作压力大？来两杯，烦恼全忘光", Category.LIQUOR),
        bad("滑雪前来一口，浑身是胆", Category.LIQUOR),
    ),
    "A10": (
        bad("公考面试协议班，不上岸全额退", Category.EDUCATION),
        bad("英语四级 真题预测 原题重现 稳过", Category.OTHER),
        bad("教育局考试中心合作单位，题库同源", Category.EDUCATION),
        bad("消防证闭眼过，稳拿", Category.EDUCATION),
    ),
    "A11": (
        bad("数字藏品一万变十万，庄家兜底", Category.INVESTMENT),
        bad("小本买卖大利润，一个月顶上班一年", Category.OTHER),
        bad("宝妈副业，零门槛零风险，日结500", Category.OTHER),
        bad("代理商零库存零压力，卖不掉全退，稳当", Category.OTHER),
    ),
    "A12": (
        bad("距万达开车仅需6分钟", Category.PROPERTY),
        bad("以租养贷，租金覆盖月供，稳赚收益", Category.PROPERTY),
        bad("养老养生公寓，年租金回报8%，可抵房贷还有剩", Category.PROPERTY),
        bad("只需一首歌的时间就到地铁口", Category.PROPERTY),
    ),
    "A13": (
        bad("猪吃了这款添加剂，日增重三斤，料肉比最低", Category.FARM_SUPPLY),
        bad("牛羊催肥王，一月长肉六十斤", Category.FARM_SUPPLY),
        bad("鱼病一泼灵，治愈率98%", Category.FARM_SUPPLY),
        bad("治蓝耳病特效药，一针就好", Category.FARM_SUPPLY),
    ),
    "A14": (
        bad("好评率100%，羽绒服类目TOP1", Category.CLOTHING),
        bad("已帮助800万家庭告别打扫烦恼，每分钟卖出20台", Category.HOME),
        bad("每三个家庭就有一个在用我们的门锁", Category.HOME),
        bad("实验证明，细纹减少45%（实验室数据）", Category.COSMETIC),
    ),
    "A15": (
        bad("新款晾衣杆沿用另一型号的专利号做宣传", Category.HOME),
        bad("专利已到期但好用，ZL200310123456.7", Category.HOME),
        bad("专利去年就失效了，照样写专利产品好卖", Category.HOME),
        bad("专利号：ZL202023456789.0 免打孔支架", Category.HOME),
        bad("专利申请号2024212345678，专利产品放心买", Category.HOME),
    ),
    "A16": (
        bad("别家的凉席睡半年就掉色，我们的越睡越亮", Category.HOME),
        bad("别家充电宝动不动就鼓包，咱家敢保十年", Category.DIGITAL),
        bad("海天酱油科技与狠活，我们古法酿造", Category.FOOD),
        bad("粉笔中公只会圈钱，我们小班才出成绩", Category.EDUCATION),
        bad("方太油烟机吸不干净还贵一倍，聪明人都选我们", Category.HOME),
    ),
    "A17": (
        bad("秋燥伤肺怎么调？中医支三招，川贝枇杷膏私信我拿", Category.DRUG),
        bad("更年期潮热盗汗吃什么好，看完文章点原文链接下单黑豆粉", Category.FOOD),
        bad("健康讲堂：膝盖咔咔响是缺软骨素，想要的加老师微信领取", Category.FOOD),
        bad("名中医直播：春天养肝正当时，1号链接养肝茶限时发车", Category.FOOD),
        bad("皮肤科医生直播讲痘痘成因，直播间同款祛痘膏1号链接", Category.COSMETIC),
    ),
    "A18": (
        bad("推广浮层要先分享到群才能关掉", Category.OTHER),
        bad("广告的关闭按钮跟背景一个颜色，很难找", Category.OTHER),
        bad("开屏广告倒数10秒结束才出现跳过", Category.OTHER),
        bad("弹出广告关掉一个又冒一个，要关三次", Category.OTHER),
        bad("插屏广告需要连续点击两次才能退出", Category.OTHER),
        bad("进页面先弹全屏海报，等读秒结束才给关", Category.OTHER),
    ),
    "A19": (
        bad("探店视频由商家付费拍摄，片中只字未提，片尾放团购二维码", Category.FOOD),
        bad("跑了八家店才定下这款床垫，睡了一个月来汇报，想要的戳主页", Category.HOME),
        bad("探店日记：楼下宝藏甜品，团购券在左下角", Category.FOOD),
        bad("数码博主熬夜实测三款耳机，结论：买第一款，购买入口在下面", Category.DIGITAL),
        bad("学生党平价耳机横评，最推荐第二款，购买点我主页", Category.DIGITAL),
        bad("用了半年来交作业，这款键盘手感绝了，入口放文末", Category.DIGITAL),
    ),
    "A20": (
        bad("IP88级防水音箱，丢进海里照样响", Category.DIGITAL),
        bad("产地写的是自家茶园，茶叶其实都是批发市场收来的", Category.FOOD),
        bad("标称304不锈钢水杯，实为201材质", Category.HOME),
        bad("盘锦大米 产地：湖北", Category.FOOD),
        bad("宣称防水IP68，其实泼点水就坏", Category.DIGITAL),
        bad("本品荣获联合国环保署特别金奖", Category.HOME),
        bad("写天然翡翠A货，其实是B货，图好看", Category.JEWELLERY),
        bad("联合国科教文组织授予的健康食品金奖", Category.FOOD),
    ),
    "A21": (
        bad("老字号+驰名商标双重保障，送礼有面儿", Category.FOOD),
        bad("大品牌！驰名商标！值得信赖的卫浴", Category.HOME),
        bad("认准驰名商标，拒绝杂牌", Category.HOME),
        bad("该品牌被认定为驰名，商标局盖章的，买了不亏", Category.CLOTHING),
    ),
    "A22": (
        bad("未注册商标，包装印®没人查", Category.FOOD),
        bad("牌子还没注册下来就先印了®", Category.HOME),
        bad("R标是自己加的，其实只有TM", Category.FOOD),
        bad("商标被驳回，吊牌上的圈R懒得改", Category.CLOTHING),
    ),
    "A23": (
        bad("患者家属感谢信：老爷子戴上后能走路了", Category.DEVICE),
        bad("八岁小明星代言童装，全国巡回", Category.CLOTHING),
        bad("李奶奶吃了三瓶，血压稳了，现在她天天跟邻居推荐", Category.HEALTH_FOOD),
        bad("老病号现身说法，用了三贴腰不疼了", Category.DRUG),
    ),
    "A24": (
        bad("AI数字人24小时直播，不提示观众，转化率高", Category.OTHER),
        bad("虚拟院士讲堂，AI教授力荐护肝片", Category.HEALTH_FOOD),
        bad("找公司做了个数字人老教授，天天讲养生卖我们的燕窝", Category.FOOD),
        bad("虚拟主播全天卖货，故意不标AI，免得影响成交", Category.OTHER),
    ),
}  # fmt: skip

CLEAN: Mapping[str, tuple[RuleExample, ...]] = {
    "A01": (
        exempt("标题里不要写“全网最低价”，本店已按广告法整改"),
        exempt("消费提示：遇到标有“国家级品质”字样的商品请保留证据并投诉"),
        exempt("《世界第一等》黑胶唱片，二手九成新", Category.OTHER),
        exempt("我们不是最便宜的，但每一单都认真包装", Category.OTHER),
        exempt("我们的愿望是把最好的服务带给每位客人", Category.OTHER),
    ),
    "A02": (
        exempt("本品已通过农业农村部绿色食品认证，证书编号LB-01-22010101234A", Category.FOOD),
        exempt("本店不卖任何所谓“内供酒”“机关酒”，网上标这些的别信", Category.LIQUOR),
        exempt("举报“特供酒”请拨打12315，市场监管部门提醒", Category.LIQUOR),
    ),
    "A03": (
        exempt("不能治病，别被“治百病”的广告骗了，就是一碗甜汤", Category.FOOD),
        exempt("鼻腔护理喷雾 用于过敏性鼻炎辅助治疗 械注准20222140111", Category.DEVICE),
        exempt("本品不具有治疗痤疮的作用，皮肤有炎症时请就医", Category.COSMETIC),
    ),
    "A04": (
        exempt("保健功能：有助于增强免疫力。适宜人群：免疫力低下者。本品不能代替药物", Category.HEALTH_FOOD),
        exempt("每日2次，每次1粒，温水送服，本品不能代替药物", Category.HEALTH_FOOD),
        exempt("没有代言人，没有专家推荐，只有配料表和检测报告", Category.HEALTH_FOOD),
    ),
    "A05": (
        exempt("谨防“包治百病”“根治”类药品广告，理性用药", Category.DRUG),
        exempt("效果特别好，三天就好了，药师推荐的", Category.DRUG, source=Speaker.REVIEW),
        exempt("药品广告不得含有“有效率”“治愈率”“无效退款”等内容", Category.DRUG, source=Speaker.PLATFORM),
    ),
    "A06": (
        ok("感冒灵颗粒 10g*9袋", Category.DRUG),
        ok("无需审批，普通拖把", Category.HOME),
        ok("广告批准文号：京药广审（文）第271231-01234号", Category.DRUG),
    ),
    "A07": (
        ok("处方药网售需实名并上传处方，平台规则说明", Category.OTHER),
        ok("处方药须凭处方购买，页面不展示，提交处方后药师审核", Category.DRUG),
        ok("布洛芬缓释胶囊 OTC 24粒 国药准字H10900089", Category.DRUG),
    ),
    "A08": (
        ok("实木烟灰缸 车载带盖", Category.HOME),
        ok("本店为持证零售户，烟草制品仅限线下购买，吸烟有害健康", Category.TOBACCO),
        ok("烟雾弹 摄影道具 彩色烟雾", Category.OTHER),
    ),
    "A09": (
        exempt("请勿劝酒，孕妇及驾驶人员不宜饮用", Category.LIQUOR),
        exempt("不劝酒，微醺刚好", Category.LIQUOR),
        ok("礼盒装，送长辈，附手提袋", Category.LIQUOR),
    ),
    "A10": (
        exempt("包教包会？我们只承诺认真教，成绩看个人", Category.EDUCATION),
        exempt("老师押题很准，一次就过了", Category.EDUCATION, source=Speaker.REVIEW),
        ok("历年命题规律分析，供复习参考", Category.EDUCATION),
    ),
    "A11": (
        exempt("招财猫摆件 躺赚 趣味挂画", Category.HOME),
        exempt("加盟费3.98万，设备清单与合同样本可索取，不承诺收益", Category.OTHER),
        exempt("基金不保本，不承诺收益", Category.INVESTMENT),
    ),
    "A12": (
        exempt("公寓产权40年，不可落户", Category.PROPERTY),
        exempt("走路五分钟到地铁，方便", Category.PROPERTY, source=Speaker.REVIEW),
        ok("房屋升值装修图纸设计，软装搭配", Category.HOME),
    ),
    "A13": (
        exempt("某试验站2023年区域试验平均亩产612公斤，比对照增产4.1%（国审公告）", Category.FARM_SUPPLY),
        exempt("该品种在区域试验中平均亩产589公斤，仅供参考", Category.FARM_SUPPLY),
        ok("本品不得用于蔬菜、果树、茶叶", Category.FARM_SUPPLY),
    ),
    "A14": (
        unclear("除菌率99.2%（广东省微生物分析检测中心，报告编号2023FM01234，对象：大肠杆菌）", Category.HOME),
        exempt("28天使用后细纹减少12%（数据来源：SGS检测，受试者32人，2024年3-4月，报告编号SH2403）", Category.COSMETIC),
        exempt("肌肤含水量提升18%（第三方人体试验，2024年5月，n=30，报告号HT24051）", Category.COSMETIC),
    ),
    "A15": (
        ok("专利申请代理，官费另计", Category.OTHER),
        ok("专利皮？是漆皮，光面", Category.CLOTHING),
        ok("专利号见包装底部，类型：外观设计专利", Category.HOME),
    ),
    "A16": (
        ok("适用于华为Mate60手机壳", Category.DIGITAL),
        ok("我们不评价同行，只做好自己的酱油", Category.FOOD),
        ok("与304不锈钢相比，316耐腐蚀性更好", Category.HOME),
    ),
    "A17": (
        ok("艾灸盒 竹制 家用", Category.HOME),
        ok("早睡早起，多喝水，少熬夜，祝大家健康", Category.FOOD),
        ok("血糖仪使用方法：采血前洗手，点击查看视频", Category.DEVICE),
    ),
    "A18": (
        ok("活动海报弹窗每天只出现一次，点空白处即可关闭", Category.OTHER),
        exempt("这家店网页弹窗好烦关不掉", Category.OTHER, source=Speaker.REVIEW),
        ok("本站无弹窗广告", Category.OTHER),
        ok("弹窗可随时点右上角一键关闭", Category.OTHER),
    ),
    "A19": (
        exempt("自费购买测评，无商业合作，也无购买链接", Category.DIGITAL),
        exempt("推广 空气炸锅体验分享，链接在下方", Category.HOME),
        exempt("【广告】品牌合作，测评三款面霜，链接见下", Category.COSMETIC),
    ),
    "A20": (
        ok("IP68级防水，水深1.5米30分钟", Category.DIGITAL),
        exempt("更正：此前标题所写“国家免检产品”系旧包装印刷，现已停止使用", Category.FOOD),
        ok("盘锦大米 产地：辽宁省盘锦市", Category.FOOD),
        ok("PU皮沙发，不是真皮，介意勿拍", Category.HOME),
        ok("写着散养其实也会补一些玉米，如实告知", Category.FOOD),
        ok("翡翠B货，经注胶处理，证书注明", Category.JEWELLERY),
    ),
    "A21": (
        exempt("《驰名商标保护法律实务》图书", Category.OTHER),
        exempt("咨询驰名商标认定流程请联系律师", Category.OTHER),
        exempt("商标注册代理，驰名商标认定咨询服务", Category.OTHER),
    ),
    "A22": (
        exempt("本店商标为未注册商标，标注TM", Category.FOOD),
        exempt("未注册商标不得冒充注册商标", Category.OTHER, source=Speaker.PLATFORM),
        ok("注册商标号第7654321号，第30类", Category.FOOD),
    ),
    "A23": (
        exempt("不得利用不满十周岁的未成年人作为广告代言人", Category.OTHER, source=Speaker.PLATFORM),
        ok("宝宝月龄参考：6个月以上可用", Category.MOTHER_BABY),
        ok("适合3岁以上宝宝使用的滑板车", Category.MOTHER_BABY),
    ),
    "A24": (
        ok("本直播间为数字人主播，已在左上角全程标识AI", Category.OTHER),
        ok("AI语音翻译机 支持60种语言", Category.DIGITAL),
        ok("AI绘画教程 20节", Category.OTHER),
    ),
}  # fmt: skip
