/** The text of one log while it is read. */
import type { LogPlace } from "./log-place.ts";
import type { FoundInText, OpenText, SearchedText } from "./searched-text.ts";
import { findTitleLine } from "./step-title.ts";

export interface LogText {
  write(bytes: Buffer): void;
  /** Nothing has come for a while: what is begun is looked at as it is. */
  rest(): void;
  /** What comes next does not go on from here. Lines are counted on, or anew where the log itself begins anew. */
  breakOff(next: "same" | "anew"): void;
}

export interface LogTextOptions<Found extends FoundInText> {
  readonly open: OpenText<Found>;
  readonly tell: (found: Found, place: LogPlace) => void;
  readonly describe: () => Omit<LogPlace, "at">;
  /** Of the step, as the log has said it last; absent where logs say none. */
  readonly step?: { title: string | undefined };
  /** So many more were read. */
  readonly onLines: (count: number) => void;
}

const NEWLINE = 0x0a;

export function createLogText<Found extends FoundInText>(options: LogTextOptions<Found>): LogText {
  let text: SearchedText | undefined;
  let lines = 0;
  /** Those before the step's title: the job's log tells the same lines of a step as the step's own. */
  let linesBeforeStep = 0;

  const open = (): SearchedText => {
    const linesBefore = lines;
    return options.open((found) => {
      const line = Math.max(1, found.line + linesBefore - linesBeforeStep);
      options.tell({ ...found, line }, { ...options.describe(), at: Date.now() * 1000 });
    });
  };
  const put = (bytes: Buffer): void => {
    text ??= open();
    text.write(bytes);
    const count = countLines(bytes);
    lines += count;
    options.onLines(count);
  };

  return {
    write(bytes) {
      let from = 0;
      const { step } = options;
      if (step) {
        // What stands before a step's title belongs to the step before.
        for (let next = findTitleLine(bytes, 0); next;) {
          if (next.start > from) put(bytes.subarray(from, next.start));
          step.title = next.title;
          linesBeforeStep = lines;
          from = next.start;
          next = findTitleLine(bytes, nextLine(bytes, from));
        }
      }
      if (from < bytes.length) put(bytes.subarray(from));
    },
    rest() {
      if (text?.isHolding === true) text.release();
    },
    breakOff(next) {
      text?.end();
      text = undefined;
      if (next === "same") return;
      lines = 0;
      linesBeforeStep = 0;
    },
  };
}

function nextLine(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline === -1 ? bytes.length : newline + 1;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
