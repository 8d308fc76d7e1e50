import { legible, machineMade, utf8, type FormWriter, type ValueSides } from "./form.ts";

const REVERSED = machineMade("reversed");
const UPPER = legible("upper-case");
const LOWER = legible("lower-case");
const AS_IT_IS = legible();

/** Shorter values in another case are words of their own too easily. */
const MIN_CASED_CHARACTERS = 12;

/** By bytes, and by characters as `rev` does. */
export function addReversedForms({ bytes, text, isAscii }: ValueSides, forms: FormWriter): void {
  forms.addBytes(bytes.toReversed(), REVERSED);
  if (text !== undefined && !isAscii)
    forms.add(utf8(Array.from(text).toReversed().join("")), REVERSED);
}

export function addCasedForms({ text, isAscii }: ValueSides, forms: FormWriter): void {
  if (text === undefined || text.length < MIN_CASED_CHARACTERS) return;
  const upper = text.toUpperCase();
  const lower = text.toLowerCase();
  if (text === upper || text === lower) return;
  forms.add(isAscii ? upper : utf8(upper), UPPER);
  forms.add(isAscii ? lower : utf8(lower), LOWER);
}

/** Ends of lines as other systems write them. */
export function addNewlineForms({ byteString }: ValueSides, forms: FormWriter): void {
  if (!byteString.includes("\n")) return;
  const withNewlines = byteString.replaceAll("\r\n", "\n");
  forms.add(withNewlines, AS_IT_IS);
  forms.add(withNewlines.replaceAll("\n", "\r\n"), AS_IT_IS);
  forms.add(withNewlines.replaceAll("\n", " "), AS_IT_IS);
  forms.add(withNewlines.replaceAll("\n", ""), AS_IT_IS);
}
