import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { CHECKS } from "../../../agent/posture/check-list.ts";

const document = readFileSync(new URL("../../../docs/posture.md", import.meta.url), "utf8");
const paragraphs = document.split("\n\n").map((text) => text.replaceAll("\n", " ").trim());

test.each(CHECKS)("docs/posture.md says of $id what the doctor says", (check) => {
  const { id, title, severity, why, mend } = check;

  expect(paragraphs).toEqual(
    expect.arrayContaining([`### \`${id}\`: ${title}`, `${severity}. ${why}`, `To mend: ${mend}.`]),
  );
});

test("docs/posture.md explains no check that there is not", () => {
  const ids = [...document.matchAll(/^### `([^`]+)`/gm)].map(([, id]) => id);

  expect(ids).toEqual(CHECKS.map(({ id }) => id));
});
