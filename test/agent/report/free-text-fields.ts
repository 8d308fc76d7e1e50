import { type Report, reportSchema } from "../../../protocol/report.ts";

/** Where a text stands in a report: names of members and places in lists. */
type Path = readonly (string | number)[];

/**
 * Every place of `report` that takes any text at all: those where the schema still accepts the report with an arbitrary text
 * put there. A field that is added to the protocol later is found here without being named.
 */
export function findFreeTextFields(report: Report): Path[] {
  return findTexts(report, []).filter(
    (path) => reportSchema.safeParse(replaceAt(report, path, "any text")).success,
  );
}

/** A copy of the report with `text` at that place. */
export function withText(report: Report, path: Path, text: string): Report {
  return reportSchema.parse(replaceAt(report, path, text));
}

/** A copy of the report with `text` at all of these places. */
export function withTextEverywhere(report: Report, paths: readonly Path[], text: string): Report {
  return reportSchema.parse(
    paths.reduce<unknown>((changed, path) => replaceAt(changed, path, text), report),
  );
}

function findTexts(value: unknown, path: Path): Path[] {
  if (typeof value === "string") return [path];
  if (Array.isArray(value)) {
    return value.flatMap((member: unknown, index) => findTexts(member, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    findTexts(member, [...path, name]),
  );
}

function replaceAt(value: unknown, [first, ...rest]: Path, text: string): unknown {
  if (first === undefined) return text;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) =>
      index === first ? replaceAt(member, rest, text) : member,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      name === first ? replaceAt(member, rest, text) : member,
    ]),
  );
}
