/** The one place that knows the collector's options: as flags and as RUNNER_GUARD_* variables. */
import { type AlertingConfig, NO_ALERTING, readAlertingFile } from "./alerting/alerting-file.ts";
import type { ListenAddress } from "./api/http-server.ts";
import {
  type DetectionSettings,
  readDetectionFile,
  USUAL_DETECTION,
} from "./detection/detection-file.ts";
import { CollectorError } from "./errors.ts";
import { type IdentitySources, NO_SOURCES, readIdentityFile } from "./identity/identity-file.ts";
import { MIN_TOKEN_LENGTH } from "./identity/tokens.ts";
import { parseStoredQuotas, type StoredQuotas } from "./ingest/stored-quota.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { createOptionFaults } from "./option-faults.ts";
import { readResponseFile, type ResponsePolicy, USUAL_RESPONSE } from "./response/response-file.ts";
import { parseRetentionRules, type RetentionRules } from "./retention/retention-ages.ts";
import { findPatternFault } from "./retention/schedule.ts";
import { USUAL_PRUNE_AT } from "./retention/start-retention.ts";

export interface KeepConfig {
  readonly retention: RetentionRules;
  /** When what is too old is removed, of cron. */
  readonly pruneAt: string;
  readonly quotas: StoredQuotas;
}

export interface ServeConfig extends Partial<KeepConfig> {
  readonly listen: ListenAddress;
  readonly dataDir: string;
  /** Undefined: one is made up at the first start, and printed. */
  readonly adminToken: string | undefined;
  /** Undefined: nobody but the admin ends or tightens runs. */
  readonly responderToken?: string | undefined;
  /** Undefined: nobody but those looks at anything. */
  readonly viewerToken?: string | undefined;
  /** Undefined: no agent can start a run. */
  readonly agentToken: string | undefined;
  /** Who vouches for agents besides. */
  readonly identity?: IdentitySources;
  /** What is done about findings by itself. */
  readonly response?: ResponsePolicy;
  /** Who is told of incidents. */
  readonly alerting?: AlertingConfig;
  /** Under which people reach the collector; undefined: where it listens. */
  readonly publicUrl?: string | undefined;
  /** What is learned of jobs, and from which runs. */
  readonly detection?: DetectionSettings;
}

export const SERVE_FLAGS = {
  listen: {
    flag: "--listen <address>",
    variable: "RUNNER_GUARD_LISTEN",
    description: "Address and port to listen on, such as [::1]:8787; port 0 takes a free one.",
    default: "127.0.0.1:8787",
  },
  dataDir: {
    flag: "--data-dir <dir>",
    variable: "RUNNER_GUARD_DATA_DIR",
    description: "Where everything is kept; `serve` and `token add` make it where it is missing.",
    default: "runner-guard-data",
  },
  keep: {
    flag: "--keep <ages>",
    variable: "RUNNER_GUARD_KEEP",
    description:
      "Days that events, runs (with what is counted of jobs) and audit are kept; for one tenant: acme:events=90. Semicolon between several.",
    default: "events=30,runs=400,audit=400",
  },
  pruneAt: {
    flag: "--prune-at <cron>",
    variable: "RUNNER_GUARD_PRUNE_AT",
    description: "When what is older is removed: minute, hour, day, month, day of the week.",
    default: USUAL_PRUNE_AT,
  },
  maxStored: {
    flag: "--max-stored <size>",
    variable: "RUNNER_GUARD_MAX_STORED",
    description:
      "What a tenant may have stored, in MiB, GiB or TiB; for one tenant: acme=10GiB. Semicolon between several.",
    default: "256GiB",
  },
  logLevel: {
    flag: "--log-level <level>",
    variable: "RUNNER_GUARD_LOG_LEVEL",
    description: "What is logged: debug (each request), info (runs, commands), warn or error.",
    default: "info",
  },
  alerting: {
    flag: "--alerting <file>",
    variable: "RUNNER_GUARD_ALERTING",
    description:
      "Tell people and systems of incidents as this file in JSON says (docs/alerting.md); without it nobody is told.",
    default: "",
  },
  publicUrl: {
    flag: "--public-url <url>",
    variable: "RUNNER_GUARD_PUBLIC_URL",
    description:
      "The address under which people reach the collector, for links in alerts; without it that of --listen.",
    default: "",
  },
  identity: {
    flag: "--identity <file>",
    variable: "RUNNER_GUARD_IDENTITY",
    description:
      "Take agents by what GitHub or Kubernetes vouch for, as this file in JSON says (docs/identity.md); without it by tokens alone.",
    default: "",
  },
  detection: {
    flag: "--detection <file>",
    variable: "RUNNER_GUARD_DETECTION",
    description:
      "Learn what is normal for jobs from such runs as this file in JSON says (docs/baselines.md); without it from runs of main and release branches and of tags.",
    default: "",
  },
  response: {
    flag: "--response <file>",
    variable: "RUNNER_GUARD_RESPONSE",
    description:
      "Respond to findings as this file in JSON says, once an admin has armed it (docs/response.md); without it by the built-in rules.",
    default: "",
  },
} as const;

