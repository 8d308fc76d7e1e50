/** Names alone: the gate is the pod's resolver, by its `dnsConfig`, and nothing stands in a packet's way. */
import type { EgressOptions } from "../egress.ts";
import type { Knowledge } from "./knowledge.ts";
import { type MeansResult, NO_MEANS } from "./means.ts";
import { startNamesGate } from "./names-gate.ts";
import { createOpener } from "./opener.ts";
import { createOwnConnections } from "./own-connections.ts";
import { createProblems } from "./problems.ts";
import { createQuestionLog, MAX_WAITING_QUESTIONS } from "./question-log.ts";

const NAMES_ONLY = "names only: a connection to an address goes unhindered";
const DNS_PORT = 53;
const LISTEN = [
  { ip: "127.0.0.1", port: DNS_PORT },
  { ip: "::1", port: DNS_PORT },
];

export async function enforceOnNames(
  { observe, findClient }: EgressOptions,
  { policy, book, aliases, configured, hosts }: Knowledge,
): Promise<MeansResult> {
  if (configured.status === "unusable") return { unavailable: configured.reason };
  const own = configured.resolvers.find(({ ip, port }) =>
    LISTEN.some((listen) => listen.ip === ip && listen.port === port),
  );
  if (own !== undefined) {
    return {
      unavailable: `the configured resolver ${own.ip} is where the guard itself is to listen: name the resolvers to ask with --resolver`,
    };
  }
  const problems = createProblems();
  const questions = createQuestionLog({ observe, findClient, maxWaiting: MAX_WAITING_QUESTIONS });
  const gate = await startNamesGate({
    resolvers: configured,
    mark: null,
    listen: LISTEN,
    policy,
    opener: createOpener({ policy, book, aliases, filter: null }),
    report: (query) => questions.add(query),
    onFailure: problems.add,
  });
  if (gate.status === "failed") return { unavailable: `names cannot be served: ${gate.reason}` };
  return {
    ...NO_MEANS,
    mechanism: "dns",
    get reason() {
      return problems.text([NAMES_ONLY, ...describeAsked(configured.asked), ...configured.notes]);
    },
    resolvers: new Set(LISTEN.map(({ ip }) => ip)),
    counts: () => ({ ...NO_MEANS.counts(), namesRefused: questions.refused }),
    connectOwn: createOwnConnections({
      mark: null,
      hosts,
      searchDomains: configured.searchDomains,
      resolve: (name) => gate.gate.resolve(name),
    }),
    findMissing: (names) => gate.gate.findMissing(names),
    poll: () => questions.settle(),
    settle: () => questions.settle("all"),
    [Symbol.asyncDispose]: () => gate.gate[Symbol.asyncDispose](),
  };
}

/** The gate is asked by those alone whose resolv.conf names it. */
function describeAsked(asked: readonly string[]): string[] {
  const others = asked.filter((ip) => LISTEN.every((listen) => listen.ip !== ip));
  if (others.length === 0) return [];
  return [
    `/etc/resolv.conf has programs ask ${others.join(", ")} for names, and the guard answers at 127.0.0.1, so no name is refused for them`,
  ];
}
