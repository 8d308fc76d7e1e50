/** Signing in to the dashboard, who is signed in, and signing out. */
import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import type { Sessions } from "../../identity/sessions.ts";
import type { Caller } from "../../identity/tokens.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";
import {
  type CookiePlace,
  isOverTls,
  readSessionCookie,
  toSessionCookie,
} from "../session-cookie.ts";
import { toTime } from "../to-time.ts";

export interface SessionRoutesOptions {
  readonly sessions: Sessions;
  readonly cookiePlace: CookiePlace;
}

const PATH = "/v1/session";

export const sessionViewSchema = z.object({
  role: z.enum(["viewer", "responder", "admin"]),
  tenant: z.string(),
  token: z.string().describe("Which token it is, as in the audit log."),
  endsAt: z.iso.datetime().describe("When to sign in again, at the latest."),
});
type SessionView = z.infer<typeof sessionViewSchema>;
const currentSchema = z.object({ session: sessionViewSchema.nullable() });

export function createSessionRoutes({
  sessions,
  cookiePlace,
}: SessionRoutesOptions): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: PATH,
      role: "viewer",
      isAudited: true,
      summary: "Sign in: a cookie for the token of an operator.",
      query: {},
      answers: { 201: "The session, with its cookie" },
      json: { name: "Session", schema: sessionViewSchema },
      refusals: ["storage-failed"],
      answer({ caller, headers }) {
        if (headers.authorization === undefined) {
          throw new RequestProblem("forbidden", "a session begins no other one: present the token");
        }
        const before = readSessionCookie(headers, cookiePlace);
        if (before !== undefined) sessions.close(before);
        const { secret, endsAt } = sessions.open(caller);
        const cookie = toSessionCookie(secret, isOverTls(headers, cookiePlace));
        return {
          status: 201,
          json: toView(caller, endsAt),
          headers: { "set-cookie": cookie },
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: PATH,
      // A page that nobody has signed in to asks this first.
      role: "anyone",
      summary: "Who has signed in, by the cookie of the request.",
      query: {},
      answers: { 200: "The session, if there is one" },
      json: { name: "CurrentSession", schema: currentSchema },
      answer({ headers }) {
        const secret = readSessionCookie(headers, cookiePlace);
        // No use of it: anybody's page can have a browser ask this.
        const session = secret === undefined ? undefined : sessions.find(secret, false);
        const view = session === undefined ? null : toView(session.caller, session.endsAt);
        return { status: 200, json: { session: view } };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: PATH,
      role: "viewer",
      isAudited: true,
      summary: "Sign out.",
      query: {},
      answers: { 200: "It was ended, and its cookie is taken away" },
      json: { name: "SignedOut", schema: z.object({}) },
      refusals: ["storage-failed"],
      // Before it is in the audit log: nobody stays signed in since a disk is full.
      admit({ headers }) {
        const secret = readSessionCookie(headers, cookiePlace);
        if (secret !== undefined) sessions.close(secret);
      },
      answer({ headers }) {
        const cookie = toSessionCookie("", isOverTls(headers, cookiePlace));
        return { status: 200, json: {}, headers: { "set-cookie": cookie } };
      },
    }),
  ];
}

function toView(
  { role, tenant, token }: Pick<Caller, "role" | "tenant" | "token">,
  endsAt: number,
): SessionView {
  const known = sessionViewSchema.shape.role.parse(role);
  return { role: known, tenant, token, endsAt: toTime(endsAt) };
}
