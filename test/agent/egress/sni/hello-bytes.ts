/** Hellos as bytes, right ones and wrong ones. */
import { once } from "node:events";
import { createServer } from "node:net";
import { connect, type ConnectionOptions } from "node:tls";

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function vector16(...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint16(body.length), body]);
}

export function vector8(...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([body.length]), body]);
}

export function extension(type: number, data: Uint8Array): Buffer {
  return Buffer.concat([uint16(type), vector16(data)]);
}

/** The `server_name` extension with these entries. */
export function serverNames(...names: readonly (string | Uint8Array)[]): Buffer {
  const entries = names.map((name) => Buffer.concat([Buffer.from([0]), vector16(toBytes(name))]));
  return extension(0, vector16(...entries));
}

function toBytes(name: string | Uint8Array): Uint8Array {
  return typeof name === "string" ? Buffer.from(name, "latin1") : name;
}

/** A handshake message of TLS 1.2 and later. */
export function hello(extensions: readonly Uint8Array[]): Buffer {
  return message(1, [
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector8(Buffer.alloc(32, 9)),
    vector16(Buffer.from([0x13, 0x01, 0xc0, 0x2f])),
    vector8(Buffer.from([0])),
    vector16(...extensions),
  ]);
}

export function message(type: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([
    Buffer.from([type, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]),
    body,
  ]);
}

/** Cut into records of at most `size` bytes. */
export function records(bytes: Uint8Array, size = 16_384, type = 22): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    parts.push(Buffer.from([type, 3, 1]), vector16(bytes.subarray(at, at + size)));
  }
  return Buffer.concat(parts);
}

/** The first bytes that Node's own TLS client sends. */
export async function captureHello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const client = connect({ ...options, host: "127.0.0.1", port: address.port });
  client.on("error", () => undefined);
  const accepted = Promise.withResolvers<Buffer>();
  server.once("connection", (socket) => {
    socket.once("data", (bytes: Buffer) => accepted.resolve(bytes));
    socket.on("error", () => undefined);
  });
  const bytes = await accepted.promise;
  client.destroy();
  server.close();
  return bytes;
}
