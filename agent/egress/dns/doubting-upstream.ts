import type { DnsUpstream } from "./dns-upstream.ts";

/** Whether who answers in a resolver's name is the resolver. */
export interface ResolverTrust {
  /** Why it may be somebody else, as it is now; undefined where all is as it was before the job. */
  findDoubt(): string | undefined;
  /** How often there may have been a moment of doubt. */
  readonly doubts: number;
}

const MEANWHILE = "the way to a resolver was changed while it was asked";

/** Believes no answer to a question that may have gone to somebody else than the resolver. */
export function createDoubtingUpstream(
  upstream: DnsUpstream,
  { trust, isEnforced }: { readonly trust: ResolverTrust; readonly isEnforced: () => boolean },
): DnsUpstream {
  return {
    async ask(question) {
      const doubt = trust.findDoubt();
      if (doubt !== undefined && isEnforced()) return { status: "failed", reason: doubt };
      const before = trust.doubts;
      const answer = await upstream.ask(question);
      // Asked again over and over, a question may have been led astray at any time until now.
      const later = trust.findDoubt() ?? (trust.doubts === before ? undefined : MEANWHILE);
      if (later === undefined || !isEnforced()) return answer;
      return { status: "failed", reason: later };
    },
    [Symbol.dispose]: () => upstream[Symbol.dispose](),
  };
}
