import type { LookupAddress } from "node:dns";

import { expect, test } from "vitest";

import {
  createSharedLookup,
  type LookUp,
} from "../../../../collector/alerting/sinks/shared-lookup.ts";

const ADDRESSES: readonly LookupAddress[] = [
  { address: "2001:db8::1", family: 6 },
  { address: "192.0.2.1", family: 4 },
];

test("a name that many wait for is asked for once, and each other name beside it", async () => {
  const asked: string[] = [];
  const lost: Parameters<LookUp>[1][] = [];
  const find = createFinder((host, answered) => {
    asked.push(host);
    if (host === "lost.example") lost.push(answered);
    else answered(null, ADDRESSES);
  });

  const waiting = Array.from({ length: 8 }, () => find("lost.example"));

  expect(await find("pager.example")).toEqual(ADDRESSES);
  expect(asked).toEqual(["lost.example", "pager.example"]);
  for (const answered of lost) answered(null, ADDRESSES);
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => ADDRESSES));
});

test("it is asked for again when the answer was there", async () => {
  let asked = 0;
  const find = createFinder((_, answered) => {
    asked += 1;
    if (asked === 1) answered(new Error("EAI_AGAIN"), []);
    else answered(null, ADDRESSES);
  });

  await expect(find("pager.example")).rejects.toThrow("EAI_AGAIN");

  expect(await find("pager.example")).toEqual(ADDRESSES);
});

test("who wants one address gets the first", async () => {
  const lookup = createSharedLookup((_, answered) => answered(null, ADDRESSES));

  const found = await new Promise((resolve) => {
    lookup("pager.example", {}, (_, address, family) => resolve([address, family]));
  });

  expect(found).toEqual(["2001:db8::1", 6]);
});

function createFinder(lookUp: LookUp): (host: string) => Promise<unknown> {
  const lookup = createSharedLookup(lookUp);
  return (host) =>
    new Promise((resolve, reject) => {
      lookup(host, { all: true }, (error, addresses) => {
        if (error === null) resolve(addresses);
        else reject(error);
      });
    });
}
