import { createEscapeTable, escapeBytes, hexDigits } from "./escape-bytes.ts";
import { legible, type AddForm, type ValueSides } from "./form.ts";

const QUOTED_PRINTABLE = legible("quoted-printable");
const NOT_PRINTABLE = /[^\t\n\r -~]|[=]/;

const TABLES = [NOT_PRINTABLE, /[^ -~]|[=]/].map((these) =>
  createEscapeTable((byte) =>
    these.test(String.fromCharCode(byte)) ? `=${hexDigits(byte, 2).toUpperCase()}` : undefined,
  ),
);

/** RFC 2045 section 6.7, as text and as binary. Its soft line breaks are passed over wherever a value is looked for. */
export function addQuotedPrintableForms({ byteString }: ValueSides, add: AddForm): void {
  for (const table of TABLES) add(escapeBytes(byteString, table), QUOTED_PRINTABLE);
}
