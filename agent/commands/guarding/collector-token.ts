import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from "node:fs";

import { AgentError } from "../../errors.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import { describeUnreadable } from "../../policy/read-file-within.ts";

/** A variable and no option: arguments are for everyone on the machine to see. */
export const COLLECTOR_TOKEN_VARIABLE = "RUNNER_GUARD_COLLECTOR_TOKEN";
/** All that the command is to get, as the launcher noted it: the token too. */
const NOTE_VARIABLE = "runner_guard_environment";
const TOKEN = /^[\x21-\x7e]{1,512}$/;
/** Tokens of Kubernetes have some 1,000 bytes. */
const MAX_FILE_BYTES = 16_384;

const TOKEN_ENTRY = Buffer.from(`${COLLECTOR_TOKEN_VARIABLE}=`);

/** With it the job could begin runs of its own. */
export function withoutCollectorToken(inheritance: Inheritance): Inheritance {
  const environment = inheritance.environment.filter((entry) => entry.indexOf(TOKEN_ENTRY) !== 0);
  return { ...inheritance, environment };
}

/** Throws `usage`. */
export function parseCollectorToken(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (TOKEN.test(text)) return text;
  throw new AgentError(
    "usage",
    `${COLLECTOR_TOKEN_VARIABLE} is no token: it has spaces, or more than 512 letters`,
  );
}

export interface TokenFile {
  readonly path: string;
  /** The option that led to it, for what is said of it. */
  readonly origin: "--collector-token-file" | "--collector-auth kubernetes";
}

/** Reads it anew each time: it may be renewed. `onToken` hears of each before it is shown. Throws `usage`, and so does what it returns. */
export function createTokenFile(
  { path, origin }: TokenFile,
  onToken: (token: string) => void,
): () => string {
  let last: string | undefined;
  const read = (): string => {
    const token = readCollectorToken({ path, origin });
    if (token !== last) onToken(token);
    last = token;
    return token;
  };
  read();
  return read;
}

function readCollectorToken({ path, origin }: TokenFile): string {
  const text = readBounded({ path, origin }).trim();
  if (text !== "" && /^[\x21-\x7e]+$/.test(text)) return text;
  throw new AgentError("usage", `${origin}: ${path} holds no token`);
}

function readBounded({ path, origin }: TokenFile): string {
  const bytes = Buffer.alloc(MAX_FILE_BYTES);
  try {
    // A pipe that nobody writes to is not waited for.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, bytes.length, null));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const why = describeUnreadable(error, "what it names");
    throw new AgentError("usage", `${origin}: ${path} ${why}`, { cause: error });
  }
}

const HIDDEN = "*";

/** Fields of proc_pid_stat(5) behind the name in parentheses: env_start and env_end are 50 and 51 of all. */
const ENV_START = 47;

/**
 * Takes the token from what /proc/PID/environ shows to processes of the same user, where the kernel lets that be: it lies in this
 * process's own memory. To be called when all that is needed of the environment has been read.
 */
export function hideCollectorToken(): void {
  try {
    const fields = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)?.split(" ") ?? [];
    const [start, end] = [Number(fields[ENV_START]), Number(fields[ENV_START + 1])];
    if (!(start > 0 && end > start)) return;
    const memory = openSync("/proc/self/mem", "r+");
    try {
      overwrite(memory, start, end - start);
    } finally {
      closeSync(memory);
    }
  } catch {
    // A kernel that does not allow it: docs/collector.md says who can read it then.
  }
}

function overwrite(memory: number, start: number, length: number): void {
  const bytes = Buffer.alloc(length);
  const read = readSync(memory, bytes, 0, length, start);
  for (const name of [COLLECTOR_TOKEN_VARIABLE, NOTE_VARIABLE]) {
    const entry = bytes.subarray(0, read).indexOf(`\0${name}=`);
    if (entry < 0 && bytes.indexOf(`${name}=`) !== 0) continue;
    const from = bytes.indexOf("=", entry < 0 ? 0 : entry) + 1;
    const to = bytes.indexOf(0, from);
    if (to > from) writeSync(memory, Buffer.alloc(to - from, HIDDEN), 0, to - from, start + from);
  }
}
