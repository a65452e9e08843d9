// The container, read as strictly as verify.py reads it: every header is written again and compared byte by byte.

export class Refused extends Error {}
export class Unchecked extends Error {}
export const refuse = (why) => { throw new Refused(why); };

const MOST_MEMBERS = 2000;
const CHUNK = 1 << 22;
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}(\/[a-z0-9][a-z0-9._-]{0,99})?$/;
const ascii = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
export const isMemberName = (name) => NAME.test(name) && !name.includes("..");

export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function header(size, name, write) {
  const made = new Uint8Array(size + name.length);
  write(new DataView(made.buffer));
  made.set(ascii(name), size);
  return made;
}

function local(name, crc, size) {
  return header(30, name, (v) => {
    v.setUint32(0, 0x504b0304);
    v.setUint16(4, 20, true); v.setUint16(12, 0x21, true);
    v.setUint32(14, crc, true); v.setUint32(18, size, true); v.setUint32(22, size, true); v.setUint16(26, name.length, true);
  });
}

function central(name, crc, size, offset) {
  return header(46, name, (v) => {
    v.setUint32(0, 0x504b0102);
    v.setUint16(4, 20, true); v.setUint16(6, 20, true); v.setUint16(14, 0x21, true);
    v.setUint32(16, crc, true); v.setUint32(20, size, true); v.setUint32(24, size, true); v.setUint16(28, name.length, true);
    v.setUint32(42, offset, true);
  });
}

export class Box {
  constructor(file) {
    this.file = file;
    this.members = new Map();
  }

  static async open(file) {
    const box = new Box(file);
    if (file.size < 22 || file.size >= 2 ** 32 - 1) refuse(`文件大小 ${file.size} 字节不在允许范围内`);
    const end = new DataView((await box.at(file.size - 22, 22)).buffer);
    if (end.getUint32(0) !== 0x504b0506) refuse("末尾不是压缩包结束记录：文件被截断，或末尾有多余内容");
    const [disk, start, here, count] = [4, 6, 8, 10].map((at) => end.getUint16(at, true));
    const [length, offset] = [12, 16].map((at) => end.getUint32(at, true));
    if (disk || start || end.getUint16(20, true) || here !== count) refuse("压缩包结束记录的字段与规定不符");
    if (count > MOST_MEMBERS || length > MOST_MEMBERS * 256) refuse(`成员过多：${count}`);
    if (offset + length + 22 !== file.size) refuse("中央目录与结束记录之间有空隙或多余内容");
    await box.readDirectory(await box.at(offset, length), count, offset);
    return box;
  }

  async readDirectory(bytes, count, end) {
    const view = new DataView(bytes.buffer);
    let [place, offset, before] = [0, 0, ""];
    for (let i = 0; i < count; i += 1) {
      if (place + 46 > bytes.length || view.getUint32(place) !== 0x504b0102) refuse("中央目录损坏");
      const size = view.getUint32(place + 24, true);
      const name = String.fromCharCode(...bytes.subarray(place + 46, place + 46 + Math.min(view.getUint16(place + 28, true), 300)));
      if (!isMemberName(name)) refuse(`成员名不合规：${name.slice(0, 100)}`);
      if (view.getUint16(place + 10, true)) refuse(`成员被压缩存放，规定为原样存放：${name}`);
      if (name <= before) refuse(`成员重名，或次序与规定不符：${name}`);
      const crc = view.getUint32(place + 16, true);
      const wanted = central(name, crc, size, offset);
      if (!same(bytes.subarray(place, place + wanted.length), wanted)) refuse(`中央目录的字段与规定不符，或成员之间有空隙：${name}`);
      const head = local(name, crc, size);
      if (offset + head.length + size > end) refuse(`成员超出压缩包的范围：${name}`);
      if (!same(await this.at(offset, head.length), head)) refuse(`本地文件头与中央目录不一致，或成员之间有空隙：${name}`);
      this.members.set(name, { start: offset + head.length, size, crc });
      [place, offset, before] = [place + wanted.length, offset + head.length + size, name];
    }
    if (place !== bytes.length) refuse("中央目录中有多余内容");
    if (offset !== end) refuse("成员与中央目录之间有空隙或重叠");
  }

  async at(offset, size) {
    const found = new Uint8Array(await this.file.slice(offset, offset + size).arrayBuffer());
    if (found.length !== size) refuse("文件被截断");
    return found;
  }

  async* chunks(name) {
    const { start, size } = this.members.get(name);
    for (let done = 0; done < size; done += CHUNK) yield this.at(start + done, Math.min(CHUNK, size - done));
  }

  async read(name, most = 1 << 21) {
    const found = this.members.get(name) ?? refuse(`缺少 ${name}`);
    if (found.size > most) refuse(`${name} 过大`);
    return this.at(found.start, found.size);
  }
}
