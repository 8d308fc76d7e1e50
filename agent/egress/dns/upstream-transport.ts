import type { ResolverAddress } from "./resolver-address.ts";
import type { UpstreamBounds, UpstreamTimeouts } from "./upstream-limits.ts";
import type { WireQuestion } from "./upstream-question.ts";
import type { RandomBytes } from "./upstream-random.ts";

/** How a resolver is to be asked, as far as the transport does not know it itself. */
export interface AskingForm {
  readonly hasEdns: boolean;
  readonly mixCase?: RandomBytes;
}

export type TransportReply =
  /** `isFolded`: the question came back in another case than it was asked in. */
  | { readonly status: "replied"; readonly message: Uint8Array; readonly isFolded: boolean }
  /** Format error or not implemented, without the question: nothing is proven but the id. */
  | { readonly status: "bare" }
  /** Something came to the socket that was no answer to a question asked there. */
  | { readonly status: "disturbed" }
  /** `reason` follows the resolver's address. */
  | { readonly status: "unreachable"; readonly reason: string };

/** One way to a resolver. */
export interface Transport extends Disposable {
  /** `onReply` is called once at most, never before this returns, and not after the function returned was called. */
  ask(
    question: WireQuestion,
    form: AskingForm,
    onReply: (reply: TransportReply) => void,
  ): () => void;
}

export interface TransportOptions {
  readonly resolver: ResolverAddress;
  readonly mark: number | null;
  readonly random: RandomBytes;
  readonly timeouts: UpstreamTimeouts;
  readonly bounds: UpstreamBounds;
}
