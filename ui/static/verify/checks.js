// The checks a browser can make of a package, in the order of verify.py; what it cannot make it says.

import { Box, Refused, Unchecked, isMemberName, refuse, same } from "./box.js";
import { Sha256, Sm3, crc32, sha256, sm3 } from "./digests.js";
import { checkConsistency, checkInclusion, headOf, pathsOf, unbase64 } from "./log.js";
import { tokenOf } from "./token.js";
import { certificatesOf, signerOf } from "./trust.js";

const utf8 = new TextEncoder();
const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const MANIFEST = "evidence/manifest.json";
const OUTSIDE = ["evidence/manifest.sig", "evidence/log-proof.json", "datapackage.json", "datapackage-digest.json", MANIFEST];
const TOKEN = /^evidence\/timestamp-[1-9]\.tsr$/;
const RENEWAL = /^evidence\/renewal-[1-9](\.json|-[1-9]\.tsr)$/;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$/;
const KEYS = ["format", "capture_id", "url", "final_url", "title", "state", "missing", "started_at", "finished_at", "operator",
  "lead_id", "navigation", "environment", "policy", "artefacts", "custody_head_sha256"].sort().join();
const UPLOAD = "wangjian-upload/1";
const UPLOAD_KEYS = ["format", "capture_id", "title", "state", "missing", "started_at", "finished_at", "operator", "lead_id", "case_id",
  "receipt", "formal", "environment", "policy", "artefacts", "custody_head_sha256"].sort().join();
const UPLOAD_ALWAYS = ["original", "files", "environment", "custody", "certificates", "verifier", "readme", "sha256sums", "sm3sums"];
const FILE_KEYS = ["path", "name", "name_hex", "media_type", "mismatch", "digests", "received_at", "modified_at", "facts", "personal",
  "entries", "entries_note", "warnings", "same_as"].sort().join();

// RFC 8785 for what a package holds: no fractions.
export function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
  return refuse("JSON 中有不允许的数值");
}

function load(bytes, what) {
  let value;
  try {
    value = JSON.parse(text(bytes));
  } catch {
    refuse(`${what} 不是合法的 JSON`);
  }
  if (!same(utf8.encode(canonical(value)), bytes)) refuse(`${what} 不是规范形式（RFC 8785），可能被改写`);
  return value;
}

const TOLERANCE = 5 * 60 * 1000;
const moment = (words) => (TIME.test(words) ? Date.parse(words) : refuse(`时间的写法与规定不符：${String(words).slice(0, 40)}`));

class Examination {
  constructor(box, anchorsPem) {
    Object.assign(this, { box, anchorsPem, facts: new Map(), artefacts: new Map(), manifest: null });
  }

  async digestAll(progress) {
    const total = [...this.box.members.values()].reduce((sum, one) => sum + one.size, 0);
    let done = 0;
    for (const [name, member] of this.box.members) {
      const [a, b] = [new Sha256(), new Sm3()];
      let crc = 0;
      for await (const chunk of this.box.chunks(name)) {
        a.update(chunk);
        b.update(chunk);
        crc = crc32(chunk, crc);
        done += chunk.length;
        progress(done / total);
      }
      if (crc !== member.crc) refuse(`CRC 与内容不符：${name}`);
      this.facts.set(name, { size_bytes: member.size, sha256: a.hex(), sm3: b.hex() });
    }
  }

  async manifestCheck() {
    const manifest = load(await this.box.read(MANIFEST), "证据清单");
    this.upload = manifest.format === UPLOAD;
    if (manifest.format === "wangjian-page/1") throw new Unchecked("这是监测页面存证，本页只核验固证证据包；请用 verify.py");
    const keys = this.upload ? UPLOAD_KEYS : KEYS;
    if (Object.keys(manifest).sort().join() !== keys || !["wangjian-manifest/1", UPLOAD].includes(manifest.format)) refuse("清单的字段与规定不符");
    if (moment(manifest.started_at) > moment(manifest.finished_at)) refuse("结束时间早于开始时间");
    for (const one of manifest.artefacts) {
      if (!isMemberName(one.path) || this.artefacts.has(one.path)) refuse(`清单中文件名有误或重复：${one.path}`);
      this.artefacts.set(one.path, one);
    }
    this.manifest = manifest;
    return `${this.upload ? "接收" : "固证"}编号 ${manifest.capture_id}，共 ${this.artefacts.size} 件`;
  }

  named(pattern) { return [...this.box.members.keys()].filter((name) => pattern.test(name)); }

