import { describe, expect, test } from "vitest";

import {
  createSignalRelay,
  RELAYED_SIGNALS,
  type RelayedSignal,
} from "../../../agent/job/signal-relay.ts";

const FROM_TERMINAL: readonly RelayedSignal[] = ["SIGINT", "SIGQUIT", "SIGHUP"];
const HAVE_OTHER_USES: readonly RelayedSignal[] = ["SIGUSR1", "SIGUSR2"];
const ENDING = RELAYED_SIGNALS.filter((signal) => !HAVE_OTHER_USES.includes(signal));

describe("in the background", () => {
  test.each(RELAYED_SIGNALS)("%s is passed on", (signal) => {
    expect(receive([signal])).toEqual({ sent: [signal], said: [] });
  });
});

describe("in the foreground of a terminal", () => {
  test.each(FROM_TERMINAL)(
    "%s is not passed on: the command has it from the terminal",
    (signal) => {
      expect(receive([signal], { isInForeground: true })).toEqual({ sent: [], said: [] });
    },
  );

  test.each(RELAYED_SIGNALS.filter((signal) => !FROM_TERMINAL.includes(signal)))(
    "%s is passed on: no terminal sends it",
    (signal) => {
      expect(receive([signal], { isInForeground: true }).sent).toEqual([signal]);
    },
  );

  test("it is asked anew for every signal: a shell may put the guard into the background", () => {
    const answers = [true, false];
    const sent: string[] = [];
    const relay = createSignalRelay({
      command: { kill: (signal) => sent.push(signal) > 0 },
      isInForeground: () => answers.shift() ?? false,
      warn: () => undefined,
    });
    relay.receive("SIGINT");
    relay.receive("SIGINT");

    expect(sent).toEqual(["SIGINT"]);
  });
});

describe("a command that does not end", () => {
  test.each(ENDING)("is killed at the third %s, after a warning at the second", (signal) => {
    expect(receive([signal, signal])).toEqual({
      sent: [signal, signal],
      said: [`the command is still running; one more ${signal} kills it`],
    });
    expect(receive([signal, signal, signal])).toEqual({
      sent: [signal, signal, signal, "SIGKILL"],
      said: [
        `the command is still running; one more ${signal} kills it`,
        "the command did not end when asked, and is killed",
      ],
    });
  });

  test("is killed at the third request also when each was another signal", () => {
    expect(receive(["SIGHUP", "SIGINT", "SIGTERM"]).sent).toEqual([
      "SIGHUP",
      "SIGINT",
      "SIGTERM",
      "SIGKILL",
    ]);
  });

  test("is killed in the foreground too, where nothing else was passed on", () => {
    const { sent } = receive(["SIGINT", "SIGINT", "SIGINT"], { isInForeground: true });

    expect(sent).toEqual(["SIGKILL"]);
  });

  test("is killed again by every further request", () => {
    const { sent } = receive(["SIGTERM", "SIGTERM", "SIGTERM", "SIGTERM"]);

    expect(sent.filter((signal) => signal === "SIGKILL")).toHaveLength(2);
  });

  test("is not killed for signals that ask for something else", () => {
    const signals = Array.from({ length: 5 }, () => HAVE_OTHER_USES).flat();

    expect(receive(signals)).toEqual({ sent: signals, said: [] });
  });
});

test("a command of another user is said to be out of reach, and not to be killed", () => {
  const { said } = receive(["SIGTERM", "SIGTERM", "SIGTERM"], { isReachable: false });

  expect(said).toEqual([
    "the command runs as another user, and cannot be sent SIGTERM",
    "the command runs as another user, and cannot be sent SIGTERM",
    "the command is still running; one more SIGTERM kills it",
    "the command runs as another user, and cannot be sent SIGTERM",
    "the command did not end when asked, and cannot be killed: it runs as another user",
  ]);
});

function receive(
  signals: readonly RelayedSignal[],
  { isInForeground = false, isReachable = true } = {},
): { sent: string[]; said: string[] } {
  const sent: string[] = [];
  const said: string[] = [];
  const relay = createSignalRelay({
    command: {
      kill(signal) {
        sent.push(signal);
        return isReachable;
      },
    },
    isInForeground: () => isInForeground,
    warn: (message) => said.push(message),
  });
  for (const signal of signals) relay.receive(signal);
  return { sent, said };
}
