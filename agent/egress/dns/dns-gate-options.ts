import type { Verdict } from "../../../protocol/index.ts";
import type { NameDecision } from "../name-policy.ts";
import type { DnsUpstream } from "./dns-upstream.ts";
import type { GateBounds } from "./gate-bounds.ts";
import type { LearnedAnswer } from "./learned-answer.ts";
import type { ListenAddress } from "./listen-for-dns.ts";

export interface GateClient {
  readonly transport: "udp" | "tcp";
  readonly ip: string;
  readonly port: number;
}

/** A question with what became of it. */
export interface GateQuery {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly client: GateClient;
  /** Canonical; what is no visible ASCII is written `\ddd`. */
  readonly name: string;
  /** `A`, `AAAA`, … or `TYPE65280` for one without a name. */
  readonly type: string;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly outcome: "answered" | "refused" | "failed";
  readonly answers: readonly string[];
  /** Why there is no answer, where policy has nothing to do with it. */
  readonly failure?: string;
}

export interface DnsGateOptions {
  readonly listen: readonly ListenAddress[];
  readonly upstream: DnsUpstream;
  readonly decide: (name: string) => NameDecision;
  /** Whether policy knows a name as bad; asked of the aliases on the way to an answer. */
  readonly isDenied: (name: string) => boolean;
  /** Block mode: an answer by way of a denied name, and a name that is no host's, are refused. Asked anew each time. */
  readonly refuses: () => boolean;
  /** Whether keys for encrypting the server's name in TLS are taken out of HTTPS records. Asked anew each time. */
  readonly stripsEch: () => boolean;
  /** Called before an answer leaves that leads somewhere, also for one from the cache; `refused` turns it into SERVFAIL. */
  readonly open: (learned: LearnedAnswer) => "opened" | "refused";
  readonly report: (query: GateQuery) => void;
  /** A socket has failed. The gate goes on with what is left of it. */
  readonly onFailure: (reason: string) => void;
  readonly bounds?: Partial<GateBounds>;
  /** Milliseconds on a clock that is never set. */
  readonly now?: () => number;
}
