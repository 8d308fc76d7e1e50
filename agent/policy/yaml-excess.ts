import { CST, Lexer } from "yaml";

import { toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";

export interface YamlBounds {
  /** What the text should be: `a policy`. */
  readonly noun: string;
  /** How deep such a text goes, for whoever has gone deeper: `four`. */
  readonly levels: string;
  /** Composing costs up to 9 µs a token, so 100,000 of them stay below a second. */
  readonly maxTokens: number;
  /** The composer recurses for each level. */
  readonly maxNesting: number;
  /** Each block level takes a column at least. */
  readonly maxIndentation: number;
  readonly maxAnchors: number;
  readonly maxAliases: number;
  /** In double quotes; each that is wrong is an error of its own to the composer. */
  readonly maxEscapes: number;
}

interface Seen {
  offset: number;
  tokens: number;
  flowDepth: number;
  /** Columns of indentation and the `-` and `?` in this line: no fewer than the block levels it stands in. */
  blockDepth: number;
  atLineStart: boolean;
  /** A comma here would have nothing before it; each of them would be an error of its own to the composer. */
  expectsEntry: boolean;
  /** The lexer announces plain and block text, which may begin with any sign and means none of them. */
  isText: boolean;
  escapes: number;
  aliases: number;
  readonly anchors: Set<string>;
}

/**
 * Looks over a text, token by token, for what would cost too much to compose or has no place in it. The first
 * such thing ends it, so that its own cost is bounded by the length of the text.
 */
export function findYamlExcess(text: string, bounds: YamlBounds): Problem | undefined {
  const seen: Seen = {
    offset: 0,
    tokens: 0,
    flowDepth: 0,
    blockDepth: 0,
    atLineStart: true,
    expectsEntry: false,
    isText: false,
    escapes: 0,
    aliases: 0,
    anchors: new Set(),
  };
  for (const token of new Lexer().lex(text)) {
    const message = describeExcess(token, seen, bounds);
    if (message !== undefined) return { offset: seen.offset, message };
    if (!isMarker(token)) seen.offset += token.length;
  }
  return undefined;
}

function describeExcess(token: string, seen: Seen, bounds: YamlBounds): string | undefined {
  seen.tokens += 1;
  if (seen.tokens > bounds.maxTokens) {
    return `is too long: ${bounds.noun} may have ${bounds.maxTokens} words and marks, and this is one more`;
  }
  const type = seen.isText ? "scalar" : CST.tokenType(token);
  seen.isText = token === CST.SCALAR;
  const isStrayComma = type === "comma" && seen.expectsEntry;
  followNesting(type, token, seen);
  if (seen.flowDepth > bounds.maxNesting || seen.blockDepth > bounds.maxIndentation) {
    return `is nested too deep here: ${bounds.noun} has ${bounds.levels} levels`;
  }
  if (isStrayComma) return "has a comma with nothing before it: remove it";
  return describeUse(type, token, { seen, bounds });
}

/** Signs that are YAML and have no place in such a text, or only a small one. */
function describeUse(
  type: CST.TokenType | null,
  token: string,
  { seen, bounds }: { readonly seen: Seen; readonly bounds: YamlBounds },
): string | undefined {
  if (seen.flowDepth < 0) {
    return `has ${token} with nothing that it closes: remove it, or put the text in quotes`;
  }
  if (type === "directive-line") {
    return "has a YAML directive: remove this line, for YAML 1.2 is what is read";
  }
  if (type === "tag") {
    return `has the YAML tag ${toQuoted(token)}: remove it, for tags are not read`;
  }
  if (type === "anchor") return describeAnchor(token, seen, bounds);
  if (type === "alias") return describeAlias(token, seen, bounds);
  if (type !== "double-quoted-scalar") return undefined;
  seen.escapes += token.split("\\").length - 1;
  return seen.escapes > bounds.maxEscapes
    ? `has more than ${bounds.maxEscapes} \\ escapes`
    : undefined;
}

function describeAnchor(token: string, seen: Seen, bounds: YamlBounds): string | undefined {
  seen.anchors.add(token.slice(1));
  if (seen.anchors.size <= bounds.maxAnchors) return undefined;
  return `has more than ${bounds.maxAnchors} YAML anchors: write out what they stand for`;
}

/** Someone who forgets the quotes round a wildcard has written an alias, as YAML has it. */
function describeAlias(token: string, seen: Seen, bounds: YamlBounds): string | undefined {
  if (!seen.anchors.has(token.slice(1))) {
    return `needs quotes, because YAML takes what begins with * for an alias: write ${toQuoted(token)}`;
  }
  seen.aliases += 1;
  if (seen.aliases <= bounds.maxAliases) return undefined;
  return `has more than ${bounds.maxAliases} YAML aliases: write out what they stand for`;
}

function followNesting(type: CST.TokenType | null, token: string, seen: Seen): void {
  if (type !== "space" && type !== "newline" && type !== "comment") {
    seen.expectsEntry = type === "comma" || type === "flow-seq-start" || type === "flow-map-start";
  }
  if (type === "newline") {
    seen.atLineStart = true;
    seen.blockDepth = 0;
    return;
  }
  if (type === "space" && seen.atLineStart) seen.blockDepth += token.length;
  if (type === "seq-item-ind" || type === "explicit-key-ind") seen.blockDepth += 1;
  if (type === "flow-seq-start" || type === "flow-map-start") seen.flowDepth += 1;
  if (type === "flow-seq-end" || type === "flow-map-end") seen.flowDepth -= 1;
  seen.atLineStart = false;
}

/** The lexer marks documents and plain scalars with a control character that the text does not have. */
function isMarker(token: string): boolean {
  return token === CST.DOCUMENT || token === CST.SCALAR || token === CST.FLOW_END;
}
