import type { z } from "zod";

import { RequestProblem } from "../errors.ts";

/** The body as the schema has it. Throws `bad-request`, with the members that are wrong and never with what they hold. */
export function parseJson<Value>(body: Buffer, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(toValue(body));
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "body"}: ${message}`,
  );
  throw new RequestProblem("bad-request", faults.slice(0, MAX_FAULTS).join("; "));
}

const MAX_FAULTS = 5;

function toValue(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new RequestProblem("bad-request", "the body is no JSON", { cause: error });
  }
}
