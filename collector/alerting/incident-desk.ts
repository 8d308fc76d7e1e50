/**
 * What news of findings make of incidents. It reads what there is, and gathers what it is to be from then on: nothing is written here, and
 * one desk is for one write.
 */
import type {
  FindingLink,
  IncidentsOfRoom,
  IncidentStore,
  NewsFinding,
  NewsOfFinding,
  Resolution,
  StoredIncident,
} from "../stores/incident-store.ts";
import type { ResponseStore, StoredResponse } from "../stores/response-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import { toCause, toWideCause } from "./incident-cause.ts";
import {
  toAcknowledged,
  toEnded,
  toGravest,
  toGrown,
  toIncident,
  toReopened,
  toRoom,
  toUnacknowledged,
} from "./incident-changes.ts";
import { toUrgency } from "./urgency.ts";

export type DeskStore = Pick<
  IncidentStore,
  | "findIncident"
  | "listOpenIncidents"
  | "findLastResolved"
  | "hasRunInIncident"
  | "countOpenIncidents"
> &
  Pick<ResponseStore, "listResponsesOfRun">;

export interface ChangedIncident {
  /** Undefined: it is new. */
  readonly before: StoredIncident | undefined;
  readonly after: StoredIncident;
  /** Something that was done about it has worked or failed. */
  readonly isAnswered: boolean;
}

export interface IncidentDesk {
  take(news: NewsOfFinding): void;
  /** False: there is none that is not resolved. */
  acknowledge(id: string, by: Answerable): boolean;
  resolve(id: string, resolution: Resolution, by: Answerable | null): boolean;
  readonly changed: readonly ChangedIncident[];
  readonly links: readonly FindingLink[];
  readonly closed: readonly string[];
}

/** Of one rule in one job, told apart by what they say; all others are one more. Whoever words findings as he likes wakes nobody more often. */
const MAX_CAUSES_OF_JOB = 16;
/** Of a tenant; beyond that those of a rule in a job are one. This and the bound above are of each room. */
const MAX_TOLD_APART = 4_000;
/** Of a tenant; beyond that those of a rule are one. */
const MAX_OPEN_OF_TENANT = 5_000;
/** Open ones of a cause: one an hour in the two weeks for which they stay, and some more. */
const MAX_OF_CAUSE = 512;
/** Between two that follow on each other. */
const FOLLOW_MS = 3_600_000;
/** What stands again so soon was not over. */
const FLAP_MS = 900_000;
/** What was not done at all is no news. */
const ENDS: ReadonlySet<string> = new Set(["done", "failed"]);

/** What a guard says that it has done is told with its finding: anybody who has its token says it as often as he likes. */
function isGuardsWord({ steps }: Pick<StoredResponse, "steps">): boolean {
  return steps.length > 0 && steps.every(({ step }) => step === "await-agent");
}

interface Draft {
  readonly before: StoredIncident | undefined;
  after: StoredIncident;
  isAnswered: boolean;
  readonly runs: Set<string>;
}

