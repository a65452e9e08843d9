// The evidence log (RFC 9162, by SHA-256 and SM3): heads in their one form, inclusion and consistency proofs.

import { refuse, same } from "./box.js";
import { Sha256, Sm3, sha256 } from "./digests.js";
import { certificatesOf, hex } from "./trust.js";

const ALGORITHMS = { sha256: Sha256, sm3: Sm3 };
const utf8 = new TextEncoder();
const bytesOf = (words) => Uint8Array.from(words.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

export function unbase64(words) {
  try {
    const found = Uint8Array.from(atob(words), (char) => char.charCodeAt(0));
    if (base64(found) === words) return found;
  } catch { /* said below */ }
  return refuse("日志头或其时间戳的写法有误");
}

function joined(...parts) {
  const made = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  parts.reduce((at, one) => { made.set(one, at); return at + one.length; }, 0);
  return made;
}

const hashed = (algorithm, ...parts) => bytesOf(new ALGORITHMS[algorithm]().update(joined(...parts)).hex());
const node = (algorithm, left, right) => hashed(algorithm, [1], left, right);

// A head read and written again: only that one form is one.
export function headOf(head) {
  if (Object.keys(head).sort().join() !== "certificates,checkpoint,format,tokens" || head.format !== "wangjian-head/1") refuse("日志头的字段与规定不符");
  if (!Array.isArray(head.tokens) || head.tokens.length > 9) refuse("日志头的时间戳过多或写法有误");
  const pattern = /^(wangjian-log\/[0-9a-f]{16})\n([1-9]\d{0,14})\n(\S{44})\nsm3 (\S{44})\ncustody (0 -|[1-9]\d{0,14} [0-9a-f]{64})\ntime (\S{20,27})\n\n\u2014 (\S+) (\S+)\n$/;
  const parts = pattern.exec(head.checkpoint) ?? refuse("日志头的写法与规定不符");
  const [, name, size, one, other, custody, time, again, signed] = parts;
  const certificates = certificatesOf(head.certificates);
  if (!certificates.length) refuse("签名证书无法读取");
  if (name !== again || name !== `wangjian-log/${sha256(certificates.at(-1).der).slice(0, 16)}`) refuse("日志头的名称与其签名证书不符");
  const signature = unbase64(signed);
  const key = sha256(joined(utf8.encode(`${name}\n`), [0xff], certificates[0].der)).slice(0, 8);
  const roots = { sha256: unbase64(one), sm3: unbase64(other) };
  if (hex(signature.subarray(0, 4)) !== key || roots.sha256.length !== 32 || roots.sm3.length !== 32) refuse("日志头的写法与规定不符");
  const [sequence, digest] = custody.split(" ");
  return {
    name, size: Number(size), roots, time, custody: [Number(sequence), digest === "-" ? "" : digest],
    signature: signature.subarray(4), body: utf8.encode(`${head.checkpoint.split("\n\n")[0]}\n`),
    digests: { sha256: new Sha256().update(utf8.encode(head.checkpoint)).hex(), sm3: new Sm3().update(utf8.encode(head.checkpoint)).hex() },
  };
}

export function pathsOf(found) {
  const sound = Object.keys(found).sort().join() === "sha256,sm3" && found.sha256.length === found.sm3.length && found.sha256.length <= 100;
  if (!sound || ![...found.sha256, ...found.sm3].every((one) => /^[0-9a-f]{64}$/.test(one))) refuse("存证日志的证明写法有误");
  return { sha256: found.sha256.map(bytesOf), sm3: found.sm3.map(bytesOf) };
}

// RFC 9162 section 2.1.3.2; places are below 2^48, so they are halved and not shifted.
export function checkInclusion(algorithm, leaf, position, head, path) {
  let [here, last, found] = [position, head.size - 1, hashed(algorithm, [0], leaf)];
  const half = () => { here = Math.floor(here / 2); last = Math.floor(last / 2); };
  for (const sibling of path) {
    if (!last) refuse("存证日志的证明过长");
    if (here % 2 || here === last) {
      found = node(algorithm, sibling, found);
      while (here && !(here % 2)) half();
    } else found = node(algorithm, found, sibling);
    half();
  }
  if (last) refuse("存证日志的证明过短");
  if (!same(found, head.roots[algorithm])) refuse(`存证日志的证明不成立（${algorithm.toUpperCase()}）：该条目不在日志中`);
}

// RFC 9162 section 2.1.4.2.
export function checkConsistency(algorithm, first, second, path) {
  const [before, after] = [first.roots[algorithm], second.roots[algorithm]];
  if (first.size === second.size) {
    if (path.length || !same(before, after)) refuse("两个日志头大小相同而内容不同");
    return;
  }
  const nodes = Number.isInteger(Math.log2(first.size)) ? [before, ...path] : path;
  let [here, last] = [first.size - 1, second.size - 1];
  const half = () => { here = Math.floor(here / 2); last = Math.floor(last / 2); };
  while (here % 2) half();
  if (!nodes.length) refuse("存证日志的一致性证明过短");
  let [old, now] = [nodes[0], nodes[0]];
  for (const one of nodes.slice(1)) {
    if (!last) refuse("存证日志的一致性证明过长");
    if (here % 2 || here === last) {
      [old, now] = [node(algorithm, one, old), node(algorithm, one, now)];
      while (here && !(here % 2)) half();
    } else now = node(algorithm, now, one);
    half();
  }
  if (last || !same(old, before) || !same(now, after)) refuse("此前的日志头与现在的不一致：存证日志被改写过");
}
