import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { waitForSecret } from "../wait-for-secret.ts";

/** With the ampersand as JSON and HTML write it. */
const PARAMETERS = [
  "?sig=",
  "&sig=",
  "u0026sig=",
  "amp;sig=",
  "x-amz-signature=",
  "x-goog-signature=",
  "&signature=",
  "?signature=",
];
const MIN_SIGNATURE = 16;
const MAX_SIGNATURE = 4096;

/** The signature of a URL with which whoever has it may do what it says: S3, Google Cloud Storage, Azure. */
export function createSignedUrlDetector(): Detector {
  return { anchors: PARAMETERS.map((literal) => ({ literal, ignoreCase: true })), inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const { bytes, end, isOpen } = text;
  const start = position + (PARAMETERS[anchor] ?? "").length;
  const to = Math.min(end, start + MAX_SIGNATURE);
  let at = start;
  while (at < to && IS_OF_SIGNATURE[bytes[at] ?? 0] === 1) at++;
  if (at === end && isOpen) waitForSecret(search, text, { position, start });
  else if (at - start >= MIN_SIGNATURE && !isPlaceholder(bytes, start, at)) {
    addSecret(search, "signed-url", { start, end: at });
  }
}

const IS_OF_SIGNATURE = toByteFlags(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+/=_~.-",
);
