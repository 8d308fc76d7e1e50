import { join } from "node:path";

/** Where to look, and what the job would find in its environment; tests look at trees of their own. */
export interface PosturePlaces {
  /** What stands in for `/`. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** An absolute path of the machine, where it is in the tree looked at. */
export function within({ root }: PosturePlaces, path: string): string {
  return join(root, path);
}
