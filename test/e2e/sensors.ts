import { requires } from "../support/requires.ts";

/** For describe.each: each sensor's name with the reason why it cannot be tried here, if there is one. */
export const SENSORS = [
  ["proc", { sensor: "proc", skip: false }],
  [`kernel${requires.bpf.note}`, { sensor: "kernel", skip: !requires.bpf.available }],
] as const;
