/** What a guard watches and keeps from what, and what it takes to start. */
import type { EnforcementMode } from "../../protocol/index.ts";
import { isUnspecified, parseIpAddress } from "../egress/ip-address.ts";
import { MAX_PERIOD_MS, MIN_PERIOD_MS } from "../sensor/proc/sampling-pace.ts";
import type { OptionTable } from "./option-table.ts";
import { integerWithin, listOf, listOfSome, oneOf, path, yesOrNo } from "./option-values.ts";
import { createReader, type GivenOptions } from "./read-options.ts";

type SensorChoice = "auto" | "kernel" | "proc";
type EnforcementChoice = "auto" | "nftables" | "dns" | "none";
type Requirement = "kernel" | "enforcement";

export interface GuardingConfig {
  readonly policy: string | undefined;
  readonly mode: EnforcementMode | undefined;
  readonly sensor: SensorChoice;
  readonly enforcement: EnforcementChoice;
  /** Each `192.0.2.53`, `2001:db8::53`, `192.0.2.53:5353` or `[2001:db8::53]:5353`; undefined: the system's. */
  readonly resolver: readonly string[] | undefined;
  readonly require: readonly Requirement[];
  readonly samplePeriodMs: number;
  /** Undefined, as the next, leaves it to the policy. */
  readonly disableSudo: boolean | undefined;
  readonly disableContainers: boolean | undefined;
}

const SAMPLE_PERIOD = { min: MIN_PERIOD_MS, max: MAX_PERIOD_MS, default: 250 };
/** resolv.conf(5) knows three; a few more for a machine with several networks. */
const MAX_RESOLVERS = 8;

export const GUARDING_OPTIONS: OptionTable<GuardingConfig> = {
  policy: {
    description:
      "Policy file, YAML or JSON. Default: audit mode allows everything, block mode nothing.",
    placeholder: "<file>",
    ...path(),
  },
  mode: {
    description:
      "audit or block; wins over the policy's egress.mode. Default: the policy's, or audit.",
    placeholder: "<mode>",
    ...oneOf(["audit", "block"]),
  },
  sensor: {
    description:
      "Watch with kernel (eBPF), proc (samples of /proc), or auto: the best that works. Default: auto.",
    placeholder: "<sensor>",
    ...oneOf(["auto", "kernel", "proc"]),
  },
  enforcement: {
    description:
      "What stands between the job and the network: nftables, dns (names only), none (verdicts alone), or auto: nftables where it can be had. Default: auto.",
    placeholder: "<means>",
    ...oneOf(["auto", "nftables", "dns", "none"]),
  },
  resolver: {
    description:
      "Ask these DNS servers for the job; IP or IP:PORT, comma between several. Default: the system's.",
    placeholder: "<list>",
    ...listOfSome({
      max: MAX_RESOLVERS,
      isOne: isServerAddress,
      expects: "addresses such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    }),
  },
  require: {
    description:
      "Start nothing (exit 69) unless in force: kernel, enforcement; comma between several.",
    placeholder: "<list>",
    ...listOf(["kernel", "enforcement"]),
  },
  samplePeriodMs: {
    description: `Milliseconds between samples of the proc sensor, ${SAMPLE_PERIOD.min} to ${SAMPLE_PERIOD.max}. Default: ${SAMPLE_PERIOD.default}.`,
    placeholder: "<ms>",
    ...integerWithin(SAMPLE_PERIOD),
  },
  disableSudo: {
    description:
      "The job cannot become root by sudo, su and their like. Wins over the policy's lockdown.sudo. Default: the policy's, or false.",
    ...yesOrNo(),
  },
  disableContainers: {
    description:
      "The job cannot use the machine's container engines, nor sudo. Wins over the policy's lockdown.containers. Default: the policy's, or false.",
    ...yesOrNo(),
  },
};

export function readGuardingOptions(given: GivenOptions): GuardingConfig {
  const read = createReader(GUARDING_OPTIONS, given);
  return {
    policy: read("policy"),
    mode: read("mode"),
    sensor: read("sensor") ?? "auto",
    enforcement: read("enforcement") ?? "auto",
    resolver: read("resolver"),
    require: read("require") ?? [],
    samplePeriodMs: read("samplePeriodMs") ?? SAMPLE_PERIOD.default,
    disableSudo: read("disableSudo"),
    disableContainers: read("disableContainers"),
  };
}

/** A name would have to be resolved by what it stands for, and 0.0.0.0 is nobody's address. */
function isServerAddress(text: string): boolean {
  const [, ipv6, ipv4, port] =
    /^(?:\[([^\]%]*:[^\]%]*)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  // Without brackets every colon belongs to the address.
  const host = ipv6 ?? ipv4 ?? text;
  const address = host.includes("%") ? undefined : parseIpAddress(host);
  if (address === undefined || isUnspecified(address)) return false;
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}
