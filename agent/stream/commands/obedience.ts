/**
 * Obeys commands one after the other, but for kills, which wait for nothing but kills; keeps what came of each, and tells the collector
 * until it has heard.
 */
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
  /** The last one whose outcome the collector has, as it has those of all before. */
  readonly settled: number;
  /** False: too much waits. */
  take(command: SignedCommand): boolean;
  /** It was taken before: what came of it is told again. */
  repeat(command: SignedCommand): void;
  /** What is wanted of every such run: in its turn with commands, and in force again after a restart as these are. */
  tighten(order: PolicyBody): Promise<Obeyed>;
  /** Resolves when nothing waits, neither to be obeyed nor to be told. */
  settle(): Promise<void>;
}

/** A command may take seconds, and a kill comes behind all that was asked before it. What is more than this comes again. */
const MAX_WAITING = { commands: COMMAND_LIMITS.maxCommands, characters: 8_388_608 };
/** Whoever asks for older ones has lost its memory. */
const MAX_OUTCOMES = 64;
/** Eight commands of the greatest length: the journal is written whole with each. */
const MAX_TIGHTENED_CHARACTERS = 1_048_576;
/** Answers. What is not told is asked for again. */
const MAX_UNTOLD = 128;

export function createObedience(options: ObedienceOptions): Obedience {
  const { runId, handlers, journal, tell, onUnheard } = options;
  let record: CommandRecord = toRecordOf(runId, journal.record);
  let { taken } = record;
  const underWay = new Map<number, SignedCommand>();
  let waitingCharacters = 0;
  const [kills, others] = [createLane(), createLane()];
  let untold = 0;
  let hasLeftOut = false;
  const telling = createLane();
  /** Behind one that the collector has not heard of. */
  const heard = new Set<number>();

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
    if (untold >= MAX_UNTOLD) {
      hasLeftOut ||= answer.state !== "delivered";
      return;
    }
    untold += 1;
    telling.add(async () => {
      const isHeard = await tell(number, answer);
      untold -= 1;
      if (isHeard && answer.state !== "delivered") noteHeard(number);
      if (isHeard && !(hasLeftOut && untold === 0)) return;
      hasLeftOut = false;
      onUnheard();
    });
  };
  /** In their order: what was not heard of comes again, and all behind it. */
  const noteHeard = (number: number): void => {
    if (number > record.settled) heard.add(number);
    let { settled } = record;
    while (heard.delete(settled + 1)) settled += 1;
    if (settled !== record.settled) keep({ settled });
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
    keep(withOutcome(record, outcome));
    underWay.delete(number);
    waitingCharacters -= command.body.length;
    tellOutcome(outcome);
  };
  const decide = async ({ kind, body }: SignedCommand): Promise<Obeyed> => {
    try {
      if (kind === "kill") return await handlers.kill(killBodySchema.parse(JSON.parse(body)));
      if (kind === "policy") return await obeyPolicy(policyBodySchema.parse(JSON.parse(body)));
      return { state: "refused", reason: "this agent does not know such a command" };
    } catch (error) {
      return { state: "refused", reason: toErrorText(error) };
    }
  };
  const obeyPolicy = async (order: PolicyBody): Promise<Obeyed> => {
    const tightened = withOne(record.tightened, order.tighten);
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
      const { number, kind, body } = command;
      if (underWay.size >= MAX_WAITING.commands) return false;
      if (waitingCharacters + body.length > MAX_WAITING.characters) return false;
      taken = number;
      // Before the guard was killed and started again it had overtaken another one.
      if (record.outcomes.some((one) => one.number === number)) {
        repeat(command);
        return true;
      }
      underWay.set(number, command);
      waitingCharacters += body.length;
      (kind === "kill" ? kills : others).add(() => obey(command));
      return true;
    },
    repeat,
    async tighten(order) {
      const { promise, resolve } = Promise.withResolvers<Obeyed>();
      others.add(async () => {
        try {
          resolve(await obeyPolicy(order));
        } catch (error) {
          resolve({ state: "refused", reason: toErrorText(error) });
        }
      });
      return promise;
    },
    async settle() {
      await Promise.all([kills.settle(), others.settle()]);
      await telling.settle();
    },
  };

  function repeat({ number, mac }: SignedCommand): void {
    // What comes of it will be told.
    if (underWay.has(number)) return;
    const outcome = record.outcomes.find((one) => one.number === number);
    if (outcome?.mac === mac) return tellOutcome(outcome);
    const reason =
      outcome === undefined
        ? "what came of it is not known any more"
        : "another command had this number";
    tellLater(number, { state: "refused", reason });
  }
}

type Tightened = CommandRecord["tightened"];

/** What is wanted of every run comes again with each start of the guard. */
function withOne(tightened: Tightened, one: Tightened[number]): Tightened {
  const text = JSON.stringify(one);
  return tightened.some((other) => JSON.stringify(other) === text)
    ? tightened
    : [...tightened, one];
}

/** One that overtook others is kept until these are taken, or it would be obeyed again after a restart. */
function withOutcome(
  { taken, outcomes }: CommandRecord,
  outcome: Outcome,
): Pick<CommandRecord, "taken" | "outcomes"> {
  const known = [...outcomes, outcome];
  const numbers = new Set(known.map(({ number }) => number));
  let last = taken;
  while (numbers.has(last + 1)) last += 1;
  const isAhead = ({ number }: Outcome): boolean => number > last;
  const rest = known.filter((one) => !isAhead(one)).slice(-MAX_OUTCOMES);
  return { taken: last, outcomes: [...rest, ...known.filter(isAhead)] };
}

interface Lane {
  /** Behind all that was added before. Does not reject where the work does not. */
  add(work: () => Promise<void>): void;
  settle(): Promise<void>;
}

function createLane(): Lane {
  let last = Promise.resolve();
  return {
    add(work) {
      last = last.then(work);
    },
    settle: () => last,
  };
}
