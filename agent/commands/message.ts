import { toVisibleText, withoutInlineCommands } from "../visible-text.ts";

/** Longer than any message of ours with the longest path (PATH_MAX) in it. */
const MAX_CHARACTERS = 8_192;

/**
 * What the guard says on standard error, a line or several, each with its name before it. A message may quote names and
 * paths that are the job's: they can neither steer a terminal nor give a CI system commands.
 */
export function toMessage(message: string): string {
  return message
    .split("\n")
    .map((line) => `runner-guard: ${withoutInlineCommands(toVisibleText(line, MAX_CHARACTERS))}\n`)
    .join("");
}
