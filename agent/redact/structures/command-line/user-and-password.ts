import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isDigit } from "../value/ascii.ts";
import { delimitValue, type Value } from "../value/delimit-value.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { isSecretValue } from "../value/secret-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const OPTIONS = [" -u ", "--user ", "--user=", "--proxy-user ", '-u "', "-u '"];
const MAX_USER = 128;
/** So far before the option the name of the program is looked for. */
const MAX_COMMAND = 256;
const MIN_PASSWORD = 4;

/** The password of `curl -u user:password`. */
export function createUserAndPasswordDetector(): Detector {
  return { anchors: OPTIONS.map((literal) => ({ literal })), inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const option = (OPTIONS[anchor] ?? "").replace(/["']$/u, "");
  const start = position + option.length;
  const value = delimitValue(text, start);
  if (value === "open") waitForSecret(search, text, { position, start });
  if (value === undefined || value === "open") return;
  const passwordStart = findPassword(text.bytes, value);
  if (passwordStart === undefined) return;
  const password = { ...value, start: passwordStart };
  if (isPassword(text, { password, position })) addSecret(search, "command-line-secret", password);
}

function findPassword(bytes: Uint8Array, { start, end }: Value): number | undefined {
  const to = Math.min(end, start + MAX_USER);
  for (let at = start + 1; at < to; at++) if (bytes[at] === COLON) return at + 1;
  return undefined;
}

function isPassword(
  text: Text,
  { password, position }: { readonly password: Value; readonly position: number },
): boolean {
  const { start, end } = password;
  if (end - start < MIN_PASSWORD || isNumber(text.bytes, start, end)) return false;
  return (
    isSecretValue(text.bytes, password, "password") ||
    (isOfCurl(text, position) && !isPlaceholder(text.bytes, start, end))
  );
}

/** `docker run -u 1000:1000` */
function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at] ?? 0)) return false;
  return true;
}

function isOfCurl({ bytes, start }: Text, position: number): boolean {
  const before = bytes.subarray(Math.max(start, position - MAX_COMMAND), position);
  const command = Buffer.from(before.buffer, before.byteOffset, before.length);
  return command.lastIndexOf("curl") > command.lastIndexOf("\n");
}

const COLON = 0x3a;
