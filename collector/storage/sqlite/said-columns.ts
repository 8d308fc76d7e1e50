/** What operators have said of a finding, as columns beside it. */
import { z } from "zod";

import type { SaidOfFinding } from "../../stores/run-queries.ts";

/** Of `findings`. Whoever asks which are open joins the same. */
export const SAID_JOINS = `
  JOIN runs ON runs.id = findings.run
  LEFT JOIN acknowledgements a ON a.run = findings.run AND a.finding = findings.id
  LEFT JOIN suppressions s
    ON s.tenant = findings.tenant AND s.job_key = runs.job_key AND s.rule = findings.rule AND s.message = findings.message`;
export const SAID_COLUMNS = `
  a.role AS a_role, a.token AS a_token, a.owner AS a_owner, a.reason AS a_reason, a.at AS a_at,
  s.role AS s_role, s.token AS s_token, s.owner AS s_owner, s.reason AS s_reason, s.at AS s_at, s.until AS s_until`;

const text = z.string().nullable();
export const saidRowSchema = z.object({
  a_role: text,
  a_token: text,
  a_owner: text,
  a_reason: text,
  a_at: z.int().nullable(),
  s_role: text,
  s_token: text,
  s_owner: text,
  s_reason: text,
  s_at: z.int().nullable(),
  s_until: z.int().nullable(),
});

export function toSaid(row: z.infer<typeof saidRowSchema>): Omit<SaidOfFinding, "id"> {
  const { s_until: until } = row;
  const suppressed = toAnswerableOrNull({
    role: row.s_role,
    token: row.s_token,
    owner: row.s_owner,
    reason: row.s_reason,
    at: row.s_at,
  });
  return {
    acknowledged: toAnswerableOrNull({
      role: row.a_role,
      token: row.a_token,
      owner: row.a_owner,
      reason: row.a_reason,
      at: row.a_at,
    }),
    suppressed: suppressed === null || until === null ? null : { ...suppressed, until },
  };
}

interface MaybeAnswerable {
  readonly role: string | null;
  readonly token: string | null;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly at: number | null;
}

function toAnswerableOrNull({ role, token, owner, reason, at }: MaybeAnswerable) {
  if (role === null || token === null || owner === null || reason === null || at === null) {
    return null;
  }
  return { role, token, owner, reason, at };
}
