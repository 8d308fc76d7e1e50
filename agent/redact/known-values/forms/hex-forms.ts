import { toByteMap } from "./byte-map.ts";
import { createEscapeTable, hexDigits } from "./escape-bytes.ts";
import { machineMade, type FormWriter, type ValueSides } from "./form.ts";

const HEX = machineMade("hex");
const LOWER = toByteMap(createEscapeTable((byte) => hexDigits(byte, 2)));
const UPPER = toByteMap(createEscapeTable((byte) => hexDigits(byte, 2).toUpperCase()));

export function addHexForms(_: ValueSides, forms: FormWriter): void {
  forms.addMapped(LOWER, HEX);
  forms.addMapped(UPPER, HEX);
}
