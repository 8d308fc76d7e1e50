/** A directory for each run that has something to send, held by the guard that writes to it; those of dead guards can be taken. */
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { type StartRunRequest, startRunRequestSchema } from "../../../protocol/index.ts";
import { readPlainFile } from "../read-plain-file.ts";

export interface RunDirectory extends Disposable {
  readonly path: string;
  /** With the claim that the run is had by; undefined where nobody can read it: then nobody can send the run either. */
  readonly request: StartRunRequest | undefined;
  /** Of the machine since it was switched on; empty where that is not known. */
  readonly bootId: string;
  /** Milliseconds since 1970, by the clock of then; undefined where its name does not say. */
  readonly startedAt: number | undefined;
  /** Nothing of it is to be sent any more. */
  remove(): void;
}

export interface RunDirectories {
  create(request: StartRunRequest): RunDirectory;
  /** Of guards that are dead, the oldest first; held from now on. Of very many the newest. */
  takeDead(): readonly RunDirectory[];
  /** Of very many those that `takeDead` has no room for: they are gone. Returns how many. */
  removeExcess(): number;
  /** Those that a guard was killed in the making of: nothing was ever in them. */
  removeUnfinished(): void;
}

export interface RunDirectoriesOptions {
  /** The guard's own, which nobody else may enter. */
  readonly directory: string;
  readonly bootId: string;
  readonly tryLock: (descriptor: number) => boolean;
}

const noteSchema = z.object({ request: startRunRequestSchema, bootId: z.string() });
const LOCK = "lock";
const NOTE = "run.json";
/** In the order of their starts. */
const NAME = /^(\d{15})-/;
/** Before the name of one that is not locked yet: nobody may look into it. */
const MAKING = "making-";
/** More guards than ever died on one machine without that somebody looked. */
const MAX_DEAD = 256;
/** Many times what the longest names of a pod or a job take. */
const MAX_NOTE_BYTES = 262_144;
/** Making one takes milliseconds. One whose maker cannot be asked, for want of a lock, is left for longer. */
const UNFINISHED_MS = { unlocked: 60_000, any: 86_400_000 };
const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

export function createRunDirectories(options: RunDirectoriesOptions): RunDirectories {
  const { directory, bootId, tryLock } = options;
  return {
    create(request) {
      // In the order of their starts.
      const startedAt = Date.now();
      const name = `${String(startedAt).padStart(15, "0")}-${request.guardRunId}`;
      const plainName = name.replaceAll(/[^0-9a-zA-Z-]/g, "_");
      const path = join(directory, plainName);
      const making = join(directory, `${MAKING}${plainName}`);
      const lock = make(making, { request, bootId }, tryLock);
      try {
        renameSync(making, path);
      } catch (error) {
        closeSync(lock);
        throw error;
      }
      return hold(path, lock, { request, bootId, startedAt });
    },
    takeDead() {
      const dead: RunDirectory[] = [];
      for (const name of listNames(directory).toReversed()) {
        if (dead.length >= MAX_DEAD) break;
        dead.push(...take(directory, name, tryLock));
      }
      return dead.toReversed();
    },
    removeExcess() {
      const names = listNames(directory).filter((name) => NAME.test(name));
      const excess = names.slice(0, Math.max(names.length - MAX_DEAD, 0));
      return excess.filter((name) => removeDead(join(directory, name), tryLock)).length;
    },
    removeUnfinished() {
      for (const name of listAll(directory)) {
        if (name.startsWith(MAKING)) removeUnfinished(join(directory, name), tryLock);
      }
    },
  };
}

/** Returns its lock. Throws what the system says; then nothing is held. */
function make(
  path: string,
  note: z.infer<typeof noteSchema>,
  tryLock: RunDirectoriesOptions["tryLock"],
): number {
  mkdirSync(path, { mode: 0o700 });
  const lock = openSync(join(path, LOCK), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    // Nobody else tries: it fails where there are no locks alone, and there nobody takes it as dead either.
    tryLock(lock);
    // Without it nobody could send what is there.
    writeFileSync(join(path, NOTE), JSON.stringify(note), {
      mode: 0o600,
      flag: "wx",
      flush: true,
    });
    return lock;
  } catch (error) {
    closeSync(lock);
    throw error;
  }
}

function listNames(directory: string): string[] {
  return listAll(directory).filter((name) => !name.startsWith(MAKING));
}

function listAll(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

function removeUnfinished(path: string, tryLock: RunDirectoriesOptions["tryLock"]): void {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs;
    if (ageMs > UNFINISHED_MS.any) rmSync(path, { recursive: true, force: true });
    else if (ageMs > UNFINISHED_MS.unlocked) removeDead(path, tryLock);
  } catch {
    // Its maker, or another guard, was faster.
  }
}

/** Also one whose note cannot be read: nobody could send it. */
function removeDead(path: string, tryLock: RunDirectoriesOptions["tryLock"]): boolean {
  try {
    const lock = openSync(join(path, LOCK), O_RDWR | O_NOFOLLOW);
    try {
      const isDead = tryLock(lock);
      if (isDead) rmSync(path, { recursive: true, force: true });
      return isDead;
    } finally {
      closeSync(lock);
    }
  } catch {
    // It is nothing of a guard's, or for the next one to try.
    return false;
  }
}

function hold(
  path: string,
  lock: number,
  note: Pick<RunDirectory, "request" | "bootId" | "startedAt">,
): RunDirectory {
  let isHeld = true;
  const release = (): void => {
    if (isHeld) closeSync(lock);
    isHeld = false;
  };
  return {
    path,
    ...note,
    remove() {
      rmSync(path, { recursive: true, force: true });
      release();
    },
    [Symbol.dispose]: release,
  };
}

function take(
  directory: string,
  name: string,
  tryLock: RunDirectoriesOptions["tryLock"],
): RunDirectory[] {
  const path = join(directory, name);
  let lock: number;
  try {
    lock = openSync(join(path, LOCK), O_RDWR | O_NOFOLLOW);
  } catch {
    // It is nothing of a guard's.
    return [];
  }
  let isMine = false;
  try {
    isMine = tryLock(lock);
  } finally {
    if (!isMine) closeSync(lock);
  }
  if (!isMine) return [];
  const { request, bootId = "" } = readNote(path) ?? {};
  const startedAt = Number(NAME.exec(name)?.[1] ?? Number.NaN);
  return [hold(path, lock, { request, bootId, startedAt: startedAt > 0 ? startedAt : undefined })];
}

function readNote(path: string): z.infer<typeof noteSchema> | undefined {
  try {
    return noteSchema.parse(JSON.parse(readPlainFile(join(path, NOTE), MAX_NOTE_BYTES)));
  } catch {
    return undefined;
  }
}
