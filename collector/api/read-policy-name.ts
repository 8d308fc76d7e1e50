import { policyNameSchema } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { Caller } from "../identity/tokens.ts";
import type { PolicyName } from "../policies/standing-policies.ts";

/** Of `/v1/policies/{name}`. Throws `bad-request`. */
export function readPolicyName(
  { tenant }: Caller,
  parameters: Readonly<Record<string, string>>,
): PolicyName {
  const { data: name, error } = policyNameSchema.safeParse(parameters["name"]);
  if (error === undefined) return { tenant, name };
  const [{ message } = { message: "no name" }] = error.issues;
  throw new RequestProblem("bad-request", `the name of a policy has to be ${message}`);
}
