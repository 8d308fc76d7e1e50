import { loadNetlinkLibc } from "./libc.ts";
import type { NetlinkMessage } from "./netlink-message.ts";
import { createNetlinkSocket } from "./netlink-socket.ts";
import { parseRouteMessage, type RouteMessage } from "./route-message.ts";

const NETLINK_ROUTE = 0;
/** RTNLGRP_LINK, then addresses, routes and rules of IPv4 and of IPv6 (include/uapi/linux/rtnetlink.h). */
const GROUPS = [1, 5, 7, 8, 9, 11, 19];
/** Some thousands of changes between two looks. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** IF_NAMESIZE of include/uapi/linux/if.h */
const NAME_BYTES = 16;

export interface RouteChange extends RouteMessage {
  /**
   * Of the netlink socket that asked for it: the number of its process, as its own pid namespace counts, unless it chose
   * another one. 0 where nobody's socket did: the kernel itself, an ioctl, addresses of IPv6.
   */
  readonly portId: number;
}

export interface RouteWatchOptions {
  /** `nameOf` finds the name of the device that the change tells of. */
  readonly onChange: (change: RouteChange, nameOf: () => string | undefined) => void;
  /** Changes were lost, so that anything may have happened. */
  readonly onOverrun: () => void;
}

export interface RouteWatch extends Disposable {
  /** Tells what changed since the last time. Never waits. */
  poll(): void;
}

/** Tells what anybody changes in devices, addresses, routes and rules, in the network namespace of the calling thread. */
export function createRouteWatch({ onChange, onOverrun }: RouteWatchOptions): RouteWatch {
  const libc = loadNetlinkLibc();
  const socket = createNetlinkSocket({
    protocol: NETLINK_ROUTE,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    groups: GROUPS,
  });
  return {
    poll() {
      const { messages, hasOverrun } = socket.receive();
      for (const message of messages) tell(message);
      if (hasOverrun) onOverrun();
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };

  function tell(message: NetlinkMessage): void {
    const parsed = parseRouteMessage(message);
    if (parsed === undefined) return;
    const { deviceName, device } = parsed;
    const nameOf = (): string | undefined => deviceName ?? findName(device);
    onChange({ ...parsed, portId: message.portId }, nameOf);
  }

  function findName(device: number | undefined): string | undefined {
    if (device === undefined || device === 0) return undefined;
    const name = Buffer.alloc(NAME_BYTES);
    if (libc.deviceName(device, name) === null) return undefined;
    return name.toString("latin1", 0, name.indexOf(0));
  }
}
