import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createIdentify } from "../../../collector/api/identify.ts";
import { createSessionRoutes } from "../../../collector/api/routes/session.ts";
import {
  createSessions,
  type Sessions,
  USUAL_SESSION_BOUNDS,
} from "../../../collector/identity/sessions.ts";

const CALLER = { token: "0123456789ab", tenant: "default", role: "viewer" } as const;
const PLACE = { isHttpsOnly: false };
const BOUNDS = { ...USUAL_SESSION_BOUNDS, idleMs: 100 };

describe("a session that is left alone is kept alive", () => {
  let now: number;
  let sessions: Sessions;
  let cookie: string;
  beforeEach(() => {
    now = 1_000;
    sessions = createSessions({ isGranted: () => true, bounds: BOUNDS, now: () => now });
    cookie = `runner-guard=${sessions.open(CALLER).secret}`;
    now += 60;
  });
  afterEach(() => sessions[Symbol.dispose]());

  test("by its own page", () => {
    void identify({ cookie, "sec-fetch-site": "same-origin" });
    now += 60;

    expect(identify({ cookie, "sec-fetch-site": "same-origin" })).toMatchObject(CALLER);
  });

  test("by no page of a neighbour's", () => {
    expect(() => identify({ cookie, "sec-fetch-site": "same-site" })).toThrow(
      "a page of somebody else's",
    );

    now += 60;

    expect(() => identify({ cookie, "sec-fetch-site": "same-origin" })).toThrow("nobody");
  });

  test("by no question who has signed in, which any page may ask", async () => {
    const [, show] = createSessionRoutes({ sessions, cookiePlace: PLACE });
    const head = { caller: CALLER, parameters: {}, query: new URLSearchParams() };
    const ask = () => show?.check({ ...head, headers: { cookie }, body: Buffer.alloc(0) })();

    expect(await ask()).toMatchObject({ json: { session: { role: "viewer" } } });

    now += 60;

    expect(await ask()).toMatchObject({ json: { session: null } });
  });

  function identify(headers: Record<string, string>) {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, headers);
    request.method = "GET";
    return createIdentify({ authenticate, sessions, cookiePlace: PLACE })(request);
  }
});

function authenticate(): never {
  throw new Error("nobody");
}
