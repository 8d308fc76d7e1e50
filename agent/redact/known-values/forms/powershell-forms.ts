import { toByteMap } from "./byte-map.ts";
import { escapeThese } from "./escape-bytes.ts";
import { legible, type FormWriter, type ValueSides } from "./form.ts";

const POWERSHELL = legible("powershell");

const CONTROLS = {
  "\0": "`0",
  "\x07": "`a",
  "\b": "`b",
  "\t": "`t",
  "\n": "`n",
  "\v": "`v",
  "\f": "`f",
  "\r": "`r",
  "\x1b": "`e",
};
const SPECIAL = { "`": "``", $: "`$" };
const MAPS = [
  /** Between single quotes. */
  escapeThese({ "'": "''" }),
  /** Between double quotes. */
  escapeThese({ ...SPECIAL, '"': '`"' }),
  escapeThese({ ...SPECIAL, '"': '""' }),
  escapeThese({ ...CONTROLS, ...SPECIAL, '"': '`"' }),
  escapeThese({ ...CONTROLS, ...SPECIAL, '"': '""' }),
].map(toByteMap);

export function addPowershellForms(_: ValueSides, forms: FormWriter): void {
  for (const map of MAPS) forms.addMapped(map, POWERSHELL);
}
