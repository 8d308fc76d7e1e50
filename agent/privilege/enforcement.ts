import { isDnsPortUnprivileged } from "./kernel-facts.ts";
import type { MachineFacts } from "./machine-facts.ts";

/** What this machine allows of enforcement; that block mode can be asked for is another matter. */
export interface Enforcement {
  readonly mechanism: "nftables" | "dns-gate" | "none";
  readonly scope: "machine" | "network-namespace" | "names" | "nothing";
  /** Why it is not more, or what it reaches. */
  readonly reason: string;
  /** False: this release watches and reports, and blocks nothing. */
  readonly blockModeBuilt: boolean;
}

export function decideEnforcement(facts: MachineFacts): Enforcement {
  return { ...decideAllowed(facts), blockModeBuilt: false };
}

type Allowed = Omit<Enforcement, "blockModeBuilt">;

function decideAllowed(facts: MachineFacts): Allowed {
  const reason = nftablesObstacle(facts);
  if (reason === null) return nftables(facts);
  return mayListenForDns(facts)
    ? {
        mechanism: "dns-gate",
        scope: "names",
        reason: `${reason} The DNS gate (planned) can be the pod's resolver (dnsConfig): it refuses names, and a connection to an address goes unhindered.`,
      }
    : {
        mechanism: "none",
        scope: "nothing",
        reason: `${reason} The DNS gate (planned) cannot listen on port 53 either: that takes NET_BIND_SERVICE, or net.ipv4.ip_unprivileged_port_start at 53 or less.`,
      };
}

/** `nftables, whole machine` and the like, for the sentence that names the level. */
export function describeEnforcement({ mechanism, scope }: Enforcement): string {
  if (mechanism === "none") return "none";
  if (mechanism === "dns-gate") return "DNS gate (planned), names only";
  return scope === "machine" ? "nftables, whole machine" : "nftables, this network namespace";
}

function nftables({ namespaces }: MachineFacts): Allowed {
  const whole = namespaces.network.initial;
  return {
    mechanism: "nftables",
    scope: whole ? "machine" : "network-namespace",
    reason: whole
      ? "NET_ADMIN is held in the machine's own network namespace."
      : "NET_ADMIN is held in this network namespace, which is the pod's or the container's.",
  };
}

function nftablesObstacle({ process, files }: MachineFacts): string | null {
  if (!process.capabilities.effective.includes("NET_ADMIN")) return "nftables takes NET_ADMIN.";
  return files.nft === null ? "The nft program is not installed." : null;
}

function mayListenForDns({ process, kernel }: MachineFacts): boolean {
  return (
    process.capabilities.effective.includes("NET_BIND_SERVICE") || isDnsPortUnprivileged(kernel)
  );
}
