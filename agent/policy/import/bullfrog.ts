/** The inputs of bullfrogsec/bullfrog, by its action.yml of the versions 0.1 to 0.11. */
import { toDestinations } from "./destinations.ts";
import type { PolicyDraft } from "./policy-draft.ts";
import type { AddRemark } from "./remark.ts";
import { readStepInputs, remarkUnknown, type StepInputs, type StepPlace } from "./step-inputs.ts";

const TAKEN_OVER = [
  "egress-policy",
  "allowed-domains",
  "allowed-ips",
  "dns-policy",
  "block-dns",
  "enable-sudo",
];
/** Its own machinery: downloads, a log directory, its service. */
const WITHOUT_MEANING = [
  "agent-download-base-url",
  "api-token",
  "collect-process-info",
  "control-plane-base-url",
  "github-token",
  "local-agent",
  "local-agent-path",
  "log-directory",
];
const INPUTS = [...TAKEN_OVER, ...WITHOUT_MEANING];

export function readBullfrog(place: StepPlace, add: AddRemark): PolicyDraft {
  const inputs = readStepInputs(place, add, (name) => INPUTS.includes(name));
  remarkUnknown(place, add, INPUTS);
  for (const name of WITHOUT_MEANING) {
    if (inputs.has(name)) inputs.remark(name, "has no meaning here", false);
  }
  const domains = toDestinations(inputs.words("allowed-domains"), toDomainEntry, add);
  const addresses = toDestinations(inputs.words("allowed-ips"), toAddressEntry, add);
  const allow = [...domains.allow, ...addresses.allow];
  if (allow.length > 0) {
    const list = domains.allow.length > 0 ? "allowed-domains" : "allowed-ips";
    inputs.remark(list, "allows every port, as bullfrog does: write :443 where that is all", false);
  }
  // What is not known shall break no build: audit, and the remark says so.
  const mode = inputs.choice("egress-policy", ["audit", "block"], {
    byDefault: "audit",
    whereUnknown: "audit",
  });
  return {
    judgesEgress: mode === "block" || allow.length > 0,
    mode,
    dns: toDns(inputs),
    allow,
    leftOut: [...domains.leftOut, ...addresses.leftOut],
    lockdown: { sudo: !inputs.flag("enable-sudo", true), containers: false },
    watchesFiles: true,
  };
}

/** Early versions had `block-dns`. */
function toDns(inputs: StepInputs): PolicyDraft["dns"] {
  const byFlag = inputs.flag("block-dns", true) ? "allowed-domains-only" : "any";
  const chosen = inputs.choice("dns-policy", ["allowed-domains-only", "any"], {
    byDefault: byFlag,
    whereUnknown: "allowed-domains-only",
  });
  return chosen === "any" ? "any" : "allowed-names";
}

/** It judges no ports. */
function toDomainEntry(word: string) {
  if (/[:/]/.test(word)) {
    return { problem: "bullfrog takes names without scheme, path and port, and refuses this" };
  }
  return { entry: `${word}:*` };
}

function toAddressEntry(word: string) {
  return /^[\d./]+$/.test(word)
    ? { entry: `${word}:*` }
    : { problem: "bullfrog takes IPv4 addresses and blocks of them, and refuses this" };
}
