import { closeSync, openSync, readSync } from "node:fs";

const MAX_TOKEN_BYTES = 16_384;

/** Throws what the system says, and where it holds no token. */
export function readTokenFile(path: string): string {
  const bytes = Buffer.alloc(MAX_TOKEN_BYTES);
  const descriptor = openSync(path, "r");
  try {
    const token = bytes
      .toString("latin1", 0, readSync(descriptor, bytes, 0, bytes.length, 0))
      .trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new Error(`${path} holds no token`);
  } finally {
    closeSync(descriptor);
  }
}