/** Secrets are variables alone: what is on a command line is everybody's to read. */
export const SERVE_SECRETS = {
  adminToken: {
    variable: "RUNNER_GUARD_ADMIN_TOKEN",
    description: "The token of an operator who may do everything.",
  },
  responderToken: {
    variable: "RUNNER_GUARD_RESPONDER_TOKEN",
    description: "The token of an operator who may look at everything, end runs and tighten them.",
  },
  viewerToken: {
    variable: "RUNNER_GUARD_VIEWER_TOKEN",
    description: "The token of an operator who may look at everything, and change nothing.",
  },
  agentToken: {
    variable: "RUNNER_GUARD_AGENT_TOKEN",
    description: "The token with which agents start their runs.",
  },
} as const;

export type ServeFlag = (typeof SERVE_FLAGS)[keyof typeof SERVE_FLAGS];
export type ServeFlags = { readonly [Name in keyof typeof SERVE_FLAGS]?: string };
export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `usage`. */
export function readLogLevel(flags: ServeFlags, environment: Environment): LogLevel {
  const { variable, default: fallback } = SERVE_FLAGS.logLevel;
  const given = flags.logLevel ?? (environment[variable] || fallback);
  const level = LOG_LEVELS.find((known) => known === given);
  if (level !== undefined) return level;
  const asked = JSON.stringify(given);
  const known = LOG_LEVELS.join(", ");
  throw new CollectorError("usage", `--log-level: ${asked} is none; write one of ${known}`);
}

/** A flag wins over its variable. Throws `usage`, which names all that are wrong. */
export function readServeConfig(flags: ServeFlags, environment: Environment): ServeConfig {
  const read = (name: keyof typeof SERVE_FLAGS): string => {
    const { variable, default: fallback } = SERVE_FLAGS[name];
    return flags[name] ?? (environment[variable] || fallback);
  };
  const faults = createOptionFaults();
  const readFile = <Value>(
    name: "identity" | "response" | "alerting" | "detection",
    usual: Value,
    take: (path: string) => Value,
  ): (() => Value) => {
    const path = read(name);
    return faults.read(() => (path === "" ? usual : take(path)));
  };
  const takeToken = (name: keyof typeof SERVE_SECRETS): (() => string | undefined) =>
    faults.read(() => readToken(SERVE_SECRETS[name].variable, environment));
  const adminToken = takeToken("adminToken");
  const responderToken = takeToken("responderToken");
  const viewerToken = takeToken("viewerToken");
  const agentToken = takeToken("agentToken");
  faults.read(() => assertDifferent(environment));
  const listen = faults.read(() => parseListen(read("listen")));
  const kept = faults.read(() => readKeepConfig(flags, environment));
  const publicUrl = faults.read(() => parsePublicUrl(read("publicUrl")));
  const identity = readFile("identity", NO_SOURCES, (path) => readIdentityFile(path, environment));
  const response = readFile("response", USUAL_RESPONSE, readResponseFile);
  const alerting = readFile("alerting", NO_ALERTING, (path) => readAlertingFile(path));
  const detection = readFile("detection", USUAL_DETECTION, readDetectionFile);
  faults.throwAll();
  return {
    listen: listen(),
    dataDir: read("dataDir"),
    ...kept(),
    identity: identity(),
    response: response(),
    alerting: alerting(),
    publicUrl: publicUrl(),
    detection: detection(),
    adminToken: adminToken(),
    responderToken: responderToken(),
    viewerToken: viewerToken(),
    agentToken: agentToken(),
  };
}

