/** What can be registered, by the Public Suffix List: the one place that knows tldts. */
import { parse } from "tldts";

export interface Registered {
  /** Null: the whole name is a suffix under which others register. */
  readonly domain: string | null;
  /** In the sense of the list's private section: a company's, which gives names below it to anybody. */
  readonly isBelowCompany: boolean;
}

/** Of a name in its canonical spelling. */
export function readRegistered(name: string): Registered {
  const { domain, isPrivate } = parse(name, {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
    detectIp: false,
  });
  return { domain, isBelowCompany: isPrivate === true };
}
