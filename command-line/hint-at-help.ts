import type { Command } from "commander";

/** Of a command and all below it: as commander would, but each for itself. */
export function hintAtHelp(command: Command, path: string): void {
  command.showHelpAfterError(`Try \`${path} --help\`.`);
  for (const sub of command.commands) hintAtHelp(sub, `${path} ${sub.name()}`);
}
