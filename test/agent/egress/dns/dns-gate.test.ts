import { expect, test } from "vitest";

import { answering, dig, startTestGate } from "./gate-under-test.ts";

test("dig gets the address of an allowed name, after it was opened", async () => {
  await using it = await startTestGate({
    answer: answering([{ type: "A", name: "api.example.com", ttl: 300, data: "192.0.2.7" }]),
  });

  const { text, status } = await dig(it.port, "API.Example.com");

  expect(status).toBe("NOERROR");
  expect(text).toMatch(/API\.Example\.com\.\s+300\s+IN\s+A\s+192\.0\.2\.7/);
  expect(it.opened).toEqual([
    {
      name: "api.example.com",
      addresses: [{ ip: "192.0.2.7", ttlSeconds: 300 }],
      targets: [],
    },
  ]);
  expect(it.reported).toMatchObject([
    { name: "api.example.com", type: "A", outcome: "answered", answers: ["192.0.2.7"] },
  ]);
});

test("a name that policy does not allow is asked of nobody, and dig is told why", async () => {
  await using it = await startTestGate();

  const { text, status } = await dig(it.port, "refused.example.com");

  expect(status).toBe("NXDOMAIN");
  expect(text).toMatch(/EDE: 15 \(Blocked\).*not allowed by policy \(default\)/);
  expect(it.asked).toEqual([]);
  expect(it.opened).toEqual([]);
  expect(it.reported).toMatchObject([
    { name: "refused.example.com", outcome: "refused", answers: [] },
  ]);
});

test("the second question is answered from the cache, and opened again", async () => {
  await using it = await startTestGate({
    answer: answering([{ type: "AAAA", name: "api.example.com", ttl: 300, data: "2001:db8::1" }]),
  });

  await dig(it.port, "api.example.com", "AAAA");
  await dig(it.port, "api.example.com", "AAAA");

  expect(it.asked).toHaveLength(1);
  expect(it.opened).toHaveLength(2);
  expect(it.reported).toHaveLength(2);
});

test("dig gets its answer over TCP from the same port", async () => {
  await using it = await startTestGate({
    answer: answering([{ type: "A", name: "api.example.com", ttl: 300, data: "192.0.2.7" }]),
  });

  const { text } = await dig(it.port, "+tcp", "api.example.com");

  expect(text).toContain("192.0.2.7");
  expect(it.reported).toMatchObject([{ client: { transport: "tcp", ip: "127.0.0.1" } }]);
});
