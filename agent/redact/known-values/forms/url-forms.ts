import { toByteMap } from "./byte-map.ts";
import { createEscapeTable, escapeTwice, hexDigits, type EscapeTable } from "./escape-bytes.ts";
import { legible, type FormWriter, type ValueSides } from "./form.ts";

const URL_KIND = legible("url");
const TWICE = legible("url", "url");

/** RFC 3986 section 2.3. Python's `quote(safe="")`, Go's `PathEscape`, PHP's `rawurlencode`. */
const STRICT = withBothCases(/[A-Za-z0-9\-._~]/);
const ESCAPED = [
  /** `encodeURIComponent`. */
  ...withBothCases(/[A-Za-z0-9\-_.!~*'()]/),
  ...STRICT,
  /** `URLSearchParams` and forms. */
  ...withBothCases(/[A-Za-z0-9*\-._ ]/).map(withPlus),
  /** Python's `quote_plus`, Go's `QueryEscape`. */
  ...withBothCases(/[A-Za-z0-9\-._~ ]/).map(withPlus),
  /** `encodeURI`. */
  ...withBothCases(/[A-Za-z0-9;,/?:@&=+$\-_.!~*'()#]/),
  /** Python's `quote`. */
  ...withBothCases(/[A-Za-z0-9\-._~/]/),
  /** Name and password of a URL as browsers and Node.js write them: the URL standard's userinfo percent-encode set. */
  ...withBothCases(/[A-Za-z0-9\-._~!$%&'()*+,]/),
].map(toByteMap);
const EVERY_BYTE = withBothCases(/[^\0-\xff]/).map(toByteMap);
const STRICT_TWICE = STRICT.map((table) => toByteMap(escapeTwice(table)));

export function addUrlForms(_: ValueSides, forms: FormWriter): void {
  for (const map of ESCAPED) forms.addMapped(map, URL_KIND);
}

export function addRareUrlForms(_: ValueSides, forms: FormWriter): void {
  for (const map of EVERY_BYTE) forms.addMapped(map, URL_KIND);
  for (const map of STRICT_TWICE) forms.addMapped(map, TWICE);
}

function withBothCases(kept: RegExp): EscapeTable[] {
  return [toUpper, toLower].map((toCase) =>
    createEscapeTable((byte) =>
      kept.test(String.fromCharCode(byte)) ? undefined : `%${toCase(hexDigits(byte, 2))}`,
    ),
  );
}

function withPlus(table: EscapeTable): EscapeTable {
  return table.with(0x20, "+");
}

function toUpper(digits: string): string {
  return digits.toUpperCase();
}

function toLower(digits: string): string {
  return digits;
}
