import { isCollection, isMap, isNode, isPair, isScalar, parseDocument, visit } from "yaml";
import type { Document, YAMLMap } from "yaml";

import { toPrintable, toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { findYamlExcess } from "./yaml-excess.ts";
import type { YamlBounds } from "./yaml-excess.ts";

/** A text's plain values, and where in the text each of them stands. */
export interface PolicyDocument {
  readonly value: unknown;
  /** Of the value at this path, or of the nearest one around it that is there. */
  offsetOf(path: readonly PropertyKey[]): number;
  /** Of a key in the mapping at this path. */
  offsetOfKey(path: readonly PropertyKey[], key: string): number;
}

export interface DocumentBounds extends YamlBounds {
  /** Aliases of aliases: how many nodes they may stand for together. */
  readonly maxAliasCount: number;
}

/** `-`, space, word and line end make some five tokens for an entry: room for 10,000 entries and their comments. */
const BOUNDS: DocumentBounds = {
  noun: "a policy",
  levels: "four",
  maxTokens: 100_000,
  maxNesting: 16,
  maxIndentation: 128,
  maxAnchors: 16,
  maxAliases: 64,
  maxEscapes: 10_000,
  maxAliasCount: 100,
};

/** YAML 1.2 and so JSON too, without tags, merge keys and directives. The text is bounded by the caller. */
export function parsePolicyDocument(text: string): PolicyDocument | Problem {
  return parseBoundedYaml(text, BOUNDS);
}

/** The same of another text than a policy. */
export function parseBoundedYaml(text: string, bounds: DocumentBounds): PolicyDocument | Problem {
  const excess = findYamlExcess(text, bounds);
  if (excess !== undefined) return excess;
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // The library compares each key with all before it; `findBadKey` takes one pass.
    uniqueKeys: false,
    prettyErrors: false,
    // "silent" would have a second document pass unnoticed.
    logLevel: "error",
  });
  const problem = findSyntaxProblem(document, text) ?? findBadKey(document);
  return problem ?? toPolicyDocument(document, bounds);
}

function findSyntaxProblem({ errors }: Document, text: string): Problem | undefined {
  const [error] = errors;
  if (error === undefined) return undefined;
  const offset = error.pos[0];
  if (error.code === "MULTIPLE_DOCS") {
    return { offset, message: "has a second document: keep one, and remove the --- between them" };
  }
  const address = unquotedAddressBefore(text, offset);
  const advice = address === undefined ? toPrintable(error.message) : `write ${toQuoted(address)}`;
  return { offset, message: `is not YAML: ${advice}` };
}

/** YAML takes `[2001:db8::]/32:443` without quotes for a list with something behind it. */
function unquotedAddressBefore(text: string, offset: number): string | undefined {
  const start = Math.max(text.lastIndexOf("\n", offset - 1) + 1, offset - 200);
  const line = /^[^\r\n]*/.exec(text.slice(start, offset + 200))?.[0] ?? "";
  return /\[[0-9a-f:.]*:[0-9a-f:.]*\][^\s,\]}#]+/i.exec(line)?.[0];
}

function findBadKey(document: Document): Problem | undefined {
  let problem: Problem | undefined;
  visit(document, {
    Map(_, map) {
      problem = badKeyOf(map);
      return problem === undefined ? undefined : visit.BREAK;
    },
  });
  return problem;
}

function badKeyOf(map: YAMLMap): Problem | undefined {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    const name = toKeyText(key);
    // No key of ours, and one that the schema's record would pass over in silence.
    if (name === "__proto__") {
      return { offset: startOf(key) ?? 0, message: `has the key ${name}, which nothing here has` };
    }
    if (seen.has(name)) {
      return {
        offset: startOf(key) ?? 0,
        message: `has the key ${toQuoted(name)} a second time: put both parts under one`,
      };
    }
    seen.add(name);
  }
  return undefined;
}

function toPolicyDocument(
  document: Document.Parsed,
  { maxAliasCount }: DocumentBounds,
): PolicyDocument | Problem {
  const value = toPlainValue(document, maxAliasCount);
  if (value === undefined) {
    return { offset: 0, message: "has YAML aliases that stand for too much: write it out" };
  }
  return {
    value: value.plain,
    offsetOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const offset = startOf(document.getIn(path.slice(0, length), true));
        if (offset !== undefined) return offset;
      }
      return startOf(document.contents) ?? 0;
    },
    offsetOfKey(path, key) {
      const map = path.length === 0 ? document.contents : document.getIn(path, true);
      const pair = isMap(map) ? map.items.find((item) => toKeyText(item.key) === key) : undefined;
      return startOf(pair?.key) ?? startOf(map) ?? 0;
    },
  };
}

function toPlainValue(
  document: Document,
  maxAliasCount: number,
): { readonly plain: unknown } | undefined {
  try {
    return { plain: document.toJS({ maxAliasCount }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function toKeyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  if (isPair(node)) return startOf(node.key);
  if (!isNode(node)) return undefined;
  const start = node.range?.[0];
  if (start !== undefined || !isCollection(node)) return start;
  return startOf(node.items[0]);
}
