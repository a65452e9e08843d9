"""An exemption that all rules of operators and goods share: a text that says it does not do it, or what comes of it."""

from __future__ import annotations

from leads.signals import Guard, Scope
from records.leads import Exemption

__all__ = ["DISOWNED", "DISOWNS"]

_SAID = r"(?:本店|我们|我店|小店|我家|从|绝|坚决|一律|一概|概)不(?:卖|售(?!后)|销售|出售|收(?!到)|做|进|接|经营|代购|代办|参与|发展)|^不(?:卖(?!货|力)|售(?!后)|销售|出售|收|做)(?!了)|(?:是|属于?|均为|涉嫌|均属|都是|系)(?:严重)?(?:违法|犯罪|违规)|(?:伪造|冒用|变造|出售|买卖|偷拍|销售|经营|网售|贩卖|回收|收购)[^,。!?\n]{0,8}违法(?:行为|犯罪)?(?=[,。!]|$)|法律(?:后果|责任)|责令(?:限期)?改正|没收违法|不得(?:从事|出厂|销售|出售|经营|网售|买卖|上市|使用|开展)|依法(?:追究|处罚|查处|从重)|(?:将|会)被(?:依法)?(?:追究|处罚|查处|处以|清退)|从重处罚|处[^,。!?]{0,8}罚款|依法应当|保留追(?:责|究)|(?:投诉|举报)(?:电话|热线|渠道|入口)|属于?(?:违禁品|管制品?|国家管制)|处以罚款|由(?:监管部门|登记机关|主管部门)|(?:可|请|立即)(?:拨打|向[^,。]{0,6}反映|向[^,。]{0,6}举报)|12315|拨打110|(?:已|将)报(?:案|警)|认准本店|滥用(?:的)?危害|误标|综合治理|专项整治|工作方案|的危害|宣传片|提醒(?:消费者|大家|广大|您)|网购前|(?:予以)?下架整改|(?:禁止|严禁|不能|不可|不得)(?:随身)?(?:邮寄|携带|带|上飞机|登机|乘机|托运|买|购买)|(?:不要|别)(?:买|购买|入手)|请勿(?:购买|使用|参与|入驻)|禁用农药|(?:已|全面|被)(?:全面|明令|国家)?禁(?:用|止|售)|依法禁"
_STILL_SELLS = r"加微|私聊|现货|包邮|\d元|便宜|低价|懂的|照样|日结|来货|有货|偷偷"

DISOWNS = Exemption(
    exemption_id="自称不做或者说明后果", title="声明不从事该行为，或者说明其法律后果、举报途径", proof="全文语境"
)
"""Beside it the guard."""
DISOWNED = Guard(exemption_id=DISOWNS.exemption_id, pattern=_SAID, scope=Scope.SENTENCE, unless=_STILL_SELLS)
"""Whoever says so beside words of selling (我们不卖假的, 懂的私聊) sells nonetheless."""
