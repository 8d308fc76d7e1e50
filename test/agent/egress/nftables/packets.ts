/** Packets as raw sockets send them, in hexadecimal. */

/** ICMP echo with its checksum. */
export const ECHO_REQUEST = "0800f7fd00010001";

/** From port 443 to port 443, eight bytes of payload, no checksum. */
export const UDP_TO_443 = "01bb01bb0010000000000000000000ff";

const UDP = 17;

interface Ends {
  readonly source: string;
  readonly destination: string;
}

/** A later fragment's payload looks like a header with port 443. */
export function toFragment({
  source,
  destination,
  offset,
  more,
}: Ends & { readonly offset: number; readonly more: boolean }): string {
  return toIpv4(
    { source, destination },
    (more ? 0x2000 : 0) | offset,
    Buffer.from(UDP_TO_443, "hex"),
  );
}

export function toUdp({
  source,
  destination,
  port,
  text,
}: Ends & { readonly port: number; readonly text: string }): string {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(4242, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(8 + text.length, 4);
  return toIpv4({ source, destination }, 0, Buffer.concat([header, Buffer.from(text)]));
}

/** The kernel fills in length and checksum. */
function toIpv4({ source, destination }: Ends, fragment: number, payload: Buffer): string {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(0x4242, 4);
  header.writeUInt16BE(fragment, 6);
  header.writeUInt8(64, 8);
  header.writeUInt8(UDP, 9);
  Buffer.from(source.split(".").map(Number)).copy(header, 12);
  Buffer.from(destination.split(".").map(Number)).copy(header, 16);
  return Buffer.concat([header, payload]).toString("hex");
}
