import { expect, test } from "vitest";

import { createRedactingOutput } from "../../../../agent/commands/guarding/redacting-output.ts";

const redaction = { redactText: (text: string) => text.replaceAll("hunter2secret", "MASKED") };

function start() {
  const written: string[] = [];
  const output = createRedactingOutput({
    write: (text) => written.push(text),
    isTTY: true,
    columns: 77,
  });
  return { output, written };
}

test("nothing gets out before there is a redaction, and all of it after", () => {
  const { output, written } = start();
  output.write("a hunter2");
  output.write("secret\n");

  expect(written).toEqual([]);
  expect(output.isHolding).toBe(true);
  output.start(redaction);
  output.write("another hunter2secret\n");
  expect(written).toEqual(["a MASKED\n", "another MASKED\n"]);
  expect(output.isHolding).toBe(false);
});

test("it is a terminal where the output is one", () => {
  expect(start().output).toMatchObject({ isTTY: true, columns: 77 });
});
