import { toSentences } from "./markdown/sentences.ts";

/** The page of a job that no report tells of. */
export function renderUnguarded(reasons: readonly string[], maxBytes: number): string {
  const page = `## ⚠️ Runner Guard: this job was not guarded, or nobody knows how\n\n${toSentences(reasons, "- ")}`;
  return Buffer.byteLength(page) <= maxBytes ? page : "";
}
