/** More of something than the job ever has. */
import type { UnusualVolume } from "./anomaly.ts";
import { isCiStore } from "./ci-stores.ts";
import { fromSteps, toSteps } from "./quantised.ts";
import { type Compared, MAX_SUSPICIONS, type Suspicion } from "./suspicion.ts";
import { isOutlier, severityOf, toLimit, toMedian } from "./volume-limits.ts";
import { type Volume, VOLUMES } from "./volumes.ts";

/** Data transfer size limits, which is where ATT&CK has volumes. */
const TECHNIQUE = "T1030";

type JudgedVolume = UnusualVolume["volume"];

const WHAT: Readonly<Record<JudgedVolume, string>> = {
  processes: "started far more processes",
  connections: "made far more connections",
  bytesSent: "sent far more",
  bytesReceived: "received far more",
  files: "wrote far more files outside of its workspace",
  findings: "had far more findings",
  durationMs: "took far longer",
  domainBytesSent: "sent far more",
  domainNames: "asked for far more names",
};

/** `destinations`: what is told of these. */
export function judgeVolumes(
  compared: Compared,
  now: number | undefined,
  destinations: readonly Suspicion[],
): Suspicion[] {
  const { profile, baseline } = compared;
  const volumes = profile.volumes(now);
  const domains = judgeDomains(compared);
  const found: Suspicion[] = [];
  const explained: UnusualVolume[] = [];
  for (const volume of VOLUMES) {
    const history = baseline.volumes[volume];
    const isUnusual = (value: number): boolean =>
      isOutlier(volume, { history, value: toSteps(value) });
    const value = volumes[volume];
    const ofDomains = volume === "bytesSent" ? countTold(compared, domains, destinations) : 0;
    // Told of the domain, it is not told of the run as well.
    if (isUnusual(value) && isUnusual(value - ofDomains)) {
      found.push(toSuspicion({ volume, value }, history, findStep(compared, volume)));
    } else if (ofDomains > 0) explained.push({ volume, value });
  }
  return [...found, ...domains.map((it) => withVolumes(it, explained))];
}

/** What was sent to places that are told of: for that, or because they are new. Nobody is told of those that are muted. */
function countTold(
  { profile, known }: Compared,
  domains: readonly Suspicion[],
  destinations: readonly Suspicion[],
): number {
  const unusual = domains.flatMap(({ cause }) => cause.volumes);
  let bytes = 0;
  for (const { volume, value } of unusual) if (volume === "domainBytesSent") bytes += value;
  const told = destinations.filter(({ severity }) => severity !== "info");
  for (const domain of new Set(told.map((it) => it.domain))) {
    if (domain === undefined || known.domains.has(domain)) continue;
    bytes += profile.destinations.domains.get(domain)?.bytesSent ?? 0;
  }
  return bytes;
}

/** Whoever expects what was sent there expects that the run sends as much. */
function withVolumes(suspicion: Suspicion, volumes: readonly UnusualVolume[]): Suspicion {
  const { cause } = suspicion;
  return { ...suspicion, cause: { ...cause, volumes: [...cause.volumes, ...volumes] } };
}

/** A domain of which little is known is new, which is told as such. */
function judgeDomains({ profile, baseline, known }: Compared): Suspicion[] {
  const found: Suspicion[] = [];
  for (const [domain, { bytesSent, names }] of profile.destinations.domains) {
    const peaks = baseline.domains.get(domain);
    if (peaks === undefined || known.domains.get(domain)?.isFirm !== true) continue;
    const measured = [
      { volume: "domainBytesSent", value: bytesSent, peak: peaks.bytesSent },
      { volume: "domainNames", value: names, peak: peaks.names },
    ] as const;
    for (const { volume, value, peak } of measured) {
      const history = [peak];
      if (
        found.length >= MAX_SUSPICIONS ||
        !isOutlier(volume, { history, value: toSteps(value) })
      ) {
        continue;
      }
      found.push(toSuspicion({ volume, domain, value }, history));
    }
  }
  return found;
}

function toSuspicion(unusual: UnusualVolume, history: readonly number[], step?: string): Suspicion {
  const { volume, domain, value } = unusual;
  const where =
    domain === undefined ? "" : volume === "domainNames" ? ` below ${domain}` : ` to ${domain}`;
  const limit = toLimit(volume, history) ?? 0;
  const amount = (steps: number): string => toAmount(volume, fromSteps(steps));
  return {
    rule: volume === "durationMs" ? "duration-outlier" : "volume-outlier",
    subject: domain === undefined ? [volume] : [volume, domain],
    severity: domain !== undefined && isCiStore(domain) ? "low" : severityOf(volume, value),
    message: `The run ${WHAT[volume]}${where} than this job ever did`,
    technique: volume === "durationMs" ? null : TECHNIQUE,
    expected:
      domain === undefined
        ? `${amount(toMedian(history))} mostly, and ${amount(limit)} at the most`
        : `${amount(limit)} at the most`,
    seen: toAmount(volume, value),
    domain,
    step,
    because: [],
    cause: { features: [], volumes: [unusual] },
  };
}

/** The step with the largest part of it, which it never had before. */
function findStep({ profile, baseline }: Compared, volume: Volume): string | undefined {
  if (volume !== "processes" && volume !== "connections" && volume !== "bytesSent")
    return undefined;
  let found: string | undefined;
  let most = 0;
  for (const [step, volumes] of profile.steps) {
    const history = baseline.steps.get(step)?.[volume] ?? [0];
    const excess = volumes[volume] - fromSteps(Math.max(0, ...history));
    if (excess > most) [found, most] = [step, excess];
  }
  return found;
}

const BYTES = ["bytes", "KiB", "MiB", "GiB", "TiB"];
const BYTES_A_UNIT = 1_024;
const MS_A_MINUTE = 60_000;

function toAmount(volume: JudgedVolume, value: number): string {
  if (volume === "durationMs") return `${toRounded(value / MS_A_MINUTE)} minutes`;
  if (volume !== "bytesSent" && volume !== "bytesReceived" && volume !== "domainBytesSent") {
    return String(value);
  }
  let unit = 0;
  let amount = value;
  for (; amount >= BYTES_A_UNIT && unit < BYTES.length - 1; unit += 1) amount /= BYTES_A_UNIT;
  return `${toRounded(amount)} ${BYTES[unit]}`;
}

function toRounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
