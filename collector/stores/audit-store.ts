/** What operators read of evidence, and what they changed. It is on disk before they are answered. */
export interface NewAuditEntry {
  readonly tenant: string;
  /** The beginning of its hash. */
  readonly token: string;
  readonly role: string;
  /** The route: `GET /v1/runs/{id}/events`. */
  readonly action: string;
  /** The path and the query, as the route was found by them. */
  readonly target: string;
  /** The body of a request that changes something, cut off where it is long; without it, it had none. */
  readonly said?: string | undefined;
  /** Milliseconds since 1970, by the collector's clock. */
  readonly at: number;
}

export interface AuditEntry extends Omit<NewAuditEntry, "said"> {
  readonly said: string | null;
  /** Of all entries, rising. */
  readonly number: number;
}

export interface AuditStore {
  addAudit(entry: NewAuditEntry): Promise<void>;
  /** The newest first, those before that number. */
  listAudit(tenant: string, before: number, limit: number): readonly AuditEntry[];
}
