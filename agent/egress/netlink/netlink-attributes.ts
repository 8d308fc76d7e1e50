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

export function toAttribute(type: number, value: Uint8Array): Buffer {
  const length = HEADER_BYTES + value.length;
  if (length > MAX_BYTES) throw new RangeError(`${value.length} bytes are too many for netlink`);
  const bytes = Buffer.alloc(align(length));
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, HEADER_BYTES);
  return bytes;
}

export function toNest(type: number, children: readonly Uint8Array[]): Buffer {
  return toAttribute(NESTED | type, Buffer.concat(children));
}

/** With the NUL that the kernel wants at the end of its names. */
export function toTextAttribute(type: number, text: string): Buffer {
  return toAttribute(type, Buffer.from(`${text}\0`));
}

export function toUint32Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return toAttribute(type, bytes);
}

export function toUint64Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
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
