import dnsPacket, { type Packet } from "dns-packet";

import { ATTACKER } from "../addresses.ts";
import { toAddress, toResponse } from "./dns-answers.ts";
import type { Forgery } from "./messages.ts";

/** What an attacker on the way would send first; `honest` is what the zone says. */
export function toForgedMessages(forgery: Forgery, query: Packet, honest: Packet): Buffer[] {
  const [question] = query.questions ?? [];
  const name = question?.name ?? "";
  const lie = toResponse(query, [toAddress(name, ATTACKER.ipv4)]);
  const other = "other-name.test";
  switch (forgery) {
    case "wrong-id":
      return Array.from({ length: 200 }, (_, at) =>
        dnsPacket.encode({ ...lie, id: ((query.id ?? 0) + 1 + at) & 0xff_ff }),
      );
    case "other-question":
      return [dnsPacket.encode({ ...lie, questions: [{ type: "A", class: "IN", name: other }] })];
    case "other-name":
      return [dnsPacket.encode({ ...lie, answers: [toAddress(other, ATTACKER.ipv4)] })];
    case "extra-records":
      return [dnsPacket.encode(withExtraRecords(honest, other))];
    case "no-question":
      return [dnsPacket.encode({ ...lie, questions: [] })];
    case "two-questions":
      return [
        dnsPacket.encode({
          ...lie,
          questions: [...(query.questions ?? []), { type: "A", class: "IN", name: other }],
        }),
      ];
    case "compression-loop":
      return [toLoop(query)];
    case "truncated-message":
      return [dnsPacket.encode(lie).subarray(0, -3)];
  }
}

function withExtraRecords(honest: Packet, other: string): Packet {
  const extra = [toAddress(other, ATTACKER.ipv4), toAddress(other, ATTACKER.ipv6)];
  return {
    ...honest,
    answers: [...(honest.answers ?? []), ...extra],
    authorities: [{ name: other, type: "NS", ttl: 60, data: "ns.other-name.test" }],
    additionals: [toAddress("ns.other-name.test", ATTACKER.ipv4), ...(honest.additionals ?? [])],
  };
}

/** A name that points at itself (RFC 1035, section 4.1.4: pointers go to a prior occurrence). */
function toLoop(query: Packet): Buffer {
  const head = dnsPacket.encode(toResponse({ ...query, additionals: [] }, []));
  head.writeUInt16BE(1, 6);
  const pointer = Buffer.alloc(2);
  pointer.writeUInt16BE(0xc0_00 | head.length);
  return Buffer.concat([
    head,
    pointer,
    Buffer.from([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 66]),
  ]);
}
