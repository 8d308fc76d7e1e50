import { toAddressText } from "../dns/address-text.ts";
import type { DnsUpstream } from "../dns/dns-upstream.ts";
import { parseAnswer } from "../dns/parse-answer.ts";
import { CLASS_IN, TYPE } from "../dns/record-types.ts";

/** Addresses that the resolvers have for the name, those of IPv4 first; none where it has none, or nobody answers. */
export async function resolveAddress(
  upstream: Pick<DnsUpstream, "ask">,
  name: string,
): Promise<readonly string[]> {
  const found = await Promise.all([TYPE.a, TYPE.aaaa].map((type) => ask(upstream, name, type)));
  return found.flat();
}

async function ask(
  upstream: Pick<DnsUpstream, "ask">,
  name: string,
  type: number,
): Promise<string[]> {
  const question = { name, type, class: CLASS_IN, dnssec: false, checkingDisabled: false };
  const answer = await upstream.ask(question);
  if (answer.status === "failed") return [];
  const parsed = parseAnswer(answer.message, name);
  return (parsed?.answers ?? [])
    .filter((record) => record.type === type)
    .map(({ data }) => toAddressText(data));
}
