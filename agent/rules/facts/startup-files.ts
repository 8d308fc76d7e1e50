/** The start-up files of shells that the run changed, and whether it put anything but settings there. */
import { HOME_FILES, SYSTEM_FILES } from "../data/persistence-places.ts";
import { isHarmlessLine } from "../data/startup-lines.ts";
import type { Actor } from "./actor.ts";
import { readAs } from "./live-files.ts";
import type { LiveFile, LiveProcesses } from "./live-processes.ts";
import { findPersistencePlace } from "./persistence.ts";

export interface ChangedStartupFile {
  readonly path: string;
  /** Who opened it last. */
  readonly actor: Actor;
}

export interface StartupFiles {
  note(path: string, actor: Actor): void;
  /** As it was when it was looked at last. What cannot be read is not taken for settings. */
  holdsSettingsAlone(path: string): boolean;
  /** Those that held settings alone when they were asked for last, and hold more by now: a file is opened before it is written. */
  turned(): readonly ChangedStartupFile[];
}

export interface StartupFilesOptions {
  readonly home: string | undefined;
  readonly live: Pick<LiveProcesses, "head">;
  readonly openAsGuard: OpenFile;
  /** Whoever changes more of them does not set up an account. */
  readonly maxFiles: number;
}

type OpenFile = (path: string) => LiveFile | undefined;

/** They have some thousands; what is longer is not taken for settings. */
const MAX_BYTES = 262_144;
const SKELETON = "/etc/skel";

export function createStartupFiles({
  home,
  live,
  openAsGuard,
  maxFiles,
}: StartupFilesOptions): StartupFiles {
  const before = readBefore(home, openAsGuard);
  const changed = new Map<string, { actor: Actor; isSlight: boolean }>();
  const judge = (path: string, actor: Actor): boolean | undefined => {
    const content = readAs(actor, path, { bytes: MAX_BYTES, facts: { live } });
    if (content === undefined) return undefined;
    if (content.length === MAX_BYTES) return false;
    const [own, skeleton] = [before.get(path), before.get(toSkeleton(path))];
    const lines = content.toString("utf8").split("\n");
    return lines.every(
      (line) => own?.has(line) === true || skeleton?.has(line) === true || isHarmlessLine(line),
    );
  };
  return {
    note(path, actor) {
      if (findPersistencePlace(path)?.kind !== "startup") return;
      if (!changed.has(path) && changed.size >= maxFiles) return;
      changed.set(path, { actor, isSlight: judge(path, actor) ?? false });
    },
    holdsSettingsAlone: (path) => changed.get(path)?.isSlight ?? false,
    turned() {
      const turned: ChangedStartupFile[] = [];
      for (const [path, entry] of changed) {
        if (!entry.isSlight || judge(path, entry.actor) !== false) continue;
        entry.isSlight = false;
        turned.push({ path, actor: entry.actor });
      }
      return turned;
    },
  };
}

/** What an account begins with. */
function toSkeleton(path: string): string {
  return `${SKELETON}${path.slice(path.lastIndexOf("/"))}`;
}

function readBefore(
  home: string | undefined,
  open: OpenFile,
): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>();
  for (const path of startupFilesOf(home)) {
    const lines = readLines(path, open);
    if (lines !== undefined) before.set(path, lines);
  }
  return before;
}

function* startupFilesOf(home: string | undefined): Generator<string, void, undefined> {
  for (const [path, { kind }] of HOME_FILES) {
    if (kind !== "startup") continue;
    for (const directory of new Set([home ?? "/root", "/root", SKELETON])) {
      yield `${directory}/${path}`;
    }
  }
  for (const [path, { kind }] of SYSTEM_FILES) if (kind === "startup") yield path;
}

/** The job may have begun by now: what was changed since the guard was started is not from before. */
function readLines(path: string, open: OpenFile): ReadonlySet<string> | undefined {
  using file = open(path);
  if (file === undefined || file.changedAtMs >= performance.timeOrigin) return undefined;
  const content = file.bytes <= MAX_BYTES ? file.head(file.bytes) : undefined;
  return content && new Set(content.toString("utf8").split("\n"));
}
