import { beforeEach, expect, test } from "vitest";

import { createKeySet } from "../../../collector/identity/key-set.ts";

const MINUTE_MS = 60_000;

let time = 0;
let asked = 0;
/** What the issuer shows; undefined: it is away. */
let shown: readonly string[] | undefined;
let troubles = 0;

beforeEach(() => {
  [time, asked, shown, troubles] = [0, 0, ["old"], 0];
});

test("keys are asked for once while they are good", async () => {
  const keys = open();
  await Promise.all([keys.find("old"), keys.find("old")]);
  time += 9 * MINUTE_MS;
  await keys.find("old");

  expect(asked).toBe(1);
});

test("a key that is new is asked for, and one that nobody has not again and again", async () => {
  const keys = open();
  await keys.find("old");
  shown = ["new", "old"];
  const unknown = await keys.find("new");
  const early = asked;
  time += 30_000;
  const later = await keys.find("new");
  for (let index = 0; index < 100; index += 1) await keys.find(`invented-${index}`);
  time += 30_000;

  expect(unknown).toBeUndefined();
  expect(await keys.find("invented")).toBeDefined();
  expect([early, asked]).toEqual([1, 3]);
  expect(later?.keys.map(({ kid }) => kid)).toEqual(["new", "old"]);
});

test("a key that the issuer has taken back is good for ten minutes", async () => {
  const keys = open();
  await keys.find("old");
  shown = ["new"];
  time += 10 * MINUTE_MS;

  expect((await keys.find("old"))?.keys.map(({ kid }) => kid)).toEqual(["new"]);
});

test("keys of an issuer that is away are good for a day", async () => {
  const keys = open();
  await keys.find("old");
  shown = undefined;
  time += 23 * 60 * MINUTE_MS;
  const late = await keys.find("old");
  time += 60 * MINUTE_MS;

  expect(late?.keys).toHaveLength(1);
  expect(await keys.find("new")).toBeUndefined();
  expect(await keys.find("old")).toBeUndefined();
  expect(troubles).toBe(2);
});

test("an issuer that is away is asked twice a minute, however many come", async () => {
  shown = undefined;
  const keys = open();
  for (let index = 0; index < 60; index += 1) {
    await keys.find("old");
    time += 1_000;
  }

  expect(asked).toBe(2);
});

function open() {
  return createKeySet({
    uptime: () => time,
    onTrouble: () => (troubles += 1),
    fetchKeys() {
      asked += 1;
      return shown === undefined
        ? Promise.reject(new Error("away"))
        : Promise.resolve({ keys: shown.map((kid) => ({ kty: "RSA", kid })) });
    },
  });
}
