import type { Report } from "../../../protocol/report.ts";

/** A secret that was masked, in one kind of place. Text is the job's, unescaped. */
export interface SecretRow {
  /** The variable or file it is from; else what it looks like. */
  readonly what: string;
  readonly where: string;
  readonly fingerprint: string;
  /** Others could read it: it stood in the job's output or log. */
  readonly isPrinted: boolean;
  readonly advice: string;
  readonly count: number;
}

/** Printed ones first, otherwise in the order they were found. */
export function toSecretRows({ secrets }: Report): SecretRow[] {
  return secrets.found
    .map(toRow)
    .toSorted((one, other) => Number(other.isPrinted) - Number(one.isPrinted));
}

function toRow(found: Report["secrets"]["found"][number]): SecretRow {
  const { rule, fingerprint, where, encodings, line, source, step, count } = found;
  const isPrinted = line !== undefined;
  const place = [
    isPrinted ? `${where}, line ${line}` : where,
    ...(step && !where.includes(step.step) ? [`step ${step.step}`] : []),
    ...(encodings.length === 0 ? [] : [`as ${encodings.join(" in ")}`]),
  ].join(", ");
  return {
    what: source === undefined ? rule : `${source} (${rule})`,
    where: place,
    fingerprint,
    isPrinted,
    advice: isPrinted ? "revoke it" : toAdvice(where),
    count,
  };
}

/** Every process of the machine can read what another one was started with. */
function toAdvice(where: string): string {
  return where.startsWith("arguments of ") ? "hand it over by variable or file" : "";
}
