import { toProse } from "../escape/escape-markdown.ts";
import type { Block } from "./block.ts";

/** Longer files are to be made by the command, and read in an editor. */
const MAX_CHARACTERS = 65_536;

export interface Suggestion {
  /** A sentence of ours on what it is for. */
  readonly lead: string;
  readonly yaml: string;
}

/**
 * YAML to copy, whole or not at all: a policy without its end would refuse what was cut. Backticks can stand in comments alone,
 * and are written as `\x60` there, so that nothing ends the fence.
 */
export function toYamlFence({ lead, yaml }: Suggestion): Block {
  return (budget) => {
    const fence = `\n${toProse(lead)}\n\n\`\`\`yaml\n${yaml.replaceAll("`", "\\x60").trimEnd()}\n\`\`\`\n`;
    return yaml.length <= MAX_CHARACTERS && budget.take(fence) ? fence : "";
  };
}
