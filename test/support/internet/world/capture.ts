import { setTimeout as wait } from "node:timers/promises";

import { createPacketSocket } from "./packet-socket.ts";
import { toPacket, type Capture, type Frame } from "./packet.ts";

export interface FrameCapture {
  /** Complete: as many frames as the kernel says have come by each wire. */
  take(): Promise<Capture>;
  forget(): Promise<void>;
}

/** Keeps the kernel's buffer from filling while a test sends for seconds. */
const DRAIN_EVERY_MS = 20;
/** What a test sends on purpose is a few thousand; a benchmark turns the capture off. */
const MAX_FRAMES = 200_000;
/** Frames are handed over before the sender's system call returns, but for those waiting on another processor. */
const COMPLETE_WITHIN_MS = 2000;

export function createFrameCapture(deviceOf: (index: number) => string | undefined): FrameCapture {
  const socket = createPacketSocket(deviceOf);
  const seen = new Map<string, number>();
  let frames: Frame[] = [];
  let lost = 0;
  const drain = () => {
    for (const frame of socket.drain()) {
      seen.set(frame.device, (seen.get(frame.device) ?? 0) + 1);
      if (frames.length < MAX_FRAMES) frames.push(frame);
      else lost += 1;
    }
  };
  const complete = async () => {
    const expected = [...socket.received()].filter(([device]) => /^wire\d+$/.test(device));
    const deadline = Date.now() + COMPLETE_WITHIN_MS;
    const missing = () => {
      drain();
      return expected.reduce(
        (sum, [it, count]) => sum + Math.max(0, count - (seen.get(it) ?? 0)),
        0,
      );
    };
    while (missing() > 0 && Date.now() < deadline) await wait(1);
    lost += Math.max(missing(), socket.takeLost());
  };
  setInterval(drain, DRAIN_EVERY_MS).unref();
  return {
    async take() {
      await complete();
      return { packets: frames.map(toPacket), lost };
    },
    async forget() {
      await complete();
      frames = [];
    },
  };
}
