/**
 * The one place that knows the agent's options: as flags, as RUNNER_GUARD_* variables, and in docs/configuration.md. A
 * table and no schema library, because loading one takes a third of the time in which the guard has to be in force.
 */
import type { EnforcementMode, FailOn } from "../protocol/index.ts";
import { isUnspecified, parseIpAddress } from "./egress/ip-address.ts";
import { AgentError } from "./errors.ts";
import { MAX_PERIOD_MS, MIN_PERIOD_MS } from "./sensor/proc/sampling-pace.ts";

export type Requirement = "kernel" | "enforcement";
export type SensorChoice = "auto" | "kernel" | "proc";
export type EnforcementChoice = "auto" | "nftables" | "dns" | "none";

export interface RunConfig {
  readonly policy: string | undefined;
  readonly mode: EnforcementMode | undefined;
  readonly sensor: SensorChoice;
  readonly enforcement: EnforcementChoice;
  /** Each `192.0.2.53`, `2001:db8::53`, `192.0.2.53:5353` or `[2001:db8::53]:5353`; undefined: the system's. */
  readonly resolver: readonly string[] | undefined;
  readonly report: string | undefined;
  readonly summary: string | undefined;
  /** Undefined: beside the report. */
  readonly incidentDir: string | undefined;
  readonly quiet: boolean;
  /** Undefined leaves it to the policy. */
  readonly failOn: readonly FailOn[] | undefined;
  readonly require: readonly Requirement[];
  readonly samplePeriodMs: number;
  readonly secretsFile: string | undefined;
  /** Undefined, as the next, leaves it to the policy. */
  readonly disableSudo: boolean | undefined;
  readonly disableContainers: boolean | undefined;
  /** Addresses of one collector, in the order in which they are tried; empty: nothing is sent. */
  readonly collector: readonly string[];
  /** Who says to the collector what this is. */
  readonly collectorAuth: "token" | "github-oidc" | "kubernetes";
  /** Undefined: the collector's first address. */
  readonly collectorAudience: string | undefined;
  readonly collectorTokenFile: string | undefined;
  /** Of certificates in PEM. */
  readonly collectorCa: string | undefined;
  readonly collectorPlainHttp: boolean;
  /** Undefined: where the guard keeps its state, or in memory. */
  readonly spoolDir: string | undefined;
  readonly spoolSizeMib: number;
  readonly spoolFull: "keep-oldest" | "keep-newest";
  readonly flushTimeoutMs: number;
}

/** What `run` takes besides. */
export interface CommandConfig extends RunConfig {
  readonly redactOutput: boolean;
}

export interface WatchConfig extends RunConfig {
  /** Undefined: by where the guard runs. */
  readonly scope: "pod" | "host" | undefined;
  /** Undefined: by who runs the guard. */
  readonly stateDir: string | undefined;
  readonly builtIn: "auto" | "none";
  /** Paths, `-` for standard input, `auto`; empty: none. */
  readonly jobLog: readonly string[];
}

interface OptionDescription<Value> {
  readonly description: string;
  /** What stands for the value in a synopsis; absent for a flag that takes none. */
  readonly placeholder?: string;
  /** Undefined refuses the text. */
  readonly parse: (text: string) => Value | undefined;
  /** What may be written, for the message that refuses. */
  readonly expects: string;
  /** Given more than once, the flag adds up; the last one counts of all others. */
  readonly isList?: true;
}

type OptionTable<Config> = {
  readonly [Name in keyof Config]-?: OptionDescription<NonNullable<Config[Name]>>;
};
type CommandOnly = Omit<CommandConfig, keyof RunConfig>;
type WatchOnly = Omit<WatchConfig, keyof RunConfig>;

