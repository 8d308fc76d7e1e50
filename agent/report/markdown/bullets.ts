import { toProse } from "../escape/escape-markdown.ts";
import { formatCount } from "../summary/formats.ts";
import type { Block } from "./block.ts";

/** Reasons and losses have a handful of names; more would be a mistake or an attack. */
const MAX_BULLETS = 20;
/** Longer than any sentence of ours with a path in it. */
const MAX_CHARACTERS = 400;

export interface Bullet {
  /** A sentence, unescaped. */
  readonly text: string;
  readonly mark?: "⚠️" | "❌";
}

/** A list of sentences, with the number of those that found no room. */
export function toBullets(bullets: readonly Bullet[]): Block {
  return (budget) => {
    if (bullets.length === 0 || !budget.take(`\n${toRemainder(bullets.length)}`)) return "";
    const lines: string[] = [];
    for (const { text, mark } of bullets.slice(0, MAX_BULLETS)) {
      const line = `- ${mark === undefined ? "" : `${mark} `}${toProse(text, MAX_CHARACTERS)}\n`;
      if (!budget.take(line)) break;
      lines.push(line);
    }
    const more = bullets.length - lines.length;
    return `\n${lines.join("")}${more === 0 ? "" : toRemainder(more)}`;
  };
}

function toRemainder(count: number): string {
  return `- … and ${formatCount(count)} more in the JSON report\n`;
}
