import type { Found } from "../../redact/found.ts";
import { toVisibleText, withoutInlineCommands } from "../../visible-text.ts";

/** The first secrets that were found, as many as `maxListed`. */
export interface Findings {
  readonly add: (found: Found) => void;
  /** In the order of the log. */
  readonly listed: readonly Found[];
}

/** A name of a variable, or a path and a line. */
const MAX_SOURCE_CHARACTERS = 300;

export function createFindings(maxListed: number): Findings {
  const listed: Found[] = [];
  return {
    add(found) {
      if (listed.length < maxListed) listed.push(withVisibleSource(found));
    },
    listed,
  };
}

/** Whoever names variables and files may have written commands for terminals and CI systems. */
function withVisibleSource({ source, ...rest }: Found): Found {
  if (source === undefined) return rest;
  return { ...rest, source: withoutInlineCommands(toVisibleText(source, MAX_SOURCE_CHARACTERS)) };
}
