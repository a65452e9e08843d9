"""Medical devices without registration or filing (G17)."""

from __future__ import annotations

from datetime import date

from leads.authoring import answered, bad, either, exempt, law, ok, saying, unclear
from leads.rules import families_goods, indirect_goods, shown_goods
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, ScanFields, Severity
from records.market import Category

__all__ = ["RULES"]

_REGULATION, _SINCE = "医疗器械监督管理条例", date(2021, 6, 1)
_NONE_SHOWN = ScanFields(page_complete=True, approval_nos=())
_DEVICES = ("血压计", "血压仪", "血糖仪", "血糖试纸", "血糖仪试纸", "尿酸仪", "血脂仪", "额温枪", "耳温枪", "体温计", "体温枪", "助听器", "辅听器", "制氧机", "制氧仪", "呼吸机", "雾化器", "雾化机", "雾化仪", "医用口罩", "外科口罩", "医用敷料", "医用冷敷贴", "冷敷贴", "冷敷凝胶", "退热贴", "退烧贴", "创可贴", "医用胶带", "医用纱布", "医用棉签", "医用棉球", "隐形眼镜", "美瞳", "彩瞳", "避孕套", "安全套", "轮椅", "理疗仪", "治疗仪", "中频", "电疗仪", "磁疗贴", "磁疗仪", "远红外理疗", "红外治疗", "烤灯", "牵引器", "牵引床", "颈椎牵引", "射频美容仪", "射频仪", "针灸针", "拔罐器", "验孕棒", "早孕试纸", "早早孕", "排卵试纸", "抗原检测", "抗原试剂", "胎心仪", "多普勒胎心", "听诊器", "注射器", "注射针", "胰岛素针", "输液器", "采血针", "导尿管", "血氧仪", "血氧夹", "心电图机", "心电仪", "除颤仪", "aed", "手术刀片", "缝合针", "医用手套", "医用检查手套", "角膜塑形镜", "ok镜", "隐形矫正", "隐形矫治", "牙套矫正", "洗鼻器", "鼻腔冲洗", "热敷贴医用", "疼痛贴", "膏贴器械", "医用绷带", "护具医用", "激光生发", "半导体激光", "紫外线光疗", "光疗仪", "幽门螺杆菌检测", "hpv自检", "艾滋试纸", "透明质酸钠敷料", "水光针", "微针滚轮", "微针笔", "玻尿酸注射", "玻尿酸填充", "痔疮凝胶", "妇科凝胶", "远红外贴", "筋骨贴", "液体敷料", "通气鼻贴", "阻鼾器", "止鼾器")  # fmt: skip
_PART = r"(?:手套|架(?!构)|坡道|坡|垫|桌板|轮胎|套(?!装|餐|组|盒)|精华|面霜|玩具|过家家|仿真|道具|收纳|保护套|套子|便携包|包(?!邮|装|括|教|含|安|退|换|赔|售)|袋子?|支架|底座|袖带|电池|电源|适配器|充电器|数据线|挂绳|挂钩|贴纸|钥匙扣|模型|配件|盒(?=$|[,，。 ]|便携|双联|伴侣|收纳|可爱|镜子)|镊子|夹子|伴侣盒|清洗器|清洗机|护理盒|坐垫|雨棚|图书|《|教材|培训|维修|招聘|海报|车(?:罩|贴))"
_NOT_DEVICE = rf"助听器[^,。]{{0,4}}(?:干燥|电池|耳塞|清洁|防潮|夹|绳)|{either(*_DEVICES)}[^,。!?]{{0,4}}{_PART}|(?:玩具|过家家|仿真|道具|儿童扮演|模型|收纳|宠物|猫|狗|犬|兽用|鱼缸|水族|汽车|工业|农用|车用|园林)[^,。!?]{{0,8}}{either(*_DEVICES)}|非医用|不是医疗器械|{either(*_DEVICES)}[^。!?]{{0,12}}(?:玩具|过家家|收纳(?:包|盒|袋)|保护套)|(?:工业|食品|室内|水温|冰箱|奶瓶|厨房|宠物)体温计|避孕套(?:盒|收纳)|中频(?:炉|电源|变压|喇叭|扬声)|加湿|香薰|平替|同款|涂抹式|补水仪|雾化(?:玻璃|膜|盘)|ok镜头"
_NO_NUMBER = r"(?:没有?|无(?!菌|针|痛|线|创)|不需要?|未(?:取得|办|经)?|暂无|不带|非)[^,。!?\d]{0,8}(?:械字号|械注|械备|器械注册|注册证|器械备案|备案凭证|医疗器械(?:注册|备案|证)|器械证)|(?:械字号|注册证|械备|器械证)[^,。!?]{0,4}(?:没有|还没|正在(?:办|申请)|办理中|过期|已过期|注销)|三无医疗器械|[未没](?:经)?(?:注册|备案)(?!地|商标|公司|会员|用户|账)|正在(?:办|申请)(?:理)?[^,。!?]{0,4}(?:械字号|注册证|器械备案|械备)"
_SHOWN = r"械注[准进许]\d{6,}|械备\d{6,}|食药监械|药监械|医疗器械注册证(?:编)?号"

