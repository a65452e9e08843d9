// Whose signature it is: certificates read as DER, chains that end in an anchor given by this page, ECDSA P-256 or RSA-PSS.

import { Unchecked, refuse, same } from "./box.js";
import { sha256 } from "./digests.js";

const DOCUMENT_SIGNING = "2b06010505070324";
const EXTENDED_KEY_USAGE = "551d25";
const BASIC_CONSTRAINTS = "551d13";
const EC_KEY = "2a8648ce3d0201";
const P256 = "2a8648ce3d030107";
const CURVES = { [P256]: ["P-256", 64], "2b81040022": ["P-384", 96] };
// By what hash an algorithm signs; plain rsaEncryption means that of the digest it stands beside.
const ECDSA = { "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384", "2a8648ce3d040304": "SHA-512" };
const RSA = { "2a864886f70d01010b": "SHA-256", "2a864886f70d01010c": "SHA-384", "2a864886f70d01010d": "SHA-512", "2a864886f70d010101": "" };
const ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n;

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const number = (bytes) => BigInt(`0x${hex(bytes) || "0"}`);

export function element(bytes, at = 0) {
  const tag = bytes[at];
  let [size, head] = [bytes[at + 1], 2];
  if (size & 0x80) {
    const count = size & 0x7f;
    if (!count || count > 4) refuse("证书的编码有误");
    size = Number(number(bytes.subarray(at + 2, at + 2 + count)));
    head += count;
  }
  const end = at + head + size;
  if (size === undefined || end > bytes.length) refuse("证书的编码有误");
  return { tag, raw: bytes.subarray(at, end), body: bytes.subarray(at + head, end), end };
}

export function children(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; at = found.at(-1).end) found.push(element(bytes, at));
  return found;
}

export function certificatesOf(pem) {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g)].map(([, text]) =>
    read(Uint8Array.from(atob(text.replace(/\s/g, "")), (char) => char.charCodeAt(0))));
}

export function read(der) {
  const [signed, algorithm, signature] = children(element(der).body);
  const fields = children(signed.body);
  if (fields[0].tag === 0xa0) fields.shift();
  const [serial, , issuer, validity, subject, key] = fields;
  const [extensions, critical] = [new Map(), new Set()];
  const last = fields.at(-1);
  if (last.tag === 0xa3) {
    for (const one of children(element(last.body).body)) {
      const parts = children(one.body);
      extensions.set(hex(parts[0].body), element(parts.at(-1).body));
      if (parts.length === 3 && parts[1].body[0] === 0xff) critical.add(hex(parts[0].body));
    }
  }
  const usages = extensions.has(EXTENDED_KEY_USAGE) ? children(extensions.get(EXTENDED_KEY_USAGE).body).map((one) => hex(one.body)) : [];
  const basic = extensions.has(BASIC_CONSTRAINTS) ? children(extensions.get(BASIC_CONSTRAINTS).body) : [];
  const [from, to] = children(validity.body).map(moment);
  return {
    der, signed: signed.raw, algorithm: hex(children(algorithm.body)[0].body), signature: signature.body.subarray(1),
    serial: serial.raw, usages, usagesCritical: critical.has(EXTENDED_KEY_USAGE),
    issuer: issuer.raw, subject: subject.raw, key: key.raw, name: nameOf(subject), from, to,
    forDocuments: usages.includes(DOCUMENT_SIGNING), isAuthority: basic[0]?.tag === 1 && basic[0].body[0] === 0xff,
  };
}

