import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** What people read at a tag, by where it is in the checkout. Decisions, runbooks and schemas are in the tag's parent. */
const PAGES = ["SECURITY.md", "docs/*.md", "docs/getting-started/*.md", "docs/rules/*.md"];
/** The checkout's own tells of programs that a tag does not have. */
const FRONT_PAGE = "action/README.md";
const FILES = ["LICENSE", "action.yml"];

/**
 * Copies what a tag has beside what is built. A link of a page leads to what is there too, or is its text alone.
 *
 * @param {string} root
 * @param {string} tree
 */
export function writeTagPages(root, tree) {
  /** @type {Map<string, string>} */
  const places = new Map([[FRONT_PAGE, "README.md"]]);
  for (const path of [...FILES, ...globSync(PAGES, { cwd: root })]) places.set(path, path);
  for (const [from, to] of places) {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    if (!from.endsWith(".md")) cpSync(join(root, from), join(tree, to));
    else
      writeFileSync(
        join(tree, to),
        moveLinks(readFileSync(join(root, from), "utf8"), from, places),
      );
  }
}

/**
 * @param {string} text
 * @param {string} from
 * @param {ReadonlyMap<string, string>} places
 */
function moveLinks(text, from, places) {
  const to = places.get(from) ?? from;
  return text.replaceAll(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, words, target) => {
    if (/^(?:[a-z]+:|#)/.test(target)) return link;
    const [file, anchor] = target.split("#");
    const place = places.get(join(dirname(from), file));
    if (place === undefined) return words;
    return `[${words}](${relative(dirname(to), place)}${anchor === undefined ? "" : `#${anchor}`})`;
  });
}
