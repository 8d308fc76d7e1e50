/**
 * What the GitHub Actions runner itself talks to, without which no job starts, tells its log or ends well. From "Self-hosted
 * runners reference", section "Accessible domains by function", in GitHub's documentation. What only some jobs need (packages,
 * Git LFS, Dependabot) is left to policy.
 */
import type { BuiltInSet } from "../../protocol/index.ts";
import { parseDestinationPattern } from "./destination-pattern.ts";

const GITHUB_ACTIONS_REQUIRED = "github-actions-required";

interface Need {
  readonly why: string;
  readonly hosts: readonly string[];
}

/**
 * Logs, summaries, artifacts and caches go to storage accounts of GitHub's at Azure, for which its documentation names
 * `*.blob.core.windows.net`: every account of everybody's, an attacker's too, so that is not here. These are the accounts that
 * GitHub itself publishes, in the content security policy of github.com. It uses others besides at times; the report then
 * says which, for `egress.allow`.
 */
const RESULT_ACCOUNTS = 20;
const toResultHost = (account: number): string =>
  `productionresultssa${account}.blob.core.windows.net`;

const NEEDS: readonly Need[] = [
  { why: "the service itself, checkouts and the API", hosts: ["github.com", "api.github.com"] },
  {
    why: "jobs, their steps and logs, and tokens of OpenID Connect",
    hosts: ["*.actions.githubusercontent.com"],
  },
  { why: "downloads of actions", hosts: ["codeload.github.com"] },
  {
    why: "new versions of the runner",
    hosts: ["objects.githubusercontent.com", "release-assets.githubusercontent.com"],
  },
  {
    why: "logs, summaries, artifacts and caches",
    hosts: Array.from({ length: RESULT_ACCOUNTS }, (_, account) => toResultHost(account)),
  },
];

/** The day on which it was compared with the documentation. */
const AS_OF = "2026-11-21";
const GITHUB = "github.com";
/** Of an enterprise whose data stays in one region: `octocorp.ghe.com`. */
const REGIONAL = ".ghe.com";

export interface GithubServer {
  /** GITHUB_SERVER_URL: where a job's repository is. */
  readonly server: string | undefined;
  /** GITHUB_API_URL. */
  readonly api: string | undefined;
}

/** For a server of one's own it is that server and its API alone: nothing of github.com is needed there. */
export function createGithubActionsRequired({ server, api }: GithubServer): BuiltInSet {
  const own = [...new Set([server, api].flatMap(toDestination))];
  const isElsewhere = own.length > 0 && !own.includes(`${GITHUB}:443`);
  return isElsewhere ? toServerSet(own) : toGithubSet();
}

function toGithubSet(): BuiltInSet {
  return toSet(
    NEEDS.map(({ why, hosts }) => `${why} (${describeHosts(hosts)})`).join("; "),
    NEEDS.flatMap(({ hosts }) => hosts.map((host) => `${host}:443`)),
  );
}

function toServerSet(own: readonly string[]): BuiltInSet {
  const regional = own.filter((destination) => destination.endsWith(`${REGIONAL}:443`));
  const below = regional.map((destination) => `*.${destination}`);
  const reason = "the GitHub server that the runner works for, and its API";
  return toSet(`${reason} (${own.join(", ")})`, [...own, ...below]);
}

function toSet(needs: string, destinations: readonly string[]): BuiltInSet {
  return {
    id: GITHUB_ACTIONS_REQUIRED,
    asOf: AS_OF,
    reason: `the GitHub Actions runner cannot do without: ${needs}`,
    destinations: [...destinations],
  };
}

function describeHosts(hosts: readonly string[]): string {
  const [first = "", second] = hosts;
  if (second === undefined) return first;
  return hosts.length === 2 ? `${first}, ${second}` : `${first} to ${hosts.at(-1)}`;
}

/** A variable that is no address of a server says nothing. */
function toDestination(text: string | undefined): string[] {
  const url = text === undefined ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") return [];
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const destination = `${url.hostname}:${port}`;
  return isOneHost(destination) ? [destination] : [];
}

/** A URL may hold `*` for a host, and an address that is nobody's. */
function isOneHost(destination: string): boolean {
  const parsed = parseDestinationPattern(destination);
  return "value" in parsed && ["name", "addresses"].includes(parsed.value.host.type);
}
