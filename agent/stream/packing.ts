import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

import { BATCH_LIMITS } from "../../protocol/index.ts";

/** Higher ones take up to three times as long for batches of events and hardly save a byte. */
const PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 1 };

/** The same lines give the same bytes: what was sent before can be sent again. */
export function pack(lines: Buffer): Buffer {
  return zstdCompressSync(lines, { params: PARAMETERS });
}

/** Undefined where it is not what `pack` made. */
export function unpack(content: Buffer): Buffer | undefined {
  try {
    return zstdDecompressSync(content, { maxOutputLength: BATCH_LIMITS.maxBytes });
  } catch {
    return undefined;
  }
}