/** A busy build tells some 500 events a second, which take some 20 bytes each: two hours and more. */
const SPOOL_SIZE = { min: 1, max: 65_536, default: 64 };
/** CI systems leave 5 s and more between asking a job to end and ending it. */
const FLUSH_TIMEOUT = { min: 0, max: 600_000, default: 4_000 };
const SAMPLE_PERIOD = { min: MIN_PERIOD_MS, max: MAX_PERIOD_MS, default: 250 };
/** resolv.conf(5) knows three; a few more for a machine with several networks. */
const MAX_RESOLVERS = 8;
/** A log for each of some services beside the job's. */
const MAX_LOGS = 8;
/** Whoever has more instances has something in front of them. */
const MAX_COLLECTORS = 8;

/** Every entry is a flag `--like-this` and a variable `RUNNER_GUARD_LIKE_THIS`; the flag wins. */
export const RUN_OPTIONS: OptionTable<RunConfig> = {
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
    ...addresses(),
  },
  report: {
    description: "Write the report to this file, as JSON.",
    placeholder: "<file>",
    ...path(),
  },
  summary: {
    description: "Append the summary to this file, as Markdown.",
    placeholder: "<file>",
    ...path(),
  },
  incidentDir: {
    description:
      "Where a job or process that a rule ends is described: lineage, last events, open files and sockets, hashes. A new directory for each. Default: beside the report; none without a report.",
    placeholder: "<dir>",
    ...path(),
  },
  quiet: {
    description: "No summary on standard error; errors and warnings stay.",
    ...yesOrNo(),
  },
  failOn: {
    description:
      "Exit with 86 on violation, degraded, finding-high; comma between several. Wins over the policy's fail-on.",
    placeholder: "<list>",
    ...listOf(["violation", "degraded", "finding-high"]),
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
  secretsFile: {
    description: "Mask the values in this file, one a line, in everything that the guard tells.",
    placeholder: "<file>",
    ...path(),
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
  collector: {
    description:
      "Send all events to this collector; more than one address: those behind the first are for when it is away. The token is RUNNER_GUARD_COLLECTOR_TOKEN. Default: nothing is sent.",
    placeholder: "<url>",
    ...collectors(),
  },
  collectorAuth: {
    description:
      "Who vouches for this job: token, a token that is shared with the collector; github-oidc, GitHub, for jobs with permissions: id-token: write; kubernetes, the cluster, by a token of this pod's. Default: token.",
    placeholder: "<way>",
    ...oneOf(["token", "github-oidc", "kubernetes"]),
  },
  collectorAudience: {
    description:
      "Ask GitHub for a token for this audience, which the collector is told to expect. Default: the first address of --collector.",
    placeholder: "<audience>",
    ...audience(),
  },
  collectorTokenFile: {
    description:
      "Read the collector's token from this file, again for each request. Default: RUNNER_GUARD_COLLECTOR_TOKEN; with --collector-auth kubernetes /var/run/secrets/runner-guard/token.",
    placeholder: "<file>",
    ...path(),
  },
  collectorCa: {
    description:
      "Trust the collector for a certificate that these, in PEM, vouch for, and for no other. Default: what Node.js trusts.",
    placeholder: "<file>",
    ...path(),
  },
  collectorPlainHttp: {
    description:
      "Speak to the collector without TLS, also where it is not on this machine. Default: false.",
    ...yesOrNo(),
  },
  spoolDir: {
    description:
      "Keep what the collector has not taken yet in this directory, which only the guard's user may enter. Default: watch: spool in the state directory; run: memory.",
    placeholder: "<dir>",
    ...path("directory"),
  },
  spoolSizeMib: {
    description: `How much of that is kept, in MiB, ${SPOOL_SIZE.min} to ${SPOOL_SIZE.max}. Default: ${SPOOL_SIZE.default}.`,
    placeholder: "<mib>",
    ...integerWithin(SPOOL_SIZE),
  },
  spoolFull: {
    description:
      "What is let go of when there is no more room: keep-oldest drops what comes, keep-newest what waits longest; findings last. Default: keep-oldest.",
    placeholder: "<policy>",
    ...oneOf(["keep-oldest", "keep-newest"]),
  },
  flushTimeoutMs: {
    description: `Milliseconds for what has not been sent when the guard ends, ${FLUSH_TIMEOUT.min} to ${FLUSH_TIMEOUT.max}. Default: ${FLUSH_TIMEOUT.default}.`,
    placeholder: "<ms>",
    ...integerWithin(FLUSH_TIMEOUT),
  },
};

/** What `run` takes besides. */
export const COMMAND_OPTIONS: OptionTable<CommandOnly> = {
  redactOutput: {
    description:
      "Mask secrets in what the command writes to standard output and error, and report them.",
    ...yesOrNo(),
  },
};

/** What `watch` takes besides. */
export const WATCH_OPTIONS: OptionTable<WatchOnly> = {
  scope: {
    description:
      "Watch pod: the guard's own pid namespace and those below it, or host: everything. Default: pod inside a container, else host.",
    placeholder: "<scope>",
    ...oneOf(["pod", "host"]),
  },
  stateDir: {
    description:
      "Directory for the control socket and the file ready. Default: /run/runner-guard; without root one of the user's own.",
    placeholder: "<dir>",
    ...path("directory"),
  },
  builtIn: {
    description:
      "auto allows what the CI system's own runner cannot do without, under GitHub Actions; none allows only what policy lists. Default: auto.",
    placeholder: "<sets>",
    ...oneOf(["auto", "none"]),
  },
  jobLog: {
    description:
      "Look for secrets in the job's log: a file, a directory of logs, - for standard input, auto for that of GitHub's runner, or none; comma between several. Default: auto.",
    placeholder: "<list>",
    ...logs(),
  },
};

export function toVariableName(name: string): string {
  return `RUNNER_GUARD_${toWords(name).join("_").toUpperCase()}`;
}

export function toFlag(name: string): string {
  return `--${toWords(name).join("-")}`;
}

type Flags = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `usage` with one sentence that names the flag or variable, what it holds and what it may hold. */
export function parseRunConfig(flags: Flags, environment: Environment): RunConfig {
  const read = createReader(flags, environment);
  return {
    policy: read("policy", RUN_OPTIONS.policy),
    mode: read("mode", RUN_OPTIONS.mode),
    sensor: read("sensor", RUN_OPTIONS.sensor) ?? "auto",
    enforcement: read("enforcement", RUN_OPTIONS.enforcement) ?? "auto",
    resolver: read("resolver", RUN_OPTIONS.resolver),
    report: read("report", RUN_OPTIONS.report),
    summary: read("summary", RUN_OPTIONS.summary),
    incidentDir: read("incidentDir", RUN_OPTIONS.incidentDir),
    quiet: read("quiet", RUN_OPTIONS.quiet) ?? false,
    failOn: read("failOn", RUN_OPTIONS.failOn),
    require: read("require", RUN_OPTIONS.require) ?? [],
    samplePeriodMs: read("samplePeriodMs", RUN_OPTIONS.samplePeriodMs) ?? SAMPLE_PERIOD.default,
    secretsFile: read("secretsFile", RUN_OPTIONS.secretsFile),
    disableSudo: read("disableSudo", RUN_OPTIONS.disableSudo),
    disableContainers: read("disableContainers", RUN_OPTIONS.disableContainers),
    collector: read("collector", RUN_OPTIONS.collector) ?? [],
    collectorAuth: read("collectorAuth", RUN_OPTIONS.collectorAuth) ?? "token",
    collectorAudience: read("collectorAudience", RUN_OPTIONS.collectorAudience),
    collectorTokenFile: read("collectorTokenFile", RUN_OPTIONS.collectorTokenFile),
    collectorCa: read("collectorCa", RUN_OPTIONS.collectorCa),
    collectorPlainHttp: read("collectorPlainHttp", RUN_OPTIONS.collectorPlainHttp) ?? false,
    spoolDir: read("spoolDir", RUN_OPTIONS.spoolDir),
    spoolSizeMib: read("spoolSizeMib", RUN_OPTIONS.spoolSizeMib) ?? SPOOL_SIZE.default,
    spoolFull: read("spoolFull", RUN_OPTIONS.spoolFull) ?? "keep-oldest",
    flushTimeoutMs: read("flushTimeoutMs", RUN_OPTIONS.flushTimeoutMs) ?? FLUSH_TIMEOUT.default,
  };
}

/** As `parseRunConfig`. */
export function parseCommandConfig(flags: Flags, environment: Environment): CommandConfig {
  const read = createReader(flags, environment);
  return {
    ...parseRunConfig(flags, environment),
    redactOutput: read("redactOutput", COMMAND_OPTIONS.redactOutput) ?? false,
  };
}

/** As `parseRunConfig`. */
export function parseWatchConfig(flags: Flags, environment: Environment): WatchConfig {
  const read = createReader(flags, environment);
  return {
    ...parseRunConfig(flags, environment),
    scope: read("scope", WATCH_OPTIONS.scope),
    stateDir: parseStateDirectory(flags, environment),
    builtIn: read("builtIn", WATCH_OPTIONS.builtIn) ?? "auto",
    jobLog: read("jobLog", WATCH_OPTIONS.jobLog) ?? ["auto"],
  };
}

/** What the commands that talk to a guard take too. */
export function parseStateDirectory(flags: Flags, environment: Environment): string | undefined {
  return createReader(flags, environment)("stateDir", WATCH_OPTIONS.stateDir);
}

function createReader(flags: Flags, environment: Environment) {
  return <Value>(name: string, option: OptionDescription<Value>): Value | undefined => {
    const isFlag = flags[name] !== undefined;
    const variable = toVariableName(name);
    const text = isFlag ? String(flags[name]) : environment[variable];
    if (text === undefined || (text === "" && !isFlag)) return undefined;
    const value = option.parse(text);
    if (value !== undefined) return value;
    throw new AgentError(
      "usage",
      `${isFlag ? toFlag(name) : variable}: ${JSON.stringify(text)} is not possible; give ${option.expects}`,
    );
  };
}

function path(kind: "file" | "directory" = "file") {
  return {
    parse: (text: string) => (text === "" || text.includes("\0") ? undefined : text),
    expects: `the path of a ${kind}`,
  };
}

function audience() {
  return {
    parse: (text: string) => (/^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined),
    expects: "up to 256 letters without spaces, such as https://collector.example.org",
  };
}

function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    parse: (text: string) => choices.find((choice) => choice === text),
    expects: choices.join(", ").replace(/, (?=[^,]*$)/, " or "),
  };
}

function listOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = text.split(",").map((part) => choices.find((choice) => choice === part.trim()));
      const known = parts.filter((part) => part !== undefined);
      return known.length === parts.length ? [...new Set(known)] : undefined;
    },
    expects: `one or more of ${choices.join(", ")}, with commas between them`,
  };
}

function addresses() {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = [...new Set(text.split(",").map((part) => part.trim()))];
      return parts.length <= MAX_RESOLVERS && parts.every(isServerAddress) ? parts : undefined;
    },
    expects: `up to ${MAX_RESOLVERS} addresses such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353, with commas between them`,
  };
}

function logs() {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = [...new Set(text.split(",").map((part) => part.trim()))];
      if (parts.length === 1 && parts[0] === "none") return [];
      return parts.length <= MAX_LOGS && parts.every(isLog) ? parts : undefined;
    },
    expects: `none, or up to ${MAX_LOGS} of auto, - and paths, with commas between them`,
  };
}

/** What each of them is, is looked at where it is used. */
function collectors() {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = [...new Set(text.split(",").map((part) => part.trim()))];
      return parts.length <= MAX_COLLECTORS && parts.every((part) => part !== "")
        ? parts
        : undefined;
    },
    expects: `up to ${MAX_COLLECTORS} addresses such as https://collector.example.org, with commas between them`,
  };
}

function isLog(text: string): boolean {
  return text !== "" && text !== "none" && !text.includes("\0");
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

function yesOrNo() {
  const words = new Map([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ]);
  return { parse: (text: string) => words.get(text), expects: "true or false" };
}

function integerWithin({ min, max }: { min: number; max: number }) {
  return {
    parse(text: string) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    expects: `a whole number from ${min} to ${max}`,
  };
}

function toWords(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
