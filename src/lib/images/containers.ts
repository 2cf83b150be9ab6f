import { ImageRefused } from "./refused.ts";

/** What walking a file from chunk to chunk tells: the largest size it announces, its frames, and where it ends. */
export interface Walk {
  width: number;
  height: number;
  frames: number;
  end: number;
}

/** ISO/IEC 10918-1, annex B: segments up to the scan, entropy-coded data up to the next marker, and so on. */
export function walkJpeg(file: Buffer): Walk {
  let size: { width: number; height: number } | undefined;
  let at = 2;
  while (at + 2 <= file.length) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== 0xff) throw damaged();
    // Any number of fill bytes may precede a marker.
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return { ...(size ?? { width: 0, height: 0 }), frames: 1, end: at + 2 };
    else {
      if (at + 4 > file.length) throw cutOff();
      const length = file.readUInt16BE(at + 2);
      if (length < 2) throw damaged();
      if (isFrame(marker) && at + 9 <= file.length) {
        // A second frame header would decide what is decoded after the first was believed.
        if (size) throw damaged();
        size = { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
      }
      at += 2 + length;
      if (marker === 0xda) at = endOfScan(file, at);
    }
  }
  throw cutOff();
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function endOfScan(file: Buffer, start: number): number {
  let at = file.indexOf(0xff, start);
  while (at !== -1 && isWithinScan(file[at + 1])) at = file.indexOf(0xff, at + 1);
  if (at === -1) throw cutOff();
  return at;
}

/** Stuffed zeros, restart markers and fill bytes do not end a scan. */
function isWithinScan(marker: number | undefined): boolean {
  return marker === 0 || marker === 0xff || (marker !== undefined && marker >= 0xd0 && marker <= 0xd7);
}

/** PNG (W3C, third edition), 5.3: chunks of length, type, data and checksum from IHDR to IEND. */
export function walkPng(file: Buffer): Walk {
  if (file.length < 33) throw cutOff();
  if (file.toString("latin1", 12, 16) !== "IHDR") throw damaged();
  const size = { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
  let frames = 0;
  let at = 8;
  while (at + 12 <= file.length) {
    const type = file.toString("latin1", at + 4, at + 8);
    at += 12 + file.readUInt32BE(at);
    if (type === "fcTL") frames += 1;
    if (type === "IEND" && at <= file.length) return { ...size, frames: Math.max(frames, 1), end: at };
  }
  throw cutOff();
}

/** GIF89a, appendix A: extensions and pictures made of sub-blocks, up to the trailer. */
export function walkGif(file: Buffer): Walk {
  if (file.length < 13) throw cutOff();
  let width = file.readUInt16LE(6);
  let height = file.readUInt16LE(8);
  let frames = 0;
  let at = 13 + colorTable(file[10]);
  while (at < file.length) {
    const block = file[at];
    if (block === 0x3b) return { width, height, frames: Math.max(frames, 1), end: at + 1 };
    if (block === 0x21) at = endOfSubBlocks(file, at + 2);
    else if (block === 0x2c && at + 10 <= file.length) {
      frames += 1;
      width = Math.max(width, file.readUInt16LE(at + 1) + file.readUInt16LE(at + 5));
      height = Math.max(height, file.readUInt16LE(at + 3) + file.readUInt16LE(at + 7));
      at = endOfSubBlocks(file, at + 11 + colorTable(file[at + 9]));
    } else throw damaged();
  }
  throw cutOff();
}

function colorTable(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function endOfSubBlocks(file: Buffer, start: number): number {
  let at = start;
  for (let length = file[at]; length !== undefined; length = file[at]) {
    at += 1 + length;
    if (length === 0) return at;
  }
  throw cutOff();
}

/** RFC 9649: a RIFF of chunks; VP8X has the canvas, each ANMF is a frame. */
export function walkWebp(file: Buffer): Walk {
  if (file.length < 30) throw cutOff();
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) throw cutOff();
  let width = 0;
  let height = 0;
  let frames = 0;
  for (let at = 12; at + 8 <= end;) {
    const type = file.toString("latin1", at, at + 4);
    const data = file.subarray(at + 8, end);
    const size = webpSize(type, data);
    width = Math.max(width, size?.[0] ?? 0);
    height = Math.max(height, size?.[1] ?? 0);
    if (type === "ANMF") frames += 1;
    const length = file.readUInt32LE(at + 4);
    if (length > data.length) throw cutOff();
    at += 8 + length + (length % 2);
  }
  return { width, height, frames: Math.max(frames, 1), end };
}

function webpSize(type: string, data: Buffer): [width: number, height: number] | undefined {
  if (type === "VP8X" && data.length >= 10) return [data.readUIntLE(4, 3) + 1, data.readUIntLE(7, 3) + 1];
  if (type === "ANMF" && data.length >= 12) return [data.readUIntLE(6, 3) + 1, data.readUIntLE(9, 3) + 1];
  if (type === "VP8 " && data.length >= 10) return [data.readUInt16LE(6) & 0x3fff, data.readUInt16LE(8) & 0x3fff];
  if (type === "VP8L" && data.length >= 5) {
    const bits = data.readUInt32LE(1);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  return undefined;
}

/** ISO/IEC 14496-12 boxes; every `ispe` property (ISO/IEC 23008-12) is believed and the largest counts. */
export function walkAvif(file: Buffer): Walk {
  const walk = { width: 0, height: 0, frames: 1, end: 0 };
  for (const box of boxes(file)) {
    // What follows the last box that belongs to a picture may be anything.
    if (!topLevel.has(box.type)) break;
    walk.end = box.end;
    if (box.type !== "meta") continue;
    for (const properties of inside(inside(boxes(box.data.subarray(4)), "iprp"), "ipco")) {
      if (properties.type !== "ispe" || properties.data.length < 12) continue;
      walk.width = Math.max(walk.width, properties.data.readUInt32BE(4));
      walk.height = Math.max(walk.height, properties.data.readUInt32BE(8));
    }
  }
  return walk;
}

const topLevel = new Set("ftyp meta mdat moov moof mfra sidx free skip wide uuid pdin".split(" "));

interface Box {
  type: string;
  data: Buffer;
  end: number;
}

function inside(outer: readonly Box[], type: string): Box[] {
  return outer.filter((box) => box.type === type).flatMap((box) => boxes(box.data));
}

function boxes(data: Buffer): Box[] {
  const found: Box[] = [];
  let at = 0;
  while (at + 8 <= data.length && /^[\w ]{4}$/.test(data.toString("latin1", at + 4, at + 8))) {
    const type = data.toString("latin1", at + 4, at + 8);
    const short = data.readUInt32BE(at);
    if (short === 1 && at + 16 > data.length) throw cutOff();
    // Zero means "to the end", one that a 64-bit length follows.
    const length = short === 0 ? data.length - at : short === 1 ? Number(data.readBigUInt64BE(at + 8)) : short;
    const head = short === 1 ? 16 : 8;
    if (length < head) throw damaged();
    if (at + length > data.length) {
      // A file that goes on with something else than boxes has ended; one whose box is missing a part has not.
      if (!topLevel.has(type) && found.length > 0) return found;
      throw cutOff();
    }
    found.push({ type, data: data.subarray(at + head, at + length), end: at + length });
    at += length;
  }
  return found;
}

function damaged(): ImageRefused {
  return new ImageRefused("The picture is damaged.");
}

function cutOff(): ImageRefused {
  return new ImageRefused("The picture is cut off before its end.");
}
