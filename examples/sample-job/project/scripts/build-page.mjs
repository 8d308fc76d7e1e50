/** Turns one page of plain text into HTML and packs it: build-page.mjs NAME */
import { readFile, rename, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

const page = process.argv[2] ?? "";
const [title, ...paragraphs] = (await readFile(`pages/${page}`, "utf8")).trim().split("\n\n");
const html = `<h1>${title}</h1>\n${paragraphs.map((text) => `<p>${text}</p>`).join("\n")}\n`;
const target = `dist/${basename(page, ".txt")}.html.gz`;

await writeFile(`${target}.new`, gzipSync(html));
await rename(`${target}.new`, target);
process.stdout.write(`${page}: ${html.length} bytes of HTML\n`);
