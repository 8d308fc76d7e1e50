import { expect, test } from "vitest";

import { readStored } from "../../../collector/ingest/read-stored.ts";

test.for([
  ["is no zstd any more", { encoding: "zstd", text: "{}\n" }],
  ["has another number of lines than was taken", { encoding: "identity", text: "{}\n{}\n" }],
] as const)("content that %s is the disk's fault, and not that of who asks", ([, stored]) => {
  const { encoding, text } = stored;
  const read = () => readStored({ firstSeq: 1, count: 1, encoding, content: Buffer.from(text) });

  expect(read).toThrow(expect.objectContaining({ code: "storage-failed" }));
});
