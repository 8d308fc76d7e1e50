/** Places that the job never went to. */
import type { AnomalySeverity } from "./anomaly.ts";
import { isDistributor } from "./distributors.ts";
import type { DestinationFeature, Feature } from "./feature.ts";
import { toFeatureKey } from "./feature.ts";
import { toPlainAddress } from "./generalise-address.ts";
import { isOwnRegistry } from "./own-registries.ts";
import { toSteps } from "./quantised.ts";
import { findMainDomain } from "./same-owner.ts";
import type { DestinationGroup } from "./seen-destinations.ts";
import {
  type Compared,
  listSome,
  MAX_FEATURES,
  MAX_SUSPICIONS,
  nameProgram,
  type Suspicion,
} from "./suspicion.ts";
import { ALL_SOURCES, isUnstable, toSource } from "./unstable.ts";
import { isOutlier } from "./volume-limits.ts";

const RULE = "new-destination";
/** Exfiltration over a channel of one's own. */
const TECHNIQUE = "T1041";
const DNS = "dns";

/** Of one domain. A group has no more than some of its hosts, so with many of them there may be others. */
const MAX_DISTRIBUTORS = 4;

interface Newcomer {
  readonly group: DestinationGroup;
  readonly features: readonly DestinationFeature[];
  readonly severity: AnomalySeverity;
  /** Whether anything else of this job goes there. */
  readonly isKnownDomain: boolean;
}

export function judgeDestinations(compared: Compared): Suspicion[] {
  const newcomers = findNewcomers(compared);
  const isMuted = (program: string): boolean => {
    const source = toSource({ kind: "destination", program, domain: "", port: 0, transport: "" });
    return isUnstableNow(compared, source);
  };
  const told = newcomers.filter(({ group }) => !isMuted(group.program));
  const muted = Map.groupBy(
    newcomers.filter(({ group }) => isMuted(group.program)),
    ({ group }) => group.program,
  );
  return [
    ...told.slice(0, MAX_SUSPICIONS).map((it) => toSuspicion(it, compared)),
    ...toRest(told.slice(MAX_SUSPICIONS), compared),
    ...[...muted].map(([program, group]) => toMuted(program, group)),
    ...judgeNames(compared, new Set(told.map(({ group }) => group.domain))),
  ];
}

function isUnstableNow({ baseline }: Compared, source: string | undefined): boolean {
  if (isUnstable(baseline, ALL_SOURCES)) return true;
  return source !== undefined && isUnstable(baseline, source);
}

/** The gravest first, in the order in which they came. */
function findNewcomers(compared: Compared): Newcomer[] {
  const { profile, baseline } = compared;
  const byGroup = new Map<string, DestinationFeature[]>();
  for (const [key, { feature }] of profile.features) {
    if (feature.kind !== "destination" || baseline.habits.has(key)) continue;
    const group = `${feature.program}\0${feature.domain}`;
    const features = byGroup.get(group);
    if (features === undefined) byGroup.set(group, [feature]);
    else features.push(feature);
  }
  const found: Newcomer[] = [];
  for (const [key, features] of byGroup) {
    const group = profile.destinations.groups.get(key);
    const newcomer = group === undefined ? undefined : toNewcomer(group, features, compared);
    if (newcomer !== undefined) found.push(newcomer);
  }
  const loud = found.filter(({ severity }) => severity !== "low");
  return [...loud, ...found.filter(({ severity }) => severity === "low")];
}

