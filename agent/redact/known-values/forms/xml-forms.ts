import { toByteMap } from "./byte-map.ts";
import { createEscapeTable, escapeBytes, escapeThese, type EscapeTable } from "./escape-bytes.ts";
import { legible, type FormWriter, type ValueSides } from "./form.ts";

const XML = legible("xml");
const HTML = legible("html");

const IN_TEXT = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const XML_TABLES = [
  escapeThese(IN_TEXT),
  escapeThese({ "&": "&amp;", "<": "&lt;" }),
  escapeThese({ ...IN_TEXT, '"': "&quot;" }),
  escapeThese({ ...IN_TEXT, '"': "&quot;", "'": "&apos;" }),
];
/** Each as some widespread library writes the quotes. */
const HTML_TABLES = [
  escapeThese({ ...IN_TEXT, '"': "&quot;", "'": "&#39;" }),
  escapeThese({ ...IN_TEXT, '"': "&quot;", "'": "&#039;" }),
  escapeThese({ ...IN_TEXT, '"': "&quot;", "'": "&#x27;" }),
  escapeThese({ ...IN_TEXT, '"': "&#34;", "'": "&#39;" }),
  escapeThese({
    ...IN_TEXT,
    '"': "&quot;",
    "'": "&#39;",
    "/": "&#x2F;",
    "`": "&#x60;",
    "=": "&#x3D;",
  }),
  escapeThese({
    ...IN_TEXT,
    '"': "&quot;",
    "'": "&#x27;",
    "/": "&#x2F;",
    "`": "&#x60;",
    "=": "&#x3D;",
  }),
];
const SPECIAL = /[&<>"']/;
const EVERY = /[\0-\x7f]/;

type Reference = (codePoint: number) => string;
const NUMERIC: readonly Reference[] = [
  (codePoint) => `&#${codePoint};`,
  (codePoint) => `&#x${codePoint.toString(16)};`,
  (codePoint) => `&#x${codePoint.toString(16).toUpperCase()};`,
];
const SPECIAL_TABLES = NUMERIC.map((reference) => toTable(SPECIAL, reference));
const EVERY_TABLES = NUMERIC.map((reference) => toTable(EVERY, reference));

const XML_MAPS = XML_TABLES.map(toByteMap);
const HTML_MAPS = [...HTML_TABLES, ...SPECIAL_TABLES].map(toByteMap);
const EVERY_MAPS = EVERY_TABLES.map(toByteMap);

export function addXmlForms({ text, isAscii }: ValueSides, forms: FormWriter): void {
  for (const map of XML_MAPS) forms.addMapped(map, XML);
  for (const map of HTML_MAPS) forms.addMapped(map, HTML);
  if (text === undefined || isAscii) return;
  for (const [index, reference] of NUMERIC.entries()) {
    if (!forms.add(referBeyondAscii(text, reference), HTML)) return;
    forms.add(referBeyondAscii(escapeBytes(text, SPECIAL_TABLES[index] ?? []), reference), HTML);
    for (const table of [...XML_TABLES, ...HTML_TABLES]) {
      const isTaken = forms.add(referBeyondAscii(escapeBytes(text, table), reference), HTML);
      if (!isTaken) return;
    }
  }
}

export function addRareXmlForms({ text, isAscii }: ValueSides, forms: FormWriter): void {
  if (isAscii) for (const map of EVERY_MAPS) forms.addMapped(map, HTML);
  if (isAscii || text === undefined) return;
  for (const [index, reference] of NUMERIC.entries()) {
    forms.add(referBeyondAscii(escapeBytes(text, EVERY_TABLES[index] ?? []), reference), HTML);
  }
}

function toTable(these: RegExp, reference: Reference): EscapeTable {
  return createEscapeTable((byte) =>
    these.test(String.fromCharCode(byte)) ? reference(byte) : undefined,
  );
}

function referBeyondAscii(text: string, reference: Reference): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => reference(character.codePointAt(0) ?? 0));
}
