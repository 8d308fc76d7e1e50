/** Texts that an agent chose, as rows beside batches have them: with a bound. What is cut is whole in its event. */
import { createHash } from "node:crypto";

/** A copy: a part of a text keeps the whole of it in memory. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${toCopy(text, maxLength - 1)}…`;
}

/** Where rows are told apart by it: what was cut off is still told from anything else that could stand there. */
export function cutName(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const rest = `…${createHash("sha256").update(text).digest("hex")}`;
  return `${toCopy(text, maxLength - rest.length)}${rest}`;
}

/** Half a character becomes a whole one, as it does on disk. */
function toCopy(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}
