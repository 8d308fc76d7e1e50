import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { isPlaceholder } from "../value/placeholder.ts";

const MAX_USER_INFO = 256;
const MIN_PASSWORD = 3;

/** The password of `user:password@tcp(host:3306)/database`, as Go's drivers write it. */
export function createDataSourceNameDetector(): Detector {
  return {
    anchors: ["@tcp(", "@unix("].map((literal) => ({ literal })),
    inspect,
  };
}

function inspect(text: Text, { position }: Hit, search: Search): void {
  const { bytes } = text;
  const colon = findColon(text, position);
  if (colon === undefined || bytes[colon + 1] === SLASH) return;
  const password = { start: colon + 1, end: position };
  if (position - password.start < MIN_PASSWORD) return;
  if (!isPlaceholder(bytes, password.start, position)) {
    addSecret(search, "connection-string", password);
  }
}

/** The first colon of the word that ends at `position`. */
function findColon({ bytes, start }: Text, position: number): number | undefined {
  const from = Math.max(start, position - MAX_USER_INFO);
  let colon: number | undefined;
  for (let at = position - 1; at >= from; at--) {
    const byte = bytes[at] ?? 0;
    if (isBlankOrControl(byte) || IS_BEFORE_USER[byte] === 1) break;
    if (byte === COLON) colon = at;
  }
  return colon;
}

const SLASH = 0x2f;
const COLON = 0x3a;
const IS_BEFORE_USER = toByteFlags("\"'`=<>(");
