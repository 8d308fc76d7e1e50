import type { z } from "zod";

import { describeFaults } from "../describe-faults.ts";
import { RequestProblem } from "../errors.ts";

/** The body as the schema has it. Throws `bad-request`, with the members that are wrong and never with what they hold. */
export function parseJson<Value>(body: Buffer, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(toValue(body), { reportInput: true });
  if (result.success) return result.data;
  throw new RequestProblem("bad-request", describeFaults(result.error.issues, schema));
}

function toValue(body: Buffer): unknown {
  if (body.length === 0) throw new RequestProblem("bad-request", "the body is empty; send JSON");
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new RequestProblem("bad-request", "the body is no JSON", { cause: error });
  }
}
