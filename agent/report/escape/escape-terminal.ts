import { toVisibleText, withoutInlineCommands } from "../../visible-text.ts";

/** No field is shown longer than this before it is fitted into its column: three lines of a wide terminal. */
const MAX_CHARACTERS = 600;

/**
 * Text from the job, harmless in a terminal and in a CI log: one line, nothing that acts, nothing that hides. `::name::`
 * stays, for the renderer begins every line with text of its own.
 */
export function escapeForTerminal(text: string): string {
  return withoutInlineCommands(toVisibleText(text, MAX_CHARACTERS));
}
