/** Who is told of an incident, and when at the earliest: routes, hours and maintenance. Pure: the moment is passed in. */
import { matchesGlob, matchesRepository } from "../../protocol/matches-glob.ts";
import { toRank } from "../../protocol/severities.ts";
import type { AlertingConfig, Maintenance, Match, Route } from "./alerting-file.ts";
import { findChange, isWithin } from "./hours.ts";
import type { Urgency } from "./notification.ts";

export interface RoutedIncident {
  readonly tenant: string;
  readonly severity: string;
  readonly rule: string;
  readonly urgency: Urgency;
  readonly repository: string | undefined;
  readonly ref: string | undefined;
}

export interface SinkToTell {
  readonly sink: string;
  readonly notBefore: number;
  /** Before the first time, for what belongs to it. */
  readonly groupWaitMs: number;
  /** Between two times, of what grows. */
  readonly groupIntervalMs: number;
  /** Of what goes on, and grows no more. */
  readonly repeatMs: number;
}

export interface TellingDecision {
  readonly told: readonly SinkToTell[];
  /** Sinks that would be told at another time. */
  readonly dropped: number;
}

/** Nothing less grave is told, unless a route says so. */
const LEAST_SEVERITY = "medium";
const GROUP_WAIT_MS = 30_000;
const GROUP_INTERVAL_MS = 300_000;
const REPEAT_MS = 14_400_000;
/** Maintenance and hours may each begin where another ends; more changes than this are a schedule that never lets anything through. */
const MAX_CHANGES = 32;

type Rules = Pick<AlertingConfig, "sinks" | "routes" | "maintenance">;

export function decideTellings(
  incident: RoutedIncident,
  config: Rules,
  now: number,
): TellingDecision {
  const told = new Map<string, SinkToTell>();
  let dropped = 0;
  for (const route of listRoutes(config)) {
    if (!doesRouteMatch(route, incident)) continue;
    const notBefore = findFirstMoment(incident, { route, maintenance: config.maintenance }, now);
    for (const sink of route.sinks) {
      if (told.has(sink)) continue;
      if (notBefore === undefined) dropped += 1;
      else told.set(sink, toSinkToTell(sink, route, { incident, notBefore }));
    }
    if (!route.continue) break;
  }
  return { told: [...told.values()], dropped };
}

/** Without routes each sink is told of what its kind is for. */
function listRoutes({ sinks, routes }: Rules): readonly Route[] {
  if (routes !== undefined) return routes;
  return sinks.map(({ name, type }) => ({
    match: type.usually === "pages" ? { urgency: "page" } : {},
    sinks: [name],
    continue: true,
  }));
}

function doesRouteMatch({ match }: Route, incident: RoutedIncident): boolean {
  return doesMatch({ severity: LEAST_SEVERITY, ...match }, incident);
}

function doesMatch(match: Match, incident: RoutedIncident): boolean {
  const { tenant, severity, rule, repository, ref, urgency } = match;
  return (
    fits(incident.tenant, tenant) &&
    (severity === undefined || toRank(incident.severity) >= toRank(severity)) &&
    fits(incident.rule, rule) &&
    (repository === undefined ||
      (incident.repository !== undefined && matchesRepository(repository, incident.repository))) &&
    fits(incident.ref, ref) &&
    (urgency === undefined || incident.urgency === urgency)
  );
}

function fits(text: string | undefined, pattern: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && matchesGlob(pattern, text));
}

interface Schedule {
  readonly route: Route;
  readonly maintenance: readonly Maintenance[];
}

/** Undefined: it is dropped. */
function findFirstMoment(
  incident: RoutedIncident,
  { route: { hours }, maintenance }: Schedule,
  now: number,
): number | undefined {
  const windows = maintenance.filter(({ match }) => doesMatch(match, incident));
  let at = now;
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const moment = at;
    const active = windows.filter((window) => isActive(window, moment));
    const isOutside = hours !== undefined && !isWithin(hours, moment);
    if (active.length === 0 && !isOutside) return moment;
    if (active.some(({ alerts }) => alerts === "drop")) return undefined;
    if (isOutside && hours.outside === "drop") return undefined;
    const ends = active.map((window) => findEnd(window, moment));
    const next = isOutside ? [...ends, findChange(hours, moment)] : ends;
    const last = findLatest(next);
    if (last === undefined) return undefined;
    at = last;
  }
  return undefined;
}

/** Undefined: one of them never comes. */
function findLatest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === moments.length ? Math.max(...known) : undefined;
}

function isActive({ during }: Maintenance, at: number): boolean {
  if ("zone" in during) return isWithin(during, at);
  return at >= Date.parse(during.from) && at < Date.parse(during.to);
}

function findEnd({ during }: Maintenance, at: number): number | undefined {
  return "zone" in during ? findChange(during, at) : Date.parse(during.to);
}

function toSinkToTell(
  sink: string,
  { groupWait, groupInterval = GROUP_INTERVAL_MS, repeat = REPEAT_MS }: Route,
  { incident, notBefore }: { readonly incident: RoutedIncident; readonly notBefore: number },
): SinkToTell {
  const usualWait = incident.urgency === "page" ? 0 : GROUP_WAIT_MS;
  return {
    sink,
    notBefore,
    groupWaitMs: groupWait ?? usualWait,
    groupIntervalMs: groupInterval,
    repeatMs: repeat,
  };
}
