import type { ClientHello } from "./client-hello.ts";
import type { SocketAddress } from "./original-destination.ts";
import type { SniCheck, SniJudge } from "./sni-check.ts";

/** A hello, or why there is none. */
export type HelloSeen =
  | { readonly hello: ClientHello }
  | { readonly problem: string; readonly isTls: boolean };

interface Ends {
  readonly client: SocketAddress;
  readonly destination: SocketAddress;
}

/** Decides and reports. True: the connection may go on. */
export function checkHello(judge: SniJudge, ends: Ends, seen: HelloSeen): boolean {
  const check = toCheck(judge, ends, seen);
  judge.report(check);
  return check.isAllowed || !judge.isEnforcing();
}

function toCheck(judge: SniJudge, ends: Ends, seen: HelloSeen): SniCheck {
  const { destination } = ends;
  const base = { at: Date.now() * 1000, ...ends };
  if ("problem" in seen) return { ...base, ...refusal(seen.problem), serverName: undefined };
  const { serverName, hasEch } = seen.hello;
  if (hasEch) {
    return { ...base, ...refusal("the hello may hide its server name (ECH)"), serverName };
  }
  if (serverName === undefined) {
    return { ...base, ...refusal("the hello has no server name"), serverName };
  }
  const { isAllowed, rule } = judge.decide(serverName, destination.ip, destination.port);
  return { ...base, serverName, isAllowed, rule };
}

function refusal(problem: string) {
  return { isAllowed: false, rule: `sni: ${problem}` };
}
