import koffi from "koffi";

import type { Play } from "../play.ts";

/** Of sys/socket.h and netinet/in.h. */
const AF_INET = 2;
const SOCK_RAW = 3;
const IPPROTO_ICMP = 1;

export const rawSocket: Play = {
  rule: "raw-socket",
  does: "makes a raw socket, and sends nothing",
  play() {
    const libc = koffi.load("libc.so.6");
    const socket = libc.func("int socket(int domain, int type, int protocol)");
    socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  },
};
