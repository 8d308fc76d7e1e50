/** What the jobs of some reports talked to that only a policy's own entry allows. */
import { policySchema, type Report } from "../../../protocol/index.ts";
import { toHostName } from "../../egress/host-name.ts";
import { parseIpAddress, toIpText } from "../../egress/ip-address.ts";
import { createKnownNames, type NamesOf } from "../replay/known-names.ts";
import {
  createEgressReplay,
  type EgressReplay,
  type ReportedConnection,
} from "../replay/replay-egress.ts";
import { createSearchedFor, type SearchedFor } from "../replay/searched-names.ts";
import { type Endpoint, toEntry } from "./entry.ts";
import { createFindAccuser, type FindAccuser } from "./known-bad.ts";
import { countUser, createUserOf, type UserOf, type Users } from "./users.ts";

export interface Need {
  readonly endpoint: Endpoint;
  readonly users: Users;
  /** A name that was asked for and not connected to: the port is a guess. */
  readonly isPortAssumed: boolean;
}

export interface LeftOut {
  readonly reason: string;
  /** Nobody is told to allow it because another run did it too. */
  readonly isBad: boolean;
  /** A name that was asked for, which nobody seems to have. */
  readonly isUnanswered?: true;
  readonly host: string;
  readonly users: Users;
}

/** Both by the text of the entry. */
export interface Needs {
  readonly needed: Map<string, Need>;
  readonly leftOut: Map<string, LeftOut>;
}

/** Allows what needs no entry. */
const NO_ENTRIES = policySchema.parse({ version: 1, egress: { mode: "block" } });
const HTTPS_PORT = 443;

export function createNeeds(): Needs {
  return { needed: new Map(), leftOut: new Map() };
}

interface Context {
  readonly needs: Needs;
  readonly replay: EgressReplay;
  readonly judge: (connection: ReportedConnection) => Judgement;
  readonly accuser: FindAccuser;
  readonly userOf: UserOf;
  readonly searchedFor: SearchedFor;
}

export function addNeeds(needs: Needs, report: Report): void {
  const replay = createEgressReplay(NO_ENTRIES, report);
  const context: Context = {
    needs,
    replay,
    judge: createJudge(replay, createKnownNames(report)),
    accuser: createFindAccuser(report),
    userOf: createUserOf(report),
    searchedFor: createSearchedFor(report),
  };
  for (const connection of report.connections) addConnection(connection, context);
  for (const question of report.dnsQueries) addQuestion(question, context);
}

/** What one run did and another was kept from is needed; what is bad is not, whoever did it. */
export function settleNeeds({ needed, leftOut }: Needs): void {
  for (const [entry, { isBad }] of leftOut) {
    if (isBad) needed.delete(entry);
    else if (needed.has(entry)) leftOut.delete(entry);
  }
  // Of what was connected to, or tried, the name needs no entry of its own.
  const known = new Set<string>();
  for (const { host, isUnanswered } of leftOut.values()) {
    if (!isUnanswered) known.add(host);
  }
  for (const { endpoint, isPortAssumed } of needed.values()) {
    if (!isPortAssumed) known.add(endpoint.host);
  }
  for (const [entry, { host, isUnanswered }] of leftOut) {
    if (isUnanswered && known.has(host)) leftOut.delete(entry);
  }
  for (const [entry, { endpoint, isPortAssumed }] of needed) {
    if (isPortAssumed && known.has(endpoint.host)) needed.delete(entry);
  }
}

function addConnection(connection: ReportedConnection, context: Context): void {
  const { allowed, rule, endpoint, entry } = context.judge(connection);
  if (allowed) return;
  const objection = findObjection(connection, { entry, rule, accuser: context.accuser });
  const user = context.userOf(connection.processId);
  const count = Math.max(connection.count, 1);
  if (objection !== undefined || entry === undefined) {
    const name = entry ?? `${endpoint.host}/${endpoint.transport}`;
    const { host } = endpoint;
    leaveOut(context.needs, name, { ...(objection ?? NO_ENTRY), host, user, count });
    return;
  }
  need(context.needs, entry, { endpoint, user, count, isPortAssumed: false });
}

