import dnsPacket, { type Packet } from "dns-packet";

import { ATTACKER } from "../addresses.ts";
import { toAddress, toResponse } from "./dns-answers.ts";
import type { Forgery } from "./messages.ts";

/** What an attacker on the way would send first; `honest` is what the zone says. */
export function toForgedMessages(forgery: Forgery, query: Packet, honest: Packet): Buffer[] {
  const name = query.questions?.[0]?.name ?? "";
  const lie = toResponse(query, [toAddress(name, ATTACKER.ipv4)]);
  return FORGERIES[forgery]({ query, honest, lie });
}

interface Material {
  readonly query: Packet;
  readonly honest: Packet;
  /** The answer to the query, but for the attacker's address. */
  readonly lie: Packet;
}

const OTHER = "other-name.test";
const OTHER_QUESTION = { type: "A", class: "IN", name: OTHER } as const;
/** Sixteen bits cannot all be tried here, but the one that is right is not among these. */
const WRONG_IDS = 200;

const FORGERIES: Readonly<Record<Forgery, (material: Material) => Buffer[]>> = {
  "wrong-id": ({ query, lie }) =>
    Array.from({ length: WRONG_IDS }, (_, at) =>
      dnsPacket.encode({ ...lie, id: ((query.id ?? 0) + 1 + at) & 0xff_ff }),
    ),
  "other-question": ({ lie }) => [dnsPacket.encode({ ...lie, questions: [OTHER_QUESTION] })],
  "other-name": ({ lie }) => [
    dnsPacket.encode({ ...lie, answers: [toAddress(OTHER, ATTACKER.ipv4)] }),
  ],
  "extra-records": ({ honest }) => [dnsPacket.encode(withExtraRecords(honest))],
  "no-question": ({ lie }) => [dnsPacket.encode({ ...lie, questions: [] })],
  "two-questions": ({ query, lie }) => [
    dnsPacket.encode({ ...lie, questions: [...(query.questions ?? []), OTHER_QUESTION] }),
  ],
  "compression-loop": ({ query }) => [toLoop(query)],
  "truncated-message": ({ lie }) => [dnsPacket.encode(lie).subarray(0, -3)],
};

function withExtraRecords(honest: Packet): Packet {
  const extra = [toAddress(OTHER, ATTACKER.ipv4), toAddress(OTHER, ATTACKER.ipv6)];
  return {
    ...honest,
    answers: [...(honest.answers ?? []), ...extra],
    authorities: [{ name: OTHER, type: "NS", ttl: 60, data: "ns.other-name.test" }],
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
