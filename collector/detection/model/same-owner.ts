/** Hosts where an operator hands out what is on another host of his, and takes nothing. */

/** Releases and files that github.com redirects to. What is there is as good or bad as what is at github.com, where the job goes anyway. */
const OWNERS: ReadonlyMap<string, string> = new Map([
  ["release-assets.githubusercontent.com", "github.com"],
  ["objects.githubusercontent.com", "github.com"],
  ["raw.githubusercontent.com", "github.com"],
]);

/** By the domain of a feature: the domain that stands for it; undefined: none but itself. */
export function findMainDomain(domain: string): string | undefined {
  return OWNERS.get(domain);
}
