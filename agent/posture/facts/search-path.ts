import { isAbsolute } from "node:path";

import type { PosturePlaces } from "../posture-places.ts";
import { statOf } from "../read-bounded.ts";

const MAX_ENTRIES = 256;
const OTHERS_MAY_WRITE = 0o002;

/** A directory of PATH in which somebody else can put programs for this job. */
export interface LooseEntry {
  readonly entry: string;
  readonly because: "relative" | "in the checkout" | "everyone may write to it";
}

export function findLooseEntries(places: PosturePlaces): readonly LooseEntry[] {
  const path = places.environment["PATH"] ?? "";
  return path
    .split(":")
    .slice(0, MAX_ENTRIES)
    .flatMap((entry) => {
      const because = whyLoose(places, entry);
      return because === undefined ? [] : [{ entry: entry === "" ? "(empty)" : entry, because }];
    });
}

function whyLoose(places: PosturePlaces, entry: string): LooseEntry["because"] | undefined {
  if (!isAbsolute(entry)) return "relative";
  const checkout = places.environment["GITHUB_WORKSPACE"] ?? places.environment["CI_PROJECT_DIR"];
  if (checkout && `${entry}/`.startsWith(`${checkout}/`)) return "in the checkout";
  const { mode } = statOf(places, entry) ?? { mode: 0 };
  // Also with the sticky bit: anybody may add a program that is not there yet.
  return (mode & OTHERS_MAY_WRITE) === 0 ? undefined : "everyone may write to it";
}
