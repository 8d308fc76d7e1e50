import { isCommon } from "./common-values.ts";
import { addBase32Forms } from "./forms/base32-forms.ts";
import {
  addBase64Forms,
  addBase64OfUtf16Forms,
  addNestedBase64Forms,
} from "./forms/base64-forms.ts";
import { legible, toValueSides, type FormWriter, type ValueSides } from "./forms/form.ts";
import { addHexForms } from "./forms/hex-forms.ts";
import { addJsonForms, addRareJsonForms } from "./forms/json-forms.ts";
import { addPowershellForms } from "./forms/powershell-forms.ts";
import { addQuotedPrintableForms } from "./forms/quoted-printable-forms.ts";
import { addCasedForms, addNewlineForms, addReversedForms } from "./forms/rearranged-forms.ts";
import { addShellForms } from "./forms/shell-forms.ts";
import { addRareUrlForms, addUrlForms } from "./forms/url-forms.ts";
import { addUtf16Forms } from "./forms/utf-16-forms.ts";
import { createWrittenForms, type WrittenForms } from "./forms/written-forms.ts";
import { addRareXmlForms, addXmlForms } from "./forms/xml-forms.ts";
import { trimBlanks } from "./trim-blanks.ts";

const AS_IT_IS = legible();
/** A line of a value that is shorter is no secret of its own: `}`, `EOF`. */
const MIN_LINE_BYTES = 8;
/** Of 64 characters, in 128 KiB: more than a key and all certificates that go with it have. */
const MAX_LINES = 2048;

export interface ValueEncoder {
  /**
   * All the ways in which the value is looked for, each only once, and as it is first. Those of which the bytes would be
   * more than `maxBytes` together are left out. Others after the next call.
   */
  readonly encode: (value: Uint8Array, maxBytes: number) => WrittenForms;
}

type AddForms = (sides: ValueSides, forms: FormWriter) => void;

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

export function createValueEncoder(): ValueEncoder {
  const forms = createWrittenForms();
  return {
    encode(value, maxBytes) {
      const sides = toValueSides(value);
      forms.begin(value, maxBytes);
      forms.addBytes(value, AS_IT_IS);
      for (const addForms of FAMILIES) {
        if (forms.room >= value.length) addForms(sides, forms);
      }
      return forms;
    },
  };
}

function addLines({ byteString }: ValueSides, forms: FormWriter): void {
  if (!byteString.includes("\n")) return;
  for (const line of byteString.split("\n", MAX_LINES)) {
    const trimmed = trimBlanks(line);
    if (trimmed.length < MIN_LINE_BYTES || isFence(trimmed) || isCommon(trimmed)) continue;
    forms.add(trimmed, AS_IT_IS);
  }
}

/** Around every key and certificate, and so no secret: `-----BEGIN CERTIFICATE-----`. */
function isFence(line: string): boolean {
  return line.startsWith("-----") && line.endsWith("-----");
}
