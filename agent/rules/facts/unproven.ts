import type { RunFacts } from "./run-facts.ts";

/** Where anybody may put a file, and nobody installs programs. */
const TEMPORARY = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/"];

export function isInTemporaryPlace(path: string): boolean {
  return TEMPORARY.some((place) => path.startsWith(place));
}

/** A part of the path begins with a dot, as `.cache` does. Programs are installed to some such places, too. */
export function isHidden(path: string): boolean {
  return path.includes("/.");
}

/** Whether a program came with this run: it was written by it, or lies where nothing is installed. */
export function isUnproven(executable: string, { files, place }: RunFacts): boolean {
  return (
    files.find(executable) !== undefined ||
    isInTemporaryPlace(executable) ||
    executable.startsWith(`${place.workspace}/`)
  );
}
