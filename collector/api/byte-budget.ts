/** What all bodies that are being read may have in memory: of one run, of a tenant, of agents together, and something that is left for operators. */
import { RequestProblem } from "../errors.ts";

export interface Sender {
  readonly isOperator: boolean;
  readonly tenant: string;
  /** Tells tokens apart: who has another one takes nothing from this one's runs. */
  readonly token: string;
  /** That an agent sends for; undefined: none yet. */
  readonly runId: string | undefined;
}

export interface ByteBudget {
  /** Throws `too-fast`. */
  take(sender: Sender, bytes: number): void;
  giveBack(sender: Sender, bytes: number): void;
}

export interface ByteBudgetOptions {
  readonly maxBytes: number;
  /** Of these, what agents may have together: they are not to keep operators from stopping them. */
  readonly maxBytesOfAgents: number;
  /** Of these, what agents of one tenant may have however much the others have; and beyond it while half of all is left. */
  readonly maxBytesOfTenant: number;
  /** Of these, what the tenant's runs that are yet to start may have: anybody with its token begins one. */
  readonly maxBytesOfStarts: number;
  readonly maxBytesOfRun: number;
}

export function createByteBudget(options: ByteBudgetOptions): ByteBudget {
  const { maxBytes, maxBytesOfAgents, maxBytesOfTenant, maxBytesOfStarts, maxBytesOfRun } = options;
  /** By tenant, and by what in it. */
  const taken = new Map<string, number>();
  let total = 0;
  let ofAgents = 0;
  const read = (name: string): number => taken.get(name) ?? 0;
  const add = (sender: Sender, bytes: number): void => {
    total += bytes;
    if (sender.isOperator) return;
    ofAgents += bytes;
    for (const name of [toTenantName(sender), toSenderName(sender)]) {
      const sum = read(name) + bytes;
      if (sum > 0) taken.set(name, sum);
      else taken.delete(name);
    }
  };
  const isTooMuch = (sender: Sender, bytes: number): boolean => {
    if (total + bytes > maxBytes) return true;
    if (sender.isOperator) return false;
    const maxOfSender = sender.runId === undefined ? maxBytesOfStarts : maxBytesOfRun;
    if (read(toSenderName(sender)) + bytes > maxOfSender) return true;
    const isHalfTaken = ofAgents + bytes > maxBytesOfAgents / 2;
    if (isHalfTaken && read(toTenantName(sender)) + bytes > maxBytesOfTenant) return true;
    return ofAgents + bytes > maxBytesOfAgents;
  };
  return {
    take(sender, bytes) {
      if (isTooMuch(sender, bytes)) {
        throw new RequestProblem("too-fast", "too much is being sent at once");
      }
      add(sender, bytes);
    },
    giveBack: (sender, bytes) => add(sender, -bytes),
  };
}

function toTenantName({ tenant }: Sender): string {
  return JSON.stringify([tenant]);
}

function toSenderName({ tenant, token, runId }: Sender): string {
  return JSON.stringify(runId === undefined ? [tenant, "starts"] : [tenant, token, runId]);
}
