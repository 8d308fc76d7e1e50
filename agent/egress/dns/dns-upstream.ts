/** A question to be asked of the configured resolvers on behalf of somebody. */
export interface UpstreamQuestion {
  /** As domain-name.ts writes it: lower case, no trailing dot, `\ddd` for what is no visible ASCII; the root is empty. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The DO bit: the answer may carry signatures (RFC 3225). */
  readonly dnssec: boolean;
  /** The CD bit: a validating resolver is asked not to check (RFC 4035 §3.2.2). */
  readonly checkingDisabled: boolean;
}

export type UpstreamAnswer =
  | { readonly status: "answered"; readonly message: Uint8Array }
  /** `reason` is one a person can act on: which resolver did what. */
  | { readonly status: "failed"; readonly reason: string };

export interface DnsUpstream extends Disposable {
  /**
   * Sends the question on. The answer's bytes are as they came, its id and question proven to be those asked: an id of
   * the upstream's own, and the name's letters upper and lower case by chance.
   */
  ask(question: UpstreamQuestion): Promise<UpstreamAnswer>;
}