  members() {
    const tokens = this.named(TOKEN);
    if (tokens.some((name, i) => name !== `evidence/timestamp-${i + 1}.tsr`)) refuse("时间戳文件编号不连续");
    const wanted = new Set([...this.artefacts.keys(), ...OUTSIDE, ...tokens, ...this.named(RENEWAL)]);
    if (this.artefacts.has("evidence/certificates-sm2.pem")) wanted.add("evidence/manifest.sm2.sig");
    const missing = [...wanted].filter((name) => !this.box.members.has(name));
    const extra = [...this.box.members.keys()].filter((name) => !wanted.has(name));
    if (missing.length) refuse(`清单所列文件缺失：${missing.join("、")}`);
    if (extra.length) refuse(`有清单未列的文件：${extra.join("、")}`);
    for (const { path, role } of this.upload ? this.artefacts.values() : []) {
      if ((role === "original") !== /^files\/[0-9]{4}(\.[a-z0-9]{1,8})?$/.test(path) || (role === "files" && path !== "evidence/files.json")) refuse(`文件位置与用途不符：${path}`);
    }
    return `${this.box.members.size} 个文件`;
  }

  digests() {
    for (const [path, { digests }] of this.artefacts) {
      const found = this.facts.get(path) ?? refuse(`缺少 ${path}`);
      if (Object.keys(digests).length !== 3) refuse("清单中校验值的字段与规定不符");
      if (found.size_bytes !== digests.size_bytes || found.sha256 !== digests.sha256) refuse(`SHA-256 或大小与清单不符：${path}`);
      if (found.sm3 !== digests.sm3) refuse(`SM3 与清单不符：${path}`);
    }
    return `${this.artefacts.size} 件全部一致`;
  }

  async datapackage() {
    const m = this.manifest;
    const page = this.upload ? "" : m.navigation.length ? m.navigation.at(-1)[1] : m.final_url;
    const ofPage = this.upload ? {} : { wacz_version: "1.1.1", mainPageUrl: page, mainPageDate: m.started_at };
    const resources = [...this.facts].filter(([name]) => !name.startsWith("datapackage")).map(([name, one]) => (
      { name, path: name, bytes: one.size_bytes, hash: `sha256:${one.sha256}` }));
    const wanted = canonical({
      profile: "data-package", title: m.title || page, software: m.environment.software, created: m.finished_at, ...ofPage, resources,
    });
    if (!same(await this.box.read("datapackage.json"), utf8.encode(wanted))) refuse("datapackage.json 与包内文件或证据清单不一致");
    const digest = await this.packageDigest();
    if (digest.hash !== `sha256:${this.facts.get("datapackage.json").sha256}`) refuse("整包清单的校验值与 datapackage.json 不符");
    return "与包内文件逐字节一致";
  }

  async packageDigest() {
    const found = load(await this.box.read("datapackage-digest.json"), "datapackage-digest.json");
    if (Object.keys(found).sort().join() !== "hash,path,wangjian_signature") refuse("整包签名的字段与规定不符（签名可能被去掉）");
    return found;
  }

  needCrypto() {
    if (!globalThis.crypto?.subtle) throw new Unchecked("本页不在安全连接（https 或本机）上打开，浏览器不提供签名算法");
  }

  // What the stamps over something say; that it was signed then and not later; in words.
  async stamped(responses, digests, madeAt, signature) {
    this.needCrypto();
    const found = [];
    for (const response of responses) found.push(await tokenOf(response, digests, certificatesOf(this.anchorsPem)));
    if (!found.length) return "";
    const first = Math.min(...found.map((one) => one.at));
    if (first + TOLERANCE < madeAt) refuse("时间戳早于它所盖的内容");
    if (Math.max(...found.map((one) => one.at)) > Date.now() + TOLERANCE) refuse("时间戳晚于现在");
    if (first > madeAt + TOLERANCE) {
      await signature(first).catch((problem) => { throw problem instanceof Refused ? new Refused("加盖时间戳时签名证书已经失效") : problem; });
    }
    return found.map((one) => `${one.internal ? "内部授时" : "授时"} ${new Date(one.at).toISOString()}`).join("、");
  }

  async signed(content, signature, renewal = null) {
    this.needCrypto();
    const pem = renewal?.certificates ?? text(await this.box.read("evidence/certificates.pem"));
    return signerOf(content, signature, pem, this.anchorsPem, moment(renewal?.made_at ?? this.manifest.finished_at));
  }

  async signature() {
    return this.signed(await this.box.read(MANIFEST), await this.box.read("evidence/manifest.sig"));
  }

