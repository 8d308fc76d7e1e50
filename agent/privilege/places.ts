import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where to look; tests look at trees of their own. */
export interface Places {
  readonly proc: string;
  readonly sys: string;
  /** What stands in for `/` where libraries, programs and marks of containers are looked up. */
  readonly root: string;
  /** Where the kernel sensor's object files are. */
  readonly kernelObjects: string;
  /** Directories of programs, in the order they are searched. */
  readonly programDirectories: readonly string[];
  /** As in `process.arch`. */
  readonly architecture: string;
}

/** Where enforcement looks for nft, and nowhere else: PATH may name directories that a job can write to. */
const PROGRAM_DIRECTORIES = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

export function toPlaces(): Places {
  return {
    proc: "/proc",
    sys: "/sys",
    root: "/",
    kernelObjects: join(dirname(fileURLToPath(import.meta.url)), "../sensor/kernel"),
    programDirectories: PROGRAM_DIRECTORIES,
    architecture: process.arch,
  };
}
