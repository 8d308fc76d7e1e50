/** The files that a checkout's index names, each with the hash of what it held (gitformat-index(5), versions 2 and 3). */
export type GitIndex = ReadonlyMap<string, string>;

const ENTRY_BYTES = 62;
const HASH_AT = 40;
const FLAGS_AT = 60;
const EXTENDED = 0x4000;

/** Undefined: it is none that can be read. */
export function parseGitIndex(bytes: Buffer): GitIndex | undefined {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return undefined;
  const count = bytes.readUInt32BE(8);
  const files = new Map<string, string>();
  let at = 12;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + ENTRY_BYTES > bytes.length) return undefined;
    const isExtended = (bytes.readUInt16BE(at + FLAGS_AT) & EXTENDED) !== 0;
    const nameAt = at + ENTRY_BYTES + (isExtended ? 2 : 0);
    const end = bytes.indexOf(0, nameAt);
    if (end === -1) return undefined;
    files.set(
      bytes.toString("utf8", nameAt, end),
      bytes.toString("hex", at + HASH_AT, at + FLAGS_AT),
    );
    // Padded with one to eight NULs to a multiple of eight.
    at += (end - at + 8) & ~7;
  }
  return files;
}
