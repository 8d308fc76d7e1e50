import { type Report, reportSchema } from "../../../protocol/index.ts";
import { AgentError } from "../../errors.ts";
import { toPrintable, toPrintablePath } from "../printable.ts";
import { readFileWithin } from "../read-file-within.ts";
import { valueAt } from "../value-at.ts";

/** Twice what a report can grow to: 16 million characters of text, each of which JSON may write in six. */
const MAX_REPORT_BYTES = 201_326_592;
const AGAIN = "make a new one with runner-guard run --report";

/** Throws AgentError `usage` for one that cannot be read or is none, with what to do about it. */
export function readReport(path: string): Report {
  if (path === "") throw new AgentError("usage", "A report has an empty name: give a path.");
  const read = readFileWithin(path, {
    maxBytes: MAX_REPORT_BYTES,
    noun: "a report",
    describeSize: (bytes) =>
      `is larger than 192 MiB (${bytes} bytes or more), and no report of the guard's is: ${AGAIN}`,
  });
  if (!("bytes" in read)) throw refuse(path, read.refusal, read.cause);
  return toReport(path, parseJson(path, read.bytes));
}

function parseJson(path: string, bytes: Buffer): unknown {
  if (bytes.length === 0) throw refuse(path, `is empty: ${AGAIN}`);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw refuse(path, `is no JSON, and a report is what --report wrote: ${AGAIN}`, cause);
  }
}

function toReport(path: string, value: unknown): Report {
  const version = valueAt(value, ["version"]);
  if (valueAt(value, ["run"]) === undefined || version === undefined) {
    throw refuse(path, `is JSON and no report: ${AGAIN}`);
  }
  if (version !== 1) {
    const written = toPrintable(JSON.stringify(version), 40);
    throw refuse(path, `is a report of version ${written}, and this guard reads 1: ${AGAIN}`);
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = toPrintable(issue?.path.map(String).join(".") ?? "", 100);
  throw refuse(path, `is not as this guard writes reports (at ${place}), older perhaps: ${AGAIN}`);
}

function refuse(path: string, reason: string, cause?: unknown): AgentError {
  return new AgentError("usage", `Report ${toPrintablePath(path)} ${reason}.`, { cause });
}
