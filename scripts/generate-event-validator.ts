/**
 * Writes collector/ingest/event-fault.ts from the zod schema of events: straight-line code that says what is wrong with one, about
 * ten times as fast as the schema itself. agent/report/report-fault.ts is the same for reports, and collector/ingest/scan/event-shapes.ts
 * what the scanner knows of events. With --check it writes nothing and exits 1 when a file is out of date.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import type {
  ScannedMember,
  ScannedObject,
  ScannedShape,
} from "../collector/ingest/scan/scanned-shape.ts";
import { SCANNED_KINDS } from "../collector/ingest/scan/scanned-shape.ts";
import {
  guardEventSchema,
  processIdSchema,
  reportSchema,
  timestampSchema,
} from "../protocol/index.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EVENT_VALIDATOR = "collector/ingest/event-fault.ts";
const REPORT_VALIDATOR = "agent/report/report-fault.ts";
const SHAPES = "collector/ingest/scan/event-shapes.ts";
const FORMATTER = "node_modules/oxfmt/bin/oxfmt";

/** What `z.toJSONSchema` writes of the shapes that events have. */
interface Shape {
  readonly type?: string;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Shape;
  readonly additionalProperties?: Shape | boolean;
}

/** Functions of the file, by the shape that they check: shapes that are alike share one. */
class Functions {
  readonly #names = new Map<string, string>();
  readonly texts: string[] = [];

