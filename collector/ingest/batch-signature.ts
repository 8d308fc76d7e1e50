import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

import { type BatchHead, toMacHead } from "../../protocol/index.ts";

const MAC = /^[0-9a-f]{64}$/;

/** Lower-case hexadecimal. */
export function signBatch(key: KeyObject, head: BatchHead, content: Buffer): string {
  return createHmac("sha256", key).update(toMacHead(head)).update(content).digest("hex");
}

/** Compares in constant time. */
export function isSameMac(mac: string, expected: string): boolean {
  return MAC.test(mac) && timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(expected, "hex"));
}
