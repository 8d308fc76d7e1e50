/** The capabilities that the image's test proves are those that users are told to give. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const CHECKOUT = join(import.meta.dirname, "../../..");
const { agent }: { agent: string[] } = JSON.parse(read("deploy/image/capabilities.json"));

test.each(["docs/privileges.md", "docs/block-mode.md"])(
  "%s gives a pod's guard the set",
  (path) => {
    expect(read(path)).toContain(`drop: [ALL]\n          add: [${agent.join(", ")}]`);
  },
);

test.each(["docs/image.md", "docs/privileges.md"])("%s gives Docker's guard the set", (path) => {
  const [options = ""] = /docker run (?:[^`]*?\\\n)*?[^`]*?--cap-add KILL/.exec(read(path)) ?? [];

  expect([...options.matchAll(/--cap-add (\w+)/g)].map(([, name]) => name)).toEqual(agent);
});

function read(path: string): string {
  return readFileSync(join(CHECKOUT, path), "utf8");
}
