import { expect, test } from "vitest";

import { createWatchPlaces } from "../../../collector/identity/kubernetes/watch-places.ts";

test("the one that was there longest of the origin that has most loses its place, and has one again when one is free", () => {
  const { places } = open(3);
  const [alone, many1, many2, late] = [pod("alone", "a"), pod("m1"), pod("m2"), pod("late", "c")];
  const taken = [alone, many1, many2, late].map((one) => places.take(one));

  expect(taken).toEqual([undefined, undefined, undefined, many1]);
  expect(places.find(many1)).toBe(many1);
  expect(places.leave(late)).toBe(many1);
  expect(places.find(many1)).toBeUndefined();
});

test("as many as have places wait for one again, and who is beyond that is counted", () => {
  const { places, leftOut } = open(2);
  const pods = ["1", "2", "3", "4", "5"].map((uid) => pod(uid));
  for (const one of pods) places.take(one);

  expect(pods.map((one) => places.find(one)?.uid)).toEqual([undefined, "2", "3", "4", "5"]);
  expect(leftOut()).toBe(1);
});

test("who has lost its place leaves none", () => {
  const { places } = open(1);
  const [first, second] = [pod("first"), pod("second")];
  places.take(first);
  places.take(second);

  expect(places.leave(first)).toBeUndefined();
  expect(places.find(second)).toBe(second);
});

function open(maxPods: number) {
  let count = 0;
  const onLeftOut = (): void => {
    count += 1;
  };
  return { places: createWatchPlaces({ maxPods, onLeftOut }), leftOut: () => count };
}

function pod(uid: string, origin = "most") {
  return { uid, origin };
}
