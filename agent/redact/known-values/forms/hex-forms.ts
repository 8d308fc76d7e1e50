import { machineMade, type AddForm, type ValueSides } from "./form.ts";

const HEX = machineMade("hex");

export function addHexForms({ bytes }: ValueSides, add: AddForm): void {
  const digits = bytes.toString("hex");
  add(digits, HEX);
  add(digits.toUpperCase(), HEX);
}