  async packageSignature() {
    const words = (await this.packageDigest()).wangjian_signature;
    if (!/^([0-9a-f]{2})+$/.test(words)) refuse("整包签名的写法与规定不符");
    const statement = `wangjian-package/1 sha256:${this.facts.get("datapackage.json").sha256}\n`;
    const last = this.named(RENEWAL).filter((name) => name.endsWith(".json")).at(-1);
    const renewal = last ? load(await this.box.read(last), "续期记录") : null; // whoever renewed it last signed the whole
    return this.signed(utf8.encode(statement), Uint8Array.from(words.match(/../g), (byte) => parseInt(byte, 16)), renewal);
  }

  sm2() {
    if (this.artefacts.has("evidence/certificates-sm2.pem")) throw new Unchecked("浏览器没有国密签名算法（SM2），请用包内 evidence/verify.py 核对");
    return "出证时未配置国密签名";
  }

  renewal() {
    if (this.named(RENEWAL).length) throw new Unchecked("续期请用包内 evidence/verify.py 核对");
    return "尚未续期";
  }

  async timestamp() {
    const names = this.named(TOKEN);
    if (!names.length) throw new Unchecked("待加戳：尚无时间戳");
    const [content, signature, pem] = [await this.box.read(MANIFEST), await this.box.read("evidence/manifest.sig"), text(await this.box.read("evidence/certificates.pem"))];
    const responses = [];
    for (const name of names) responses.push(await this.box.read(name));
    const again = (at) => signerOf(content, signature, pem, this.anchorsPem, at);
    return this.stamped(responses, this.facts.get(MANIFEST), moment(this.manifest.finished_at), again);
  }

  async custody() {
    const lines = text(await this.box.read("evidence/custody.jsonl", 1 << 24)).split("\n");
    if (lines.pop() !== "") refuse("保管链最后一行不完整");
    let before = null;
    for (const line of lines) {
      const event = load(utf8.encode(line), "保管链");
      const { event_sha256: a, event_sm3: b, ...rest } = event;
      const body = utf8.encode(canonical(rest));
      if (sha256(body) !== a || sm3(body) !== b) refuse(`保管链第 ${event.sequence} 条内容与其校验值不符`);
      if (event.capture_id !== this.manifest.capture_id) refuse("保管链中有别的固证的记录");
      if (before && event.sequence <= before.sequence) refuse("保管链次序有误");
      if (before && event.sequence === before.sequence + 1 && event.previous_sha256 !== before.event_sha256) refuse(`保管链第 ${event.sequence} 条与上一条不衔接`);
      if (event.action === "接收") this.received = event.subject_sha256;
      before = event;
    }
    this.last = before;
    if (before?.event_sha256 !== this.manifest.custody_head_sha256) refuse("保管链的末端与清单所记不符");
    if (this.upload && this.received !== this.facts.get("evidence/files.json")?.sha256) refuse("保管链所记接收的不是这份接收登记");
    return `${lines.length} 条`;
  }

  // Of received files: each original is in the register with the digests made when it was read, and the other way round.
  async files() {
    const told = load(await this.box.read("evidence/files.json", 1 << 22), "接收登记");
    if (Object.keys(told).sort().join() !== "files,format,upload_id") refuse("接收登记的字段与规定不符");
    if (told.format !== "wangjian-files/1" || told.upload_id !== this.manifest.capture_id) refuse("接收登记不是这次接收的");
    const originals = [...this.artefacts.values()].filter((one) => one.role === "original").map((one) => one.path).sort();
    if ([...new Set(told.files.map((one) => one.path))].sort().join() !== originals.join() || !originals.length) refuse("接收登记所列与原件不符");
    if (originals.some((path, i) => !new RegExp(`^files/${String(i + 1).padStart(4, "0")}(\\.[a-z0-9]{1,8})?$`).test(path))) refuse("原件编号不连续");
    const [begun, ended] = [moment(this.manifest.started_at), moment(this.manifest.finished_at)];
    for (const one of told.files) {
      if (Object.keys(one).sort().join() !== FILE_KEYS) refuse(`接收登记的字段与规定不符：${one.path}`);
      if (moment(one.received_at) < begun || moment(one.received_at) > ended) refuse(`接收时间不在接收过程之内：${one.path}`);
      if (canonical(one.digests) !== canonical(this.artefacts.get(one.path).digests)) refuse(`接收时的校验值与原件不符：${one.path}`);
    }
    throw new Unchecked(`${originals.length} 份原件与接收登记一致；种类按内容复核请用包内 evidence/verify.py`);
  }

