import { toParagraph } from "./markdown/block.ts";
import { toBullets } from "./markdown/bullets.ts";
import { createByteBudget } from "./markdown/byte-budget.ts";

/** The page of a job that no report tells of. */
export function renderUnguarded(reasons: readonly string[], maxBytes: number): string {
  const budget = createByteBudget(maxBytes);
  const blocks = [
    toParagraph("## 🔴 Runner Guard: no report, so nobody knows what this job did"),
    toBullets(reasons.map((text) => ({ text, mark: "⚠️" }))),
  ];
  return blocks.map((block) => block(budget)).join("");
}
