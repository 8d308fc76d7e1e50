import type { DnsQuestion, Visit } from "./messages.ts";

export interface WorldRecord {
  visit(visit: Omit<Visit, "at">): void;
  question(question: Omit<DnsQuestion, "at">): void;
  readonly visits: readonly Visit[];
  readonly questions: readonly DnsQuestion[];
  forget(): void;
}

/** Tests look at tens, attacks that flood at thousands. */
const MAX_ENTRIES = 50_000;

export function createWorldRecord(): WorldRecord {
  const visits: Visit[] = [];
  const questions: DnsQuestion[] = [];
  return {
    visit(visit) {
      if (visits.length < MAX_ENTRIES) visits.push({ at: Date.now(), ...visit });
    },
    question(question) {
      if (questions.length < MAX_ENTRIES) questions.push({ at: Date.now(), ...question });
    },
    visits,
    questions,
    forget() {
      visits.length = 0;
      questions.length = 0;
    },
  };
}
