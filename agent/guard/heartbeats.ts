/** Tells that the guard lives, and how its sensors are: of a job that does nothing there would be nothing to tell. */
import type { SensorStatus } from "../../protocol/index.ts";
import type { EventStream } from "../events/event-stream.ts";

/** A collector that hears nothing for two minutes takes the guard for gone; three of four may be late. */
export const HEARTBEAT_MS = 30_000;

export interface HeartbeatOptions {
  readonly stream: EventStream;
  readonly statuses: () => SensorStatus[];
  readonly periodMs: number;
}

export function startHeartbeats({ stream, statuses, periodMs }: HeartbeatOptions): Disposable {
  const beat = (): void =>
    stream.write({ kind: "heartbeat", sensors: statuses() }, Date.now() * 1_000);
  const timer = setInterval(beat, periodMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
