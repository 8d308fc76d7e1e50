import type { Capture } from "./packet.ts";

/** What a site's port does. All of them record who came. */
export type SiteService =
  | "https"
  | "http"
  | "tcp-echo"
  | "udp-echo"
  /** Answers a QUIC Initial with a version negotiation. */
  | "quic"
  /** Greets as an SSH server does, and echoes from then on. */
  | "ssh"
  /** An HTTP proxy that takes CONNECT to any name of the zone and any address. */
  | "proxy"
  | "dns";

export interface Listener {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly service: SiteService;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME" | "TXT" | "SRV" | "HTTPS" | "MX" | "NS" | "PTR";
  readonly ttl?: number;
  /** Text for most; `{ target, port, priority?, weight? }` for SRV; the rdata's bytes for HTTPS. */
  readonly data: string | Uint8Array | { readonly target: string; readonly port: number };
}

/** How the honest resolver answers; what is left out is as it should be. */
export interface DnsBehaviour {
  readonly delayMs?: number;
  /** Takes questions and never answers. */
  readonly isSilent?: boolean;
  readonly rcode?: "SERVFAIL" | "REFUSED" | "FORMERR";
  /** Name → addresses that are told in place of the zone's. */
  readonly lies?: Readonly<Record<string, readonly string[]>>;
  /** Sent over UDP before the honest answer, each from the resolver's own address. */
  readonly forgeries?: readonly Forgery[];
}

export type Forgery =
  /** The attacker's address under 200 other ids. */
  | "wrong-id"
  /** The right id, the question of another name, the attacker's address. */
  | "other-question"
  /** The right id and question; the answer belongs to another name. */
  | "other-name"
  /** The right answer, and further records for other names with the attacker's address, in all sections. */
  | "extra-records"
  | "no-question"
  | "two-questions"
  | "compression-loop"
  | "truncated-message";

export interface DnsQuestion {
  readonly at: number;
  readonly server: "resolver" | "attacker" | "site";
  readonly name: string;
  readonly type: string;
  readonly transport: "udp" | "tcp" | "tls" | "https";
  readonly from: string;
}

/** Somebody got through to a server. */
export interface Visit {
  readonly at: number;
  /** The site's name, `attacker`, `metadata`, `neighbour`, `cluster-api`. */
  readonly server: string;
  readonly service: string;
  readonly from: string;
  readonly to: { readonly ip: string; readonly port: number };
  readonly serverName?: string;
  /** The request line, or the beginning of what was sent. */
  readonly said?: string;
}

export type WorldRequest =
  | { readonly kind: "listen"; readonly listeners: readonly Listener[] }
  | { readonly kind: "records"; readonly records: readonly DnsRecord[] }
  | { readonly kind: "forget-name"; readonly name: string }
  | { readonly kind: "behave"; readonly behaviour: DnsBehaviour }
  | { readonly kind: "questions" }
  | { readonly kind: "visits" }
  | { readonly kind: "packets" }
  | { readonly kind: "forget" };

export interface WorldAnswers {
  readonly listen: undefined;
  readonly records: undefined;
  readonly "forget-name": undefined;
  readonly behave: undefined;
  readonly questions: readonly DnsQuestion[];
  readonly visits: readonly Visit[];
  readonly packets: Capture;
  readonly forget: undefined;
}
