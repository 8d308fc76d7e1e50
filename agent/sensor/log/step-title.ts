/** The runner begins a step's log, and tells it in the job's own, by a group that is named as the step's default title is. */
const MARK = Buffer.from("##[group]Run ");
const MAX_TITLE_BYTES = 200;
const NEWLINE = 0x0a;

export interface TitleLine {
  /** Of the line's first byte. */
  readonly start: number;
  /** `Run npm test`: what the job's author wrote, or a step that says so itself. */
  readonly title: string;
}

/** The first one from `from` on. */
export function findTitleLine(bytes: Buffer, from: number): TitleLine | undefined {
  const at = bytes.indexOf(MARK, from);
  if (at === -1) return undefined;
  const newline = bytes.indexOf(NEWLINE, at);
  const end = Math.min(newline === -1 ? bytes.length : newline, at + MAX_TITLE_BYTES);
  const title = bytes.toString("utf8", at + "##[group]".length, end).trim();
  return { start: Math.max(from, bytes.lastIndexOf(NEWLINE, at) + 1), title };
}
