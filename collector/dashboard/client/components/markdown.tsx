import type { ComponentChildren } from "preact";

interface MarkdownProps {
  readonly text: string;
}

interface Block {
  readonly kind: "heading" | "paragraph" | "item" | "code" | "table";
  readonly text: string;
}

/** What runbooks are written in, and no more of it: all that it makes is text within known elements. */
export function Markdown({ text }: MarkdownProps) {
  return (
    <div class="markdown">
      {toBlocks(text).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block: { kind, text } }: { readonly block: Block }) {
  switch (kind) {
    case "heading":
      return <h3>{toInline(text)}</h3>;
    case "code":
    case "table":
      return <pre tabIndex={0}>{text}</pre>;
    case "item":
      return <p class="item">{toInline(text)}</p>;
    case "paragraph":
  }
  return <p>{toInline(text)}</p>;
}

function toBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let isCode = false;
  const end = (): void => {
    if (lines.length > 0) blocks.push(toBlock(lines));
    lines = [];
  };
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) {
      if (isCode) blocks.push({ kind: "code", text: lines.join("\n") });
      else end();
      if (isCode) lines = [];
      isCode = !isCode;
    } else if (isCode) lines.push(line);
    else if (line.trim() === "") end();
    else {
      if (/^(?:#|[-*] |\d+\. )/.test(line)) end();
      lines.push(line);
      if (line.startsWith("#")) end();
    }
  }
  end();
  return blocks.filter(({ text: of }) => of !== "");
}

function toBlock(lines: readonly string[]): Block {
  const [first = ""] = lines;
  if (first.startsWith("|")) return { kind: "table", text: lines.join("\n") };
  const text = lines.map((line) => line.trim()).join(" ");
  if (first.startsWith("#")) return { kind: "heading", text: text.replace(/^#+\s*/, "") };
  if (/^(?:[-*] |\d+\. )/.test(first)) return { kind: "item", text: text.replace(/^[-*] /, "• ") };
  return { kind: "paragraph", text: text.replace(LEAD, "") };
}

const PARTS = /`([^`]+)`|\*\*([^*]+)\*\*|\b_([^_]+)_\b|\[([^\]]+)\]\([^)]*\)/g;
/** A sentence that does nothing but lead to another page of the documents, which is not here. */
const LEAD = /(?:^|\s+)\[[^\]]+\]\([^)]*\)\.?$/;

/** Of other links the words stay. */
function toInline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    const [whole, code, strong, stressed, link] = found;
    parts.push(text.slice(at, found.index));
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (strong !== undefined) parts.push(<strong>{strong}</strong>);
    else if (stressed !== undefined) parts.push(<em>{stressed}</em>);
    else parts.push(link);
    at = found.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
