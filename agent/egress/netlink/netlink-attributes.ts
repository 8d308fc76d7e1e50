/**
 * Netlink's attributes: length, type, value, padded to four bytes (include/uapi/linux/netlink.h). Lengths and types are in
 * the machine's byte order, which is little-endian wherever this agent runs; netfilter's numbers in them are big-endian.
 */
const HEADER_BYTES = 4;
const MAX_BYTES = 0xffff;
/** NLA_F_NESTED; NLA_F_NET_BYTEORDER is the bit below. Neither belongs to the type. */
const NESTED = 0x8000;
const TYPE_MASK = 0x3fff;

/** What a value may take up at most; the kernel keeps an attribute's length in 16 bits. */
export const MAX_ATTRIBUTE_VALUE_BYTES = MAX_BYTES - HEADER_BYTES;

export type Attributes = ReadonlyMap<number, Buffer>;

/** The values one after the other, as one. */
export function toAttribute(type: number, ...values: readonly Uint8Array[]): Buffer {
  let length = HEADER_BYTES;
  for (const value of values) length += value.length;
  if (length > MAX_BYTES) throw new RangeError(`${length} bytes are too many for netlink`);
  // From the pool, which is not cleared: twice as fast, and each of thousands of elements takes five of these.
  const bytes = Buffer.allocUnsafe(align(length));
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  let at = HEADER_BYTES;
  for (const value of values) {
    bytes.set(value, at);
    at += value.length;
  }
  return bytes.fill(0, length);
}

export function toNest(type: number, children: readonly Uint8Array[]): Buffer {
  return toAttribute(NESTED | type, ...children);
}

/** With the NUL that the kernel wants at the end of its names. */
export function toTextAttribute(type: number, text: string): Buffer {
  return toAttribute(type, Buffer.from(`${text}\0`));
}

export function toUint32Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value, 0);
  return toAttribute(type, bytes);
}

export function toUint64Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), 0);
  bytes.writeUInt32BE(value % 0x1_0000_0000, 4);
  return toAttribute(type, bytes);
}

/**
 * The attributes by type, as views of `bytes`. Of several of a type the last one counts, as in the kernel. Reading ends at
 * the first one that makes no sense; what came before it is kept.
 */
export function parseAttributes(bytes: Buffer): Attributes {
  const attributes = new Map<number, Buffer>();
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt16LE(at);
    if (length < HEADER_BYTES || at + length > bytes.length) break;
    const type = bytes.readUInt16LE(at + 2) & TYPE_MASK;
    attributes.set(type, bytes.subarray(at + HEADER_BYTES, at + length));
    at += align(length);
  }
  return attributes;
}

export function uint32Of(attributes: Attributes, type: number): number | undefined {
  const value = attributes.get(type);
  return value !== undefined && value.length >= 4 ? value.readUInt32BE(0) : undefined;
}

/** Up to the first NUL. */
export function textOf(attributes: Attributes, type: number): string | undefined {
  const value = attributes.get(type);
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  return value.toString("utf8", 0, end < 0 ? value.length : end);
}

function align(length: number): number {
  return (length + 3) & ~3;
}
