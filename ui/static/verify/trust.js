// Whose signature it is: certificates read as DER, chains that end in an anchor given by this page, ECDSA P-256 or RSA-PSS.

import { refuse, same } from "./box.js";

const DOCUMENT_SIGNING = "2b06010505070324";
const EXTENDED_KEY_USAGE = "551d25";
const BASIC_CONSTRAINTS = "551d13";
const EC_KEY = "2a8648ce3d0201";
const P256 = "2a8648ce3d030107";
const ECDSA_SHA256 = "2a8648ce3d040302";
const RSA_SHA256 = "2a864886f70d01010b";
const ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n;

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const number = (bytes) => BigInt(`0x${hex(bytes) || "0"}`);

function element(bytes, at = 0) {
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

function children(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; at = found.at(-1).end) found.push(element(bytes, at));
  return found;
}

export function certificatesOf(pem) {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g)].map(([, text]) =>
    read(Uint8Array.from(atob(text.replace(/\s/g, "")), (char) => char.charCodeAt(0))));
}

function read(der) {
  const [signed, algorithm, signature] = children(element(der).body);
  const fields = children(signed.body);
  if (fields[0].tag === 0xa0) fields.shift();
  const [, , issuer, validity, subject, key] = fields;
  const extensions = new Map();
  const last = fields.at(-1);
  if (last.tag === 0xa3) {
    for (const one of children(element(last.body).body)) {
      const parts = children(one.body);
      extensions.set(hex(parts[0].body), element(parts.at(-1).body));
    }
  }
  const usages = extensions.has(EXTENDED_KEY_USAGE) ? children(extensions.get(EXTENDED_KEY_USAGE).body).map((one) => hex(one.body)) : [];
  const basic = extensions.has(BASIC_CONSTRAINTS) ? children(extensions.get(BASIC_CONSTRAINTS).body) : [];
  const [from, to] = children(validity.body).map(moment);
  return {
    der, signed: signed.raw, algorithm: hex(children(algorithm.body)[0].body), signature: signature.body.subarray(1),
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

async function keyOf(certificate, padding) {
  const [algorithm] = children(element(certificate.key).body);
  const [kind, curve] = children(algorithm.body).map((one) => hex(one.body));
  if (kind === EC_KEY && curve === P256) {
    return { elliptic: true, key: await crypto.subtle.importKey("spki", certificate.key, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]) };
  }
  if (kind === EC_KEY) refuse("签名证书的密钥种类不受支持");
  const key = await crypto.subtle.importKey("spki", certificate.key, { name: padding, hash: "SHA-256" }, false, ["verify"]);
  if (key.algorithm.modulusLength < 2048) refuse("签名证书的密钥种类不受支持");
  return { elliptic: false, key };
}

async function fits(certificate, signature, content, padding) {
  const { elliptic, key } = await keyOf(certificate, padding);
  if (!elliptic) return crypto.subtle.verify({ name: padding, saltLength: 32 }, key, signature, content);
  const [r, s] = children(element(signature).body).map((one) => number(one.body));
  const raw = Uint8Array.from([r, s].map((one) => one.toString(16).padStart(64, "0")).join("").match(/../g), (byte) => parseInt(byte, 16));
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, raw, content);
}

function checkLowS(signature) {
  if (signature[0] !== 0x30 || signature.length > 80) return;
  const [, s] = children(element(signature).body);
  if (number(s.body) > ORDER / 2n) refuse("签名不是规定的写法（低 s 值）");
}

async function issued(below, above) {
  if (!above.isAuthority || !same(below.issuer, above.subject)) return false;
  if (below.algorithm !== ECDSA_SHA256 && below.algorithm !== RSA_SHA256) return false;
  return fits(above, below.signature, below.signed, "RSASSA-PKCS1-v1_5");
}

// Whose signature over the content this is, in words; Refused when it is nobody's that an anchor vouches for.
export async function signerOf(content, signature, pem, anchorsPem, at) {
  const [chain, anchors] = [certificatesOf(pem), certificatesOf(anchorsPem).filter((one) => one.forDocuments)];
  if (!chain.length) refuse("签名证书无法读取");
  checkLowS(signature);
  if (!(await fits(chain[0], signature, content, "RSA-PSS").catch(() => false))) refuse("签名与内容不符");
  if (!chain[0].forDocuments) refuse("签名证书的用途不是文书签名");
  for (let here = chain[0], steps = 0; steps < 6; steps += 1) {
    if (at < here.from || at > here.to) refuse("签名证书在固证时不在有效期内");
    for (const anchor of anchors) {
      const stands = at >= anchor.from && at <= anchor.to;
      if (same(anchor.der, here.der) || (stands && await issued(here, anchor))) return chain[0].name;
    }
    const next = [];
    for (const one of chain.slice(1, 20)) if (one !== here && !same(one.der, here.der) && await issued(here, one)) next.push(one);
    if (!next.length) break;
    [here] = next;
  }
  return refuse(`签名证书不是由可信机构签发：${chain[0].name}`);
}
