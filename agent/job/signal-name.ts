import { constants } from "node:os";

/** A real-time signal has no name of its own, and gets one from its number. */
export type SignalName = NodeJS.Signals | `SIG${number}`;

/** Signals that have two names; the first is what wait(1) and kill(1) print. */
const USUAL_NAMES: Readonly<Record<number, NodeJS.Signals>> = { 6: "SIGABRT", 29: "SIGIO" };

export function toSignalName(number: number): SignalName {
  return USUAL_NAMES[number] ?? findName(number) ?? `SIG${number}`;
}

export function toSignalNumber(name: SignalName): number {
  return isSystemName(name) ? constants.signals[name] : Number(name.slice("SIG".length));
}

function findName(number: number): NodeJS.Signals | undefined {
  return Object.keys(constants.signals)
    .filter(isSystemName)
    .find((name) => constants.signals[name] === number);
}

function isSystemName(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}
