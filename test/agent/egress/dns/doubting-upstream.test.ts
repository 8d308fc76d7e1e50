import { expect, test } from "vitest";

import type {
  UpstreamAnswer,
  UpstreamQuestion,
} from "../../../../agent/egress/dns/dns-upstream.ts";
import { createDoubtingUpstream } from "../../../../agent/egress/dns/doubting-upstream.ts";

const QUESTION: UpstreamQuestion = {
  name: "github.test",
  type: 1,
  class: 1,
  dnssec: false,
  checkingDisabled: false,
};
const ANSWER: UpstreamAnswer = { status: "answered", message: new Uint8Array(12) };

function doubting(options: { isEnforced?: boolean; onAsk?: (world: World) => void } = {}) {
  const world: World = { doubt: undefined, doubts: 0, asked: 0 };
  const upstream = createDoubtingUpstream(
    {
      async ask() {
        world.asked += 1;
        options.onAsk?.(world);
        return Promise.resolve(ANSWER);
      },
      [Symbol.dispose]: () => undefined,
    },
    {
      trust: {
        findDoubt: () => world.doubt,
        get doubts() {
          return world.doubts;
        },
      },
      isEnforced: () => options.isEnforced ?? true,
    },
  );
  return { world, ask: () => upstream.ask(QUESTION) };
}

interface World {
  doubt: string | undefined;
  doubts: number;
  asked: number;
}

test("a resolver that nobody doubts is believed", async () => {
  expect(await doubting().ask()).toBe(ANSWER);
});

test("one that is doubted is not even asked", async () => {
  const { world, ask } = doubting();
  world.doubt = "it is somebody else";

  expect(await ask()).toEqual({ status: "failed", reason: "it is somebody else" });
  expect(world.asked).toBe(0);
});

test("an answer is not believed where doubt came up meanwhile", async () => {
  const { ask } = doubting({ onAsk: (world) => (world.doubt = "it is somebody else") });

  expect(await ask()).toEqual({ status: "failed", reason: "it is somebody else" });
});

test("nor where it came up and is over", async () => {
  const { ask } = doubting({ onAsk: (world) => (world.doubts += 1) });

  expect(await ask()).toMatchObject({ status: "failed" });
});

test("in audit mode everything is believed", async () => {
  const { world, ask } = doubting({ isEnforced: false });
  world.doubt = "it is somebody else";

  expect(await ask()).toBe(ANSWER);
});
