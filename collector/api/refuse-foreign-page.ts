/** A browser sends the cookie of a session along whichever page asks: what is asked by a session has to come from a page of the collector's own. */
import type { IncomingMessage } from "node:http";

import { RequestProblem } from "../errors.ts";

/** No other page can send it: browsers ask beforehand, and are not answered. */
export const PAGE_HEADER = "runner-guard-page";

/** Throws `forbidden`. */
export function refuseForeignPage({
  method,
  headers,
}: Pick<IncomingMessage, "method" | "headers">): void {
  const site = headers["sec-fetch-site"];
  const changes = method !== "GET" && method !== "HEAD";
  if (changes && headers[PAGE_HEADER] === undefined) {
    refuse(`what changes something by a session needs the header ${PAGE_HEADER}`);
  }
  // `none`: somebody typed the address.
  const isOwn = site === "same-origin" || (site === "none" && !changes);
  if (site !== undefined && !isOwn) refuse("a page of somebody else's asks by a session");
  if (site === undefined && changes && !isOwnOrigin(headers)) {
    refuse("the Origin of what changes something by a session has to be the collector's own");
  }
}

/** Of browsers that do not send Sec-Fetch-Site (Safari before 16.4). */
function isOwnOrigin({ origin, host }: IncomingMessage["headers"]): boolean {
  if (origin === undefined || host === undefined) return false;
  return URL.parse(origin)?.host === host;
}

function refuse(message: string): never {
  throw new RequestProblem("forbidden", message);
}
