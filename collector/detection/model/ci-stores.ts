/** Where the CI system itself keeps logs, artifacts and caches of every job: a cache that missed is saved there, however large it is. */
const CI_STORES: ReadonlySet<string> = new Set([
  "productionresultssa*.blob.core.windows.net",
  "actions.githubusercontent.com",
]);

/** By the domain of a feature. */
export function isCiStore(domain: string): boolean {
  return CI_STORES.has(domain);
}
