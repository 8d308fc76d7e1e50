import type { AddressBlock } from "../address-block.ts";
import type { PatternTransport } from "../destination-pattern.ts";
import type { PortRange } from "../port-range.ts";
import type { TableOwner } from "./table-owner.ts";

/** All that a guard's table is made of. */
export interface RulesetPlan {
  readonly table: string;
  readonly owner: TableOwner;
  readonly subject: Subject;
  readonly mode: "audit" | "block";
  /** Where questions for names are redirected to. A family without a port: they are judged like anything else. */
  readonly gate: FamilyPorts & {
    /** Addresses of the resolvers whose questions alone are redirected. Absent: everybody's are. */
    readonly only?: readonly string[];
  };
  /**
   * The same for questions from behind this namespace: of containers, say, which no loopback address can answer. A family
   * without a port: they are judged like anything else.
   */
  readonly forwardGate?: FamilyPorts;
  /**
   * The conntrack zone of questions over UDP: rules of address translation see the first packet of a flow alone, so a
   * question must not become a part of one that was there before. Another one for each guard and mode.
   */
  readonly questionZone: number;
  /** Where connections to learned addresses on port 443 are redirected to; nowhere, they go out themselves. */
  readonly sniPort?: FamilyPorts;
  /** Of NFLOG: who is told of packets. */
  readonly logGroup: number;
  readonly allow: readonly StaticDestination[];
  readonly deny: readonly StaticDestination[];
  /** Flows that were there before the guard and may live on; a new connection between the same ends may not. */
  readonly begunBefore: readonly BegunFlow[];
  /** The namespace is the machine's own, which gets its address by DHCP. */
  readonly isHost: boolean;
  /** Of a namespace: those that lead out of it. Frames that no socket of the IP layer sent are dropped on them. */
  readonly devices: readonly string[];
}

/** Whose packets are judged. */
export type Subject =
  /** Sockets of one control group and of all below it; the path is the one below /sys/fs/cgroup. */
  | { readonly type: "cgroup"; readonly level: number; readonly path: string }
  /** All that leaves the network namespace, apart from what the guard itself sends under this mark and user. */
  | {
      readonly type: "namespace";
      readonly ownMark: number;
      readonly ownUserId: number;
      /** Packets have it from the end of the IP layer to the device, so that what comes to it by another way is told apart. */
      readonly frameMark: number;
      /** Of a resolver in the namespace that the guard asks: its questions to port 53 go where it sends them. */
      readonly resolverUserId?: number;
    };

export interface FamilyPorts {
  readonly ipv4?: number;
  readonly ipv6?: number;
}

/** A destination of the policy that can be told without knowing names. */
export interface StaticDestination {
  /** Absent: every address of both families. */
  readonly block?: AddressBlock;
  /** Of tcp and udp. */
  readonly ports: PortRange;
  readonly transports: ReadonlySet<PatternTransport>;
}

export interface BegunFlow {
  /** 6 tcp, 17 udp. */
  readonly protocol: 6 | 17;
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
}

interface FlowEnd {
  readonly ip: string;
  readonly port: number;
}
