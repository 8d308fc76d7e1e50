/** What a page is made of: pieces that are there whole or not at all, each with its own line breaks. */
import type { ByteBudget } from "./byte-budget.ts";

/** Writes what there is to say into what room there is; nothing where there is nothing to say, or no room. */
export type Block = (budget: ByteBudget) => string;

/** Under a heading that everybody sees. */
export function toSection(title: string, blocks: readonly Block[]): Block {
  return framed(`\n### ${title}\n`, blocks, "");
}

/** Folded, for who wants to know more. `title` is HTML of ours. */
export function toDetails(title: string, blocks: readonly Block[]): Block {
  return framed(`\n<details>\n<summary>${title}</summary>\n`, blocks, "\n</details>\n");
}

/** The frame is not written without content. */
function framed(start: string, blocks: readonly Block[], end: string): Block {
  return (budget) => {
    if (!budget.take(`${start}${end}`)) return "";
    const content = blocks.map((block) => block(budget)).join("");
    return content === "" ? "" : `${start}${content}${end}`;
  };
}

/** A paragraph of ours, or out of `toCodeSpan` and `toProse`. */
export function toParagraph(markdown: string): Block {
  return (budget) => {
    const paragraph = `\n${markdown}\n`;
    return markdown !== "" && budget.take(paragraph) ? paragraph : "";
  };
}