export function createIncidentDesk(store: DeskStore, now: number): IncidentDesk {
  const drafts = new Map<string, Draft>();
  const links = new Map<string, FindingLink>();
  const closed = new Set<string>();
  // What was open before this desk: counted once, and not for each of its news.
  const counts = new Map<string, number>();

  function findDraft(id: string): Draft | undefined {
    const known = drafts.get(id);
    if (known !== undefined) return known;
    const before = store.findIncident(id);
    return before === undefined ? undefined : addDraft(before, before);
  }

  function addDraft(before: StoredIncident | undefined, after: StoredIncident): Draft {
    const draft: Draft = { before, after, isAnswered: false, runs: new Set() };
    drafts.set(after.id, draft);
    return draft;
  }

  function findOpen(cause: string): Draft | undefined {
    for (const draft of drafts.values())
      if (draft.after.cause === cause && draft.after.state !== "resolved") return draft;
    // One that this desk has resolved is so.
    const stored = store.listOpenIncidents(cause, MAX_OF_CAUSE).find(({ id }) => !drafts.has(id));
    return stored === undefined ? undefined : addDraft(stored, stored);
  }

  function findFlapping(cause: string): Draft | undefined {
    const ofDesk = [...drafts.values()].findLast(({ after }) => after.cause === cause);
    const draft = ofDesk ?? toDraft(store.findLastResolved(cause));
    const { resolution, resolvedAt } = draft?.after ?? {};
    const agoMs = now - (resolvedAt ?? 0);
    const isOverByItself = resolution === "findings" && agoMs >= 0 && agoMs < FLAP_MS;
    return isOverByItself ? draft : undefined;
  }

  function toDraft(stored: StoredIncident | undefined): Draft | undefined {
    return stored === undefined ? undefined : (drafts.get(stored.id) ?? addDraft(stored, stored));
  }

  function findLink({ runId, id, finding }: NewsOfFinding): FindingLink | undefined {
    const known = links.get(`${runId}\n${id}`);
    if (known !== undefined) return known;
    if (finding === null || finding.incidentId === null) return undefined;
    const { incidentId } = finding;
    return { runId, findingId: id, incidentId, isOpen: finding.isOpen && !closed.has(incidentId) };
  }

  function putLink(news: NewsOfFinding, incidentId: string, isOpen: boolean): void {
    const { runId, id: findingId } = news;
    links.set(`${runId}\n${findingId}`, { runId, findingId, incidentId, isOpen });
  }

  function countOpen(of: IncidentsOfRoom, limit: number): number {
    const { tenant, room, job } = of;
    const key = JSON.stringify([tenant, room, job?.jobKey, job?.rule]);
    let count = counts.get(key);
    if (count === undefined) counts.set(key, (count = store.countOpenIncidents(of, limit)));
    for (const { before, after } of drafts.values()) {
      if (before !== undefined || after.state === "resolved" || after.tenant !== tenant) continue;
      if (toRoom(after) !== room) continue;
      if (job === undefined || (after.jobKey === job.jobKey && after.rule === job.rule)) count += 1;
    }
    return count;
  }

  function findOrOpen(news: NewsOfFinding, finding: NewsFinding): Draft {
    const cause = toCause(finding);
    const known = findOpen(cause) ?? reopen(findFlapping(cause));
    if (known !== undefined) return toUnseen(known, news, finding);
    const { tenant, jobKey, rule } = finding;
    const room = toRoom({ urgency: toUrgency(finding), severity: finding.severity });
    const open = countOpen({ tenant, room }, MAX_OPEN_OF_TENANT);
    const ofJob = countOpen({ tenant, room, job: { jobKey, rule } }, MAX_CAUSES_OF_JOB);
    if (open < MAX_TOLD_APART && ofJob < MAX_CAUSES_OF_JOB)
      return addDraft(undefined, toIncident(news, finding, { cause, now }));
    const wide = toWideCause(finding, room);
    const told = { ...finding, ...toGravest(finding) };
    const wideOfJob = findWide(wide.ofJob, news, finding);
    if (wideOfJob !== undefined) return wideOfJob;
    if (open < MAX_OPEN_OF_TENANT)
      return addDraft(undefined, toIncident(news, told, { cause: wide.ofJob, now }));
    const wideOfRule = findWide(wide.ofRule, news, finding);
    if (wideOfRule !== undefined) return wideOfRule;
    return addDraft(
      undefined,
      toIncident(news, { ...told, jobKey: "" }, { cause: wide.ofRule, now }),
    );
  }

  function findWide(cause: string, news: NewsOfFinding, finding: NewsFinding): Draft | undefined {
    const draft = findOpen(cause) ?? reopen(findFlapping(cause));
    return draft === undefined ? undefined : toUnseen(draft, news, finding);
  }

  /** Whoever has seen to it has seen to runs that had begun by then, and not to an attack on a later one. */
  function toUnseen(draft: Draft, news: NewsOfFinding, finding: NewsFinding): Draft {
    const { acknowledged, id: follows, jobKey, message, evidence, cause, toldFrom } = draft.after;
    if (acknowledged === null || toUrgency(finding) !== "page") return draft;
    // A clock that was ahead says nothing.
    const isSeen = finding.runStartedAt <= acknowledged.at && acknowledged.at <= now;
    if (isSeen) return draft;
    const isTellingAhead = toldFrom > now && toldFrom <= now + FOLLOW_MS;
    if (isTellingAhead) {
      draft.after = toUnacknowledged(draft.after, now);
      return draft;
    }
    const next = { ...finding, jobKey, message, evidence };
    const isFirst = draft.after.follows === null || toldFrom > now;
    return addDraft(undefined, {
      ...toIncident(news, next, { cause, now }),
      follows,
      toldFrom: isFirst ? now : Math.max(now, toldFrom + FOLLOW_MS),
    });
  }

  function reopen(draft: Draft | undefined): Draft | undefined {
    if (draft === undefined) return undefined;
    draft.after = toReopened(draft.after, now);
    return draft;
  }

  function stand(news: NewsOfFinding, finding: NewsFinding): void {
    const link = findLink(news);
    const linked = link === undefined ? undefined : findDraft(link.incidentId);
    const isLinkedStill = linked !== undefined && linked.after.state !== "resolved";
    const draft = isLinkedStill ? linked : findOrOpen(news, finding);
    const isNew = link?.incidentId !== draft.after.id;
    const isOpenAlready = isLinkedStill && link?.isOpen === true;
    const isNewRun = isNew && !hasRun(draft, news.runId);
    draft.runs.add(news.runId);
    putLink(news, draft.after.id, true);
    const grown = { runId: news.runId, now, isNewRun, isNew, isOpenAlready };
    draft.after = toGrown(draft.after, finding, grown);
  }

  function hasRun(draft: Draft, runId: string): boolean {
    if (draft.runs.has(runId)) return true;
    return draft.before !== undefined && store.hasRunInIncident(draft.after.id, runId);
  }

  function fall(news: NewsOfFinding): void {
    const link = findLink(news);
    if (link === undefined || !link.isOpen) return;
    const draft = findDraft(link.incidentId);
    if (draft === undefined) return;
    putLink(news, link.incidentId, false);
    const openFindings = Math.max(0, draft.after.openFindings - 1);
    draft.after = { ...draft.after, openFindings, changedAt: now };
    if (openFindings === 0) end(draft, "findings", null);
  }

  /** A suppression goes by what a cause goes by: it is of all of them. */
  function fallTogether(news: NewsOfFinding, finding: NewsFinding): void {
    const cause = toCause(finding);
    fall(news);
    for (let draft = findOpen(cause); draft !== undefined; draft = findOpen(cause))
      end(draft, "findings", null);
  }

  function end(draft: Draft, resolution: Resolution, by: Answerable | null): void {
    if (draft.after.state === "resolved") return;
    const { id } = draft.after;
    closed.add(id);
    for (const [key, link] of links)
      if (link.incidentId === id) links.set(key, { ...link, isOpen: false });
    draft.after = toEnded(draft.after, { resolution, by, now });
  }

  function answer(draft: Draft, { runId, id }: NewsOfFinding): void {
    const hasEnded = store
      .listResponsesOfRun(runId)
      .some((one) => one.findingId === id && ENDS.has(one.state) && !isGuardsWord(one));
    if (!hasEnded || draft.after.state === "resolved") return;
    draft.isAnswered = true;
    draft.after = { ...draft.after, changedAt: now };
  }

  function seeTo(draft: Draft, by: Answerable): boolean {
    if (draft.after.state !== "open") return draft.after.state === "acknowledged";
    draft.after = toAcknowledged(draft.after, by, now);
    return true;
  }

  return {
    take(news) {
      const { finding, change } = news;
      if (finding === null) return;
      if (change === "found" && finding.isStanding) return stand(news, finding);
      if (change === "resolved" && !finding.isStanding) return fall(news);
      if (change === "suppressed" || change === "expected") {
        if (!finding.isStanding) fallTogether(news, finding);
        return;
      }
      const link = findLink(news);
      const draft = link === undefined ? undefined : findDraft(link.incidentId);
      if (change === "acknowledged") {
        if (draft !== undefined && finding.acknowledged !== null)
          seeTo(draft, finding.acknowledged);
        return;
      }
      if (change === "responded") {
        if (draft !== undefined) answer(draft, news);
        return;
      }
      if (change !== "reopened" || !finding.isStanding) return;
      if (draft?.after.state === "acknowledged") draft.after = toUnacknowledged(draft.after, now);
      stand(news, finding);
    },
    acknowledge(id, by) {
      const draft = findDraft(id);
      return draft !== undefined && seeTo(draft, by);
    },
    resolve(id, resolution, by) {
      const draft = findDraft(id);
      if (draft === undefined || draft.after.state === "resolved") return false;
      end(draft, resolution, by);
      return true;
    },
    get changed() {
      return [...drafts.values()].filter(({ before, after }) => before !== after);
    },
    get links() {
      return [...links.values()];
    },
    get closed() {
      return [...closed];
    },
  };
}
