import { addressBits, parseAddressBlock } from "./address-block.ts";
import type { AddressBlock } from "./address-block.ts";
import { parseHostName } from "./host-name.ts";
import { isUnspecified } from "./ip-address.ts";
import type { Parsed } from "./parsed.ts";

/** Which hosts an entry of the policy covers. Names are in the canonical spelling of `parseHostName`. */
export type HostPattern =
  | { readonly type: "any" }
  | { readonly type: "name"; readonly name: string }
  /** Every name that ends in `.suffix`, and not `suffix` itself. */
  | { readonly type: "suffix"; readonly suffix: string }
  /** Every name of one label before `.suffix` that begins and ends so: `before*after.suffix`. */
  | {
      readonly type: "label";
      readonly before: string;
      readonly after: string;
      readonly suffix: string;
    }
  | { readonly type: "addresses"; readonly block: AddressBlock };

const WILDCARD = "*.";

/** `example.com`, `*.example.com`, `eu-*.example.com`, `*` or an IPv4 address; `prefix` makes a block of addresses of the latter. */
export function parseHostPattern(host: string, prefix: string | undefined): Parsed<HostPattern> {
  const block = parseAddressBlock(host, prefix);
  if (block !== undefined) return toPattern(block);
  if (prefix !== undefined) {
    return { problem: `/${prefix} may only follow an IP address: write ${host} without it` };
  }
  if (host === "*") return { value: { type: "any" } };
  return host.includes("*") || host.startsWith(".") ? parseWildcard(host) : parseName(host);
}

/** What stands between the brackets of an IPv6 address. */
export function parseBracketedHost(
  inside: string,
  prefix: string | undefined,
): Parsed<HostPattern> {
  const [address = "", misplaced] = inside.split("/");
  if (misplaced !== undefined) {
    return { problem: `has its prefix inside the brackets: write [${address}]/${misplaced}` };
  }
  if (inside.includes("%")) {
    return {
      problem: `names a zone, which differs from machine to machine: write [${inside.split("%")[0]}]`,
    };
  }
  if (!inside.includes(":")) {
    return { problem: `brackets are for IPv6 addresses: write ${inside} without them` };
  }
  const block = parseAddressBlock(inside, prefix);
  return block === undefined
    ? { problem: `[${inside}] holds no IPv6 address: write one such as [2001:db8::1]` }
    : toPattern(block);
}

function toPattern(block: Parsed<AddressBlock>): Parsed<HostPattern> {
  if ("problem" in block) return block;
  const { first, prefix } = block.value;
  if (isUnspecified(first) && prefix === addressBits(first)) {
    return {
      problem:
        "is no destination: Linux connects to the machine itself for it, so write 127.0.0.1 or [::1]",
    };
  }
  return { value: { type: "addresses", block: block.value } };
}

function parseName(host: string): Parsed<HostPattern> {
  const parsed = parseHostName(host);
  return "problem" in parsed ? parsed : { value: { type: "name", name: parsed.value } };
}

function parseWildcard(host: string): Parsed<HostPattern> {
  const name = host.slice(1);
  if (host.startsWith(".") && "value" in parseHostName(name)) {
    return { problem: `begins with a dot: write *.${name} or ${name}` };
  }
  const inLabel = IN_LABEL.exec(host)?.groups;
  if (inLabel !== undefined) return parseLabel(inLabel);
  const rest = host.startsWith(WILDCARD) ? host.slice(WILDCARD.length) : "*";
  if (rest.includes("*")) {
    return {
      problem: `* may only stand alone, as the first label, or once in it${suggestWildcard(host)}`,
    };
  }
  const parsed = parseHostName(rest);
  return "problem" in parsed ? parsed : { value: { type: "suffix", suffix: parsed.value } };
}

/** With a domain below it: `runner*` and `*.com` with something before it are names that nobody means. */
const IN_LABEL = /^(?<before>[^*.]*)\*(?<after>[^*.]*)\.(?<suffix>[^*]+\.[^*]+)$/;
/** A part of another label has no punycode of its own. */
const ASCII_LABEL = /^[\x21-\x7e]*$/;
/** For the star: it may stand anywhere in a label. */
const STAND_IN = "x";

function parseLabel({
  before = "",
  after = "",
  suffix = "",
}: Readonly<Record<string, string>>): Parsed<HostPattern> {
  // Of the whole, so that labels are judged as those of any name are, with their length.
  if (!ASCII_LABEL.test(before + after)) {
    return {
      problem: "has other letters than a to z beside *: write that label as DNS has it, or *",
    };
  }
  const parsed = parseHostName(`${before}${STAND_IN}${after}.${suffix}`);
  if ("problem" in parsed) return parsed;
  const below = parseHostName(suffix);
  if ("problem" in below) return below;
  if (before === "" && after === "") return { value: { type: "suffix", suffix: below.value } };
  const label = { before: before.toLowerCase(), after: after.toLowerCase() };
  return { value: { type: "label", ...label, suffix: below.value } };
}

/** `*example.com` means the wildcard; of `a.*.example.com` the labels after the last `*` can be kept. */
function suggestWildcard(host: string): string {
  if (/^\d+(\.\d+)*(\.\*)+$/.test(host)) return ": write a block of addresses such as 10.20.0.0/16";
  const tail = /^\*+([^*.][^*]*)$/.exec(host)?.[1] ?? /\*[^.*]*\.([^*]+)$/.exec(host)?.[1];
  const isWholeName = tail?.includes(".") && "value" in parseHostName(tail);
  return `: write *.${isWholeName ? tail : "example.com"}`;
}

/** Of a name in the canonical spelling. */
export function coversLabel(
  { before, after, suffix }: Extract<HostPattern, { type: "label" }>,
  name: string,
): boolean {
  const dot = name.indexOf(".");
  const label = name.slice(0, dot);
  return (
    name.slice(dot + 1) === suffix &&
    label.length >= before.length + after.length &&
    label.startsWith(before) &&
    label.endsWith(after)
  );
}
