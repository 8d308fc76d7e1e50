/** What stands in a feature is printable and short, whoever chose it. */
import { createHash } from "node:crypto";

const UNPRINTABLE = /[^\x20-\x7e]/gu;
const HASH_CHARACTERS = 12;

/** What is cut off still counts: two texts that begin alike are two. */
export function toPlainText(text: string, maxCharacters: number): string {
  const isLong = text.length > maxCharacters;
  const kept = isLong ? text.slice(0, maxCharacters - HASH_CHARACTERS - 1) : text;
  const plain = kept.replaceAll(UNPRINTABLE, "?");
  return toOwnText(isLong ? `${plain}~${toShortHash(text)}` : plain);
}

/** Of ASCII alone. A part of a text, as it is cut, keeps all of that in memory: an event may be as long as a frame. */
export function toOwnText(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

export function toShortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
}