  async log() {
    const proof = load(await this.box.read("evidence/log-proof.json"), "存证日志证明");
    const found = this.facts.get(MANIFEST);
    if (Object.keys(proof).sort().join() !== "earlier,format,head,inclusion,leaf,position" || proof.format !== "wangjian-log-proof/1") refuse("存证日志证明的字段与规定不符");
    const { kind, id, sha256: a, sm3: b } = proof.leaf;
    if (kind !== (this.upload ? "upload" : "capture") || id !== this.manifest.capture_id || a !== found.sha256 || b !== found.sm3) refuse("存证日志的条目不是这份清单的");
    const [head, path] = [headOf(proof.head), pathsOf(proof.inclusion)];
    if (!Number.isSafeInteger(proof.position) || proof.position < 0 || proof.position >= head.size) refuse("存证日志中没有这个位置");
    if (Object.keys(proof.leaf).sort().join() !== "at,id,kind,sha256,sm3") refuse("存证日志条目的字段与规定不符");
    if (moment(proof.leaf.at) > moment(head.time)) refuse("存证日志的条目晚于日志头");
    if (moment(proof.leaf.at) + TOLERANCE < moment(this.manifest.finished_at)) refuse("存证日志的条目早于固证结束时间");
    for (const algorithm of ["sha256", "sm3"]) checkInclusion(algorithm, utf8.encode(canonical(proof.leaf)), proof.position, head, path[algorithm]);
    const [number, digest] = head.custody;
    const last = this.last ?? refuse("保管链未通过，日志头所记无从核对");
    if (number < last.sequence || (number === last.sequence && digest !== last.event_sha256)) refuse("日志头所记的保管链末端与本包的保管链不符");
    const said = [`第 ${proof.position + 1} 条，日志头共 ${head.size} 条 ${head.time} ${await this.head(proof.head)}`];
    if (proof.earlier) {
      const [earlier, nodes] = [headOf(proof.earlier.head), pathsOf(proof.earlier.consistency)];
      if (earlier.size > head.size || moment(earlier.time) > moment(head.time)) refuse("此前的日志头并不在前");
      for (const algorithm of ["sha256", "sm3"]) checkConsistency(algorithm, earlier, head, nodes[algorithm]);
      said.push(`与此前 ${earlier.time} 的日志头（${earlier.size} 条）一致 ${await this.head(proof.earlier.head)}`);
    }
    return said.join("；").replaceAll(" ；", "；").trim();
  }

  // The signature and the stamps of a head; what the stamps say.
  async head(told) {
    this.needCrypto();
    const head = headOf(told);
    const again = (at) => signerOf(head.body, head.signature, told.certificates, this.anchorsPem, at);
    await again(moment(head.time));
    return this.stamped(told.tokens.map(unbase64), head.digests, moment(head.time), again);
  }

  async pages() {
    const m = this.manifest;
    const url = m.navigation.length ? m.navigation.at(-1)[1] : m.final_url;
    const head = canonical({ format: "json-pages-1.0", id: "pages", title: "All Pages" });
    const wanted = `${head}\n${canonical({ id: m.capture_id, url, ts: m.started_at, title: m.title })}\n`;
    if (!same(await this.box.read("pages/pages.jsonl"), utf8.encode(wanted))) refuse("pages.jsonl 与证据清单不一致");
    for (const name of ["evidence/screenshot.png", "evidence/viewport.png"]) {
      const head8 = this.artefacts.has(name) ? await this.box.at(this.box.members.get(name).start, Math.min(8, this.box.members.get(name).size)) : null;
      if (head8 && String.fromCharCode(...head8) !== "\x89PNG\r\n\x1a\n") refuse(`${name} 不是 PNG 图像`);
    }
    return url;
  }

  async agreement() {
    const [m, said] = [this.manifest, []];
    if (!same(await this.box.read("evidence/environment.json"), utf8.encode(canonical(m.environment)))) refuse("取证环境记录与证据清单所记不一致");
    for (const [name, algorithm] of [["sha256sums", "sha256"], ["sm3sums", "sm3"]]) {
      const path = `evidence/${name}.txt`;
      if (!this.artefacts.has(path)) continue;
      const named = m.artefacts.filter((one) => one.role !== "sha256sums" && one.role !== "sm3sums");
      const wanted = named.map((one) => `${one.digests[algorithm]}  ${one.path}\n`).join("");
      if (!same(await this.box.read(path), utf8.encode(wanted))) refuse(`${path} 与证据清单不一致`);
      said.push(name);
    }
    return `取证环境${said.length ? "、固定清单" : ""}`;
  }

