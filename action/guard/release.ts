/** The guard as it lies in the action: what `npm run build:action` made, or the sources. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

export interface Release {
  readonly folder: string;
  /** What is in it, for a copy; undefined where these are the sources, which run from where they are. */
  readonly manifest: string | undefined;
}

const MANIFEST = "manifest.json";

/** `phases`: the folder that the three phases lie in. */
export function findRelease(phases: string): Release {
  const built = resolve(phases, "../guard");
  const manifest = join(built, MANIFEST);
  return existsSync(manifest)
    ? { folder: built, manifest }
    : { folder: resolve(phases, ".."), manifest: undefined };
}
