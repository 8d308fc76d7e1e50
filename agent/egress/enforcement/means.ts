import type { Enforcement } from "../../../protocol/index.ts";
import type { EgressStatus } from "../egress.ts";
import type { ConnectOwn } from "./own-connections.ts";

/** By which verdicts become more than words. */
export interface Means extends AsyncDisposable {
  readonly mechanism: Enforcement["mechanism"];
  /** What it leaves open. */
  readonly reason: string | undefined;
  /** Addresses of the resolvers whose questions the gate takes; null where there is no gate. */
  readonly resolvers: ReadonlySet<string> | null;
  /** The command's own, where packets are told by it. */
  readonly cgroup: { readonly path: string } | null;
  startWithin<Started>(start: () => Started): Started;
  counts(): Pick<EgressStatus, "packetsRefused" | "namesRefused" | "restored">;
  poll(): void;
  settle(): void;
  /** The policy has become stricter. */
  reload(): Promise<Reload>;
  holdsLeftovers(): boolean;
  /** Null where nothing stands in the guard's own way. */
  readonly connectOwn: ConnectOwn | null;
  /** Of these names those that do not exist. */
  findMissing(names: readonly string[]): Promise<readonly string[]>;
}

/** `failed`: names are held against the new policy, and packets still against the one before. */
export type Reload =
  | { readonly status: "done" }
  | { readonly status: "failed"; readonly reason: string };

/** Why it cannot be had. */
export interface Unavailable {
  readonly unavailable: string;
}

export type MeansResult = Means | Unavailable;

export const NO_MEANS: Means = {
  mechanism: "none",
  reason: undefined,
  resolvers: null,
  cgroup: null,
  startWithin: (start) => start(),
  counts: () => ({ packetsRefused: 0, namesRefused: 0, restored: 0 }),
  poll: () => undefined,
  settle: () => undefined,
  reload: () => Promise.resolve({ status: "done" }),
  holdsLeftovers: () => false,
  connectOwn: null,
  findMissing: () => Promise.resolve([]),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
