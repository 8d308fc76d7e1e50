/** Which incident a finding that stands belongs to: one of its cause that is open, one that was not over, or a new one. */
import type { NewsFinding, NewsOfFinding } from "../stores/incident-store.ts";
import { toCause, toWideCause } from "./incident-cause.ts";
import { toGravest, toIncident, toReopened, toRoom, toUnacknowledged } from "./incident-changes.ts";
import type { Draft, IncidentDrafts } from "./incident-drafts.ts";
import { toUrgency } from "./urgency.ts";

export type ChooseIncident = (news: NewsOfFinding, finding: NewsFinding) => Draft;

/** Of one rule in one job, told apart by what they say; all others are one more. Whoever words findings as he likes wakes nobody more often. */
const MAX_CAUSES_OF_JOB = 16;
/** Of a tenant; beyond that those of a rule in a job are one. This and the bound above are of each room. */
const MAX_TOLD_APART = 4_000;
/** Of a tenant; beyond that those of a rule are one. */
const MAX_OPEN_OF_TENANT = 5_000;
/** Between two that follow on each other. */
const FOLLOW_MS = 3_600_000;
/** What stands again so soon was not over. */
const FLAP_MS = 900_000;

export function createChooseIncident(drafts: IncidentDrafts, now: number): ChooseIncident {
  function findStanding(
    cause: string,
    news: NewsOfFinding,
    finding: NewsFinding,
  ): Draft | undefined {
    const draft = drafts.findOpen(cause) ?? reopenFlapping(cause);
    return draft === undefined ? undefined : toUnseen(draft, news, finding);
  }

  function reopenFlapping(cause: string): Draft | undefined {
    const draft = drafts.findLast(cause);
    if (draft === undefined) return undefined;
    const { resolution, resolvedAt } = draft.after;
    const agoMs = now - (resolvedAt ?? 0);
    if (resolution !== "findings" || agoMs < 0 || agoMs >= FLAP_MS) return undefined;
    draft.after = toReopened(draft.after, now);
    return draft;
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
    return drafts.add(undefined, {
      ...toIncident(news, next, { cause, now }),
      follows,
      toldFrom: isFirst ? now : Math.max(now, toldFrom + FOLLOW_MS),
    });
  }

  return (news, finding) => {
    const cause = toCause(finding);
    const known = findStanding(cause, news, finding);
    if (known !== undefined) return known;
    const { tenant, jobKey, rule } = finding;
    const room = toRoom({ urgency: toUrgency(finding), severity: finding.severity });
    const open = drafts.countOpen({ tenant, room }, MAX_OPEN_OF_TENANT);
    const ofJob = drafts.countOpen({ tenant, room, job: { jobKey, rule } }, MAX_CAUSES_OF_JOB);
    if (open < MAX_TOLD_APART && ofJob < MAX_CAUSES_OF_JOB)
      return drafts.add(undefined, toIncident(news, finding, { cause, now }));
    const wide = toWideCause(finding, room);
    const told = { ...finding, ...toGravest(finding) };
    const wideOfJob = findStanding(wide.ofJob, news, finding);
    if (wideOfJob !== undefined) return wideOfJob;
    if (open < MAX_OPEN_OF_TENANT)
      return drafts.add(undefined, toIncident(news, told, { cause: wide.ofJob, now }));
    const ofNoJob = { ...told, jobKey: "" };
    return (
      findStanding(wide.ofRule, news, finding) ??
      drafts.add(undefined, toIncident(news, ofNoJob, { cause: wide.ofRule, now }))
    );
  };
}
