/** Obeys commands one after the other, keeps what came of each, and tells the collector until it has heard. */
import {
  type CommandAnswer,
  COMMAND_LIMITS,
  type KillBody,
  killBodySchema,
  type PolicyBody,
  policyBodySchema,
  type SignedCommand,
} from "../../../protocol/index.ts";
import { toErrorText } from "../../errors.ts";
import {
  type CommandJournal,
  type CommandRecord,
  type Outcome,
  toRecordOf,
} from "./command-journal.ts";

export type Obeyed = Pick<Outcome, "state" | "reason">;

/** What the guard does. Neither is to reject. */
export interface CommandHandlers {
  kill(order: KillBody): Promise<Obeyed>;
  tighten(order: Pick<PolicyBody, "tighten" | "by" | "reason">): Promise<Obeyed>;
}

export interface ObedienceOptions {
  readonly runId: string;
  readonly handlers: CommandHandlers;
  readonly journal: CommandJournal;
  /** Resolves to whether the collector has heard, or never will want to. Does not reject. */
  readonly tell: (number: number, answer: CommandAnswer) => Promise<boolean>;
  /** The collector has not heard: it will send the command again when it is asked again. */
  readonly onUnheard: () => void;
}

export interface Obedience {
  /** The last number that was taken. */
  readonly taken: number;
  /** The last one whose outcome the collector has. */
  readonly settled: number;
  /** False: too many wait. */
  take(command: SignedCommand): boolean;
  /** It was taken before: what came of it is told again. */
  repeat(command: SignedCommand): void;
  /** Resolves when nothing waits, neither to be obeyed nor to be told. */
  settle(): Promise<void>;
}

/** A command may take seconds; what is behind these comes again. */
const MAX_WAITING = 32;
/** Whoever asks for older ones has lost its memory. */
const MAX_OUTCOMES = 64;
/** As many as can be asked for at the control socket, of the greatest length. */
const MAX_TIGHTENED_CHARACTERS = 1_048_576;
/** Answers: two for each command. What is not told is asked for again. */
const MAX_UNTOLD = 128;

export function createObedience(options: ObedienceOptions): Obedience {
  const { runId, handlers, journal, tell, onUnheard } = options;
  let record: CommandRecord = toRecordOf(runId, journal.record);
  let { taken } = record;
  let waiting = 0;
  let work = Promise.resolve();
  let untold = 0;
  let telling = Promise.resolve();

  const keep = (changes: Partial<CommandRecord>): void => {
    record = { ...record, ...changes };
    try {
      journal.write(record);
    } catch {
      // A full disk keeps nobody from obeying; what is in memory holds as long as the guard does.
    }
  };
  /** Apart from the work: nobody is to wait for a collector that does not hear. */
  const tellLater = (number: number, answer: CommandAnswer): void => {
    if (untold >= MAX_UNTOLD) return;
    untold += 1;
    telling = tellAfter(telling, number, answer);
  };
  const tellAfter = async (
    before: Promise<void>,
    number: number,
    answer: CommandAnswer,
  ): Promise<void> => {
    await before;
    const isHeard = await tell(number, answer);
    untold -= 1;
    if (!isHeard) onUnheard();
    // In their order: what was not heard of comes again.
    else if (answer.state !== "delivered" && number === record.settled + 1)
      keep({ settled: number });
  };
  const tellOutcome = ({ number, state, reason }: Outcome): void =>
    tellLater(number, { state, ...(reason !== undefined && { reason }) });
  const obey = async (command: SignedCommand): Promise<void> => {
    const { number, mac } = command;
    tellLater(number, { state: "delivered" });
    const { state, reason } = await decide(command);
    const outcome: Outcome = {
      number,
      mac,
      state,
      ...(reason !== undefined && { reason: reason.slice(0, COMMAND_LIMITS.maxReasonCharacters) }),
    };
    const outcomes = [...record.outcomes, outcome].slice(-MAX_OUTCOMES);
    keep({ taken: number, outcomes });
    tellOutcome(outcome);
  };
  const decide = async ({ kind, body }: SignedCommand): Promise<Obeyed> => {
    try {
      if (kind === "kill") return await handlers.kill(killBodySchema.parse(JSON.parse(body)));
      if (kind === "policy") return await tighten(policyBodySchema.parse(JSON.parse(body)));
      return { state: "refused", reason: "this agent does not know such a command" };
    } catch (error) {
      return { state: "refused", reason: toErrorText(error) };
    }
  };
  const tighten = async (order: PolicyBody): Promise<Obeyed> => {
    const tightened = [...record.tightened, order.tighten];
    if (JSON.stringify(tightened).length > MAX_TIGHTENED_CHARACTERS) {
      return { state: "refused", reason: "the guard was told to tighten as much as it can keep" };
    }
    const obeyed = await handlers.tighten(order);
    if (obeyed.state === "obeyed") keep({ tightened });
    return obeyed;
  };
  return {
    get taken() {
      return taken;
    },
    get settled() {
      return record.settled;
    },
    take(command) {
      if (waiting >= MAX_WAITING) return false;
      taken = command.number;
      waiting += 1;
      work = work
        .then(() => obey(command))
        .finally(() => {
          waiting -= 1;
        });
      return true;
    },
    repeat({ number, mac }) {
      const outcome = record.outcomes.find((one) => one.number === number);
      // It is being obeyed: what comes of it will be told.
      if (number > record.taken) return;
      if (outcome?.mac === mac) return tellOutcome(outcome);
      const reason =
        outcome === undefined
          ? "what came of it is not known any more"
          : "another command had this number";
      tellLater(number, { state: "refused", reason });
    },
    async settle() {
      await work;
      await telling;
    },
  };
}
