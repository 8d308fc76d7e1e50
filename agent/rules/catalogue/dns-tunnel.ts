import { isListed, isOfJob, senderOf } from "../facts/destination.ts";
import type { DomainTally } from "../facts/dns-names.ts";
import type { Flagged, Rule } from "../rule.ts";

/** 100 bytes in hexadecimal: two tokens. */
const MAX_ENCODED_LETTERS = 200;
/** One token in base32; a label takes 63 letters at most. */
const MAX_ENCODED_LETTERS_OF_ONE = 60;
/** A browser asks for some dozens below one domain, on a page full of shards. */
const MAX_NAMES = 150;
/** SPF, DKIM and DMARC of one domain are a handful. */
const MAX_TEXTS = 15;
/** NULL, KEY and private types are asked for by tunnels alone; CAA, DNSKEY, DS and TLSA by checks of one name. */
const MAX_ODDITIES = 5;

export const dnsTunnel: Rule = {
  id: "dns-tunnel",
  title: "Data in questions for names",
  flags:
    "Below one registered domain: names with encoded data in them (200 letters of it in a run, or 60 in one name), 150 different names within a minute, 15 different names asked for their TXT records, or 5 for records of unusual types. Only where questions for names pass the guard.",
  why: "Questions for names get out of networks that let nothing else out: the resolver hands them on to the attacker's own server, which reads the data in the name and answers with more.",
  advice:
    "Decode the labels (hexadecimal, base32) to see what went out. `dns: allowed-names` in block mode hands on no question for a name that policy does not list.",
  severity: "high",
  response: "report",
  techniques: ["T1071.004"],
  references: [
    {
      title: "MITRE ATT&CK T1071.004, Application Layer Protocol: DNS",
      url: "https://attack.mitre.org/techniques/T1071/004/",
    },
    {
      title: "MITRE ATT&CK T1048, Exfiltration Over Alternative Protocol",
      url: "https://attack.mitre.org/techniques/T1048/",
    },
  ],
  honest: [
    "Buckets, storage accounts and hashes below domains of clouds and content networks stay quiet, and so do block lists, virus scanners, reverse lookups, and names of one's own network (.local, .internal).",
    "One name with 60 letters of encoded data is told as medium.",
    "Load tests over random names of a domain of one's own are flagged: list `*.DOMAIN` in policy.",
  ],
  on: {
    "dns-query"({ name, type, verdict, rule }, actor, facts) {
      const tally = facts.dnsNames.of(name);
      if (tally === undefined) return undefined;
      const deed = findDeed(tally);
      if (deed === undefined || isListed({ verdict, rule })) return undefined;
      const isOne = tally.encodedNames === 1 && tally.names < MAX_NAMES;
      return {
        message: `${senderOf(actor)} ${deed} under ${tally.domain}`,
        subject: tally.domain,
        evidence: { name, type, ...tally },
        ...(isOne && deed === ENCODED && { severity: "medium" }),
        ...(!isOfJob(actor, facts) && { severity: "low" }),
      } satisfies Flagged;
    },
  },
};

const ENCODED = "asked for names that carry encoded data";

function findDeed(tally: DomainTally): string | undefined {
  const { encodedLetters, encodedNames, names, texts, oddities } = tally;
  if (encodedLetters >= MAX_ENCODED_LETTERS) return ENCODED;
  if (encodedNames > 0 && encodedLetters / encodedNames >= MAX_ENCODED_LETTERS_OF_ONE) {
    return ENCODED;
  }
  if (oddities >= MAX_ODDITIES) return "asked for records of unusual types of many names";
  if (texts >= MAX_TEXTS) return "asked for the TXT records of many names";
  return names >= MAX_NAMES ? "asked for very many names" : undefined;
}
