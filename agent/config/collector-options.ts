/** Where events are sent, and what is kept of those that are not there yet. */
import type { OptionTable } from "./option-table.ts";
import { integerWithin, listOfSome, matching, oneOf, path, yesOrNo } from "./option-values.ts";
import { createReader, type GivenOptions } from "./read-options.ts";

export interface CollectorConfig {
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

/** A busy build tells some 500 events a second, which take some 20 bytes each: two hours and more. */
const SPOOL_SIZE = { min: 1, max: 65_536, default: 64 };
/** CI systems leave 5 s and more between asking a job to end and ending it. */
const FLUSH_TIMEOUT = { min: 0, max: 600_000, default: 4_000 };
/** Whoever has more instances has something in front of them. */
const MAX_COLLECTORS = 8;

export const COLLECTOR_OPTIONS: OptionTable<CollectorConfig> = {
  collector: {
    description:
      "Send all events to this collector; more than one address: those behind the first are for when it is away. The token is RUNNER_GUARD_COLLECTOR_TOKEN. Default: nothing is sent.",
    placeholder: "<url>",
    // What each of them is, is looked at where it is used.
    ...listOfSome({
      max: MAX_COLLECTORS,
      isOne: (text) => text !== "",
      expects: "addresses such as https://collector.example.org",
    }),
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
    ...matching(
      /^[\x21-\x7e]{1,256}$/,
      "up to 256 letters without spaces, such as https://collector.example.org",
    ),
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

export function readCollectorOptions(given: GivenOptions): CollectorConfig {
  const read = createReader(COLLECTOR_OPTIONS, given);
  return {
    collector: read("collector") ?? [],
    collectorAuth: read("collectorAuth") ?? "token",
    collectorAudience: read("collectorAudience"),
    collectorTokenFile: read("collectorTokenFile"),
    collectorCa: read("collectorCa"),
    collectorPlainHttp: read("collectorPlainHttp") ?? false,
    spoolDir: read("spoolDir"),
    spoolSizeMib: read("spoolSizeMib") ?? SPOOL_SIZE.default,
    spoolFull: read("spoolFull") ?? "keep-oldest",
    flushTimeoutMs: read("flushTimeoutMs") ?? FLUSH_TIMEOUT.default,
  };
}
