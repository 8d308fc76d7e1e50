/** SO_PEERCRED, unix(7). */
import type { FindPeer } from "../../control/peer.ts";
import { loadSocketOptions } from "../../egress/sni/socket-options.ts";

/** Of asm-generic/socket.h, which x64 and arm64 have. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** `struct ucred`: pid, uid, gid. */
const CREDENTIALS = { bytes: 12, pidAt: 0, userAt: 4 };

export function createFindPeer(): FindPeer {
  const options = loadSocketOptions();
  const wanted = { level: SOL_SOCKET, name: SO_PEERCRED, size: CREDENTIALS.bytes };
  return (socket) => {
    const told = options.get(socket, wanted);
    if (told === undefined) return undefined;
    const pid = told.readInt32LE(CREDENTIALS.pidAt);
    return { pid: pid > 0 ? pid : undefined, userId: told.readUInt32LE(CREDENTIALS.userAt) };
  };
}
