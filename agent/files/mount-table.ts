import { closeSync, openSync, readSync } from "node:fs";

/** What lies at a mount: a device number alone may be another one's by now. */
export interface MountedFiles {
  readonly mount: string;
  readonly device: string;
  /** `ext4`, `fuse.sshfs`. */
  readonly type: string;
  /** Where it is and of what it is made. Without its options: a file system that is mounted anew to be written to is the same. */
  readonly line: string;
}

/** Some 10,000 mounts. A job that makes more hides what comes behind from the guard, and does not keep it busy. */
const MAX_BYTES = 1_048_576;
/** `mnt_id` is the third line; of some files more lines follow. */
const head = Buffer.alloc(256);

/** The mounts that a process sees (proc_pid_mountinfo(5)); none where it has ended. */
export function readMounts(directory: string): MountedFiles[] {
  return readText(`${directory}/mountinfo`)
    .split("\n")
    .flatMap((line) => {
      const [mount, parent, device, root, point] = line.split(" ", 5);
      const [type, source] = line.slice(line.indexOf(" - ") + " - ".length).split(" ", 2);
      if (!mount || !device || !type) return [];
      return [
        { mount, device, type, line: [mount, parent, device, root, point, type, source].join(" ") },
      ];
    });
}

/** Whether something is mounted below a directory, which has no letters in its path that would be written otherwise there. */
export function hasMountBelow(path: string): boolean {
  return readText("/proc/self/mountinfo")
    .split("\n")
    .some((line) => line.split(" ", 5)[4]?.startsWith(`${path}/`) === true);
}

/**
 * The mount that an open file lies on. The number is nobody else's for as long as it is open. Undefined: it cannot be told, where this
 * process may open no more files say.
 */
export function mountOf(descriptor: number): string | undefined {
  let information: number | undefined;
  try {
    information = openSync(`/proc/self/fdinfo/${descriptor}`, "r");
    const text = head.toString("latin1", 0, readSync(information, head));
    return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
  } catch {
    return undefined;
  } finally {
    if (information !== undefined) closeSync(information);
  }
}

function readText(path: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes < MAX_BYTES;) {
      const chunk = Buffer.alloc(65_536);
      const read = readSync(descriptor, chunk);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      bytes += read;
    }
    return Buffer.concat(chunks).toString("latin1");
  } catch {
    return "";
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
