/** Of an action's step, as the runner sets them; no step before can. */
interface ActionSource {
  readonly GITHUB_SERVER_URL?: string | undefined;
  readonly GITHUB_ACTION_REPOSITORY?: string | undefined;
  readonly GITHUB_ACTION_REF?: string | undefined;
}

/** Nothing in it means anything to Markdown, nor needs to be encoded. */
const PLAIN_URL = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w.-]+)+$/;

/** Where the rules' pages are in the version of the action that runs; undefined for one that came with the workflow's own repository. */
export function toRulesUrl({
  GITHUB_SERVER_URL: server,
  GITHUB_ACTION_REPOSITORY: repository,
  GITHUB_ACTION_REF: ref,
}: ActionSource): string | undefined {
  if (!server || !repository || !ref) return undefined;
  const url = `${server}/${repository}/blob/${ref}/docs/rules`;
  return PLAIN_URL.test(url) ? url : undefined;
}
