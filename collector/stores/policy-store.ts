/** What operators want of every run of a kind. A promise that a write returns is kept when it resolves: it is on disk. */
export interface StoredPolicy {
  readonly tenant: string;
  /** Within its tenant. */
  readonly name: string;
  /** JSON, as the API takes and shows it. */
  readonly body: string;
}

export interface PolicyStore {
  /** In place of the one with that name. */
  putPolicy(policy: StoredPolicy): Promise<void>;
  deletePolicy(tenant: string, name: string): Promise<void>;
  /** All of a tenant's, by name. */
  listPolicies(tenant: string): readonly StoredPolicy[];
}
