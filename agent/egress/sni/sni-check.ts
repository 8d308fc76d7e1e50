import type { Microseconds } from "../../observation.ts";
import type { SocketAddress } from "./original-destination.ts";

export interface SniDecision {
  readonly isAllowed: boolean;
  readonly rule: string;
}

/** What a connection asked for, and whether that was allowed. One each, and one more where its second hello is another. */
export interface SniCheck {
  readonly at: Microseconds;
  /** Canonical; undefined where none could be read. Beside ECH the outer one. */
  readonly serverName: string | undefined;
  readonly destination: SocketAddress;
  readonly isAllowed: boolean;
  /** Where no name could be held against policy: `sni: ` and why. */
  readonly rule: string;
  readonly client: SocketAddress;
}

export interface SniJudge {
  /** Whether this name may be asked for there; also whether it was learned for that address, if that is to matter. */
  readonly decide: (serverName: string, ip: string, port: number) => SniDecision;
  readonly report: (check: SniCheck) => void;
  /** False: nothing is cut, and all is reported as it would be (audit mode). Asked anew each time. */
  readonly isEnforcing: () => boolean;
}
