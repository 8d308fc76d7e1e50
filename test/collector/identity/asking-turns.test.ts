import { expect, test } from "vitest";

import {
  type Asker,
  type AskingTurns,
  createAskingTurns,
} from "../../../collector/identity/kubernetes/asking-turns.ts";

const STAYS = new AbortController().signal;

test("so many are asked about at a time, and new ones get every second turn", async () => {
  const begun = await readOrder(2, [
    ...["a", "b", "c", "d", "e"].map((name) => ({ name, isFirst: false })),
    ...["new-1", "new-2", "new-3"].map((name) => ({ name, isFirst: true })),
  ]);

  expect(begun).toEqual({
    atOnce: ["a", "b"],
    later: ["new-1", "c", "new-2", "d", "new-3", "e"],
  });
});

test("origins have their turns one after the other, whatever number waits of one", async () => {
  const begun = await readOrder(1, [
    ...["a1", "a2", "a3", "a4"].map((name) => ({ name, origin: "a" })),
    ...["b1", "b2"].map((name) => ({ name, origin: "b" })),
  ]);

  expect(begun).toEqual({ atOnce: ["a1"], later: ["a2", "b1", "a3", "b2", "a4"] });
});

test("who leaves is in no line any more, though no turn comes", async () => {
  const turns = createAskingTurns(1);
  const answer = Promise.withResolvers<void>();
  const order: string[] = [];
  const slow = turns.take(toAsker({}), () => answer.promise);
  const leaving = new AbortController();
  const left = ["waits", "comes-too-late"].map((name) => {
    if (name === "comes-too-late") leaving.abort();
    return turns.take(toAsker({ signal: leaving.signal }), async () => order.push(name));
  });
  const next = turns.take(toAsker({}), async () => order.push("next"));

  expect(await Promise.all(left)).toEqual([undefined, undefined]);
  answer.resolve();
  await Promise.all([slow, next]);
  expect(order).toEqual(["next"]);
});

type Named = Partial<Asker> & { readonly name: string };

/** Each answer comes when the one before has let the next begin. */
async function readOrder(maxAtOnce: number, askers: readonly Named[]) {
  const turns: AskingTurns = createAskingTurns(maxAtOnce);
  const answers: (() => void)[] = [];
  const order: string[] = [];
  const asks = askers.map(({ name, ...asker }) =>
    turns.take(toAsker(asker), async () => {
      order.push(name);
      await new Promise<void>((resolve) => answers.push(resolve));
    }),
  );
  const atOnce = [...order];
  while (answers.length > 0) {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asks);
  return { atOnce, later: order.slice(atOnce.length) };
}

function toAsker(asker: Partial<Asker>): Asker {
  return { origin: "here", isFirst: false, signal: STAYS, ...asker };
}
