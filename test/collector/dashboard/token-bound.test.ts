import { expect, test } from "vitest";

import { createTokenRoutes } from "../../../collector/api/routes/tokens.ts";
import { makeToken } from "../../../collector/identity/token-file.ts";

const CALLER = { token: "0123456789ab", tenant: "loud", role: "admin" } as const;

test("a tenant gives out so many tokens as leave some for others", () => {
  const [made, other] = [CALLER, { ...CALLER, tenant: "quiet" }].map((grant) => makeToken(grant));
  const given = Array.from({ length: 999 }, () => made).filter((one) => one !== undefined);
  const list = () => (other === undefined ? given : [...given, other]);
  const give = (grant: Parameters<typeof makeToken>[0]) => {
    const token = makeToken(grant);
    given.push(token);
    return token;
  };
  const [, route] = createTokenRoutes({ list, give, revoke: () => undefined });
  const body = Buffer.from(JSON.stringify({ role: "viewer" }));
  const head = { caller: CALLER, parameters: {}, query: new URLSearchParams(), headers: {} };
  const ask = () => route?.check({ ...head, body })();

  expect(ask()).toMatchObject({ status: 201 });
  expect(ask).toThrow("the tenant has 1000 tokens already");
});
