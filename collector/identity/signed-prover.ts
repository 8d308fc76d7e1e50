/** Tokens that are looked at by their signature alone: what they say counts once one of the issuer's keys has signed it. */
import { readSigned } from "./json-web-token.ts";
import type { KeySet } from "./key-set.ts";
import type { Prover, Verdict } from "./verdict.ts";

export interface SignedProverOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  /** That the issuer signs with. */
  readonly algorithms: readonly string[];
  /** A sentence for when its keys cannot be had. */
  readonly withoutKeys: string;
  /** What the token says is not looked at yet. */
  readonly judge: (payload: unknown) => Verdict;
}

export function createSignedProver(options: SignedProverOptions): Prover {
  const { issuer, audience, keys, algorithms, withoutKeys, judge } = options;
  return {
    issuer,
    async prove(token, keyId) {
      const known = await keys.find(keyId);
      if (known === undefined) return { status: "unavailable", message: withoutKeys };
      const read = await readSigned(token, known, { issuer, audience, algorithms });
      return read.status === "signed" ? judge(read.payload) : read;
    },
  };
}
