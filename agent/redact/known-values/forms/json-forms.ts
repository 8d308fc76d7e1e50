import { toByteMap } from "./byte-map.ts";
import {
  createEscapeTable,
  escapeBeyondAscii,
  escapeBytes,
  escapeThese,
  escapeTwice,
  hexDigits,
  joinTables,
  type EscapeTable,
} from "./escape-bytes.ts";
import { legible, type FormWriter, type ValueSides } from "./form.ts";

const JSON_KIND = legible("json");
const TWICE = legible("json", "json");

const SHORT_ESCAPES = escapeThese({
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
});
/** RFC 8259 section 7, the least that has to be escaped: `JSON.stringify`. All of it ASCII, so it does for UTF-16 too. */
const PLAIN = joinTables(unicodeEscapes(/[^ -\xff]/, toLower), SHORT_ESCAPES);
const STRICT_CONTROLS = joinTables(unicodeEscapes(/[^ -~\x80-\xff]/, toLower), SHORT_ESCAPES);
const TABLES: readonly EscapeTable[] = [
  PLAIN,
  STRICT_CONTROLS,
  joinTables(unicodeEscapes(/[^ -\xff]/, toUpper), SHORT_ESCAPES),
  /** PHP. */
  joinTables(PLAIN, escapeThese({ "/": "\\/" })),
  /** Go and Rails, which make it safe inside of HTML. */
  joinTables(PLAIN, unicodeEscapes(/[<>&]/, toLower)),
  joinTables(PLAIN, unicodeEscapes(/[<>&]/, toUpper)),
  /** Gson. */
  joinTables(PLAIN, unicodeEscapes(/[<>&='\x7f]/, toLower)),
  /** .NET. */
  joinTables(PLAIN, unicodeEscapes(/["<>&'+`\x7f]/, toUpper)),
];
const EVERY_BYTE = [unicodeEscapes(/[\0-\x7f]/, toLower), unicodeEscapes(/[\0-\x7f]/, toUpper)];

const MAPS = TABLES.map((table) => ({
  once: toByteMap(table),
  twice: toByteMap(escapeTwice(table)),
}));

export function addJsonForms({ text, isAscii }: ValueSides, forms: FormWriter): void {
  for (const { once, twice } of MAPS) {
    forms.addMapped(once, JSON_KIND);
    forms.addMapped(twice, TWICE);
  }
  if (isAscii || text === undefined) return;
  for (const table of TABLES) {
    for (const toCase of [toLower, toUpper]) {
      const inAscii = escapeUnits(escapeBytes(text, table), toCase);
      if (!forms.add(inAscii, JSON_KIND)) return;
      forms.add(escapeBytes(inAscii, table), TWICE);
    }
  }
}

const EVERY_BYTE_MAPS = EVERY_BYTE.map(toByteMap);

export function addRareJsonForms({ text, isAscii }: ValueSides, forms: FormWriter): void {
  if (isAscii) for (const map of EVERY_BYTE_MAPS) forms.addMapped(map, JSON_KIND);
  if (isAscii || text === undefined) return;
  for (const [index, table] of EVERY_BYTE.entries()) {
    forms.add(escapeUnits(escapeBytes(text, table), index === 0 ? toLower : toUpper), JSON_KIND);
  }
}

function unicodeEscapes(these: RegExp, toCase: (digits: string) => string): EscapeTable {
  return createEscapeTable((byte) =>
    these.test(String.fromCharCode(byte)) ? `\\u${toCase(hexDigits(byte, 4))}` : undefined,
  );
}

function escapeUnits(text: string, toCase: (digits: string) => string): string {
  return escapeBeyondAscii(text, (unit) => `\\u${toCase(hexDigits(unit.charCodeAt(0), 4))}`);
}

function toUpper(digits: string): string {
  return digits.toUpperCase();
}

function toLower(digits: string): string {
  return digits;
}
