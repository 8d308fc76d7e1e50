/**
 * What a TLS client says before there are keys (RFC 8446 §4.1.2, RFC 6066 §3). Stricter than servers are: where two readers
 * could take different names out of the same bytes, none is taken.
 */
import { parseHostName } from "../host-name.ts";
import { createByteCursor } from "./byte-cursor.ts";
import {
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  createHandshakeReader,
  MESSAGE_HEADER_BYTES,
} from "./handshake-reader.ts";

export interface ClientHello {
  /** In the canonical spelling; undefined where none was sent. With `hasEch` it is the outer name, which means little. */
  readonly serverName: string | undefined;
  /** Encrypted Client Hello: the name that counts is encrypted, or could be (nobody can tell GREASE from it). */
  readonly hasEch: boolean;
  readonly alpn: readonly string[];
}

export type ClientHelloProgress =
  | { readonly status: "more" }
  /** `rest`: what the client sent behind its hello. */
  | { readonly status: "read"; readonly hello: ClientHello; readonly rest: Uint8Array }
  | { readonly status: "problem"; readonly problem: string };

export interface ClientHelloReader {
  push(bytes: Uint8Array): ClientHelloProgress;
}

export interface ClientHelloReaderOptions {
  readonly maxBytes: number;
  /** Whether it is the one that answers a HelloRetryRequest: early data and a ChangeCipherSpec may come before it. */
  readonly isSecond?: boolean;
}

const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
/** RFC 9849, and the draft before it that encrypted the name alone. */
const HIDE_THE_NAME: ReadonlySet<number> = new Set([0xfe0d, 0xffce]);
const HOST_NAME = 0;
const MAX_SESSION_ID_BYTES = 32;
const RANDOM_BYTES = 32;
const NOTHING_SKIPPED: ReadonlySet<number> = new Set();
const SKIPPED_BEFORE_SECOND: ReadonlySet<number> = new Set([CHANGE_CIPHER_SPEC, APPLICATION_DATA]);

export function createClientHelloReader(options: ClientHelloReaderOptions): ClientHelloReader {
  const { maxBytes, isSecond = false } = options;
  const skipped = isSecond ? SKIPPED_BEFORE_SECOND : NOTHING_SKIPPED;
  const reader = createHandshakeReader({
    maxBytes,
    skipped,
    measure: (bytes) => measure(bytes, maxBytes),
  });
  return {
    push(bytes) {
      const progress = reader.push(bytes);
      if (progress.status !== "read") return progress;
      const parsed = parseClientHello(progress.message);
      if ("problem" in parsed) return { status: "problem", problem: parsed.problem };
      return { status: "read", hello: parsed, rest: progress.rest };
    },
  };
}

/** A whole handshake message, its header included. */
function parseClientHello(message: Uint8Array): ClientHello | { readonly problem: string } {
  const cursor = createByteCursor(message.subarray(MESSAGE_HEADER_BYTES));
  const major = cursor.uint8();
  cursor.bytes(1 + RANDOM_BYTES);
  const sessionId = cursor.bytes(cursor.uint8());
  const cipherSuites = cursor.bytes(cursor.uint16());
  const compressions = cursor.bytes(cursor.uint8());
  // Before TLS 1.2 a hello may end here.
  const hasExtensions = cursor.left > 0;
  const extensions = cursor.bytes(hasExtensions ? cursor.uint16() : 0);
  if (cursor.isOverrun || cursor.left > 0 || major !== 3) return malformed("hello");
  const isOdd = cipherSuites.length % 2 !== 0 || cipherSuites.length === 0;
  if (isOdd || compressions.length === 0 || sessionId.length > MAX_SESSION_ID_BYTES) {
    return malformed("hello");
  }
  return parseExtensions(extensions);
}

/** Whether a hello is whole with the record that ends here; nothing else may be in its last record. */
function measure(bytes: Uint8Array, maxBytes: number) {
  if (bytes[0] !== CLIENT_HELLO) {
    return { status: "problem", problem: "the handshake begins with no hello" } as const;
  }
  if (bytes.length < MESSAGE_HEADER_BYTES) return { status: "more" } as const;
  const [, high = 0, middle = 0, low = 0] = bytes;
  const whole = MESSAGE_HEADER_BYTES + high * 0x1_0000 + middle * 0x100 + low;
  if (whole > maxBytes) {
    return { status: "problem", problem: `the hello is longer than ${maxBytes} bytes` } as const;
  }
  if (bytes.length > whole) {
    return { status: "problem", problem: "the hello has another message behind it" } as const;
  }
  return { status: bytes.length === whole ? "enough" : "more" } as const;
}

function parseExtensions(bytes: Uint8Array): ClientHello | { readonly problem: string } {
  const cursor = createByteCursor(bytes);
  const found = new Map<number, Uint8Array>();
  while (cursor.left > 0) {
    const type = cursor.uint16();
    const data = cursor.bytes(cursor.uint16());
    if (found.has(type)) return { problem: "the hello has an extension twice" };
    found.set(type, data);
  }
  if (cursor.isOverrun) return malformed("list of extensions");
  const serverName = parseServerName(found.get(SERVER_NAME));
  if (typeof serverName === "object") return serverName;
  const hasEch = [...found.keys()].some((type) => HIDE_THE_NAME.has(type));
  return { serverName, hasEch, alpn: toProtocols(found.get(ALPN)) };
}

/** A list is allowed to hold several names and holds one; servers differ on which of several they take. */
function parseServerName(
  data: Uint8Array | undefined,
): string | undefined | { readonly problem: string } {
  if (data === undefined) return undefined;
  const cursor = createByteCursor(data);
  const list = createByteCursor(cursor.bytes(cursor.uint16()));
  const type = list.uint8();
  const name = list.bytes(list.uint16());
  if (cursor.isOverrun || cursor.left > 0 || list.isOverrun) return malformed("server name");
  if (list.left > 0) return { problem: "the hello has several server names" };
  if (type !== HOST_NAME) return malformed("server name");
  const text = Buffer.from(name).toString("latin1");
  // RFC 6066: ASCII. Latin-1 letters would otherwise be taken for a name that is written in them.
  const parsed = isAscii(text) ? parseHostName(text) : { problem: "is not ASCII" };
  return "value" in parsed ? parsed.value : { problem: "the server name is no host name" };
}

function isAscii(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** For reports alone, so what is malformed is left out. */
function toProtocols(data: Uint8Array | undefined): string[] {
  if (data === undefined) return [];
  const cursor = createByteCursor(data);
  const list = createByteCursor(cursor.bytes(cursor.uint16()));
  const protocols: string[] = [];
  while (list.left > 0) {
    const protocol = Buffer.from(list.bytes(list.uint8())).toString("latin1");
    if (!list.isOverrun) protocols.push(protocol);
  }
  return protocols;
}

function malformed(what: string): { readonly problem: string } {
  return { problem: `the ${what} is malformed` };
}
