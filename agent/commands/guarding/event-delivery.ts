/** The way of a run's events to the collector, where one was asked for. What it takes is loaded when the command runs. */
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";

import type { CiContext, GuardEvent, GuardScope, Mode, Report } from "../../../protocol/index.ts";
import type { RunConfig } from "../../config.ts";
import type { Redaction } from "../../redact/redaction.ts";
import type { Delivery } from "../../stream/collector-stream.ts";
import type { Connect } from "../../stream/transport/own-agent.ts";
import type { CollectorTarget } from "./collector-target.ts";
import type { OpenedStream } from "./open-stream.ts";
import type { RunCommands } from "./run-commands.ts";

export interface EventDelivery extends AsyncDisposable {
  readonly add: (event: GuardEvent) => void;
  /** Nobody waits for it. */
  begin(beginning: DeliveryBeginning): void;
  /** Resolves when what a killed guard had in force is so again, and where it cannot be. */
  restored(): Promise<void>;
  /** As it is now. */
  status(): NonNullable<Report["collector"]>;
  /** All that was added is sent, as far as the time goes. */
  finish(): Promise<NonNullable<Report["collector"]>>;
}

export interface DeliveryBeginning {
  readonly guardRunId: string;
  readonly version: string;
  readonly scope: GuardScope;
  readonly mode: Mode;
  readonly ci: CiContext | null;
  /** By a way that the packet filter leaves to the guard; null: as any program. */
  readonly connect: Connect | null;
  /** Each time that the collector was asked for the run. */
  readonly onRun?: RunCommands["listen"] | undefined;
  /** As soon as this run has a directory, whether the collector is there or not. */
  readonly restore?: RunCommands["restore"] | undefined;
}

export interface EventDeliveryOptions {
  readonly target: CollectorTarget;
  readonly config: Pick<RunConfig, "spoolSizeMib" | "spoolFull" | "flushTimeoutMs">;
  /** Opened, and the guard's own; undefined: what waits is kept in memory. */
  readonly spoolDirectory: string | undefined;
  readonly warn: (message: string) => void;
  /** For what the system and the collector say. */
  readonly redaction: Pick<Redaction, "redactText">;
}

const MEBIBYTE = 1_048_576;
/** What is told while the parts are being loaded: a tenth of a second. */
const MAX_WAITING = { events: 65_536, characters: 33_554_432 };

export function createEventDelivery(options: EventDeliveryOptions): EventDelivery {
  const { target, config } = options;
  const waiting: GuardEvent[] = [];
  let characters = 0;
  let refused = 0;
  let opened: OpenedStream | undefined;
  let trouble: string | undefined;
  let address: string | undefined;
  let isOver = false;
  let beginning: Promise<void> | undefined;
  const status = (): NonNullable<Report["collector"]> =>
    toStatus({
      requested: target.addresses.map(({ text }) => text),
      address,
      delivery: opened?.stream.delivery(),
      spool: options.spoolDirectory === undefined ? "memory" : "disk",
      before: waiting.length + refused,
      trouble: trouble === undefined ? undefined : options.redaction.redactText(trouble),
      isOver,
    });
  const begin = async (given: DeliveryBeginning): Promise<void> => {
    const { openStream } = await import("./open-stream.ts");
    opened = openStream({
      target,
      spoolDirectory: options.spoolDirectory,
      maxBytes: config.spoolSizeMib * MEBIBYTE,
      policy: config.spoolFull,
      beginning: given,
      connect: given.connect ?? connectPlainly,
      onTrouble: (reason) => {
        trouble = reason;
      },
      onTaken: (text) => {
        address = text;
      },
      onLeft: (path, reason) => options.warn(describeLeft(path, reason)),
      onLetGo: (message) => options.warn(`warning: ${message}`),
    });
    for (const event of waiting.splice(0)) opened.stream.add(event);
    if (opened.directory !== undefined) await given.restore?.(opened.directory);
  };
  return {
    add(event) {
      if (opened) return opened.stream.add(event);
      const length = JSON.stringify(event).length;
      if (waiting.length >= MAX_WAITING.events || characters + length > MAX_WAITING.characters) {
        refused += 1;
        return;
      }
      characters += length;
      waiting.push(event);
    },
    begin(given) {
      beginning ??= begin(given).catch((error: unknown) => {
        trouble = error instanceof Error ? error.message : String(error);
      });
    },
    async restored() {
      await beginning;
    },
    status,
    async finish() {
      await beginning;
      await opened?.stream.finish(config.flushTimeoutMs);
      isOver = true;
      return status();
    },
    async [Symbol.asyncDispose]() {
      await beginning;
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

function describeLeft(path: string, reason: string | undefined): string {
  return `events of a guard that was killed wait in ${path}: the next guard sends them (${reason ?? "this one had to end"})`;
}

async function connectPlainly(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host, port });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface Situation {
  readonly requested: readonly string[];
  readonly address: string | undefined;
  readonly delivery: Delivery | undefined;
  readonly spool: "memory" | "disk";
  /** Events that no stream has got. */
  readonly before: number;
  readonly trouble: string | undefined;
  readonly isOver: boolean;
}

function toStatus(situation: Situation): NonNullable<Report["collector"]> {
  const { requested, address, delivery, before, trouble, spool } = situation;
  const { told = 0, stored = 0, waiting = 0, dropped = {}, runId } = delivery ?? {};
  return {
    requested: [...requested],
    effective: toEffective(situation),
    spool,
    ...(trouble !== undefined && { reason: trouble }),
    ...(address !== undefined && { address }),
    ...(runId !== undefined && { runId }),
    told: told + before,
    stored,
    waiting,
    dropped: { byReason: { ...dropped, ...(before > 0 && { "not-begun": before }) } },
  };
}

function toEffective({
  before,
  delivery,
  isOver,
}: Situation): NonNullable<Report["collector"]>["effective"] {
  if (!isOver) return "delivering";
  const isWhole = before === 0 && Object.keys(delivery?.dropped ?? {}).length === 0;
  if (delivery?.isComplete === true && isWhole) return "delivered";
  return delivery === undefined || delivery.stored === 0 ? "not-delivered" : "delivered-in-part";
}
