import type { PosturePlaces } from "../../posture/posture-places.ts";
import type { EnvironmentEntry } from "./secret-values.ts";

/** This very machine, with what the job finds in its environment. */
export function toPosturePlaces(
  entries: Iterable<EnvironmentEntry>,
  workingDirectory: string,
): PosturePlaces {
  const texts = [...entries].map(([name, value]) => [
    name,
    typeof value === "string" ? value : Buffer.from(value).toString(),
  ]);
  return { root: "/", environment: Object.fromEntries(texts), workingDirectory };
}
