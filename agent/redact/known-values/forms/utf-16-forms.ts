import { machineMade, type AddForm, type ValueSides } from "./form.ts";

const UTF_16 = machineMade("utf-16");

export function addUtf16Forms({ text }: ValueSides, add: AddForm): void {
  if (text === undefined) return;
  const bytes = Buffer.from(text, "utf16le");
  add(bytes.toString("latin1"), UTF_16);
  add(bytes.swap16().toString("latin1"), UTF_16);
}
