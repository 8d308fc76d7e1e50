/** What enforcement tells of: names that were asked for, packets that were refused, and hands laid on the guard. */
import type { DnsQueryObservation, PacketObservation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";
import { addRefusedPackets } from "./connection-events.ts";

export function addDnsQuery(
  { processes, coalescer }: Pick<AssemblerOptions, "processes" | "coalescer">,
  { client, name, type, verdict, rule, answers, failure, at }: DnsQueryObservation,
): void {
  const process = client === null ? null : processes.toId(client);
  coalescer.add(`q ${process} ${type} ${verdict} ${name} ${answers.join(" ")}`, at, () => ({
    kind: "dns-query",
    process,
    name,
    type,
    verdict,
    rule,
    answers: [...answers],
    ...(failure === undefined ? {} : { failure }),
  }));
}

export function addPacket(
  { processes, packets }: Pick<AssemblerOptions, "processes" | "packets">,
  observation: PacketObservation,
): void {
  const { client } = observation;
  packets.add(observation, client && processes.toId(client));
}

/** To be called when the sensors have been read, and before the coalescer is emptied. `all`: they have been read to the end. */
export function settleEnforcement(
  parts: Pick<AssemblerOptions, "judge" | "coalescer" | "packets" | "unsent" | "tampering">,
  which: "old" | "all" = "old",
): void {
  for (const refused of parts.packets.settle(which)) addRefusedPackets(parts, refused);
  parts.unsent.settle();
  parts.tampering.settle(which);
}
