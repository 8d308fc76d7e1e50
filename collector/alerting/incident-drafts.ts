/** The incidents that one write is about, as they were and as they are to be, with what of the findings belongs to them. */
import type {
  FindingLink,
  IncidentsOfRoom,
  IncidentStore,
  NewsOfFinding,
  Resolution,
  StoredIncident,
} from "../stores/incident-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import { toEnded, toRoom } from "./incident-changes.ts";

export type DraftStore = Pick<
  IncidentStore,
  | "findIncident"
  | "listOpenIncidents"
  | "findLastResolved"
  | "hasRunInIncident"
  | "countOpenIncidents"
>;

export interface Draft {
  /** Undefined: it is new. */
  readonly before: StoredIncident | undefined;
  after: StoredIncident;
  /** Something that was done about it has worked or failed. */
  isAnswered: boolean;
  /** Those that this write has added to it. */
  readonly runs: Set<string>;
}

export interface IncidentDrafts {
  find(id: string): Draft | undefined;
  add(before: StoredIncident | undefined, after: StoredIncident): Draft;
  /** One of this cause that is not resolved, neither before nor by this write. */
  findOpen(cause: string): Draft | undefined;
  /** The last one of this cause, resolved or not. */
  findLast(cause: string): Draft | undefined;
  /** Those that are not resolved, with those of this write. No more than `limit` of those before it are counted. */
  countOpen(of: IncidentsOfRoom, limit: number): number;
  hasRun(draft: Draft, runId: string): boolean;
  end(
    draft: Draft,
    { resolution, by }: { readonly resolution: Resolution; readonly by: Answerable | null },
  ): void;
  /** Which incident a finding belongs to. */
  findLink(news: NewsOfFinding): FindingLink | undefined;
  link(news: NewsOfFinding, incidentId: string, isOpen: boolean): void;
  readonly changed: readonly Draft[];
  readonly links: readonly FindingLink[];
  /** Ids of those that this write resolves. */
  readonly closed: readonly string[];
}

/** Open ones of a cause: one an hour in the two weeks for which they stay, and some more. */
const MAX_OF_CAUSE = 512;

export function createIncidentDrafts(store: DraftStore, now: number): IncidentDrafts {
  const drafts = new Map<string, Draft>();
  const links = new Map<string, FindingLink>();
  const closed = new Set<string>();
  // What was open before this write: counted once, and not for each of its news.
  const counts = new Map<string, number>();

  function add(before: StoredIncident | undefined, after: StoredIncident): Draft {
    const draft: Draft = { before, after, isAnswered: false, runs: new Set() };
    drafts.set(after.id, draft);
    return draft;
  }

  function countStored(of: IncidentsOfRoom, limit: number): number {
    const key = JSON.stringify([of.tenant, of.room, of.job?.jobKey, of.job?.rule]);
    const known = counts.get(key);
    if (known !== undefined) return known;
    const count = store.countOpenIncidents(of, limit);
    counts.set(key, count);
    return count;
  }

  return {
    add,
    find(id) {
      const known = drafts.get(id);
      if (known !== undefined) return known;
      const before = store.findIncident(id);
      return before === undefined ? undefined : add(before, before);
    },
    findOpen(cause) {
      for (const draft of drafts.values())
        if (draft.after.cause === cause && draft.after.state !== "resolved") return draft;
      // One that is resolved here is so.
      const stored = store.listOpenIncidents(cause, MAX_OF_CAUSE).find(({ id }) => !drafts.has(id));
      return stored === undefined ? undefined : add(stored, stored);
    },
    findLast(cause) {
      const ofWrite = [...drafts.values()].findLast(({ after }) => after.cause === cause);
      if (ofWrite !== undefined) return ofWrite;
      const stored = store.findLastResolved(cause);
      if (stored === undefined) return undefined;
      return drafts.get(stored.id) ?? add(stored, stored);
    },
    countOpen(of, limit) {
      const added = [...drafts.values()].filter(
        ({ before, after }) => before === undefined && isOpenIn(after, of),
      );
      return countStored(of, limit) + added.length;
    },
    hasRun(draft, runId) {
      if (draft.runs.has(runId)) return true;
      return draft.before !== undefined && store.hasRunInIncident(draft.after.id, runId);
    },
    end(draft, { resolution, by }) {
      if (draft.after.state === "resolved") return;
      const { id } = draft.after;
      closed.add(id);
      for (const [key, link] of links)
        if (link.incidentId === id) links.set(key, { ...link, isOpen: false });
      draft.after = toEnded(draft.after, { resolution, by, now });
    },
    findLink({ runId, id, finding }) {
      const known = links.get(`${runId}\n${id}`);
      if (known !== undefined) return known;
      if (finding === null || finding.incidentId === null) return undefined;
      const { incidentId } = finding;
      const isOpen = finding.isOpen && !closed.has(incidentId);
      return { runId, findingId: id, incidentId, isOpen };
    },
    link({ runId, id: findingId }, incidentId, isOpen) {
      links.set(`${runId}\n${findingId}`, { runId, findingId, incidentId, isOpen });
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

function isOpenIn(incident: StoredIncident, { tenant, room, job }: IncidentsOfRoom): boolean {
  if (incident.state === "resolved" || incident.tenant !== tenant) return false;
  if (toRoom(incident) !== room) return false;
  return job === undefined || (incident.jobKey === job.jobKey && incident.rule === job.rule);
}
