import { join } from "node:path";

/** Where to look, and what the job would find in its environment; tests look at trees of their own. */
export interface PosturePlaces {
  /** What stands in for `/`. */
  readonly root: string;
  /**
   * Opens what an absolute path of the machine leads to as a place alone (O_PATH of open(2)), without waiting for anybody; undefined
   * where it is missing, or somebody else would have to answer. To be closed.
   */
  readonly open: (path: string) => number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** The path of one of the kernel's own links below /proc, which are read and not followed. */
export function toLinkPath({ root }: PosturePlaces, path: string): string {
  return join(root, path);
}
