/** RFC 8999: long header, version, the two connection ids. */
const LONG_HEADER = 0x80;
const VERSION_1 = 1;

/**
 * What a server says that speaks none of the client's versions (RFC 9000, section 17.2.1): a client that hears it knows that
 * its packet arrived. Undefined for what is no QUIC Initial.
 */
export function toVersionNegotiation(packet: Buffer): Buffer | undefined {
  if (packet.length < 7 || (packet.readUInt8(0) & LONG_HEADER) === 0) return undefined;
  const destinationEnd = 6 + packet.readUInt8(5);
  if (packet.length <= destinationEnd) return undefined;
  const sourceEnd = destinationEnd + 1 + packet.readUInt8(destinationEnd);
  if (packet.length < sourceEnd) return undefined;
  const destination = packet.subarray(5, destinationEnd);
  const source = packet.subarray(destinationEnd, sourceEnd);
  return Buffer.concat([
    Buffer.from([LONG_HEADER, 0, 0, 0, 0]),
    source,
    destination,
    Buffer.from([0, 0, 0, VERSION_1]),
  ]);
}