function moment({ tag, body }) {
  let text = new TextDecoder().decode(body);
  if (tag === 0x17) text = (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text;
  return Date.UTC(text.slice(0, 4), text.slice(4, 6) - 1, text.slice(6, 8), text.slice(8, 10), text.slice(10, 12), text.slice(12, 14));
}

function nameOf(subject) {
  return children(subject.body).map((set) => new TextDecoder().decode(children(element(set.body).body)[1].body)).join("，");
}

async function fits(certificate, signature, content) {
  const [algorithm] = children(element(certificate.key).body);
  const [kind, curve] = children(algorithm.body).map((one) => hex(one.body));
  if (kind === EC_KEY && curve !== P256) refuse("签名证书的密钥种类不受支持");
  if (kind === EC_KEY) return elliptic(certificate, curve, "SHA-256", { signature, content });
  return rsa(certificate, { name: "RSA-PSS", saltLength: 32 }, "SHA-256", { signature, content });
}

async function elliptic(certificate, curve, hash, { signature, content }) {
  const [namedCurve, size] = CURVES[curve] ?? refuse("签名证书的密钥种类不受支持");
  const key = await crypto.subtle.importKey("spki", certificate.key, { name: "ECDSA", namedCurve }, false, ["verify"]);
  const [r, s] = children(element(signature).body).map((one) => number(one.body));
  const raw = Uint8Array.from([r, s].map((one) => one.toString(16).padStart(size, "0")).join("").match(/../g), (byte) => parseInt(byte, 16));
  return crypto.subtle.verify({ name: "ECDSA", hash }, key, raw, content);
}

async function rsa(certificate, padding, hash, { signature, content }) {
  const key = await crypto.subtle.importKey("spki", certificate.key, { name: padding.name, hash }, false, ["verify"]);
  if (key.algorithm.modulusLength < 2048) refuse("签名证书的密钥种类不受支持");
  return crypto.subtle.verify(padding, key, signature, content);
}

// Whether a signature by a named algorithm is by the key of a certificate; Unchecked when a browser has no such one.
export async function fitsKey(certificate, { algorithm, hash = "", signature, content }) {
  const [kind, curve] = children(children(element(certificate.key).body)[0].body).map((one) => hex(one.body));
  if (kind === EC_KEY && algorithm in ECDSA && curve in CURVES) return elliptic(certificate, curve, ECDSA[algorithm], { signature, content });
  if (kind !== EC_KEY && algorithm in RSA) return rsa(certificate, { name: "RSASSA-PKCS1-v1_5" }, RSA[algorithm] || hash, { signature, content });
  throw new Unchecked("签名所用的算法浏览器没有（如国密），请用 verify.py 或 openssl 核对");
}

function checkLowS(signature) {
  if (signature[0] !== 0x30 || signature.length > 80) return;
  const [, s] = children(element(signature).body);
  if (number(s.body) > ORDER / 2n) refuse("签名不是规定的写法（低 s 值）");
}

async function issued(below, above) {
  if (!above.isAuthority || !same(below.issuer, above.subject)) return false;
  return fitsKey(above, { algorithm: below.algorithm, signature: below.signature, content: below.signed });
}

// Whether a chain leads from the certificate to an anchor, all of it valid then.
export async function chainTo(leaf, others, anchors, at) {
  for (let here = leaf, steps = 0; steps < 6; steps += 1) {
    if (at < here.from || at > here.to) return false;
    for (const anchor of anchors) {
      const stands = at >= anchor.from && at <= anchor.to;
      if (same(anchor.der, here.der) || (stands && await issued(here, anchor))) return true;
    }
    const next = [];
    for (const one of others.slice(0, 20)) if (!same(one.der, here.der) && await issued(here, one)) next.push(one);
    if (!next.length) return false;
    [here] = next;
  }
  return false;
}

// The roots' file says when a signing key was given up; what was signed later is not believed.
function checkEnds(anchorsPem, certificate, at) {
  for (const line of anchorsPem.split(/\r?\n/)) {
    if (!line.includes("wangjian-key-ends")) continue;
    const found = /^wangjian-key-ends: ([0-9a-f]{64}) (\S{1,30})\s*$/.exec(line);
    const end = Date.parse(found?.[2]);
    if (Number.isNaN(end)) refuse("根证书中停用密钥的一行无法读取");
    if (found[1] === sha256(certificate.der) && at > end) refuse(`签名密钥已于 ${new Date(end).toISOString()} 停用，此后的签名不予承认`);
  }
}

// Whose signature over the content this is, in words; Refused when it is nobody's that an anchor vouches for.
export async function signerOf(content, signature, pem, anchorsPem, at) {
  const [chain, anchors] = [certificatesOf(pem), certificatesOf(anchorsPem).filter((one) => one.forDocuments)];
  if (!chain.length) refuse("签名证书无法读取");
  checkLowS(signature);
  if (!(await fits(chain[0], signature, content).catch(() => false))) refuse("签名与内容不符");
  if (!chain[0].forDocuments) refuse("签名证书的用途不是文书签名");
  if (!(await chainTo(chain[0], chain.slice(1), anchors, at))) refuse(`签名证书不是由可信机构签发，或当时不在有效期内：${chain[0].name}`);
  checkEnds(anchorsPem, chain[0], at);
  return chain[0].name;
}
