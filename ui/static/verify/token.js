// A time-stamp response (RFC 3161) checked whole: imprint, signer by its SignerInfo, bound certificate, signature, chain.

import { Unchecked, refuse, same } from "./box.js";
import { chainTo, children, element, fitsKey, hex, number, read } from "./trust.js";

const [SIGNED_DATA, TST_INFO] = ["2a864886f70d010702", "2a864886f70d0109100104"];
const [CONTENT_TYPE, MESSAGE_DIGEST] = ["2a864886f70d010903", "2a864886f70d010904"];
const [BOUND, BOUND_BY_SHA1] = ["2a864886f70d010910022f", "2a864886f70d010910020c"];
const HASHES = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
const SM3 = "2a811ccf55018311";
const TIME_STAMPING = "2b06010505070308";
const LOCAL_POLICY = "2.25.278206310127561462183095413298421340719";

const oid = (one) => hex(one.body);
const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

function dotted(bytes) {
  const found = [];
  let arc = 0n;
  for (const byte of bytes) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (!(byte & 0x80)) { found.push(arc); arc = 0n; }
  }
  const [first, ...rest] = found;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - 40n * top, ...rest].join(".");
}

export function generalized(body) {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(new TextDecoder().decode(body)) ?? refuse("时间戳的时间写法有误");
  const [year, month, ...rest] = parts.slice(1, 7).map(Number);
  return Date.UTC(year, month - 1, ...rest) + Math.round(Number(parts[7] ?? 0) * 1000);
}

function signedData(response) {
  const whole = element(response);
  if (whole.end !== response.length) refuse("时间戳应答的编码有误");
  const [status, info] = children(whole.body);
  if (number(children(status.body)[0].body) > 1n || !info) refuse("授时机构没有授予时间戳");
  const [kind, holder] = children(info.body);
  if (oid(kind) !== SIGNED_DATA) refuse("应答中没有时间戳");
  const [, , content, ...rest] = children(element(holder.body).body);
  const [type, octets] = children(content.body);
  if (oid(type) !== TST_INFO) refuse("签名内容不是时间戳");
  const certificates = rest.filter((one) => one.tag === 0xa0).flatMap((one) => children(one.body)).map((one) => read(one.raw));
  return { info: element(octets.body).body, certificates, signers: children(rest.at(-1).body) };
}

function factsOf(info, digests) {
  const [, policy, imprint, , at] = children(element(info).body);
  const [algorithm, hashed] = children(imprint.body);
  const name = oid(children(algorithm.body)[0]);
  const wanted = { "608648016503040201": digests.sha256, [SM3]: digests.sm3 }[name] ?? refuse("时间戳所用摘要算法不是 SHA-256 或 SM3");
  if (hex(hashed.body) !== wanted) refuse("时间戳不是对这份内容加的");
  return { at: generalized(at.body), internal: dotted(policy.body) === LOCAL_POLICY };
}

function signerOf({ signers, certificates }) {
  if (signers.length !== 1) refuse("时间戳应有且只有一个签名者");
  const [, sid, digestAlgorithm, attributes, algorithm, signature] = children(signers[0].body);
  if (sid.tag !== 0x30 || attributes.tag !== 0xa0) refuse("时间戳的签名者或签名属性写法不受支持");
  const [issuer, serial] = children(sid.body);
  const certificate = certificates.find((one) => same(one.issuer, issuer.raw) && same(one.serial, serial.raw)) ?? refuse("时间戳没有带签名者的证书");
  const told = new Map();
  for (const one of children(attributes.body)) {
    const [type, values] = children(one.body);
    if (told.has(oid(type)) || children(values.body).length !== 1) refuse("时间戳的签名属性重复");
    told.set(oid(type), children(values.body)[0]);
  }
  const signed = Uint8Array.from(attributes.raw);
  signed[0] = 0x31; // signed is the SET, not the [0] it is stored under
  return { certificate, told, signed, hash: HASHES[oid(children(digestAlgorithm.body)[0])], algorithm: oid(children(algorithm.body)[0]), signature: signature.body };
}

async function isBound(told, certificate) {
  const [modern, old] = [told.get(BOUND), told.get(BOUND_BY_SHA1)];
  if (!modern && !old) return false;
  const first = children(children(children((modern ?? old).body)[0].body)[0].body);
  if (!modern) return same(first[0].body, await digest("SHA-1", certificate.der));
  const named = first[0].tag === 0x30 ? HASHES[oid(children(first[0].body)[0])] : "SHA-256";
  const hashed = first[0].tag === 0x30 ? first[1] : first[0];
  return Boolean(named) && same(hashed.body, await digest(named, certificate.der));
}

// When and by whom content of these digests was stamped; Refused when it was not, or by nobody an anchor vouches for.
export async function tokenOf(response, digests, anchors) {
  const data = signedData(response);
  const facts = factsOf(data.info, digests);
  const { certificate, told, signed, hash, algorithm, signature } = signerOf(data);
  if (!hash) throw new Unchecked("授时机构所用的摘要算法浏览器没有，请用 verify.py 或 openssl ts -verify 核对");
  if (!told.has(CONTENT_TYPE) || oid(told.get(CONTENT_TYPE)) !== TST_INFO) refuse("时间戳的签名属性缺少内容类型");
  if (!told.has(MESSAGE_DIGEST) || !same(told.get(MESSAGE_DIGEST).body, await digest(hash, data.info))) refuse("时间戳的内容被改动");
  if (!(await isBound(told, certificate))) refuse("时间戳没有绑定其签名证书（ESSCertID）");
  if (!(await fitsKey(certificate, { algorithm, hash, signature, content: signed }))) refuse("时间戳的签名无效");
  if (certificate.usages.join() !== TIME_STAMPING || !certificate.usagesCritical) refuse("时间戳证书的用途不是（唯一且关键的）时间戳签发");
  const usable = anchors.filter((one) => !one.usages.length || one.usages.includes(TIME_STAMPING));
  if (!(await chainTo(certificate, data.certificates, usable, facts.at))) refuse(`时间戳证书不是由可信机构签发，或当时无效：${certificate.name}`);
  return { ...facts, name: certificate.name };
}
