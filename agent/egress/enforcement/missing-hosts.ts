import type { DnsUpstream } from "../dns/dns-upstream.ts";

/** More names are more than anybody reads a warning about. */
const MAX_NAMES = 200;
const A = 1;
const IN = 1;
/** RFC 1035 §4.1.1: the low four bits of the fourth byte. */
const RCODE = { at: 3, mask: 0x0f, noSuchName: 3 };

/** Of these names those that do not exist, as the resolvers say. One that does not answer says nothing. */
export async function findMissingHosts(
  upstream: DnsUpstream,
  names: readonly string[],
): Promise<readonly string[]> {
  const asked = await Promise.all(
    names.slice(0, MAX_NAMES).map(async (name) => {
      const question = { name, type: A, class: IN, dnssec: false, checkingDisabled: false };
      const answer = await upstream.ask(question);
      const isMissing =
        answer.status === "answered" &&
        ((answer.message[RCODE.at] ?? 0) & RCODE.mask) === RCODE.noSuchName;
      return isMissing ? [name] : [];
    }),
  );
  return asked.flat();
}
