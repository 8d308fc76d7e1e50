import { legible, machineMade, utf8, type AddForm, type ValueSides } from "./form.ts";

const REVERSED = machineMade("reversed");
const UPPER = legible("upper-case");
const LOWER = legible("lower-case");
const AS_IT_IS = legible();

/** Shorter values in another case are words of their own too easily. */
const MIN_CASED_CHARACTERS = 12;

/** By bytes, and by characters as `rev` does. */
export function addReversedForms({ bytes, text, isAscii }: ValueSides, add: AddForm): void {
  add(Buffer.from(bytes.toReversed()).toString("latin1"), REVERSED);
  if (text !== undefined && !isAscii) add(utf8(Array.from(text).toReversed().join("")), REVERSED);
}

export function addCasedForms({ text, isAscii }: ValueSides, add: AddForm): void {
  if (text === undefined || text.length < MIN_CASED_CHARACTERS) return;
  const upper = text.toUpperCase();
  const lower = text.toLowerCase();
  if (text === upper || text === lower) return;
  add(isAscii ? upper : utf8(upper), UPPER);
  add(isAscii ? lower : utf8(lower), LOWER);
}

/** Ends of lines as other systems write them. */
export function addNewlineForms({ byteString }: ValueSides, add: AddForm): void {
  if (!byteString.includes("\n")) return;
  const withNewlines = byteString.replaceAll("\r\n", "\n");
  add(withNewlines, AS_IT_IS);
  add(withNewlines.replaceAll("\n", "\r\n"), AS_IT_IS);
  add(withNewlines.replaceAll("\n", " "), AS_IT_IS);
  add(withNewlines.replaceAll("\n", ""), AS_IT_IS);
}