/** Undefined: nobody wants to know. */
function toNewcomer(
  group: DestinationGroup,
  features: readonly DestinationFeature[],
  { known, profile }: Compared,
): Newcomer | undefined {
  const { program, domain } = group;
  const use = known.domains.get(domain);
  if (use === undefined) {
    // Nobody saw who sent it, and somebody was seen who went there: it is told of him.
    if (program === "" && hasOther(profile, group)) return undefined;
    const severity = isBesideKnown(group, known) ? "low" : toSeverity(group);
    return { group, features, severity, isKnownDomain: false };
  }
  // Behind the addresses of one block there are many machines, and a port that is new may be another one's.
  if (group.isAddress && features.some(({ port }) => !use.ports.has(port))) {
    return { group, features, severity: "low", isKnownDomain: true };
  }
  // To ask for a name that others go to, or to find another port open there, is not to go anywhere else.
  if (use.programs.has(program) || program === "") return undefined;
  if (features.every(({ transport }) => transport === DNS)) return undefined;
  // Where anybody may have a place below the same name, a program that has no business there may be at somebody else's.
  const isStranger = !known.programs.has(program) && !group.isInstalled;
  if (use.programs.has("") && !isStranger) return undefined;
  return { group, features, severity: isStranger ? "medium" : "low", isKnownDomain: true };
}

function isBesideKnown(
  { domain, isInstalled }: DestinationGroup,
  known: Compared["known"],
): boolean {
  const main = findMainDomain(domain);
  return isInstalled && main !== undefined && known.domains.has(main);
}

/**
 * Whatever is installed fetches updates and toolchains, and can hand nothing over where it gets them; a package manager fetches packages
 * the first time that its cache lacks one.
 */
function toSeverity(group: DestinationGroup): AnomalySeverity {
  const { program, hosts, ports, isInstalled, isDropped } = group;
  if (!isInstalled || isDropped || hosts.size > MAX_DISTRIBUTORS) return "medium";
  const all = new Set([...hosts, ...ports.values()]);
  return isDistributor(all) || isOwnRegistry(program, all) ? "low" : "medium";
}

function hasOther({ destinations }: Compared["profile"], { domain }: DestinationGroup): boolean {
  for (const other of destinations.groups.values()) {
    if (other.domain === domain && other.program !== "") return true;
  }
  return false;
}

function toSuspicion(newcomer: Newcomer, compared: Compared): Suspicion {
  const { known, baseline } = compared;
  const { group, features, severity, isKnownDomain } = newcomer;
  const { program, domain, hosts, step, isDropped } = group;
  const name = nameProgram(program);
  const places = known.destinations.get(program) ?? [];
  const expected = isKnownDomain
    ? `${domain} is for ${listSome(known.domains.get(domain)?.programs ?? [], "other programs")}`
    : `${name} goes to ${listSome(places, "no place")}`;
  const port = features.find((feature) => feature.port > 0)?.port;
  const isNewProgram = !known.programs.has(program);
  const isFlood = isFlooded(domain, compared);
  const isAsked = isAskedAlone(newcomer);
  const { bytesSent } = compared.profile.volumes();
  return {
    rule: RULE,
    subject: [program, domain],
    severity,
    message: `${name} ${isAsked ? "asked for" : "went to"} ${domain}${describeNews(newcomer, known)}`,
    technique: TECHNIQUE,
    expected,
    seen: describeSeen(newcomer),
    program,
    domain,
    host: hosts.values().next().value,
    port,
    step: step === "" ? undefined : step,
    examples: [...hosts],
    because: [
      ...(isDropped && isNewProgram ? [`the run itself put ${name} there`] : []),
      ...(isFlood ? ["more was sent there than this job ever sent anywhere"] : []),
    ],
    cause: {
      features: [...features.slice(0, MAX_FEATURES), ...toNames(group, baseline)],
      volumes: isFlood ? [{ volume: "bytesSent", value: bytesSent }] : [],
      ...(group.isAddress && { addresses: [...hosts].map(toPlainAddress) }),
    },
  };
}

/** Its name was looked up, and nobody was seen to go there: a way out all the same. */
function isAskedAlone({ group: { ports }, features }: Pick<Newcomer, "group" | "features">) {
  const isAsked = features.every(({ transport }) => transport === DNS);
  return isAsked && [...ports.keys()].every((port) => port.endsWith(`/${DNS}`));
}

