import { isCommon } from "./common-values.ts";
import { addBase32Forms } from "./forms/base32-forms.ts";
import {
  addBase64Forms,
  addBase64OfUtf16Forms,
  addNestedBase64Forms,
} from "./forms/base64-forms.ts";
import {
  type ByteString,
  legible,
  toValueSides,
  type AddForm,
  type Form,
  type ValueSides,
} from "./forms/form.ts";
import { addHexForms } from "./forms/hex-forms.ts";
import { addJsonForms, addRareJsonForms } from "./forms/json-forms.ts";
import { addPowershellForms } from "./forms/powershell-forms.ts";
import { addQuotedPrintableForms } from "./forms/quoted-printable-forms.ts";
import { addCasedForms, addNewlineForms, addReversedForms } from "./forms/rearranged-forms.ts";
import { addShellForms } from "./forms/shell-forms.ts";
import { addRareUrlForms, addUrlForms } from "./forms/url-forms.ts";
import { addUtf16Forms } from "./forms/utf-16-forms.ts";
import { addRareXmlForms, addXmlForms } from "./forms/xml-forms.ts";
import { MIN_PIECE_BYTES } from "./match-pattern.ts";
import { trimBlanks } from "./trim-blanks.ts";

const AS_IT_IS = legible();
/** A line of a value that is shorter is no secret of its own: `}`, `EOF`. */
const MIN_LINE_BYTES = 8;

type AddForms = (sides: ValueSides, add: AddForm) => void;

/** What is needed most comes first, and what has many times the value's size last. */
const FAMILIES: readonly AddForms[] = [
  addLines,
  addNewlineForms,
  addBase64Forms,
  addJsonForms,
  addUrlForms,
  addHexForms,
  addShellForms,
  addXmlForms,
  addPowershellForms,
  addCasedForms,
  addReversedForms,
  addQuotedPrintableForms,
  addBase64OfUtf16Forms,
  addNestedBase64Forms,
  addUtf16Forms,
  addRareUrlForms,
  addBase32Forms,
  addRareJsonForms,
  addRareXmlForms,
];

/**
 * All the ways in which the value is looked for, each only once, and as it is first. Those of which the bytes would be more
 * than `maxBytes` together are left out.
 */
export function encodeValue(value: Uint8Array, maxBytes: number): Form[] {
  const sides = toValueSides(value);
  const forms: Form[] = [];
  const known = new Set<string>();
  let room = maxBytes;
  const add: AddForm = (given, kind) => {
    const bytes = withoutShortStart(given);
    if (bytes.length > room || known.has(bytes)) return;
    known.add(bytes);
    forms.push({ bytes, kind });
    room -= bytes.length;
  };
  add(sides.byteString, AS_IT_IS);
  for (const addForms of FAMILIES) if (room >= sides.bytes.length) addForms(sides, add);
  return forms;
}

/** A first line such as `{` is no piece of a secret, and nobody waits for what follows such lines. */
function withoutShortStart(bytes: ByteString): ByteString {
  const newline = bytes.lastIndexOf("\n", MIN_PIECE_BYTES - 2);
  return newline === -1 ? bytes : trimBlanks(bytes.slice(newline + 1));
}

function addLines({ byteString }: ValueSides, add: AddForm): void {
  if (!byteString.includes("\n")) return;
  for (const line of byteString.split("\n")) {
    const trimmed = trimBlanks(line);
    if (trimmed.length < MIN_LINE_BYTES || isFence(trimmed) || isCommon(trimmed)) continue;
    add(trimmed, AS_IT_IS);
  }
}

/** Around every key and certificate, and so no secret: `-----BEGIN CERTIFICATE-----`. */
function isFence(line: string): boolean {
  return line.startsWith("-----") && line.endsWith("-----");
}
