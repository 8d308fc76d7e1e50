import type { Nodes, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** As GitHub's parser takes it apart. */
function readPage(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

const PAGE_BYTES = 1_048_576;

export const RULES_URL = "https://github.com/acme/runner-guard/blob/v1/docs/rules";

/** What is wrong with a page, in words; nothing where all that it does is ours. */
export function findHarmInPage(markdown: string, maxBytes = PAGE_BYTES): string[] {
  const root = readPage(markdown);
  return [
    ...(INVISIBLE.test(markdown.replaceAll("⚠\ufe0f", "")) ? ["an invisible character"] : []),
    ...(Buffer.byteLength(markdown) > maxBytes ? ["too long"] : []),
    ...findHarm(root),
    ...findLooseEnds(root),
  ];
}

/** Anything but visible characters, plain spaces and our own line breaks. */
const INVISIBLE = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/** What GitHub would make more of than text: links, mentions, pictures, formulas. */
const ACTS = /[<>@[\]$\\`~*]|(?<!\w)_|_(?!\w)|:\/\/|www\.|#\d|:[\w+-]+:/;

function findHarm(node: Nodes): string[] {
  switch (node.type) {
    case "text":
      return ACTS.test(node.value) ? [`text that acts: ${node.value}`] : [];
    case "inlineCode":
      return [];
    case "code":
      return node.lang === "yaml" ? [] : [`code as ${node.lang}`];
    case "html":
      return OUR_TAGS.test(node.value) ? [] : [`HTML: ${node.value}`];
    case "link":
      return [
        ...(node.url.startsWith(`${RULES_URL}/`) ? [] : [`a link to ${node.url}`]),
        ...node.children.flatMap(findHarm),
      ];
    case "table": {
      const [head, ...rows] = node.children;
      return [
        ...(rows.length === 0 ? ["a table without rows"] : []),
        ...rows
          .filter((row) => row.children.length !== head?.children.length)
          .map((row) => `a row of ${row.children.length} cells`),
        ...node.children.flatMap(findHarm),
      ];
    }
    case "heading":
      return [
        ...(OUR_HEADINGS.test(toText(node)) ? [] : [`a heading: ${toText(node)}`]),
        ...node.children.flatMap(findHarm),
      ];
    case "root":
    case "paragraph":
    case "strong":
    case "list":
    case "listItem":
    case "tableRow":
    case "tableCell":
      return node.children.flatMap(findHarm);
    case "blockquote":
    case "break":
    case "definition":
    case "delete":
    case "emphasis":
    case "footnoteDefinition":
    case "footnoteReference":
    case "image":
    case "imageReference":
    case "linkReference":
    case "thematicBreak":
    case "yaml":
      break;
  }
  return [`a ${node.type}`];
}

const OUR_TAGS = /^(?:<details>\n<summary>[\w ,:]+<\/summary>|<\/details>)$/;

const OUR_HEADINGS =
  /^(?:(?:🔴|⚠\ufe0f|✅) Runner Guard(?: in|:) [\w ,():]+|Forbidden|Findings|Secrets found and masked|Not seen, or not as asked for)$/u;

/** Every fold that begins ends, and none is inside of another. */
function findLooseEnds({ children }: Root): string[] {
  const tags = children.flatMap((node) => (node.type === "html" ? node.value.slice(0, 3) : []));
  const isPaired = tags.every((tag, index) => tag === (index % 2 === 0 ? "<de" : "</d"));
  return isPaired && tags.length % 2 === 0 ? [] : [`tags ${tags.join(" ")}`];
}

function toText(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(toText).join("") : "";
}
