import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toKinship } from "../../../../agent/egress/dns/upstream-answer.ts";
import {
  isLetter,
  toAskedQuestion,
  toWireQuestion,
} from "../../../../agent/egress/dns/upstream-question.ts";
import { createRandomBytes } from "../../../../agent/egress/dns/upstream-random.ts";

const asked = ask("registry.npmjs.org");
const TYPE_AND_CLASS_BYTES = 4;

describe("the answer to a question", () => {
  test("is known for one", () => {
    expect(toKinship(toAnswer(), asked)).toBe("answer");
  });

  test("is none with any other bit in its id, kind or question, but for the case of a letter", () => {
    const positions = [0, 1, 2, 4, 5];
    for (let at = 12; at < asked.questionEnd; at += 1) positions.push(at);
    for (const at of positions) {
      for (let bit = 1; bit < 256; bit *= 2) {
        // The low bits of the third byte are flags: authoritative, truncated, recursion desired.
        if (at === 2 && bit < 8) continue;
        const message = toAnswer();
        message[at] = (message[at] ?? 0) ^ bit;
        const isCase = at >= 12 && at < asked.questionEnd - TYPE_AND_CLASS_BYTES && bit === 0x20;
        const isFolded = isCase && isLetter(asked.message[at] ?? 0);
        expect(toKinship(message, asked), `byte ${at}, bit ${bit}`).toBe(
          isFolded ? "folded" : "foreign",
        );
      }
    }
  });

  test("is none when it ends before its question does", () => {
    for (let length = 0; length < asked.questionEnd; length += 1) {
      expect(toKinship(toAnswer().subarray(0, length), asked)).toBe("foreign");
    }
  });

  test("is not to be had by chance", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(["foreign", "bare"]).toContain(toKinship(bytes, asked));
      }),
    );
  });
});

describe("a question", () => {
  test("differs from another one for the same name in its letters' case alone", () => {
    const random = createRandomBytes();
    const names = new Set<string>();
    for (let count = 0; count < 50; count += 1) {
      const { message, questionEnd } = ask("registry.npmjs.org", random);
      const name = Buffer.from(message.subarray(12, questionEnd)).toString("latin1");
      names.add(name);
      expect(name.toLowerCase()).toBe("\u0008registry\u0005npmjs\u0003org\0\0\u0001\0\u0001");
    }
    expect(names.size).toBeGreaterThan(40);
  });

  test("takes its random bytes from whoever gives them", () => {
    const random = createRandomBytes((bytes) => void bytes.fill(0xff));

    const { message } = ask("a-b.c", random);

    expect(Buffer.from(message.subarray(13, 18)).toString()).toBe("A-B\u0001C");
  });

  test("is not made of what does not fit the wire", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 70 })), (labels) => {
        const question = toWireQuestion(toQuestion(labels.join(".")));
        expect(question?.wireName.length ?? 0).toBeLessThanOrEqual(255);
      }),
    );
  });
});

function ask(name: string, mixCase?: ReturnType<typeof createRandomBytes>) {
  const question = toWireQuestion(toQuestion(name));
  if (question === undefined) throw new Error(`cannot ask for ${name}`);
  const form = { id: 0x1234, hasEdns: true };
  return toAskedQuestion(question, mixCase === undefined ? form : { ...form, mixCase });
}

function toQuestion(name: string) {
  return { name, type: 1, class: 1, dnssec: false, checkingDisabled: false };
}

function toAnswer(): Uint8Array {
  const message = Uint8Array.from(asked.message);
  message[2] = 0x81;
  return message;
}
