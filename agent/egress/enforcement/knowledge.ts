/** What the guard goes by: the policy, the hosts file of before the job, and what DNS tells while it runs. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

import { type AddressBook, createAddressBook } from "../address-book.ts";
import type { ConfiguredResolvers } from "../dns/configured-resolvers.ts";
import type { EgressOptions } from "../egress.ts";
import { type HostsFile, parseHostsFile } from "../hosts-file.ts";
import { createNameAliases, type NameAliases } from "../name-aliases.ts";
import { createCurrentPolicy, type CurrentPolicy } from "./current-policy.ts";
import { readResolvers } from "./read-resolvers.ts";

export interface Knowledge {
  readonly policy: CurrentPolicy;
  readonly hosts: HostsFile;
  readonly ownIps: ReadonlySet<string>;
  readonly book: AddressBook;
  readonly aliases: NameAliases;
  /** Those that were configured before the guard. */
  readonly configured: ConfiguredResolvers;
}

const HOSTS_FILE = "/etc/hosts";
/** A hosts file that blocks advertisers has 100,000 lines; the guard's memory is worth more than its names. */
const HOSTS_BOUNDS = { maxLength: 1_048_576, maxAddresses: 16_384, maxNamesPerAddress: 64 };
/** As many as the packet filter's sets take; some 300 bytes each. */
const BOOK_BOUNDS = { maxAddresses: 65_536, maxNamesPerAddress: 64 };
const ALIAS_BOUNDS = { maxAliases: 16_384, maxOriginsPerAlias: 8 };

export function createKnowledge({
  policy,
  mode,
  builtIn,
  knownBad = [],
  resolvers,
  scope,
}: Pick<
  EgressOptions,
  "policy" | "mode" | "builtIn" | "knownBad" | "resolvers" | "scope"
>): Knowledge {
  const hosts = readHostsFile();
  const ownIps = readOwnIps();
  const configured = readResolvers(scope === "command" ? "command" : "namespace", {
    explicit: resolvers ?? [],
    ownIps,
    isEnforcing: mode === "block",
  });
  const searchDomains = configured.status === "found" ? configured.searchDomains : [];
  return {
    policy: createCurrentPolicy({ policy, mode, builtIn, knownBad, hosts, searchDomains }),
    hosts,
    ownIps: new Set(ownIps),
    book: createAddressBook(BOOK_BOUNDS),
    aliases: createNameAliases(ALIAS_BOUNDS),
    configured,
  };
}

function readOwnIps(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}

/** Before the job starts: a job that is root can write what it likes into that file. */
function readHostsFile(): HostsFile {
  try {
    return parseHostsFile(readFileSync(HOSTS_FILE, "utf8"), HOSTS_BOUNDS);
  } catch {
    return parseHostsFile("", HOSTS_BOUNDS);
  }
}
