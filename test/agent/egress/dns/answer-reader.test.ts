import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createAnswerReader } from "../../../../agent/egress/dns/answer-reader.ts";
import { toFrame } from "../../../../agent/egress/dns/tcp-frame.ts";

test("messages come out as they went in, wherever the stream is cut", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 });
  const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });

  fc.assert(
    fc.property(messages, cuts, (sent, sizes) => {
      const received: number[][] = [];
      const reader = createAnswerReader((message) => void received.push([...message]));
      let stream = Buffer.concat(sent.map(toFrame));
      for (let count = 0; stream.length > 0; count += 1) {
        const size = sizes[count % sizes.length] ?? 1;
        reader.push(stream.subarray(0, size));
        stream = stream.subarray(size);
      }
      expect(received).toEqual(sent.map((message) => [...message]));
    }),
  );
});

test("the largest message fits", () => {
  const received: number[] = [];
  const reader = createAnswerReader((message) => void received.push(message.length));

  reader.push(toFrame(new Uint8Array(65_535)));

  expect(received).toEqual([65_535]);
});
