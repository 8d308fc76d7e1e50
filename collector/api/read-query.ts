import type { z } from "zod";

import { describeFaults } from "../describe-faults.ts";
import { RequestProblem } from "../errors.ts";

/** The query as the schema has it. What is not known there is refused, and not left out: a filter that is misspelt shows too much. */
export function readQuery<Schema extends z.ZodObject>(
  query: URLSearchParams,
  schema: Schema,
): z.output<Schema> {
  const given = new Map(query);
  if (given.size < query.size) {
    throw new RequestProblem("bad-request", "the query names something twice");
  }
  const result = schema.safeParse(Object.fromEntries(given), { reportInput: true });
  if (result.success) return result.data;
  throw new RequestProblem("bad-request", describeFaults(result.error.issues, schema));
}
