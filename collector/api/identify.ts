/** Who asks: by the token of the request, or by the session of the browser. */
import type { IncomingMessage } from "node:http";

import type { Authenticate } from "../identity/authenticate.ts";
import type { Sessions } from "../identity/sessions.ts";
import type { Caller } from "../identity/tokens.ts";
import { PAGE_HEADER, refuseForeignPage } from "./refuse-foreign-page.ts";
import { type CookiePlace, readSessionCookie } from "./session-cookie.ts";

/** Throws `unauthorized`, `forbidden`, `too-fast` and `identity-unavailable`. */
export type Identify = (request: IncomingMessage) => Caller | Promise<Caller>;

export interface IdentifyOptions {
  readonly authenticate: Authenticate;
  readonly sessions: Pick<Sessions, "find">;
  readonly cookiePlace: CookiePlace;
}

export function createIdentify({ authenticate, sessions, cookiePlace }: IdentifyOptions): Identify {
  return (request) => {
    const { headers, socket } = request;
    const secret = readSessionCookie(headers, cookiePlace);
    // Who presents a token means that token.
    if (headers.authorization === undefined && secret !== undefined) {
      // Before it counts as used: a neighbour's page could keep it alive.
      refuseForeignPage(request);
      const session = sessions.find(secret, isUse(request));
      if (session !== undefined) return session.caller;
    }
    return authenticate(headers.authorization, socket.remoteAddress ?? "");
  };
}

/** Whether somebody did something: a page that is left open listens, and looks again when there is news. */
function isUse({ headers }: IncomingMessage): boolean {
  return headers.accept !== "text/event-stream" && headers[PAGE_HEADER] !== "unasked";
}

/** Whether anything was presented by which somebody may be known. */
export function isPresenting({ headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers.cookie !== undefined;
}
