import { toByteMap } from "./byte-map.ts";
import { createEscapeTable, hexDigits } from "./escape-bytes.ts";
import { legible, type FormWriter, type ValueSides } from "./form.ts";

const QUOTED_PRINTABLE = legible("quoted-printable");
const NOT_PRINTABLE = /[^\t\n\r -~]|[=]/;

const MAPS = [NOT_PRINTABLE, /[^ -~]|[=]/].map((these) =>
  toByteMap(
    createEscapeTable((byte) =>
      these.test(String.fromCharCode(byte)) ? `=${hexDigits(byte, 2).toUpperCase()}` : undefined,
    ),
  ),
);

/** RFC 2045 section 6.7, as text and as binary. Its soft line breaks are passed over wherever a value is looked for. */
export function addQuotedPrintableForms(_: ValueSides, forms: FormWriter): void {
  for (const map of MAPS) forms.addMapped(map, QUOTED_PRINTABLE);
}
