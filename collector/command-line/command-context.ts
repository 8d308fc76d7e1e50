/** What a command gets of the process it runs in, which main.ts alone touches. */
import type { Readable, Writable } from "node:stream";

import type { Environment } from "../config.ts";

export interface CommandContext {
  readonly environment: Environment;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Whoever reads what is said is a person. */
  readonly isTerminal: boolean;
  /** A line for whoever started the command. */
  readonly say: (text: string) => void;
  /** To where that is said: a line as it is, with its end. */
  readonly writeLine: (line: string) => void;
  /** Resolves at the first signal to end that comes from now on. */
  readonly waitForEnd: () => Promise<void>;
  readonly setExitStatus: (status: number) => void;
}
