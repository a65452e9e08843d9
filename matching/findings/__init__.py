"""亮照核查: what is wrong with the licence shown, as of the capture, each with the cases in which it must not be said.

| finding | said when | not said when |
|---|---|---|
| 代码无效 | the number fails its own checks and the register does not hold it | nothing or a template's filler shown; read off a picture; one repair hits the register and the name agrees |
| 代码查无 | sound, 市场监督管理's own, not in the register | issued after the register's newest date; a province or kind the register does not take in; other departments' series; an old 13- or 15-digit number |
| 名称与代码不符 | the code is one entity's, the name shown another's | former name; parent and branch; a 个体工商户 shown by its operator's name; a short name; a slip of the pen |
| 疑似套用执照 | code and name are e's, but two of region, telephone, ICP subject, scope, legal representative are not; or many unlike shops show it | 代运营 or another agent declared; the shop's address declared by e, or e's own telephone shown |
| 已注销, 已吊销, 登记已撤销, 已责令关闭, 已迁出, 停业歇业 | the register says so on a date not after the capture | changed after the capture; date unknown and the register did not say so at the capture; 吊销, 撤销, 责令关闭 taken back since |
| 经营异常, 严重违法失信 | listed on the day of the capture | removed before it; listed after it; end of the listing unknown |
| 营业期限届满 | 营业期限止 before the capture day | open-ended (9999); before the establishment (a slip); renewed before the capture; entity no longer active |
| 未亮照, 亮照信息不全 | items looked for on pages read whole and not there | a part was not read; a picture or link shows them; exemption declared |
| 与登记不一致 | an item shown differs from the register, then and now | within the ten working days of a change; only the register's earlier or later state differs; the licence seems borrowed |
| 许可编号有误 | a permit number cannot be one, for a stated reason | its form carries no check; read off a picture |
| 疑似无照 | a whole name, no number, and P(not in register) of `NONE_AT`: always 需核实 | exemption declared; a part not read; a picture or number shown; only a shop name |

Findings on the state of an entity are said of the holder of the code shown, or of the entity matched; never of a mere
candidate. What is not said is kept with its reason (`WithheldFinding`).

Law: 《中华人民共和国电子商务法》第十条、第十五条; 《网络交易监督管理办法》第十二条 (待核).
"""  # noqa: E501  (a table row is one line)

from matching.findings.grounds import Licence
from matching.findings.judging import Judgement, judge_licence
from matching.findings.names import names_conflict

__all__ = ["Judgement", "Licence", "judge_licence", "names_conflict"]
