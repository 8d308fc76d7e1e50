import type { Block } from "./block.ts";

/** Longer files are to be made by the command, and read in an editor. */
const MAX_CHARACTERS = 65_536;

/**
 * YAML to copy, whole or not at all: a policy without its end would refuse what was cut. Backticks can stand in comments alone,
 * and are written as `\x60` there, so that nothing ends the fence.
 */
export function toYamlFence(yaml: string): Block {
  return (budget) => {
    const fence = `\n\`\`\`yaml\n${yaml.replaceAll("`", "\\x60").trimEnd()}\n\`\`\`\n`;
    return yaml.length <= MAX_CHARACTERS && budget.take(fence) ? fence : "";
  };
}
