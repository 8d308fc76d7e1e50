import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { type Bar, isSecretValue } from "../value/secret-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const ELEMENTS: readonly { readonly literal: string; readonly bar: Bar }[] = [
  { literal: "password>", bar: "password" },
  { literal: "passphrase>", bar: "password" },
  { literal: "secret>", bar: "token" },
  { literal: "token>", bar: "token" },
  { literal: "apikey>", bar: "token" },
];
const MAX_NAME = 48;
const MAX_VALUE = 8 * 1024;

/** `<password>…</password>` of Maven's settings and others. */
export function createXmlElementDetector(): Detector {
  return { anchors: ELEMENTS.map(({ literal }) => ({ literal, ignoreCase: true })), inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const element = ELEMENTS[anchor];
  if (element === undefined || !isOpening(text, position)) return;
  const { bytes, end, isOpen } = text;
  const start = position + element.literal.length;
  const to = Math.min(end, start + MAX_VALUE);
  let at = start;
  while (at < to && IS_END[bytes[at] ?? 0] !== 1) at++;
  if (at === end && isOpen) waitForSecret(search, text, { position, start });
  else if (bytes[at] === LESS) {
    const value = { start, end: at, isQuoted: true };
    if (isSecretValue(bytes, value, element.bar)) addSecret(search, "assigned-secret", value);
  }
}

function isOpening({ bytes, start }: Text, position: number): boolean {
  const from = Math.max(start, position - MAX_NAME);
  let at = position;
  while (at > from && IS_OF_NAME[bytes[at - 1] ?? 0] === 1) at--;
  return bytes[at - 1] === LESS;
}

/** A quote may be that of a JSON text around. */
const IS_END = toByteFlags('<"\n');
const LESS = 0x3c;
const IS_OF_NAME = toByteFlags(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:.",
);
