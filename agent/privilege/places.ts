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

/** An ordinary user's PATH often lacks the sbin directories, where nft is. */
const PROGRAM_DIRECTORIES = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** @param searchPath what PATH holds; relative entries are left out, as they name a directory that the job may write. */
export function toPlaces(searchPath: string): Places {
  const fromPath = searchPath.split(":").filter((directory) => directory.startsWith("/"));
  return {
    proc: "/proc",
    sys: "/sys",
    root: "/",
    kernelObjects: join(dirname(fileURLToPath(import.meta.url)), "../sensor/kernel"),
    programDirectories: [...new Set([...fromPath, ...PROGRAM_DIRECTORIES])],
    architecture: process.arch,
  };
}
