import { toVisibleText } from "./visible-text.ts";

/** No field is shown longer than this before it is fitted into its column: three lines of a wide terminal. */
const MAX_CHARACTERS = 600;

/**
 * CI systems take commands out of a job's output. `::name::` counts only at the start of a line, and the renderer begins
 * every line with text of its own. `##[name]`, `##vso[` and `##teamcity[` count anywhere, so their second `#` is written
 * as an escape. `${{ }}` stays: nothing evaluates it in output.
 */
const INLINE_COMMAND = /##(?=\[|vso\[|teamcity\[)/gi;

/** Text from the job, harmless in a terminal and in a CI log: one line, nothing that acts, nothing that hides. */
export function escapeForTerminal(text: string): string {
  return toVisibleText(text, MAX_CHARACTERS).replaceAll(INLINE_COMMAND, "#\\x23");
}
