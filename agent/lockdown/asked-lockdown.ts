/** What was asked for. Who may use containers may become root by them, and the other way round. */
export interface AskedLockdown {
  readonly sudo: boolean;
  readonly containers: boolean;
}