/** What of it `prune` needs besides. Throws `usage`, which names all that are wrong. */
export function readKeepConfig(flags: ServeFlags, environment: Environment): KeepConfig {
  const read = (name: "keep" | "pruneAt" | "maxStored"): string => {
    const { variable, default: fallback } = SERVE_FLAGS[name];
    return flags[name] ?? (environment[variable] || fallback);
  };
  const faults = createOptionFaults();
  const retention = faults.read(() => refuseText("--keep", parseRetentionRules(read("keep"))));
  const pruneAt = faults.read(() => parsePruneAt(read("pruneAt")));
  const quotas = faults.read(() =>
    refuseText("--max-stored", parseStoredQuotas(read("maxStored"))),
  );
  faults.throwAll();
  return { retention: retention(), pruneAt: pruneAt(), quotas: quotas() };
}

function parsePruneAt(text: string): string {
  const fault = findPatternFault(text);
  if (fault === undefined) return text;
  const message = `--prune-at: ${fault}; write one such as "${USUAL_PRUNE_AT}"`;
  throw new CollectorError("usage", message);
}

function refuseText<Value extends object>(flag: string, value: Value | string): Value {
  if (typeof value !== "string") return value;
  throw new CollectorError("usage", `${flag}: ${value}`);
}

function assertDifferent(environment: Environment): void {
  const variables = new Map<string, string>();
  const faults = createOptionFaults();
  for (const { variable } of Object.values(SERVE_SECRETS)) {
    const token = environment[variable] ?? "";
    if (token === "") continue;
    const other = variables.get(token);
    if (other === undefined) variables.set(token, variable);
    else
      faults.note(
        new CollectorError(
          "usage",
          `${variable} is the same as ${other}: an agent's token lies where jobs run, so give each one of its own`,
        ),
      );
  }
  faults.throwAll();
}

const ADDRESS = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/i;
const MAX_PORT = 65_535;

function parseListen(text: string): ListenAddress {
  const { ipv6, host = ipv6, port } = ADDRESS.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > MAX_PORT) {
    throw new CollectorError(
      "usage",
      `--listen: ${JSON.stringify(text)} is no address and port; write 127.0.0.1:8787 or [::1]:8787`,
    );
  }
  return { host, port: Number(port) };
}

function parsePublicUrl(text: string): string | undefined {
  if (text === "") return undefined;
  const url = URL.parse(text);
  const isWeb = url !== null && ["http:", "https:"].includes(url.protocol);
  if (isWeb && url.search === "" && url.hash === "" && url.username === "")
    return text.replace(/\/+$/, "");
  throw new CollectorError(
    "usage",
    `--public-url: ${JSON.stringify(text)} is no address such as https://guard.example.com`,
  );
}

function readToken(variable: string, environment: Environment): string | undefined {
  const token = environment[variable];
  if (token === undefined || token === "") return undefined;
  if (token.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new CollectorError(
    "usage",
    `${variable}: a token has ${MIN_TOKEN_LENGTH} letters or more, of ASCII and without spaces; make one with: openssl rand -hex 32`,
  );
}