/** In the words of `baseline show`. */
function describeSeen(newcomer: Newcomer): string {
  const { program, domain, ports, hosts } = newcomer.group;
  const [name, places] = [nameProgram(program), listSome(hosts, domain)];
  if (isAskedAlone(newcomer)) return `${name} with ${places} asked for alone`;
  const used = [...ports.keys()].filter((port) => !port.endsWith(`/${DNS}`));
  const shown = used.map((port) => port.replace(/^0\//, "any/"));
  return `${name} with ${listSome(shown, domain)} of ${places}`;
}

function describeNews({ group, isKnownDomain }: Newcomer, known: Compared["known"]): string {
  if (!isKnownDomain) return ", where this job never went";
  return known.domains.get(group.domain)?.programs.has(group.program) === true
    ? " in a way that this job never did"
    : ", where only other programs of this job go";
}

/** A domain that is known has volumes of its own. */
function isFlooded(domain: string, { profile, baseline, known }: Compared): boolean {
  const { bytesSent = 0 } = profile.destinations.domains.get(domain) ?? {};
  const measured = { history: baseline.volumes.bytesSent, value: toSteps(bytesSent) };
  return !known.domains.has(domain) && isOutlier("bytesSent", measured);
}

/** So that what is expected is not new by its name in the next run. */
function toNames(group: DestinationGroup, { habits }: Compared["baseline"]): Feature[] {
  return [...group.names]
    .map((name): Feature => ({ kind: "name", domain: group.domain, name }))
    .filter((feature) => !habits.has(toFeatureKey(feature)));
}

function toRest(rest: readonly Newcomer[], compared: Compared): Suspicion[] {
  const [first] = rest;
  if (first === undefined) return [];
  const domains = rest.map(({ group }) => group.domain);
  const isAsked = rest.every(isAskedAlone);
  return [
    {
      ...toSuspicion(first, compared),
      subject: ["more"],
      message: `The run ${isAsked ? "asked for" : "went to"} many more places where this job never went`,
      seen: listSome(domains, ""),
      program: undefined,
      domain: undefined,
      host: undefined,
      port: undefined,
      step: undefined,
      examples: domains.slice(0, MAX_SUSPICIONS),
      because: [],
      cause: {
        features: rest.flatMap(({ features }) => features).slice(0, MAX_FEATURES),
        volumes: [],
      },
    },
  ];
}

function toMuted(program: string, newcomers: readonly Newcomer[]): Suspicion {
  const domains = newcomers.map(({ group }) => group.domain);
  const name = nameProgram(program);
  return {
    rule: RULE,
    subject: ["unstable", program],
    severity: "info",
    message: `${name} goes to new places in so many runs of this job that nothing is said of these`,
    technique: TECHNIQUE,
    expected: `${name} goes to new places every few runs`,
    seen: listSome(domains, ""),
    program,
    examples: domains.slice(0, MAX_SUSPICIONS),
    because: newcomers.some(({ group }) => group.isDropped)
      ? [`the run itself put ${name} there`]
      : [],
    cause: {
      features: newcomers.flatMap(({ features }) => features).slice(0, MAX_FEATURES),
      volumes: [],
    },
  };
}

/** Hosts that are new below a domain whose hosts were always the same. */
function judgeNames(compared: Compared, told: ReadonlySet<string>): Suspicion[] {
  const { profile, baseline, known } = compared;
  const found = new Map<string, Suspicion>();
  for (const [key, { feature, step }] of profile.features) {
    if (feature.kind !== "name" || baseline.habits.has(key) || found.size >= MAX_SUSPICIONS)
      continue;
    const { domain, name } = feature;
    const before = known.named.get(domain);
    if (before === undefined || found.has(domain) || told.has(domain)) continue;
    if (isUnstableNow(compared, toSource(feature))) continue;
    const literal = profile.literals.get(key) ?? name;
    found.set(domain, {
      rule: RULE,
      subject: ["name", domain],
      severity: "low",
      message: `The run used ${name}, which this job never used below ${domain}`,
      technique: TECHNIQUE,
      expected: `of ${domain}: ${listSome(before, "nothing")}`,
      seen: literal,
      domain,
      host: literal,
      step: step === "" ? undefined : step,
      because: [],
      cause: { features: [feature], volumes: [] },
    });
  }
  return [...found.values()];
}
