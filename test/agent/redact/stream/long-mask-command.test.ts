import { expect, it } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";

it("a mask command hides its line however long it is, and nothing behind it", () => {
  const shown: Buffer[] = [];
  const stream = createRedaction().openStream({ emit: (bytes) => shown.push(Buffer.from(bytes)) });

  stream.write(Buffer.from(`::add-mask::${"plain words ".repeat(50_000)}\nnext line\n`));
  stream.end();

  expect(Buffer.concat(shown).toString()).toBe("::add-mask::***\nnext line\n");
});
