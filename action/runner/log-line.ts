/** What a step writes to its log is read by the runner, which takes commands out of it: actions/runner, ActionCommand.cs. */
import { toVisibleText, withoutInlineCommands } from "../../agent/visible-text.ts";

const MAX_CHARACTERS = 2_000;

/** One line that is no command, whatever the text says. */
export function toLogLine(text: string): string {
  const visible = withoutInlineCommands(toVisibleText(text, MAX_CHARACTERS)).trimStart();
  return visible.startsWith("::") ? `\\${visible}` : visible;
}

/** From now on the runner writes `***` for the value. Each line of it by itself, since the runner looks at lines. */
export function toMaskCommands(value: string): string[] {
  return value
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => `::add-mask::${line.replaceAll("%", "%25").replaceAll("\r", "%0D")}`);
}
