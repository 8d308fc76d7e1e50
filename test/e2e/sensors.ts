import { requires } from "../support/requires.ts";

/** For describe.each: each sensor, and why it cannot be tried here. */
export const SENSORS = [
  { sensor: "proc", skip: false, note: "" },
  { sensor: "kernel", skip: !requires.bpf.available, note: requires.bpf.note },
] as const;
