/** What a guard says of the egress policy that it goes by, as it begins. */
import { z } from "zod";

import { dnsPolicySchema, sniPolicySchema } from "./primitives.ts";

const leftOut = z.int().nonnegative();

export const egressInForceSchema = z.object({
  /** No policy says anything of egress: what is not denied is allowed. */
  unrestricted: z.boolean(),
  /** As the policy has them, the first ones. What the guard allows of itself stands in `enforcement`. */
  allow: z.array(z.string()),
  deny: z.array(z.string()),
  /** That were left out of the two, since the event would have been too long. */
  moreAllowed: leftOut,
  moreDenied: leftOut,
  dns: dnsPolicySchema,
  sni: sniPolicySchema,
});
export type EgressInForce = z.infer<typeof egressInForceSchema>;
