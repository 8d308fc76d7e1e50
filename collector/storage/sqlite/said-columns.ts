/** What operators have said of a finding, as columns beside it. */
import { z } from "zod";

import type { Answerable, SaidOfFinding } from "../../stores/run-queries.ts";

/** Of `findings`. Whoever asks which are open joins the same. */
export const SAID_JOINS = `
  JOIN runs ON runs.id = findings.run
  LEFT JOIN acknowledgements a ON a.run = findings.run AND a.finding = findings.id
  LEFT JOIN suppressions s
    ON s.tenant = findings.tenant AND s.job_key = runs.job_key AND s.rule = findings.rule AND s.message = findings.message
  LEFT JOIN expectations e
    ON e.tenant = findings.tenant AND e.job_key = runs.job_key AND e.rule = findings.rule AND e.message = findings.message
    AND findings.first_seen <= e.found_by`;
export const SAID_COLUMNS = `
  a.role AS a_role, a.token AS a_token, a.owner AS a_owner, a.reason AS a_reason, a.at AS a_at,
  s.role AS s_role, s.token AS s_token, s.owner AS s_owner, s.reason AS s_reason, s.at AS s_at, s.until AS s_until`;
/** Of a finding that is part of its job's baseline since. */
export const EXPECTED_COLUMNS =
  "e.role AS e_role, e.token AS e_token, e.owner AS e_owner, e.reason AS e_reason, e.at AS e_at";

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

export const expectedRowSchema = z.object({
  e_role: text,
  e_token: text,
  e_owner: text,
  e_reason: text,
  e_at: z.int().nullable(),
});

export function toExpected(row: z.infer<typeof expectedRowSchema>): Answerable | null {
  const { e_role: role, e_token: token, e_owner: owner, e_reason: reason, e_at: at } = row;
  return toAnswerableOrNull({ role, token, owner, reason, at });
}

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
