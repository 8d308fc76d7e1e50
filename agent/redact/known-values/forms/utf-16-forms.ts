import { machineMade, type FormWriter, type ValueSides } from "./form.ts";

const UTF_16 = machineMade("utf-16");

export function addUtf16Forms({ text }: ValueSides, forms: FormWriter): void {
  if (text === undefined) return;
  const bytes = Buffer.from(text, "utf16le");
  forms.addBytes(bytes, UTF_16);
  forms.addBytes(bytes.swap16(), UTF_16);
}
