import type { Lockdown } from "../../protocol/index.ts";
import type { ForeseenLockdown } from "../lockdown/foresee-lockdown.ts";
import { toStyle } from "../privilege/style.ts";
import { wrapAfter } from "../privilege/wrapped.ts";

const WIDTH = "watch".length + 2;

/** The section of `doctor` on what `run` and `watch` could take from a job here. */
export function renderLockdown(
  { run, watch }: ForeseenLockdown,
  { columns, colour }: { readonly columns: number; readonly colour: boolean },
): string {
  const { strong } = toStyle(colour);
  const lines = [
    strong("Lockdown: --disable-sudo, --disable-containers"),
    ...describe("run", run, columns),
    ...describe("watch", watch, columns),
  ];
  return `${lines.join("\n")}\n`;
}

function describe(command: string, { sudo, containers, reasons }: Lockdown, columns: number) {
  const words = `sudo ${toWord(sudo)} be disabled, containers ${toWord(containers)}`;
  return [
    ...wrapAfter(`  ${command.padEnd(WIDTH)}`, words, columns),
    ...reasons.flatMap((reason) => wrapAfter(`${" ".repeat(WIDTH + 2)}· `, reason, columns)),
  ];
}

function toWord(status: Lockdown["sudo"]): string {
  return status === "disabled" ? "can" : "cannot";
}
