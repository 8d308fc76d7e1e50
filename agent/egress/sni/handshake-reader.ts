/**
 * Puts handshake messages together out of TLS records (RFC 8446 §5.1) as they arrive, however they were cut into records
 * and segments. Nothing is decrypted: it is for what comes before there are keys.
 */
import { createByteGatherer } from "./byte-gatherer.ts";

export type HandshakeProgress =
  | { readonly status: "more" }
  /** `rest`: what came behind the record in which it ended. */
  | { readonly status: "read"; readonly message: Uint8Array; readonly rest: Uint8Array }
  | { readonly status: "problem"; readonly problem: string };

export interface HandshakeReader {
  /** To be called with all bytes in their order, until it is no longer `more`. Takes time for these bytes alone. */
  push(bytes: Uint8Array): HandshakeProgress;
}

export interface HandshakeReaderOptions {
  /** Of everything, record headers too. */
  readonly maxBytes: number;
  /** Whether these first bytes of the stream of handshake messages, which end with a record, will do. */
  readonly measure: (
    bytes: Uint8Array,
  ) => { readonly status: "more" | "enough" } | { readonly status: "problem"; problem: string };
  /** Types of records that may come before and mean nothing here. */
  readonly skipped?: ReadonlySet<number>;
}

export const HANDSHAKE = 22;
export const CHANGE_CIPHER_SPEC = 20;
export const APPLICATION_DATA = 23;
/** Type and length, before the body of a handshake message. */
export const MESSAGE_HEADER_BYTES = 4;

const HEADER_BYTES = 5;
/** RFC 8446 §5.1 and §5.2; what is encrypted may be 256 bytes longer. */
const MAX_PLAINTEXT_BYTES = 16_384;
const MAX_CIPHERTEXT_BYTES = MAX_PLAINTEXT_BYTES + 256;
const SSLV2_CLIENT_HELLO = 0x80;
const MORE: HandshakeProgress = { status: "more" };

export function createHandshakeReader(options: HandshakeReaderOptions): HandshakeReader {
  const header = Buffer.alloc(HEADER_BYTES);
  const gathered = createByteGatherer();
  let headerBytes = 0;
  let left = 0;
  let total = 0;

  const takeHeaderByte = (byte: number): string | undefined => {
    header[headerBytes] = byte;
    headerBytes += 1;
    const problem = findHeaderProblem(header, headerBytes, options.skipped);
    if (headerBytes < HEADER_BYTES) return problem;
    left = header.readUInt16BE(3);
    headerBytes = 0;
    return problem;
  };

  const takePayload = (bytes: Uint8Array): "more" | "enough" | { problem: string } => {
    const isHandshake = header[0] === HANDSHAKE;
    if (isHandshake) gathered.add(bytes);
    left -= bytes.length;
    if (left > 0 || !isHandshake) return "more";
    const measured = options.measure(gathered.bytes());
    return measured.status === "problem" ? measured : measured.status;
  };

  const push = (bytes: Uint8Array): HandshakeProgress => {
    let at = 0;
    while (at < bytes.length) {
      if (left === 0) {
        const problem = takeHeaderByte(bytes[at] ?? 0);
        at += 1;
        total += 1;
        if (problem !== undefined) return { status: "problem", problem };
      } else {
        const payload = bytes.subarray(at, at + left);
        at += payload.length;
        total += payload.length;
        const measured = takePayload(payload);
        if (typeof measured === "object") return { status: "problem", problem: measured.problem };
        if (measured === "enough" && total <= options.maxBytes) {
          return { status: "read", message: gathered.bytes(), rest: bytes.subarray(at) };
        }
      }
      if (total > options.maxBytes) return tooLong(options.maxBytes);
    }
    return MORE;
  };
  return { push };
}

function tooLong(maxBytes: number): HandshakeProgress {
  return { status: "problem", problem: `the handshake is longer than ${maxBytes} bytes` };
}

/** As early as it can be known, so that nobody waits for a client that speaks something else. */
function findHeaderProblem(
  header: Buffer,
  headerBytes: number,
  skipped: ReadonlySet<number> | undefined,
): string | undefined {
  const type = header[0] ?? 0;
  const isSkipped = skipped?.has(type) === true;
  if (headerBytes === 1) {
    if (type === HANDSHAKE || isSkipped) return undefined;
    return type >= SSLV2_CLIENT_HELLO ? "the hello is of SSLv2, or no TLS" : "no TLS";
  }
  if (headerBytes === 2) return header[1] === 3 ? undefined : "no TLS";
  if (headerBytes < HEADER_BYTES) return undefined;
  const length = header.readUInt16BE(3);
  if (length === 0) return "an empty record";
  const max = isSkipped ? MAX_CIPHERTEXT_BYTES : MAX_PLAINTEXT_BYTES;
  return length > max ? "a record is longer than TLS allows" : undefined;
}
