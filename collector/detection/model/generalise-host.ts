/** Whose a host is, and what stays of its name from run to run. */
import { generaliseAddress } from "./generalise-address.ts";
import { generaliseLabel } from "./generalise-label.ts";
import { toOwnText } from "./plain-text.ts";
import { readRegistered } from "./public-suffix.ts";
import { countSharedLabels, isCloud } from "./shared-host.ts";

export interface GeneralHost {
  /** What one owner has. Whoever wants to be taken for it has to be that owner. */
  readonly domain: string;
  /** Ends in the domain, with `*` for what rotates; the domain itself where there is nothing below. */
  readonly name: string;
  readonly kind: "name" | "address";
  /** Its tenants stand in the path of a URL, which nobody sees: the name says nothing of whose it is. */
  readonly isOfMany: boolean;
}

/** Of DNS; what is longer is no name. */
const MAX_CHARACTERS = 253;
const FOREIGN = /[^a-z0-9._-]/g;
/** Who asks for the name of an address. The zones below belong to the addresses' owners, of which there are as many as hosts. */
const REVERSE = /(?:^|\.)(?<zone>in-addr\.arpa|ip6\.arpa)$/;
/** Names that Azure gives to machines of its own network, with a random label for each network. */
const AZURE_INTERNAL = "internal.cloudapp.net";
/**
 * Where GitHub keeps logs, artifacts and caches: twenty accounts by number, of which a run meets any. From the content security policy
 * of github.com. An account of the next number would be anybody's.
 */
const GITHUB_RESULTS = /^productionresultssa1?\d\.blob\.core\.windows\.net$/;
const GITHUB_RESULTS_NAME = "productionresultssa*.blob.core.windows.net";
/** GitHub's own services for jobs, by numbers and regions. Below githubusercontent.com nobody else has names. */
const GITHUB_ACTIONS = "actions.githubusercontent.com";
const OPERATED = [AZURE_INTERNAL, GITHUB_ACTIONS];

export function generaliseHost(text: string): GeneralHost {
  const block = generaliseAddress(text);
  if (block !== undefined) return { domain: block, name: block, kind: "address", isOfMany: false };
  const host = toCanonical(text);
  const labels = host.split(".");
  const zone = REVERSE.exec(host)?.groups?.["zone"];
  if (zone !== undefined) return toOwned(zone, zone);
  if (GITHUB_RESULTS.test(host)) return toOwned(GITHUB_RESULTS_NAME, GITHUB_RESULTS_NAME);
  const operated = OPERATED.find((domain) => host.endsWith(`.${domain}`));
  if (operated !== undefined) return toOwned(operated, operated);
  // No registry gives out a name of one label: it is of this network, a container's or the machine's own.
  if (labels.length === 1) {
    const name = generaliseLabel(host);
    return toOwned(name, name);
  }
  const { domain, isBelowCompany } = readRegistered(host);
  const shared = countSharedLabels(labels);
  const isShared = isBelowCompany || shared > 0;
  if (domain === null || shared === labels.length) return toOwned(host, host, isShared);
  if (isCloud(domain)) return toOwned(host, host);
  const owned = Math.max(domain.split(".").length, shared > 0 ? shared + 1 : 0);
  const ownedName = labels.slice(-owned).join(".");
  const below = labels.slice(0, -owned).map(generaliseLabel).join(".");
  const name = below === "" ? ownedName : `${below}.${ownedName}`;
  // A bucket's name may have dots: what stands before a tenant's label may be another tenant.
  return toOwned(isShared ? name : ownedName, name);
}

function toOwned(domain: string, name: string, isOfMany = false): GeneralHost {
  return { domain, name, kind: "name", isOfMany };
}

function toCanonical(text: string): string {
  const lower = text.slice(0, MAX_CHARACTERS + 1).toLowerCase();
  const host = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  return toOwnText(host.slice(0, MAX_CHARACTERS).replaceAll(FOREIGN, "?"));
}
