import { describe, expect, test, vi } from "vitest";

import { startHttpServer } from "../../../collector/api/http-server.ts";
import { createIdentify } from "../../../collector/api/identify.ts";
import { createSessionRoutes } from "../../../collector/api/routes/session.ts";
import {
  sessionState,
  signIn,
  signOut,
} from "../../../collector/dashboard/client/session/session.ts";
import { RequestProblem } from "../../../collector/errors.ts";
import { createSessions, USUAL_SESSION_BOUNDS } from "../../../collector/identity/sessions.ts";

const CALLER = { token: "0123456789ab", tenant: "default", role: "viewer" } as const;
const PLACE = { isHttpsOnly: false };

test("a session ends by signing out, also where that cannot be kept in the audit log", async () => {
  const options = { isGranted: () => true, bounds: USUAL_SESSION_BOUNDS, now: Date.now };
  using sessions = createSessions(options);
  const { secret } = sessions.open(CALLER);
  await using server = await startHttpServer(
    {
      routes: createSessionRoutes({ sessions, cookiePlace: PLACE }),
      findPage: () => undefined,
      identify: createIdentify({ authenticate: refuse, sessions, cookiePlace: PLACE }),
      maxConnections: 10,
      audit: () => Promise.reject(new RequestProblem("storage-failed", "the disk is full")),
      onOutcome: () => undefined,
      onDefect: refuse,
    },
    { host: "127.0.0.1", port: 0 },
  );
  const { status } = await fetch(new URL("/v1/session", server.url), {
    method: "DELETE",
    headers: {
      cookie: `runner-guard=${secret}`,
      "runner-guard-page": "asked",
      origin: server.url,
    },
  });

  expect(status).toBe(503);
  expect(sessions.find(secret, true)).toBeUndefined();
});

describe("whoever signs out", () => {
  const VIEW = { role: "viewer", tenant: "default", token: "0123456789ab", endsAt: "" };

  test("is told so when it is done", async () => {
    await signInWith(() => Promise.resolve(Response.json({})));
    await signOut();

    expect(sessionState.value.status).toBe("signed-out");
  });

  test("is not told so when the collector does not answer", async () => {
    await signInWith(() => Promise.reject(new TypeError("no network")));
    await signOut();

    expect(sessionState.value.status).toBe("unreachable");
  });

  test("is not told so when the collector does not do it", async () => {
    await signInWith((method) =>
      Promise.resolve(
        method === "GET" ? Response.json({ session: VIEW }) : new Response("", { status: 503 }),
      ),
    );
    await signOut();

    expect(sessionState.value.status).toBe("signed-in");
  });

  async function signInWith(answer: (method?: string) => Promise<Response>): Promise<void> {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(VIEW)));
    await signIn("token");
    vi.stubGlobal("fetch", (_: string, { method }: RequestInit) => answer(method));
  }
});

function refuse(): never {
  throw new RequestProblem("unauthorized", "nobody");
}
