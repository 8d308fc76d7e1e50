import { createLocalFiles } from "../../files/local-files.ts";
import type { Places } from "../../lockdown/places.ts";

/** This very machine. To be made before the job can mount anything. */
export function toLockdownPlaces(): Places {
  const files = createLocalFiles();
  return {
    openPlace: (path) => files.openPlace(process.pid, path),
    openFolder: (path) => files.openFolder(process.pid, path),
  };
}
