import { z } from "zod";

import { lockdownSchema, severitySchema } from "../../../protocol/index.ts";

/** What `runner-guard doctor --json` promises to print; `strictObject` where scripts rely on the whole. */
export const doctorOutputSchema = z.strictObject({
  version: z.literal(1),
  level: z.enum(["root", "sidecar-kernel", "sidecar-proc", "unprivileged"]),
  levelOnceInstalled: z.string(),
  summary: z.string().startsWith("Level: "),
  sensors: z.array(
    z.strictObject({ name: z.string(), available: z.boolean(), reason: z.string().min(1) }),
  ),
  enforcement: z.strictObject({
    run: z.strictObject({
      mechanism: z.enum(["nftables", "dns", "none"]),
      scope: z.enum(["command", "names", "nothing"]),
      reason: z.string().min(1),
    }),
    watch: z.strictObject({
      mechanism: z.enum(["nftables", "dns", "none"]),
      scope: z.enum(["machine", "network-namespace", "names", "nothing"]),
      reason: z.string().min(1),
    }),
  }),
  capabilities: z.array(
    z.strictObject({
      name: z.string(),
      present: z.boolean(),
      useful: z.boolean(),
      adds: z.string().min(1),
      howToGet: z.string().min(1),
    }),
  ),
  kernelProof: z.object({ status: z.string() }).nullable(),
  enforcementProof: z
    .strictObject({ mechanism: z.string(), reason: z.string().optional() })
    .nullable(),
  facts: z.looseObject({
    kernel: z.looseObject({ release: z.string() }),
    process: z.looseObject({ pid: z.number(), userId: z.number() }),
    namespaces: z.record(z.string(), z.object({ inode: z.number(), initial: z.boolean() })),
  }),
  problems: z.array(
    z.strictObject({ id: z.string(), message: z.string().min(1), fix: z.string().min(1) }),
  ),
  lockdown: z.strictObject({ run: lockdownSchema, watch: lockdownSchema }),
  posture: z.strictObject({
    score: z.int().min(0).max(100),
    checks: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string().min(1),
        severity: severitySchema,
        why: z.string().min(1),
        mend: z.string().min(1),
        status: z.enum(["passed", "failed", "unknown", "not-applicable"]),
        message: z.string().min(1),
      }),
    ),
  }),
});

export type DoctorOutput = z.infer<typeof doctorOutputSchema>;
