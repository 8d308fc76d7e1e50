import { createEscapeTable, escapeBytes, escapeThese, type EscapeTable } from "./escape-bytes.ts";
import { legible, type AddForm, type ValueSides } from "./form.ts";

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

export function addXmlForms(sides: ValueSides, add: AddForm): void {
  for (const table of XML_TABLES) add(escapeBytes(sides.byteString, table), XML);
  for (const table of HTML_TABLES) add(escapeBytes(sides.byteString, table), HTML);
  for (const table of SPECIAL_TABLES) add(escapeBytes(sides.byteString, table), HTML);
  if (sides.text === undefined || sides.isAscii) return;
  for (const [index, reference] of NUMERIC.entries()) {
    add(referBeyondAscii(sides.text, reference), HTML);
    add(referBeyondAscii(escapeBytes(sides.text, SPECIAL_TABLES[index] ?? []), reference), HTML);
    for (const table of [...XML_TABLES, ...HTML_TABLES]) {
      add(referBeyondAscii(escapeBytes(sides.text, table), reference), HTML);
    }
  }
}

export function addRareXmlForms({ text }: ValueSides, add: AddForm): void {
  if (text === undefined) return;
  for (const [index, reference] of NUMERIC.entries()) {
    add(referBeyondAscii(escapeBytes(text, EVERY_TABLES[index] ?? []), reference), HTML);
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
