import type { z } from "zod";

import { DamagedRow } from "../../errors.ts";

/** Throws `DamagedRow` where it holds what is never stored. */
export function readRow<Row>(schema: z.ZodType<Row>, row: unknown): Row {
  const { data, error } = schema.safeParse(row);
  if (error === undefined) return data;
  const { path, message } = error.issues[0] ?? { path: [], message: "unknown" };
  throw new DamagedRow(`${path.join(".")}: ${message}`, { cause: error });
}
