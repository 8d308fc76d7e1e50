/** Somebody says that an anomaly is what the job does from now on. */
import type { UnusualVolume } from "./anomaly.ts";
import { BASELINE_BOUNDS, type Baseline, type DomainPeaks, type Habit } from "./baseline.ts";
import { anomalyCauseSchema } from "./feature-schema.ts";
import { type Feature, toFeatureKey } from "./feature.ts";
import { generaliseAddress } from "./generalise-address.ts";
import { joinAddresses } from "./join-addresses.ts";
import { withinBounds } from "./learn.ts";
import { toSteps } from "./quantised.ts";
import { type Volume, VOLUMES } from "./volumes.ts";

/** `cause` is that of the anomaly's evidence, from wherever it comes. Undefined: it is none. No run was learned from by it. */
export function expect(baseline: Baseline, cause: unknown, at: number): Baseline | undefined {
  const { data } = anomalyCauseSchema.safeParse(cause);
  if (data === undefined) return undefined;
  const habits = new Map(baseline.habits);
  for (const feature of data.features) {
    const key = toFeatureKey(feature);
    const isNamed = feature.kind === "name";
    const unknown = { feature, seen: 0, last: baseline.runs, ...(isNamed && { literal: null }) };
    const before: Habit = habits.get(key) ?? unknown;
    habits.delete(key);
    // As good as learned: it fades as any habit does that is none any more.
    habits.set(key, {
      ...before,
      isExpected: true,
      last: baseline.runs,
      ...(isOfAddresses(feature, data.addresses) && {
        addresses: joinAddresses(before.addresses, data.addresses),
      }),
    });
  }
  return {
    ...baseline,
    updatedAt: at,
    habits: withinBounds(habits),
    domains: toPeaks(baseline.domains, data.volumes),
    volumes: toVolumes(baseline.volumes, data.volumes),
  };
}

function isOfAddresses(feature: Feature, addresses: readonly string[] = []): boolean {
  return (
    feature.kind === "destination" &&
    addresses.length > 0 &&
    addresses.every((address) => generaliseAddress(address) === feature.domain)
  );
}

function toPeaks(
  domains: Baseline["domains"],
  volumes: readonly UnusualVolume[],
): ReadonlyMap<string, DomainPeaks> {
  const next = new Map(domains);
  for (const { volume, domain, value } of volumes) {
    const before = domain === undefined ? undefined : next.get(domain);
    if (domain === undefined || before === undefined) continue;
    const member = volume === "domainNames" ? "names" : "bytesSent";
    next.set(domain, { ...before, [member]: Math.max(before[member], toSteps(value)) });
  }
  return next;
}

function toVolumes(
  histories: Baseline["volumes"],
  volumes: readonly UnusualVolume[],
): Baseline["volumes"] {
  const next: Record<Volume, readonly number[]> = { ...histories };
  for (const { volume, value } of volumes) {
    const own = VOLUMES.find((it) => it === volume);
    if (own === undefined) continue;
    next[own] = [...next[own], toSteps(value)].slice(-BASELINE_BOUNDS.history);
  }
  return next;
}
