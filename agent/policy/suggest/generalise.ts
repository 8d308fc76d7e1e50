import { type BroadnessCheck, createBroadnessCheck } from "../../egress/broad-destination.ts";
import { toEntry } from "./entry.ts";
import type { LeftOut, Need } from "./needs.ts";
import { isRotating, type RotatingName, toRotatingName } from "./rotating-name.ts";
import { countUser, type Users } from "./users.ts";

export interface Line {
  readonly entry: string;
  readonly host: string;
  readonly isName: boolean;
  readonly users: Users;
  /** What is to be said besides who needs it. */
  readonly remark: string;
}

interface Named {
  readonly need: Need;
  readonly rotating: RotatingName;
}

/** How many of the names that a wildcard stands for are named. */
const MAX_EXAMPLES = 3;

/** One line for names that rotate, where a wildcard covers nobody else's; and one for each other destination. */
export function generalise(
  needed: ReadonlyMap<string, Need>,
  leftOut: ReadonlyMap<string, LeftOut>,
): Line[] {
  const isBroad = createBroadnessCheck();
  const wildcards = toWildcards([...needed.values()], toSuffixes(leftOut), isBroad);
  const lines = new Map<string, Line>();
  for (const wildcard of wildcards) lines.set(wildcard.entry, wildcard);
  for (const [entry, need] of needed) {
    const wildcard = wildcards.find((one) => covers(one, need));
    if (wildcard === undefined) lines.set(entry, toLine(entry, need, isBroad));
    else for (const [user, count] of need.users) countUser(wildcard.users, user, count);
  }
  return [...lines.values()];
}

interface Wildcard extends Line {
  readonly suffix: string;
  readonly like: Need["endpoint"];
}

/** A wildcard over one of them would let through what was left out on purpose. */
function toSuffixes(leftOut: ReadonlyMap<string, LeftOut>): Set<string> {
  const suffixes = new Set<string>();
  for (const [entry, { isUnanswered }] of leftOut) {
    if (isUnanswered) continue;
    const host = /^[^:/]*/.exec(entry)?.[0] ?? "";
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      suffixes.add(host.slice(dot + 1));
    }
  }
  return suffixes;
}

function toWildcards(
  needs: readonly Need[],
  leftOut: ReadonlySet<string>,
  isBroad: BroadnessCheck,
): Wildcard[] {
  const groups = new Map<string, Named[]>();
  for (const need of needs) {
    const { host, isName, port, transport } = need.endpoint;
    const rotating = isName ? toRotatingName(host, isBroad) : undefined;
    if (rotating === undefined) continue;
    const key = `${rotating.suffix}\0${rotating.shape}\0${port}/${transport}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ need, rotating }]);
    else group.push({ need, rotating });
  }
  const found = new Map<string, Wildcard>();
  for (const group of groups.values()) {
    const wildcard = toWildcard(group, leftOut);
    if (wildcard !== undefined && !found.has(wildcard.entry)) found.set(wildcard.entry, wildcard);
  }
  return [...found.values()];
}

function toWildcard(group: readonly Named[], leftOut: ReadonlySet<string>): Wildcard | undefined {
  const [first] = group;
  if (first === undefined || (group.length < 2 && !first.rotating.isCertain)) return undefined;
  const { suffix } = first.rotating;
  if (leftOut.has(suffix)) return undefined;
  const like = first.need.endpoint;
  const host = `*.${suffix}`;
  const entry = toEntry({ ...like, host });
  if (entry === undefined) return undefined;
  const names = group.map(({ need }) => need.endpoint.host).toSorted();
  const more = names.length - MAX_EXAMPLES;
  const examples = `${names.slice(0, MAX_EXAMPLES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return {
    entry,
    host,
    isName: true,
    users: new Map(),
    remark: `for ${examples}`,
    suffix,
    like,
  };
}

function covers({ suffix, like }: Wildcard, { endpoint }: Need): boolean {
  return (
    endpoint.isName &&
    endpoint.host.endsWith(`.${suffix}`) &&
    endpoint.port === like.port &&
    endpoint.transport === like.transport
  );
}

function toLine(
  entry: string,
  { endpoint, users, isPortAssumed }: Need,
  isBroad: BroadnessCheck,
): Line {
  const { host, isName } = endpoint;
  const remarks = [
    ...(isPortAssumed ? ["asked for and not connected to, so the port is a guess"] : []),
    ...(isName && isRotating(host) && isAnyonesBelow(host, isBroad)
      ? ["rotates, perhaps; a wildcard would cover names that anyone can have"]
      : []),
  ];
  return { entry, host, isName, users, remark: remarks.join("; ") };
}

function isAnyonesBelow(host: string, isBroad: BroadnessCheck): boolean {
  const suffix = host.slice(host.indexOf(".") + 1);
  return isBroad({ host: { type: "suffix", suffix } }) !== undefined;
}