/** What is the same for all who went to the same place. */
interface Judgement {
  readonly allowed: boolean;
  readonly rule: string;
  readonly endpoint: Endpoint;
  readonly entry: string | undefined;
}

/** Thousands of processes of a job go to a few hundred places. */
function createJudge(replay: EgressReplay, namesOf: NamesOf): Context["judge"] {
  const known = new Map<string, Judgement>();
  return (connection) => {
    const { network, destination, rule } = connection;
    const { ip, port, domain, path } = destination;
    const place = [network.transport, ip, port, domain, path, rule].join("\0");
    const judged = known.get(place);
    if (judged !== undefined) return judged;
    const endpoint = toEndpoint(connection, namesOf);
    const judgement = { ...replay.connection(connection), endpoint, entry: toEntry(endpoint) };
    known.set(place, judgement);
    return judgement;
  };
}

function addQuestion(question: Report["dnsQueries"][number], context: Context): void {
  const { needs, replay, userOf, searchedFor } = context;
  const host = toHostName(question.name);
  if (host === undefined || replay.question(question).allowed) return;
  const user = userOf(question.processId);
  const count = Math.max(question.count, 1);
  const endpoint: Endpoint = { host, isName: true, port: HTTPS_PORT, transport: "tcp" };
  const entry = toEntry(endpoint);
  if (entry === undefined) return;
  const isUnanswered = question.answers.length === 0;
  if (isUnanswered && searchedFor(host).length > 0) return;
  const objection = findDenial(question) ?? (isUnanswered ? UNANSWERED : undefined);
  if (objection !== undefined) leaveOut(needs, entry, { ...objection, host, user, count });
  else need(needs, entry, { endpoint, user, count, isPortAssumed: true });
}

function toEndpoint({ network, destination }: ReportedConnection, namesOf: NamesOf): Endpoint {
  const { ip = "", port, domain } = destination;
  const name = toHostName(domain ?? "") ?? namesOf(ip)[0];
  const address = parseIpAddress(ip);
  const host = name ?? (address ? toIpText(address) : ip);
  return { host, isName: name !== undefined, port, transport: network.transport };
}

type Objection = Omit<LeftOut, "users" | "host">;

const NO_ENTRY: Objection = { reason: "no entry can allow it", isBad: false };
const UNANSWERED: Objection = {
  reason: "asked for, never connected to, and had no answer: allow it if the job needs it",
  isBad: false,
  isUnanswered: true,
};

function findObjection(
  connection: ReportedConnection,
  {
    entry,
    rule,
    accuser,
  }: {
    readonly entry: string | undefined;
    readonly rule: string;
    readonly accuser: FindAccuser;
  },
): Objection | undefined {
  if (entry === undefined) return NO_ENTRY;
  const accusing = accuser(connection);
  if (accusing !== undefined) return { reason: `rule ${accusing} flagged it`, isBad: true };
  if (rule === "untrusted-resolver") {
    return { reason: "questions for names are the guard's to answer", isBad: true };
  }
  return findDenial(connection);
}

function findDenial({
  rule = "",
  verdict,
}: {
  readonly rule?: string | undefined;
  readonly verdict: string;
}): Objection | undefined {
  if (rule.startsWith("egress.deny")) {
    return { reason: "the policy of that run denies it", isBad: true };
  }
  if (verdict !== "blocked") return undefined;
  return { reason: "it was refused in that run: allow it if the job needs it", isBad: false };
}

interface Use {
  readonly user: string;
  readonly count: number;
}

function need(
  { needed }: Needs,
  entry: string,
  { user, count, ...found }: Omit<Need, "users"> & Use,
): void {
  const known = needed.get(entry);
  const isPortAssumed = found.isPortAssumed && (known?.isPortAssumed ?? true);
  const users: Users = known?.users ?? new Map();
  countUser(users, user, count);
  needed.set(entry, { ...found, isPortAssumed, users });
}

function leaveOut(
  { leftOut }: Needs,
  entry: string,
  { user, count, ...found }: Omit<LeftOut, "users"> & Use,
) {
  const known = leftOut.get(entry);
  const users: Users = known?.users ?? new Map();
  countUser(users, user, count);
  // What says more of it stays.
  const stays = known !== undefined && (known.isBad || found.isUnanswered);
  leftOut.set(entry, stays ? known : { ...found, users });
}
