import { beginEgress } from "../egress/begin-egress.ts";
import { createEgress } from "../egress/egress.ts";
import { findCgroupRoot } from "../privilege/cgroup-root.ts";
import type { EnforcementProof } from "../privilege/enforcement.ts";

/** Does for a moment what `run` does to block, with a cgroup in which nothing runs, and tells how that went. */
export async function probeBlocking(): Promise<EnforcementProof> {
  const options = {
    policy: null,
    mode: "block",
    choice: "nftables",
    resolvers: undefined,
    builtIn: [],
    scope: "command",
    cgroupRoot: findCgroupRoot(),
    runId: `doctor-${process.pid}`,
    observe: () => undefined,
    findClient: () => undefined,
  } as const;
  using begun = beginEgress(options);
  await using egress = await createEgress(options, begun);
  const { mechanism, reason } = egress.status();
  return { mechanism, ...(reason === undefined ? {} : { reason }) };
}
