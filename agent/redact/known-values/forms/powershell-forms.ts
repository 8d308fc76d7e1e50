import { escapeBytes, escapeThese, type EscapeTable } from "./escape-bytes.ts";
import { legible, type AddForm, type ValueSides } from "./form.ts";

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
const TABLES: readonly EscapeTable[] = [
  /** Between single quotes. */
  escapeThese({ "'": "''" }),
  /** Between double quotes. */
  escapeThese({ ...SPECIAL, '"': '`"' }),
  escapeThese({ ...SPECIAL, '"': '""' }),
  escapeThese({ ...CONTROLS, ...SPECIAL, '"': '`"' }),
  escapeThese({ ...CONTROLS, ...SPECIAL, '"': '""' }),
];

export function addPowershellForms({ byteString }: ValueSides, add: AddForm): void {
  for (const table of TABLES) add(escapeBytes(byteString, table), POWERSHELL);
}