  state() {
    const { state, missing, policy, artefacts } = this.manifest;
    const roles = artefacts.map((one) => one.role);
    const lacking = policy.required.filter((role) => !roles.includes(role));
    if (this.upload) this.receipt();
    if (state === "complete") {
      if (missing.length || lacking.length) refuse(`清单称固证完整，但缺少：${[...missing, ...lacking].join("、")}`);
      return "完整";
    }
    if (state !== "partial" || !missing.length) refuse(`固证状态 ${state} 不应出现在证据包中`);
    return `部分完成，缺少：${missing.join("、")}`;
  }

  receipt() {
    const { receipt, formal, policy, finished_at: ended } = this.manifest;
    if (UPLOAD_ALWAYS.some((role) => !policy.required.includes(role))) refuse("清单的接收要求放过了必备文件");
    if (!receipt.source.trim()) refuse("没有写明材料来源");
    if (moment(receipt.obtained_at) > moment(ended)) refuse("取得时间晚于接收时间");
    const cards = new Set(receipt.officers.filter((one) => one.name.trim()).map((one) => one.card_no.trim()).filter(Boolean));
    if (formal !== (cards.size >= 2)) refuse("是否正式件与所记执法人员不符：正式件须两名执法人员各有证号");
  }

  warc() { throw new Unchecked("逐条解开网络数据请用包内 evidence/verify.py；该文件自身的校验值已在上面核对"); }
}

const CHECKS = [
  ["manifest", "证据清单", "manifestCheck"], ["members", "文件齐全、无多余", "members"], ["digests", "逐件校验值（SHA-256 与 SM3）", "digests"],
  ["datapackage", "WACZ 清单", "datapackage"], ["signature", "证据清单签名", "signature"], ["sm2-signature", "国密签名（SM2）", "sm2"],
  ["package-signature", "整包签名", "packageSignature"], ["renewal", "续期", "renewal"],
  ["timestamp", "时间戳", "timestamp"], ["custody", "保管链", "custody"], ["log", "存证日志", "log"], ["warc", "原始网络数据与索引", "warc"],
  ["pages", "页面清单与截图", "pages"], ["agreement", "各件相互印证", "agreement"], ["state", "固证是否完整", "state"],
];

const UPLOAD_CHECKS = CHECKS.flatMap((check) => {
  if (check[0] === "pages") return [];
  return [check[0] === "warc" ? ["files", "原件与接收登记一致", "files"] : check];
});

const plain = (words) => [...String(words)].slice(0, 300).map((char) => (/[\p{C}\p{Zl}\p{Zp}]/u.test(char) ? `〔U+${char.codePointAt(0).toString(16)}〕` : char)).join("");

async function run(check, examination, method) {
  const [checkId, title] = check;
  const step = (result, detail) => ({ checkId, title, result, detail: plain(detail) });
  if (checkId !== "manifest" && !examination.manifest) return step("unchecked", "证据清单不合格，未继续");
  try {
    return step("passed", await examination[method]());
  } catch (problem) {
    if (problem instanceof Unchecked) return step("unchecked", problem.message);
    return step("failed", problem instanceof Refused ? problem.message : `内容与格式不符（${problem.name}）`);
  }
}

// Everything: {steps, files, manifest}; never throws for what a package holds.
export async function examine(file, anchorsPem, progress = () => {}) {
  const container = (result, detail) => ({ checkId: "container", title: "压缩包结构", result, detail: plain(detail) });
  let examination;
  try {
    examination = new Examination(await Box.open(file), anchorsPem);
    await examination.digestAll(progress);
  } catch (problem) {
    const why = problem instanceof Refused ? problem.message : `无法读取（${problem.name}）`;
    return { steps: [container("failed", why)], files: [], manifest: null };
  }
  const steps = [container("passed", `${examination.box.members.size} 个文件，无压缩、无空隙`)];
  steps.push(await run(CHECKS[0], examination, CHECKS[0][2]));
  for (const check of (examination.upload ? UPLOAD_CHECKS : CHECKS).slice(1)) steps.push(await run(check, examination, check[2]));
  const files = [...examination.artefacts.values()].map((one) => {
    const found = examination.facts.get(one.path);
    const agrees = found && found.size_bytes === one.digests?.size_bytes && found.sha256 === one.digests.sha256 && found.sm3 === one.digests.sm3;
    return { path: plain(one.path), size: found?.size_bytes ?? null, sha256: found?.sha256 ?? "", agrees: Boolean(agrees) };
  });
  return { steps, files, manifest: examination.manifest };
}
