import type { DnsUpstream } from "../dns/dns-upstream.ts";
import { CLASS_IN, TYPE } from "../dns/record-types.ts";
import { RCODE } from "../dns/response-code.ts";
import { toRcode } from "../dns/upstream-answer.ts";

/** More names are more than anybody reads a warning about. */
const MAX_NAMES = 200;

/** Of these names those that do not exist, as the resolvers say. One that does not answer says nothing. */
export async function findMissingHosts(
  upstream: DnsUpstream,
  names: readonly string[],
): Promise<readonly string[]> {
  const asked = await Promise.all(
    names.slice(0, MAX_NAMES).map(async (name) => {
      const question = {
        name,
        type: TYPE.a,
        class: CLASS_IN,
        dnssec: false,
        checkingDisabled: false,
      };
      const answer = await upstream.ask(question);
      const isMissing = answer.status === "answered" && toRcode(answer.message) === RCODE.nameError;
      return isMissing ? [name] : [];
    }),
  );
  return asked.flat();
}
