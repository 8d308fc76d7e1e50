import { closeSync, fstatSync, openSync } from "node:fs";

import { AgentError } from "../../errors.ts";
import { describeUnreadable } from "../../policy/read-file-within.ts";

/** Descriptors that a log is carried between. Closes those that it opened. */
export interface Ends extends Disposable {
  readonly input: number;
  readonly output: number;
}

interface EndsOptions {
  /** Absent: standard input. */
  readonly file: string | undefined;
  /** A check shows nothing of the log: whoever reads its findings, or stops reading them, does not change how it ends. */
  readonly isCheck: boolean;
}

const STDIN = 0;
const STDOUT = 1;

export function openEnds({ file, isCheck }: EndsOptions): Ends {
  const input = file === undefined ? STDIN : openLog(file);
  const output = isCheck ? openSync("/dev/null", "w") : STDOUT;
  const close = (): void => {
    if (input !== STDIN) closeSync(input);
    if (output !== STDOUT) closeSync(output);
  };
  if (isSameFile(input, output)) {
    close();
    throw new AgentError("usage", "the log is also where the output goes; write to another file");
  }
  return { input, output, [Symbol.dispose]: close };
}

function openLog(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw toUnreadableLog(error, path);
  }
}

/** Without a path it is standard input. */
export function toUnreadableLog(cause: unknown, path?: string): AgentError {
  const log = path === undefined ? "the log on standard input" : `the log ${path}`;
  return new AgentError("usage", `${log} ${describeUnreadable(cause, "a log")}`, { cause });
}

/** What is written there would be read again, without end. */
function isSameFile(one: number, other: number): boolean {
  const [left, right] = [fstatSync(one), fstatSync(other)];
  return left.isFile() && left.ino === right.ino && left.dev === right.dev;
}
