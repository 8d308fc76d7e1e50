/**
 * What news of findings make of incidents. It reads what there is, and gathers what it is to be from then on: nothing is written here, and
 * one desk is for one write.
 */
import type {
  FindingLink,
  NewsFinding,
  NewsOfFinding,
  Resolution,
} from "../stores/incident-store.ts";
import type { ResponseStore, StoredResponse } from "../stores/response-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import { createChooseIncident } from "./choose-incident.ts";
import { toCause } from "./incident-cause.ts";
import { toAcknowledged, toGrown, toUnacknowledged } from "./incident-changes.ts";
import { createIncidentDrafts, type Draft, type DraftStore } from "./incident-drafts.ts";

export type DeskStore = DraftStore & Pick<ResponseStore, "listResponsesOfRun">;

export type ChangedIncident = Readonly<Pick<Draft, "before" | "after" | "isAnswered">>;

export interface IncidentDesk {
  take(news: NewsOfFinding): void;
  /** False: there is none that is not resolved. */
  acknowledge(id: string, by: Answerable): boolean;
  resolve(id: string, resolution: Resolution, by: Answerable | null): boolean;
  readonly changed: readonly ChangedIncident[];
  readonly links: readonly FindingLink[];
  readonly closed: readonly string[];
}

const BY_ITSELF = { resolution: "findings", by: null } as const;
/** What was not done at all is no news. */
const ENDS: ReadonlySet<string> = new Set(["done", "failed"]);

/** What a guard says that it has done is told with its finding: anybody who has its token says it as often as he likes. */
function isGuardsWord({ steps }: Pick<StoredResponse, "steps">): boolean {
  return steps.length > 0 && steps.every(({ step }) => step === "await-agent");
}

export function createIncidentDesk(store: DeskStore, now: number): IncidentDesk {
  const drafts = createIncidentDrafts(store, now);
  const choose = createChooseIncident(drafts, now);

  function stand(news: NewsOfFinding, finding: NewsFinding): void {
    const link = drafts.findLink(news);
    const linked = link === undefined ? undefined : drafts.find(link.incidentId);
    const isLinkedStill = linked !== undefined && linked.after.state !== "resolved";
    const draft = isLinkedStill ? linked : choose(news, finding);
    const isNew = link?.incidentId !== draft.after.id;
    const isOpenAlready = isLinkedStill && link?.isOpen === true;
    const isNewRun = isNew && !drafts.hasRun(draft, news.runId);
    draft.runs.add(news.runId);
    drafts.link(news, draft.after.id, true);
    const grown = { runId: news.runId, now, isNewRun, isNew, isOpenAlready };
    draft.after = toGrown(draft.after, finding, grown);
  }

  function fall(news: NewsOfFinding): void {
    const link = drafts.findLink(news);
    if (link === undefined || !link.isOpen) return;
    const draft = drafts.find(link.incidentId);
    if (draft === undefined) return;
    drafts.link(news, link.incidentId, false);
    const openFindings = Math.max(0, draft.after.openFindings - 1);
    draft.after = { ...draft.after, openFindings, changedAt: now };
    if (openFindings === 0) drafts.end(draft, BY_ITSELF);
  }

  /** A suppression goes by what a cause goes by: it is of all of them. */
  function fallTogether(news: NewsOfFinding, finding: NewsFinding): void {
    const cause = toCause(finding);
    fall(news);
    for (let draft = drafts.findOpen(cause); draft !== undefined; draft = drafts.findOpen(cause))
      drafts.end(draft, BY_ITSELF);
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
      const link = drafts.findLink(news);
      const draft = link === undefined ? undefined : drafts.find(link.incidentId);
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
      const draft = drafts.find(id);
      return draft !== undefined && seeTo(draft, by);
    },
    resolve(id, resolution, by) {
      const draft = drafts.find(id);
      if (draft === undefined || draft.after.state === "resolved") return false;
      drafts.end(draft, { resolution, by });
      return true;
    },
    get changed() {
      return drafts.changed;
    },
    get links() {
      return drafts.links;
    },
    get closed() {
      return drafts.closed;
    },
  };
}