  /** The name of the function that checks this. */
  nameOf(shape: Shape, wish: string, write: (name: string) => string): string {
    const key = JSON.stringify(shape);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const taken = new Set(this.#names.values());
    let name = wish;
    for (let number = 2; taken.has(name); number += 1) name = `${wish}${number}`;
    this.#names.set(key, name);
    this.texts.push(write(name));
    return name;
  }
}

export function generateEventValidator(): string {
  const schema = toShape(guardEventSchema);
  const functions = new Functions();
  const cases = (schema.oneOf ?? []).map((shape) => {
    const kind = shape.properties?.["kind"]?.const ?? "";
    const name = toObjectFunction(shape, `inEvent${toPascal(String(kind))}`, functions);
    return `case ${JSON.stringify(kind)}: return ${name}(event);`;
  });
  return `/** Written by scripts/generate-event-validator.ts from protocol/events.ts: \`npm run schema\` writes it anew. */

/** What is wrong with it as an event of the guard's; undefined where nothing is. Members that no schema knows are let pass. */
export function findEventFault(event: unknown): string | undefined {
  if (!isObject(event)) return "it is no JSON object";
  switch (event["kind"]) {
    ${cases.join("\n    ")}
    default: return "kind: none that is known";
  }
}

${functions.texts.join("\n\n")}

${IS_OBJECT}`;
}

export function generateReportValidator(): string {
  const schema = toShape(reportSchema);
  const functions = new Functions();
  const name = toObjectFunction(schema, "inReport", functions);
  const version = JSON.stringify(schema.properties?.["version"]?.const);
  return `/** Written by scripts/generate-event-validator.ts from protocol/report.ts: \`npm run schema\` writes it anew. */

/** What is wrong with it as a report; undefined where nothing is. Members that no schema knows are let pass. */
export function findReportFault(report: unknown): string | undefined {
  if (!isObject(report)) return "it is no JSON object";
  if (report["version"] !== ${version}) return "version: not ${version}";
  return ${name}(report);
}

${functions.texts.join("\n\n")}

${IS_OBJECT}`;
}

const IS_OBJECT = `function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
`;

/** What every event begins with: the scanner reads it by itself. */
const ENVELOPE: readonly string[] = ["seq", "observedAt", "kind"];

export function generateEventShapes(): string {
  const patterns: Readonly<Record<string, ScannedShape["type"]>> = {
    [toShape(timestampSchema).pattern ?? ""]: "timestamp",
    [toShape(processIdSchema).pattern ?? ""]: "process-id",
  };
  const toScanned = (shape: Shape): ScannedShape => {
    const nullable = toNullable(shape);
    return nullable === undefined
      ? toScannedShape(shape, patterns, toScanned)
      : { isNullable: true, ...toScannedShape(nullable, patterns, toScanned) };
  };
  const kinds = SCANNED_KINDS.map((kind) => {
    const event = toShape(guardEventSchema).oneOf?.find(
      ({ properties }) => properties?.["kind"]?.const === kind,
    );
    const { members } = toScannedObject(event ?? {}, toScanned);
    const rest = members.filter(({ name }) => !ENVELOPE.includes(name));
    return [kind, { type: "object", members: rest }] as const;
  });
  const shared = nameRepeated(kinds.flatMap(([, { members }]) => members));
  const constants = [...shared].map(([shape, name]) => `const ${name}: ScannedShape = ${shape};`);
  return `/** Written by scripts/generate-event-validator.ts from protocol/events.ts: \`npm run schema\` writes it anew. */
import type { ScannedKind, ScannedObject, ScannedShape } from "./scanned-shape.ts";

${constants.join("\n")}

/** Without the members that every event begins with. */
export const EVENT_SHAPES: Readonly<Record<ScannedKind, ScannedObject>> = ${toText(Object.fromEntries(kinds), shared)};
`;
}

/** Lists of words and objects that more than one member has, as JSON, with a name after all of these. */
function nameRepeated(members: readonly ScannedMember[]): ReadonlyMap<string, string> {
  const shared = members.filter(({ of }) => of.type === "word" || of.type === "object");
  const byShape = Object.groupBy(shared, ({ of }) => JSON.stringify(of));
  const repeated = Object.entries(byShape).filter(([, having = []]) => having.length > 1);
  return new Map(
    repeated.map(([shape, having = []]) => {
      const names = new Set(having.map(({ name }) => name.toUpperCase()));
      return [shape, `OF_${[...names].join("_")}`];
    }),
  );
}

/** JSON, but for shapes that have a name. */
function toText(value: unknown, names: ReadonlyMap<string, string>): string {
  const text = JSON.stringify(value);
  const name = names.get(text);
  if (name !== undefined) return name;
  if (Array.isArray(value)) return `[${value.map((item) => toText(item, names)).join(",")}]`;
  if (typeof value !== "object" || value === null) return text;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${toText(member, names)}`,
  );
  return `{${members.join(",")}}`;
}

function toScannedShape(
  shape: Shape,
  patterns: Readonly<Record<string, ScannedShape["type"]>>,
  toScanned: (inside: Shape) => ScannedShape,
): ScannedShape {
  const { pattern, minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER } = shape;
  switch (shape.type ?? "") {
    case "string": {
      if (shape.enum !== undefined) return { type: "word", words: shape.enum };
      const type = pattern === undefined ? "text" : patterns[pattern];
      if (type === "text" || type === "timestamp" || type === "process-id") return { type };
      throw new Error(`the scanner knows no text of the form ${pattern}`);
    }
    case "integer": {
      const min = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
      return {
        type: "integer",
        ...(min !== undefined && min !== Number.MIN_SAFE_INTEGER && { min }),
        ...(maximum !== Number.MAX_SAFE_INTEGER && { max: maximum }),
      };
    }
    case "boolean":
      return { type: "flag" };
    case "array":
      return { type: "list", of: toScanned(shape.items ?? {}) };
    case "object":
      return shape.properties === undefined
        ? toScannedRecord(shape, toScanned)
        : toScannedObject(shape, toScanned);
    default:
      throw new Error(`a shape that the scanner does not know: ${JSON.stringify(shape)}`);
  }
}

function toScannedRecord(
  { propertyNames, additionalProperties: of }: Shape,
  toScanned: (inside: Shape) => ScannedShape,
): ScannedShape {
  const names = propertyNames?.enum;
  if (names !== undefined && typeof of === "object")
    return { type: "record", names, of: toScanned(of) };
  throw new Error("the scanner knows no record of any names and values");
}

function toScannedObject(
  { properties = {}, required = [] }: Shape,
  toScanned: (inside: Shape) => ScannedShape,
): ScannedObject {
  const members = Object.entries(properties)
    .filter(([, of]) => of.const === undefined)
    .map(([name, of]) => ({ name, isRequired: required.includes(name), of: toScanned(of) }));
  return { type: "object", members };
}

function toShape(schema: z.ZodType): Shape {
  return JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { target: "draft-2020-12", io: "output" })),
  );
}

function toObjectFunction(shape: Shape, wish: string, functions: Functions): string {
  return functions.nameOf(shape, wish, (name) => {
    const checks = Object.entries(shape.properties ?? {})
      .filter(([, member]) => member.const === undefined)
      .map(([member, of]) => {
        const isRequired = shape.required?.includes(member) ?? false;
        return toMemberCheck({ member, of, isRequired }, toPascal(member), functions);
      });
    return `function ${name}(value: Readonly<Record<string, unknown>>): string | undefined {
  ${checks.filter(Boolean).join("\n  ")}
  return undefined;
}`;
  });
}

interface Member {
  readonly member: string;
  readonly of: Shape;
  readonly isRequired: boolean;
}

function toMemberCheck(
  { member, of, isRequired }: Member,
  wish: string,
  functions: Functions,
): string {
  if (of.type === undefined && of.anyOf === undefined) return "";
  const check = toCheck(of, { value: "it", place: member, wish }, functions);
  const body = isRequired ? check : `if (it !== undefined) { ${check} }`;
  return `{ const it = value[${JSON.stringify(member)}]; ${body} }`;
}

interface Checked {
  /** The expression that has the value. */
  readonly value: string;
  /** Of the member, for the message. */
  readonly place: string;
  readonly wish: string;
}

/** Statements that return what is wrong. */
function toCheck(shape: Shape, { value, place, wish }: Checked, functions: Functions): string {
  const nullable = toNullable(shape);
  if (nullable !== undefined) {
    return `if (${value} !== null) { ${toCheck(nullable, { value, place, wish }, functions)} }`;
  }
  const fault = (text: string): string => `return ${JSON.stringify(`${place}: ${text}`)};`;
  switch (shape.type ?? "") {
    case "string":
      return toStringCheck(shape, value, fault);
    case "integer":
    case "number":
      return `if (${toNumberTest(shape, value)}) ${fault(describeNumber(shape))}`;
    case "boolean":
      return `if (typeof ${value} !== "boolean") ${fault("neither true nor false")}`;
    case "array": {
      const item = toCheck(
        shape.items ?? {},
        { value: "item", place: `${place}[]`, wish: toSingular(wish) },
        functions,
      );
      return `if (!Array.isArray(${value})) ${fault("no list")} for (const item of ${value}) { ${item} }`;
    }
    case "object":
      return shape.properties === undefined
        ? toRecordCheck(shape, { value, place, wish }, functions)
        : `if (!isObject(${value})) ${fault("no object")}
  { const fault = ${toObjectFunction(shape, `in${wish}`, functions)}(${value}); if (fault !== undefined) return \`${place}.\${fault}\`; }`;
    default:
      throw new Error(
        `${place}: a shape that the generator does not know: ${JSON.stringify(shape)}`,
      );
  }
}

function toNullable({ anyOf, type, ...rest }: Shape): Shape | undefined {
  if (Array.isArray(type)) return { ...rest, type: type.find((one) => one !== "null") };
  const [one, other, ...more] = anyOf ?? [];
  return other?.type === "null" && more.length === 0 ? one : undefined;
}

function toStringCheck(shape: Shape, value: string, fault: (text: string) => string): string {
  if (shape.enum !== undefined) {
    const test = shape.enum.map((one) => `${value} !== ${JSON.stringify(one)}`).join(" && ");
    return `if (${test}) ${fault(`none of ${shape.enum.join(", ")}`)}`;
  }
  const isMatched =
    shape.pattern === undefined
      ? ""
      : ` || !/${shape.pattern.replaceAll("/", String.raw`\/`)}/.test(${value})`;
  const what = shape.pattern === undefined ? "no text" : "no text of the form that it has to have";
  return `if (typeof ${value} !== "string"${isMatched}) ${fault(what)}`;
}

function toNumberTest(shape: Shape, value: string): string {
  const { minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER } = shape;
  const test = shape.type === "integer" ? "Number.isSafeInteger" : "Number.isFinite";
  return [
    `typeof ${value} !== "number"`,
    `!${test}(${value})`,
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER
      ? []
      : [`${value} < ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`${value} <= ${exclusiveMinimum}`]),
    ...(maximum === Number.MAX_SAFE_INTEGER ? [] : [`${value} > ${maximum}`]),
  ].join(" || ");
}

function describeNumber({ type, minimum, exclusiveMinimum, maximum }: Shape): string {
  const kind = type === "integer" ? "no whole number" : "no number";
  if (exclusiveMinimum !== undefined) return `${kind} above ${exclusiveMinimum}`;
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER) return kind;
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  return `${kind} from ${minimum}${isOpen ? " up" : ` to ${maximum}`}`;
}

function toRecordCheck(
  shape: Shape,
  { value, place, wish }: Checked,
  functions: Functions,
): string {
  const isObject = `if (!isObject(${value})) return ${JSON.stringify(`${place}: no object`)};`;
  const names = shape.propertyNames?.enum;
  const values = typeof shape.additionalProperties === "object" ? shape.additionalProperties : {};
  if (names === undefined && values.type === undefined) return isObject;
  const nameCheck =
    names === undefined
      ? ""
      : toStringCheck(
          { enum: names },
          "name",
          (text) => `return ${JSON.stringify(`${place}: a member that is ${text}`)};`,
        );
  const check =
    values.type === undefined
      ? ""
      : toCheck(values, { value: "one", place: `${place}.*`, wish: `${wish}Member` }, functions);
  const each =
    nameCheck === ""
      ? `const one of Object.values(${value})`
      : `const [name, one] of Object.entries(${value})`;
  return `${isObject} for (${each}) { ${nameCheck} ${check} }`;
}

function toPascal(name: string): string {
  return name
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

function toSingular(name: string): string {
  return name.endsWith("s") ? name.slice(0, -1) : `${name}Item`;
}

/** As the repository's formatter has it. */
function format(path: string, text: string): string {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [FORMATTER, `--stdin-filepath=${path}`],
    { cwd: ROOT, input: text, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the formatter refused what was written: ${stderr}`);
  return stdout;
}

/** Gives back the exit status. */
function run(isCheck: boolean): number {
  const texts = [
    [EVENT_VALIDATOR, generateEventValidator()],
    [REPORT_VALIDATOR, generateReportValidator()],
    [SHAPES, generateEventShapes()],
  ] as const;
  const stale = texts
    .map(([path, text]) => ({ path, text: format(path, text) }))
    .filter(({ path, text }) => readIfThere(`${ROOT}/${path}`) !== text);
  for (const { path, text } of stale) {
    if (isCheck) process.stderr.write(`${path} is out of date: run npm run schema\n`);
    else writeFileSync(`${ROOT}/${path}`, text);
  }
  return isCheck && stale.length > 0 ? 1 : 0;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes("--check"));
}
