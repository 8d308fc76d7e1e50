/** What enforcement tells of: names that were asked for, packets that were refused, and hands laid on the guard. */
import type { DnsQueryObservation, TamperObservation } from "../observation.ts";
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

/** To be called when the sensors have been read, and before the coalescer is emptied. */
export function settlePackets(
  parts: Pick<AssemblerOptions, "judge" | "coalescer" | "packets" | "unsent">,
): void {
  for (const refused of parts.packets.settle()) addRefusedPackets(parts, refused);
  parts.unsent.settle();
}

export function createTamperWriter({
  processes,
  stream,
}: Pick<AssemblerOptions, "processes" | "stream">): (observation: TamperObservation) => void {
  let number = 0;
  return ({ pid, message, evidence, at }) => {
    number += 1;
    stream.write(
      {
        kind: "finding",
        id: `guard-tamper-${number}`,
        rule: { id: "guard-tamper", name: "Guard tampered with" },
        severity: "critical",
        technique: "T1562.001",
        process: (pid === undefined ? undefined : processes.withPid(pid)?.id) ?? null,
        message,
        evidence: { ...evidence },
        response: "report",
      },
      at,
    );
  };
}
