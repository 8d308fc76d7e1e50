/** What became of findings, in the order in which it did: for the parts of the collector that act on it, each at its own pace. */

/** Who acts on news. Each has a place of its own in them, which is stored along with what it did. */
export const NEWS_READERS = ["alerting", "response"] as const;
export type NewsReader = (typeof NEWS_READERS)[number];

/**
 * `found`: it is new, stands again, or is graver than it was. `resolved`: it is over by itself. The others are operators': `expected` is
 * from then on part of the job's baseline. `responded`: something was done about it, or could not be (response-store.ts).
 */
export const FINDING_CHANGES = [
  "found",
  "resolved",
  "acknowledged",
  "suppressed",
  "expected",
  "reopened",
  "responded",
] as const;
export type FindingChange = (typeof FINDING_CHANGES)[number];

export interface FindingNews {
  /** Rises, with gaps. */
  readonly number: number;
  readonly change: FindingChange;
  readonly runId: string;
  /** As its guard names it. */
  readonly id: string;
}

/** Goes with what a reader writes: both are on disk, or neither. */
export interface SettledNews {
  readonly reader: NewsReader;
  /** This one and all before. */
  readonly upTo: number;
}

export interface NewsStore {
  /** The first ones that it has not settled. */
  listNews(reader: NewsReader, limit: number): readonly FindingNews[];
  /** How many wait for whoever is behind most. */
  countNews(): number;
}

/** The collector's own: a run has it beside those of its guard, which cannot have such a name. */
export interface OwnFinding {
  readonly runId: string;
  /** Begins with the rule's: `new-destination-1f0c…`. The same again is the same finding, seen once more. */
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly technique: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface OwnFindingStore {
  /** Nothing for a run that is not there. */
  addOwnFinding(finding: OwnFinding): Promise<void>;
  /** Over by itself. */
  resolveOwnFinding(name: Pick<OwnFinding, "runId" | "id" | "at">): Promise<void>;
}