G17 = LeadRule(
    rule_id="G17",
    version="5",
    title="经营未依法注册、备案的医疗器械",
    domain="禁限售与准入",
    severity=Severity.HIGH,
    basis=(
        law(_REGULATION, "第五十五条", "（摘要）医疗器械经营企业、使用单位不得经营、使用未依法注册或者备案、无合格证明文件以及过期、失效、淘汰的医疗器械。", since=_SINCE, verified=True),
        law(_REGULATION, "第四十六条", "（摘要）从事医疗器械网络销售的，应当是医疗器械注册人、备案人或者医疗器械经营企业。", since=_SINCE, verified=True),
    ),
    penalty=(
        law(_REGULATION, "第八十一条、第八十四条", "（摘要）经营未取得注册证的第二类、第三类医疗器械的，没收违法所得和器械，并处罚款；经营未经备案的第一类医疗器械的，责令改正，公告，并处罚款。", since=_SINCE, verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="不属医疗器械或者仅为配件", title="玩具、收纳、保护套、宠物用、工业用等", proof="商品实物与分类界定"),
        Exemption(exemption_id="免于经营备案的产品目录", title="列入免于经营备案目录（免的是经营备案，产品仍须注册或者备案）", proof="产品注册证编号"),
        Exemption(exemption_id="跨境零售进口", title="跨境电商零售进口", proof="跨境备案、报关单"),
    ),
    proof_needed="医疗器械注册证、备案凭证；商品标签；分类界定意见；进货凭证",
    breaching=(
        bad("电子血压计 家用全自动 语音播报 89元", Category.DEVICE, fields=_NONE_SHOWN),
        bad("一次性医用外科口罩 50只 独立包装", Category.OTHER, fields=_NONE_SHOWN),
        bad("彩瞳 混血小直径 月抛2片 39元", Category.OTHER, fields=_NONE_SHOWN),
        bad("颈椎治疗仪 中频理疗 没有注册证但效果好", Category.DEVICE),
        bad("老人助听器 耳背式 充电 隐形", Category.DEVICE, fields=_NONE_SHOWN),
        bad("玻尿酸填充 注射级 未取得医疗器械注册证 内行来", Category.COSMETIC),
        *shown_goods.BREACHING["G17"],
    ),
    clean=(
        ok("电子血压计 臂式 粤械注准20172070123", Category.DEVICE, fields=_NONE_SHOWN),
        ok("医用退热贴", Category.DEVICE, fields=ScanFields(page_complete=True, approval_nos=("沪械备20190045号",))),
        unclear("血氧仪 指夹式", Category.DEVICE, fields=ScanFields(page_complete=False, approval_nos=())),
        ok("血压计收纳包 硬壳 便携", Category.HOME, fields=_NONE_SHOWN),
        ok("体温计玩具 过家家医生套装", Category.MOTHER_BABY, fields=_NONE_SHOWN),
        ok("按摩椅 家用全身 零重力", Category.HOME, fields=_NONE_SHOWN),
        ok("隐形眼镜盒 双联盒 便携", Category.HOME, fields=_NONE_SHOWN),
        exempt("跨境保税仓直邮 日本隐形眼镜 日抛30片", Category.OTHER, fields=_NONE_SHOWN),
        *shown_goods.CLEAN["G17"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="医疗器械而无注册、备案编号", words=_DEVICES, bar=_NOT_DEVICE, bar_scope=Scope.TEXT, never=(Category.CLOTHING, Category.EDUCATION, Category.PROPERTY, Category.INVESTMENT, Category.FOOD, Category.JEWELLERY, Category.TOBACCO), of_goods=True, owed=_SHOWN),
            saying("自称无注册、备案", answered(r"注册证|械字号|械[注备]|备案(?:凭证|号|吗)|有备案|器械证", r"没(?:有)?(?:办|注册|备案|证|的|呢|哦)|没有(?=[,。!]|$)|无(?:注册|证|备案)|未(?:注册|备案)|不需要"), near=rf"{either(*_DEVICES)}|器械|隐形眼镜|美瞳|助听器|治疗|理疗|医用|注射", near_scope=Scope.TEXT, bar=r"没有问题|免于|目录外|不属于|不是(?:医疗)?器械", bar_scope=Scope.SENTENCE),
            Cue(cue_class="自称无注册、备案", words=("械字号", "械注", "械备", "注册证", "器械备案", "备案凭证", "医疗器械", "器械证", "未注册", "没注册", "未备案", "没备案", "未经注册", "未经备案", "无注册", "注册号"), pattern=_NO_NUMBER, near=rf"{either(*_DEVICES)}|器械|治疗|理疗|医用|注射|牵引|口罩", near_scope=Scope.TEXT, bar=r"请勿|切勿|谨防|拒绝|不要购买|举报|不属于?(?:医疗)?器械|不是医疗器械", bar_scope=Scope.SENTENCE),
            *indirect_goods.CUES["G17"],
            *families_goods.CUES["G17"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="跨境零售进口", pattern=r"跨境|保税仓|保税区", scope=Scope.TEXT),
            Guard(exemption_id="不属医疗器械或者仅为配件", pattern=r"《[^》]*》|图书|教材|维修|招聘|培训|租赁平台", scope=Scope.TEXT),
        ),
        negatable=False,
    ),
)  # fmt: skip

RULES = (G17,)
