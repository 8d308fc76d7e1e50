import { toResolverText } from "./resolver-address.ts";
import {
  beginAsking,
  markDown,
  type AskedServer,
  type ServerOptions,
  type ServerOutcome,
} from "./upstream-asking.ts";
import type { WireQuestion } from "./upstream-question.ts";
import { createUpstreamTcp } from "./upstream-tcp.ts";
import { createUpstreamUdp } from "./upstream-udp.ts";

/** One resolver, and what is known of it. */
export interface UpstreamServer extends Disposable {
  /** For sentences. */
  readonly text: string;
  readonly isDown: boolean;
  /** `onOutcome` is called once at most, and not after the function returned was called. */
  ask(question: WireQuestion, onOutcome: (outcome: ServerOutcome) => void): () => void;
  /** A question that it was asked `sinceMs` (of performance.now) got no answer yet. */
  noteSilence(sinceMs: number): void;
}

export function createUpstreamServer(options: ServerOptions): UpstreamServer {
  const text = toResolverText(options.resolver);
  const onDisturbed = (): void =>
    options.onForgery(text, "a datagram came from its address that is no answer to what was asked");
  const server: AskedServer = {
    text,
    options,
    udp: createUpstreamUdp(options, onDisturbed),
    tcp: createUpstreamTcp(options),
    traits: { hasEdns: true, keepsCase: true, heardAtMs: 0, downUntilMs: 0 },
  };
  return {
    text,
    get isDown() {
      return performance.now() < server.traits.downUntilMs;
    },
    ask: (question, onOutcome) => beginAsking(server, question, onOutcome),
    noteSilence(sinceMs) {
      if (server.traits.heardAtMs < sinceMs) markDown(server);
    },
    [Symbol.dispose]() {
      server.udp[Symbol.dispose]();
      server.tcp[Symbol.dispose]();
    },
  };
}
