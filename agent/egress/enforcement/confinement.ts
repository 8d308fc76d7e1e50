/** What the sensors and the start of the command have to hold a job to, beside the packet filter. */
import type { CurrentPolicy } from "./current-policy.ts";
import type { Means } from "./means.ts";

export interface Confinement {
  readonly guardedCgroup: { readonly path: string } | null;
  readonly refuses: boolean;
  readonly refusesPacketSockets: boolean;
  /** What the command is to start without, for good: the right to make them, and raw sockets; that to change the packet filter. */
  readonly withheldCapabilities: readonly ("NET_ADMIN" | "NET_RAW")[];
}

/** Sockets outside the command's cgroup, and packet sockets, are what the packet filter would not see. */
export function toConfinement(
  { cgroup }: Pick<Means, "cgroup">,
  policy: CurrentPolicy,
): Confinement {
  const refuses = cgroup !== null && policy.mode === "block";
  return {
    guardedCgroup: cgroup,
    refuses,
    refusesPacketSockets: refuses && !policy.allowsPacketSockets,
    withheldCapabilities: refuses ? toWithheld(policy) : [],
  };
}

function toWithheld(policy: CurrentPolicy): Confinement["withheldCapabilities"] {
  return [
    ...(policy.keepsNetworkAdmin ? [] : (["NET_ADMIN"] as const)),
    ...(policy.allowsRawSockets ? [] : (["NET_RAW"] as const)),
  ];
}
