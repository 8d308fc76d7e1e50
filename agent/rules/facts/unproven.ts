import type { RunFacts } from "./run-facts.ts";

/** Where anybody may put a file, and nobody installs programs. */
const TEMPORARY = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/"];

export function isInTemporaryPlace(path: string): boolean {
  return TEMPORARY.some((place) => path.startsWith(place));
}

/** Whether a program came with this run: it was written by it, or lies where nothing is installed. */
export function isUnproven(executable: string, { files, place }: RunFacts): boolean {
  return (
    files.find(executable) !== undefined ||
    isInTemporaryPlace(executable) ||
    executable.startsWith(`${place.workspace}/`)
  );
}
