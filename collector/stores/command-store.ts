/** What was asked of agents, and what became of it. A promise that a write returns is kept when it resolves: it is on disk. */
import type { CommandAnswer, CommandKind, CommandState } from "../../protocol/index.ts";

export interface NewCommand {
  readonly runId: string;
  /** From 1 for each run, without gaps. */
  readonly number: number;
  readonly kind: CommandKind;
  /** JSON, as it is signed. */
  readonly body: string;
  /** Milliseconds since 1970, by the collector's clock. */
  readonly askedAt: number;
}

export interface StoredCommand extends NewCommand {
  readonly state: CommandState;
  readonly stateAt: number;
  /** What the agent said besides. */
  readonly answer: string | null;
}

export interface CommandSettlement extends CommandAnswer {
  readonly runId: string;
  readonly number: number;
  readonly at: number;
}

export interface CommandStore {
  addCommand(command: NewCommand): Promise<void>;
  /** Changes nothing where a final state is there already, or where it came before. */
  settleCommand(settlement: CommandSettlement): Promise<void>;
  findCommand(runId: string, number: number): StoredCommand | undefined;
  /** Some of those behind that number, the next one first. */
  listCommands(runId: string, afterNumber: number): readonly StoredCommand[];
  /** Those up to that number of which no agent has said what became of them. */
  listUnsettled(runId: string, upToNumber: number): readonly StoredCommand[];
  /** 0 where there is none. */
  findLastCommand(runId: string): number;
}
