import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";

export interface MountEntry {
  /** `major:minor`: two mounts with the same show parts of one file system. */
  readonly device: string;
  /** Which part of the file system is shown. */
  readonly shows: string;
  readonly path: string;
  readonly options: readonly string[];
  readonly type: string;
}

/** Of proc_pid_mountinfo(5); lines that do not follow its form are left out. */
export function readMountTable(places: PosturePlaces): readonly MountEntry[] {
  const text = readBounded(places, "proc/self/mountinfo") ?? "";
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ", 2);
    const [, , device, shows, path, options] = before.split(" ");
    const [type = ""] = after.split(" ");
    if (device === undefined || shows === undefined || path === undefined || type === "") return [];
    return [
      {
        device,
        shows: unescape(shows),
        path: unescape(path),
        options: options?.split(",") ?? [],
        type,
      },
    ];
  });
}

/** The one that counts where several are on top of each other: the last. */
export function findMount(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  return mounts.findLast((mount) => mount.path === path);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
