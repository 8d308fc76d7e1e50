/** From 192.0.2.1 to 198.51.100.7, with whatever a test wants wrong about it. */
export function toIpv4Packet(parts: {
  readonly protocol: number;
  readonly content: Uint8Array;
  readonly headerWords?: number;
  /** In units of eight bytes. */
  readonly offset?: number;
  readonly destination?: readonly number[];
}): Buffer {
  const { protocol, content, headerWords = 5, offset = 0 } = parts;
  const header = Buffer.alloc(Math.max(20, headerWords * 4));
  header[0] = 0x40 | headerWords;
  header.writeUInt16BE(header.length + content.length, 2);
  header.writeUInt16BE(offset, 6);
  header[8] = 64;
  header[9] = protocol;
  header.set([192, 0, 2, 1], 12);
  header.set(parts.destination ?? [198, 51, 100, 7], 16);
  return Buffer.concat([header, content]);
}

/** From 2001:db8::1 to 2001:db8::7. */
export function toIpv6Packet(parts: {
  readonly next: number;
  readonly content: Uint8Array;
}): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(parts.content.length, 4);
  header[6] = parts.next;
  header[7] = 64;
  header.set([0x20, 0x01, 0x0d, 0xb8], 8);
  header[23] = 1;
  header.set([0x20, 0x01, 0x0d, 0xb8], 24);
  header[39] = 7;
  return Buffer.concat([header, parts.content]);
}
