import { createLocalFiles } from "../../files/local-files.ts";
import type { PosturePlaces } from "../../posture/posture-places.ts";
import type { EnvironmentEntry } from "./secret-values.ts";

/** This very machine, with what the job finds in its environment. */
export function toPosturePlaces(
  entries: readonly EnvironmentEntry[],
  workingDirectory: string,
): PosturePlaces {
  const texts = entries.map(([name, value]) => [
    name,
    typeof value === "string" ? value : Buffer.from(value).toString(),
  ]);
  return toPlacesOf(Object.fromEntries(texts), workingDirectory);
}

export function toPlacesOf(
  environment: PosturePlaces["environment"],
  workingDirectory: string,
): PosturePlaces {
  const files = createLocalFiles();
  return {
    root: "/",
    open: (path) => files.openPlace(process.pid, path),
    environment,
    workingDirectory,
  };
}
