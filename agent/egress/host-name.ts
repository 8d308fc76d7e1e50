import { domainToASCII } from "node:url";

import type { Parsed } from "./parsed.ts";

/** RFC 1035 §2.3.4; a full name without its trailing dot. */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;
const CANONICAL = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/**
 * The one spelling under which names are compared: lower case, letters outside ASCII as punycode, no trailing dot.
 * Underscores are allowed, for names such as `_acme-challenge.example.com` are in use.
 */
export function parseHostName(text: string): Parsed<string> {
  const ascii = toAscii(text.endsWith(".") ? text.slice(0, -1) : text);
  if (ascii === "") return { problem: "is no host name" };
  const labels = ascii.split(".");
  if (labels.includes("")) {
    return { problem: "has an empty label: write exactly one dot between two labels" };
  }
  if (!CANONICAL.test(ascii)) {
    return { problem: "has characters that no host name has: use letters, digits, - and _" };
  }
  const long = labels.find((label) => label.length > MAX_LABEL_LENGTH);
  if (long !== undefined) {
    return { problem: `has a label of ${long.length} characters, and DNS allows 63` };
  }
  if (ascii.length > MAX_NAME_LENGTH) {
    return { problem: `has ${ascii.length} characters, and DNS allows ${MAX_NAME_LENGTH}` };
  }
  if (isNumeric(labels.at(-1) ?? "")) {
    return {
      problem:
        "ends in a number, so it is neither a host name nor a whole IPv4 address: write four numbers from 0 to 255 without leading zeros",
    };
  }
  return { value: ascii };
}

/** For names that were seen and not written by hand: the canonical spelling, or nothing. */
export function toHostName(text: string): string | undefined {
  const isCanonicalAlready = text.length <= MAX_NAME_LENGTH && CANONICAL.test(text);
  if (isCanonicalAlready) return text;
  if (text.length > MAX_NAME_LENGTH + 1) return undefined;
  const parsed = parseHostName(text);
  return "value" in parsed ? parsed.value : undefined;
}

function toAscii(text: string): string {
  // domainToASCII also reads ASCII text as a URL's host would be (`0x7f.1` becomes 127.0.0.1), so that goes round it.
  // eslint-disable-next-line no-control-regex
  return /^[\u0000-\u007f]*$/.test(text) ? text.toLowerCase() : domainToASCII(text);
}

/** What programs read as a number, and then the whole as an IPv4 address. */
function isNumeric(label: string): boolean {
  return /^(\d+|0x[0-9a-f]*)$/.test(label);
}
