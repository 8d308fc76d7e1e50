import type { Socket } from "node:net";

/** Who connected, by the kernel's word and not by theirs. */
export interface Peer {
  /** It may have ended since. Undefined where it has no number in the guard's process namespace. */
  readonly pid: number | undefined;
  readonly userId: number;
}

/** Undefined where the kernel does not say. */
export type FindPeer = (socket: Socket) => Peer | undefined;
