import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createCountedStream } from "../../../../agent/commands/redact/counted-stream.ts";
import { createUnmaskedStream } from "./unmasked-stream.ts";

test("bytes and lines are those of the input, however it comes", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "ü") });

  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.boolean())), (pieces) => {
      const { stream, emitted } = createUnmaskedStream();
      const counted = createCountedStream(stream);
      for (const [text, isWritten] of pieces) {
        const bytes = Buffer.from(text);
        if (isWritten) counted.write(bytes);
        else {
          counted.room().set(bytes);
          counted.filled(bytes.length);
        }
      }
      counted.end();

      const whole = pieces.map(([text]) => text).join("");
      const lines = whole.split("\n").length - (whole.endsWith("\n") || whole === "" ? 1 : 0);
      expect(emitted()).toBe(whole);
      expect({ bytes: counted.bytes, lines: counted.lines }).toEqual({
        bytes: Buffer.byteLength(whole),
        lines,
      });
    }),
  );
});
