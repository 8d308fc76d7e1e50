/** As long as the shortest token; of random bytes one in 100,000 begins such a stretch. */
const MIN_PRINTABLE = 12;
/** Eight characters of UTF-16: random bytes never look like that. */
export const MIN_ALTERNATING = 16;

const OTHER = 0;
const PRINTABLE = 1;
const NUL = 2;
/** By byte. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => toKind(byte));

/**
 * Whether bytes that were decoded may be text, or what text was compressed to. True when any of these holds:
 *
 * 1. Twelve bytes in a row are printable: 0x20 to 0x7e, tab, line feed or carriage return.
 * 2. Sixteen bytes in a row are by turns printable and NUL, whichever comes first: UTF-16 of either byte order.
 * 3. At a multiple of `groupBytes` (0: nothing compressed is looked for) stand 0x1f 0x8b 0x08 and then a byte below 0x20: a gzip header with its method and flags.
 * 4. The first byte is 0x78 and the second 0x01, 0x5e, 0x9c or 0xda (a zlib header), and the third is there and has not both
 *    of the bits 0x06 (no block of deflate does).
 */
export function looksLikeText(bytes: Uint8Array, groupBytes = 1): boolean {
  if (groupBytes > 0 && isZlib(bytes)) return true;
  let printable = 0;
  let alternating = 0;
  let previous = OTHER;
  for (let at = 0; at < bytes.length; at++) {
    const kind = KINDS[bytes[at] ?? 0] ?? OTHER;
    printable = kind === PRINTABLE ? printable + 1 : 0;
    if (kind === OTHER) alternating = 0;
    else alternating = kind === previous ? 1 : alternating + 1;
    previous = kind;
    if (printable === MIN_PRINTABLE || alternating === MIN_ALTERNATING) return true;
    if (groupBytes > 0 && at % groupBytes === 0 && isGzip(bytes, at)) return true;
  }
  return false;
}

/** RFC 1952, section 2.3.1. */
export function isGzip(bytes: Uint8Array, at: number): boolean {
  const flags = bytes[at + 3];
  return (
    bytes[at] === 0x1f &&
    bytes[at + 1] === 0x8b &&
    bytes[at + 2] === 0x08 &&
    flags !== undefined &&
    flags < 0x20
  );
}

/** RFC 1950, section 2.2, with a window of 32 KiB, as everyone writes it; RFC 1951, section 3.2.3. */
export function isZlib(bytes: Uint8Array): boolean {
  const [method, flags, firstBlock] = bytes;
  return (
    method === 0x78 &&
    (flags === 0x01 || flags === 0x5e || flags === 0x9c || flags === 0xda) &&
    firstBlock !== undefined &&
    (firstBlock & 0x06) !== 0x06
  );
}

export function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function toKind(byte: number): number {
  if (byte === 0) return NUL;
  return isPrintable(byte) ? PRINTABLE : OTHER;
}
