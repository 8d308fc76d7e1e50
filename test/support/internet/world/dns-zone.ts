import dnsPacket, { type Answer, type Packet } from "dns-packet";

import type { DnsRecord } from "./messages.ts";
import { toCanonicalIp } from "./packet.ts";

export interface DnsZone {
  add(records: readonly DnsRecord[]): void;
  forget(name: string): void;
  /** What a recursive resolver would answer, following aliases. */
  resolve(
    name: string,
    type: string,
  ): { readonly answers: readonly Answer[]; readonly exists: boolean };
  /** For the proxy: the first address of a name. */
  addressOf(name: string): string | undefined;
}

const TTL_SECONDS = 300;
/** Longer chains are a loop. */
const MAX_ALIASES = 16;

export function createDnsZone(): DnsZone {
  const byName = new Map<string, Answer[]>();
  const at = (name: string) => byName.get(toCanonical(name)) ?? [];
  const resolve: DnsZone["resolve"] = (name, type) => {
    const answers: Answer[] = [];
    let owner = name;
    for (let step = 0; step < MAX_ALIASES; step += 1) {
      const here = at(owner).map((it) => ({ ...it, name: owner }));
      answers.push(...here.filter((it) => it.type === type));
      const alias = here.find((it) => it.type === "CNAME");
      if (alias?.type !== "CNAME" || type === "CNAME") break;
      answers.push(alias);
      owner = alias.data;
    }
    return { answers, exists: byName.has(toCanonical(name)) };
  };
  return {
    add(records) {
      for (const record of records) {
        const name = toCanonical(record.name);
        byName.set(name, [...(byName.get(name) ?? []), toAnswer(record)]);
      }
    },
    forget: (name) => void byName.delete(toCanonical(name)),
    resolve,
    addressOf(name) {
      const found = [...resolve(name, "A").answers, ...resolve(name, "AAAA").answers];
      for (const it of found) if (it.type === "A" || it.type === "AAAA") return it.data;
      return undefined;
    },
  };
}

export function toCanonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function toAnswer({ name, type, ttl = TTL_SECONDS, data }: DnsRecord): Answer {
  const common = { name, ttl };
  if (type === "HTTPS") return toUnknown(name, ttl, data);
  if (type === "SRV") {
    const target = typeof data === "object" && "target" in data ? data : { target: "", port: 0 };
    return { ...common, type, data: { priority: 1, weight: 1, ...target } };
  }
  const text = typeof data === "string" ? data : "";
  if (type === "MX") return { ...common, type, data: { preference: 10, exchange: text } };
  if (type === "AAAA") return { ...common, type, data: toCanonicalIp(text) };
  return { ...common, type, data: text };
}

/** Type 65 (RFC 9460), which the library does not know: the bytes are sent as they are. */
function toUnknown(name: string, ttl: number, data: DnsRecord["data"]): Answer {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array();
  const answer: unknown = { name, ttl, type: "UNKNOWN_65", data: Buffer.from(bytes) };
  if (!isAnswer(answer)) throw new Error("not an answer");
  return answer;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Undefined for what is no DNS message. */
export function decodeMessage(bytes: Buffer): Packet | undefined {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    return undefined;
  }
}
