"""What a seller says of itself to be free of registration: 零星小额 of a trade that is none (N04)."""

from __future__ import annotations

from datetime import date

from leads.authoring import bad, exempt, law, ok
from leads.rules import families_operators, shown_operators
from leads.rules import over_time_examples as past
from leads.rules.disowning import DISOWNED, DISOWNS
from leads.signals import Cue, Guard, LeadRule, Scope, Signal
from records.leads import Exemption, Severity, Verdict
from records.market import Category

__all__ = ["RULES"]

_MANY = r"(?:1[1-9]|[2-9]\d|\d{3,}|[二三四五六七八九几]十|十[几多一-龥]|[上几一二三四五六七八九两]*百|[一二三两]?千)"
_MORE_THAN_PETTY = (
    rf"(?:年|全年|去年|今年|一年|年度)[^,。!;\n不]{{0,12}}?{_MANY}[^,。!;\n\d]{{0,3}}万(?!粉|人|次|件好评)"
    r"|(?:一个月|每个?月|月)[^,。!;\n]{0,8}?(?:流水|销售额|营业额|成交额|交易额|卖|做|走货|进账|收入)?[^,。!;\n]{0,4}?(?:\d+(?:\.\d+)?|[一二两三四五六七八九十几百]+)[^,。!;\n\d]{0,3}万(?!粉|人|次)"
    r"|(?:[一二两三四五六七八九几]|\d)千(?:多|来|好几)?(?:件|单|份|箱|台|套|瓶|双)[^。!;\n]{0,12}(?:均价|单价|客单价?|每[件单份箱台套瓶双]|售价)[^,。!;\n]{0,3}\d{2,}"
    r"|月(?:销|售|出|发|成交)量?[^,。!;\n]{0,3}(?:[3-9]\d{3}|\d{5,}|(?:\d+(?:\.\d+)?|[一二两三四五六七八九十几]+)万|[三四五六七八九几]千)"
    r"|(?:日|每天|一天)(?:能|都|要|可)?(?:销|发|出|卖|走)?[^,。!;\n]{0,3}(?:\d{3,}|[一二两三四五六七八九几上]+[百千])[多来]?(?:单|件|份|斤|套)"
)

N04 = LeadRule(
    rule_id="N04",
    version="2",
    title="声明零星小额依法不需要登记，而交易额明显不符",
    domain="主体与公示",
    severity=Severity.MEDIUM,
    basis=(
        law("中华人民共和国电子商务法", "第十条、第十五条第一款", "（摘要）个人从事零星小额交易活动不需要办理市场主体登记；应当公示属于依照第十条规定不需要办理市场主体登记情形等信息。", since=date(2019, 1, 1), verified=True),
        law("网络交易监督管理办法（总局令第37号）", "第八条、第十二条", "（摘要）零星小额交易，指个人从事网络交易活动，年交易额累计不超过10万元；同一经营者在同一平台或者不同平台开设多家网店的，各网店交易额合并计算。", since=date(2021, 5, 1)),
    ),
    penalty=(
        law("中华人民共和国市场主体登记管理条例", "第四十三条", "（摘要）未经设立登记从事经营活动的，责令改正，没收违法所得；拒不改正的，处一万元以上十万元以下的罚款。", since=date(2022, 3, 1), verified=True),
    ),
    exemptions=(
        DISOWNS,
        Exemption(exemption_id="另属不需要登记的情形", title="自产农副产品、家庭手工业、便民劳务不以交易额为限", proof="自产或手工制作的证明"),
        Exemption(exemption_id="显示销量不实或者累计多年", title="显示的销量含未成交、虚构交易，或者为多年累计", proof="平台一年内的成交流水（各店合并）"),
        Exemption(exemption_id="说明法律规定", title="普法、问答、代办说明", proof="全文语境"),
    ),
    proof_needed="平台提供的一年内成交流水（同一经营者各店合并）；自我声明页面固证；其他网店",
    breaching=(
        bad("本店为个人零星小额交易，依法不需登记。全年销售额突破60万元"),
        bad("零星小额，无须办照。月销5000+，单价49元", Category.FOOD),
        bad("声明：零星小额交易活动。客服：我们每个月流水十几万，放心合作"),
        *(one for one in past.N04_PAST if one.verdict is Verdict.SUSPECTED),
        *shown_operators.BREACHING["N04"],
    ),
    clean=(
        ok("零星小额交易声明：个人年交易额不超过10万元，依法不需要办理登记"),
        ok("零星小额，闲时做几个，已售12件", Category.HOME),
        exempt("问：零星小额怎么认定？年交易额累计不超过10万元，一年卖20万元的应当办理登记"),
        *(one for one in past.N04_PAST if one.verdict is not Verdict.SUSPECTED),
        *shown_operators.CLEAN["N04"],
    ),
    signal=Signal(
        cues=(
            Cue(cue_class="零星小额而自称交易额较大", words=("零星小额",), near=_MORE_THAN_PETTY, near_scope=Scope.PAGE),
            *families_operators.CUES["N04"],
        ),
        guards=(
            DISOWNED,
            Guard(exemption_id="说明法律规定", pattern=r"认定|应当(?:办理|依法)|建议(?:您)?(?:先)?办|普法|代办|《[^》]*》|合并计算|怎么算", scope=Scope.TEXT, unless=r"恭喜|突破|感谢老客户"),
            Guard(exemption_id="另属不需要登记的情形", pattern=r"自产|家庭手工|便民劳务|自家种|自种", scope=Scope.TEXT, unless=r"批发|工厂|收购"),
        ),
        negatable=False,
    ),
)  # fmt: skip

RULES = (N04,)
