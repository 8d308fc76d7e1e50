import { createRedaction } from "../../agent/redact/redaction.ts";
import { toVisibleText } from "../../agent/visible-text.ts";
import type { HonestLog } from "./honest-logs.ts";

export interface FalseMark {
  readonly rule: string;
  readonly log: string;
  readonly kind: HonestLog["kind"];
  readonly line: number;
  /** The masked line as it is shown, around the mark. */
  readonly around: string;
}

const MARK = "***";
const AROUND_CHARACTERS = 60;

/** Every mark in an honest log is a false one. */
export function findFalseMarks({ name, bytes, kind }: HonestLog): FalseMark[] {
  const redaction = createRedaction();
  const marks: { rule: string; line: number; column: number }[] = [];
  const pieces: Buffer[] = [];
  const stream = redaction.openStream({
    emit: (piece) => void pieces.push(Buffer.from(piece)),
    onFound: ({ rule, line, column }) => void marks.push({ rule, line, column }),
    masks: false,
  });
  stream.write(bytes);
  stream.end();
  const lines = Buffer.concat(pieces).toString("latin1").split("\n");
  return marks.map(({ rule, line, column }) => {
    const text = lines[line - 1] ?? "";
    const at = Math.max(0, text.indexOf(MARK, Math.max(0, column - 1)));
    const around = text.slice(Math.max(0, at - AROUND_CHARACTERS), at + AROUND_CHARACTERS);
    return { rule, log: name, kind, line, around: toVisibleText(around, 2 * AROUND_CHARACTERS) };
  });
}
