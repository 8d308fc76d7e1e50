import { resolve } from "node:path";

const GLOB_CHARACTERS = /[*?[\]{}]/;

/**
 * The places that path patterns speak of and a directory watch can be put on: what is left of a pattern without its
 * leading and trailing `**`, in the working directory where it is relative. A pattern that needs more than that is
 * for sensors that see every path.
 */
export function toProtectedDirectories(
  patterns: readonly string[],
  workingDirectory: string,
): string[] {
  const places = patterns
    .map((pattern) => pattern.replace(/^\*\*\//, "").replace(/\/\*\*?$/, ""))
    .filter((place) => place !== "" && !GLOB_CHARACTERS.test(place));
  return [...new Set(places.map((place) => resolve(workingDirectory, place)))];
}
