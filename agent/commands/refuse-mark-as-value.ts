import type { Command } from "commander";

/** What stands between the guard's own options and the command. */
const MARK = "--";

/** Commander takes the mark for the value of an option that was left without one: a report would go into a file named `--`. */
export function refuseMarkAsValue(command: Command): void {
  for (const option of command.options) {
    if (!option.required) continue;
    command.on(`option:${option.name()}`, (value: unknown) => {
      if (value === MARK) {
        command.error(`error: option '${option.flags}' needs a value before the ${MARK}`);
      }
    });
  }
  for (const sub of command.commands) refuseMarkAsValue(sub);
}
