/** Asks the rules about each observation, and makes findings of what they flag. */
import type {
  GuardEventOf,
  Policy,
  Response,
  RuleSetting,
  Severity,
} from "../../protocol/index.ts";
import type { Microseconds, Observation, ProcessRef } from "../observation.ts";
import { toEvidence } from "./evidence.ts";
import type { Actor } from "./facts/actor.ts";
import type { KeptFacts } from "./facts/run-facts.ts";
import { createFindingLedger, type LedgerEntry } from "./finding-ledger.ts";
import { createRepeatedWrites } from "./repeated-writes.ts";
import type { Flagged, Rule } from "./rule.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createWaitingPackets } from "./waiting-packets.ts";

/** A finding without when and how often. */
type FindingBody = Omit<
  GuardEventOf<"finding">,
  "seq" | "observedAt" | "count" | "firstSeen" | "lastSeen"
>;

/** A finding as its maker knows it. Told again with the same id when its count has gone up. */
export interface Finding extends FindingBody {
  readonly count: number;
  readonly firstSeen: Microseconds;
  readonly lastSeen: Microseconds;
}

export interface ResponseRequest {
  readonly response: Response;
  readonly process: ProcessRef | undefined;
  readonly rule: string;
  readonly severity: Severity;
  /** By the kernel's program. */
  readonly alreadyKilled: boolean;
}

export interface ResponseResult {
  readonly done: Response;
  /** Why it is not what was asked for. */
  readonly reason?: string;
}

export interface RuleEngineOptions {
  readonly rules: readonly Rule[];
  readonly settings: Policy["rules"];
  readonly facts: KeptFacts;
  readonly respond: (request: ResponseRequest) => ResponseResult;
  readonly tell: (finding: Finding, at: Microseconds) => void;
}

/** What another part of the agent found out for a rule. */
export interface FlaggedElsewhere extends Pick<
  Flagged,
  "message" | "subject" | "evidence" | "severity"
> {
  readonly rule: string;
  readonly at: Microseconds;
  readonly process: { readonly id: string; readonly pid: number } | null;
  readonly times: number;
}

export interface RuleEngine {
  observe(observation: Observation): void;
  flag(flagged: FlaggedElsewhere): void;
  review(occasion: "second" | "end", at: Microseconds): void;
  /** Tells of findings whose count went up. */
  flush(): void;
}

/** A hundred different ones of a rule are more than anybody reads. */
const MAX_FINDINGS_OF_RULE = 100;
const MAX_REPEATED_FILES = 1_024;
/** Some 200 bytes each. */
const PACKET_BOUNDS = { maxPackets: 1_024, maxPlaces: 4_096 };

export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  const { settings, facts } = options;
  const rules = options.rules.filter(({ id }) => settings[id] !== "off");
  const subscriptions = createSubscriptions(rules);
  const findings = createFindings(options);
  const repeated = createRepeatedWrites({ maxFiles: MAX_REPEATED_FILES });
  const packets = createWaitingPackets(PACKET_BOUNDS);

  /** Returns whether any rule flagged it. */
  const ask = (observation: Observation): boolean => {
    let isFlagged = false;
    subscriptions.ask(observation, facts, (rule, flagged, actor) => {
      isFlagged = true;
      findings.add(rule, flagged, { at: observation.at, actor, times: 1 });
    });
    return isFlagged;
  };
  return {
    observe(observation) {
      if (repeated.isOne(observation) || packets.takes(observation)) return;
      facts.note(observation);
      const isHarmless = !ask(observation);
      facts.noteAfter(observation);
      if (isHarmless) repeated.noteHarmless(observation);
    },
    flag({ rule: id, process, at, times, ...flagged }) {
      const rule = rules.find((one) => one.id === id);
      if (rule === undefined) return;
      const actor = process === null ? undefined : facts.actors.lastWithPid(process.pid);
      const isSame = actor !== undefined && actor.id === process?.id;
      findings.add(rule, flagged, {
        at,
        actor: isSame ? actor : undefined,
        processId: process?.id,
        times,
      });
    },
    review(occasion, at) {
      facts.noteReview(at, occasion);
      for (const packet of packets.release(occasion === "end" ? "all" : "old", at)) ask(packet);
      for (const rule of rules) {
        for (const flagged of rule.review?.(facts, occasion) ?? []) {
          findings.add(rule, flagged, { at, actor: undefined, times: 1 });
        }
      }
    },
    flush: () => findings.flush(),
  };
}

interface Occasion {
  readonly at: Microseconds;
  readonly actor: Actor | undefined;
  /** Of one that no rule heard of. */
  readonly processId?: string | undefined;
  readonly times: number;
}

/** Each is told when it is new, and again when it was seen more often. */
function createFindings({
  settings,
  respond,
  tell,
}: Pick<RuleEngineOptions, "settings" | "respond" | "tell">) {
  const ledger = createFindingLedger({ maxOfRule: MAX_FINDINGS_OF_RULE });
  const told = new Map<LedgerEntry, FindingBody>();
  return {
    add(rule: Rule, flagged: Flagged, occasion: Occasion): void {
      const { at, times } = occasion;
      const actor = flagged.actor === undefined ? occasion.actor : (flagged.actor ?? undefined);
      const gravity = toGravity(rule, flagged, settings[rule.id]);
      const subject = `${gravity.severity}\0${toSubject(flagged, actor)}`;
      const { status, entry } = ledger.note({ rule: rule.id, subject, at, times });
      // Also of what is known: each process that does it is another one to kill.
      const result = respond({
        ...gravity,
        process: actor?.ref,
        rule: rule.id,
        alreadyKilled: flagged.killed ?? false,
      });
      if (status === "known") return;
      const body: FindingBody = {
        ...toRuleMembers(rule),
        id: entry.id,
        severity: gravity.severity,
        process: actor?.id ?? occasion.processId ?? null,
        message: status === "overflow" ? toOverflow(flagged.message) : flagged.message,
        evidence: {
          ...toEvidence(rule, flagged, actor),
          ...(result.reason !== undefined && { notDone: result.reason }),
        },
        response: result.done,
      };
      told.set(entry, body);
      tell({ ...body, count: times, firstSeen: at, lastSeen: at }, at);
    },
    flush(): void {
      for (const entry of ledger.takeRisen()) {
        const body = told.get(entry);
        const { count, firstSeen, lastSeen } = entry;
        if (body) tell({ ...body, count, firstSeen, lastSeen }, lastSeen);
      }
    },
  };
}

/** The same program in the same step doing the same to the same is the same, whichever process it was; one that is graver is another. */
function toSubject({ subject }: Flagged, actor: Actor | undefined): string {
  return `${actor?.step?.step ?? ""}\0${actor?.program?.executable ?? ""}\0${subject}`;
}

/** Policy's word is the last one. */
function toGravity(rule: Rule, flagged: Flagged, setting: RuleSetting | undefined) {
  const set = setting === undefined || setting === "off" ? {} : setting;
  return {
    severity: set.severity ?? flagged.severity ?? rule.severity,
    response: set.response ?? flagged.response ?? rule.response,
  };
}

function toRuleMembers({ id, title, techniques: [technique] }: Rule) {
  return {
    kind: "finding" as const,
    rule: { id, name: title },
    ...(technique !== undefined && { technique }),
  };
}

function toOverflow(message: string): string {
  return `there are more than ${MAX_FINDINGS_OF_RULE} different findings of this rule, and the rest is counted here: ${message}`;
}
