/** Every value of the chart, as something else than it is by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { type Path, withValue } from "./value-paths.ts";

export const CHANGED: unknown = parse(
  readFileSync(join(import.meta.dirname, "helm-values.yaml"), "utf8"),
);

const SWITCHES: readonly (readonly [Path, unknown])[] = [
  [["persistence", "existingClaim"], ""],
  [["serviceAccount", "create"], true],
  [["podDisruptionBudget", "enabled"], true],
  [["networkPolicy", "enabled"], true],
  [["identity", "verify"], "token-review"],
  [["image", "digest"], ""],
  [["tls", "image", "digest"], ""],
];

/** The same, with all that a switch takes away. */
export const CHANGED_AND_THERE: unknown = SWITCHES.reduce(
  (values, [path, value]) => withValue(values, path, value),
  CHANGED,
);
