import { nameOf } from "../facts/naming.ts";
import type { Rule } from "../rule.ts";

/** They send one kind of packet and show its answer, and come with the system. */
const PROBES = new Set([
  "/usr/bin/ping",
  "/bin/ping",
  "/usr/bin/ping6",
  "/usr/bin/traceroute",
  "/usr/bin/traceroute.db",
  "/usr/bin/tracepath",
  "/usr/bin/mtr-packet",
  "/usr/sbin/arping",
  "/usr/bin/arping",
]);

export const rawSocket: Rule = {
  id: "raw-socket",
  title: "Raw or packet socket",
  flags:
    "A process of the job that makes a raw or packet socket, or tries to: SOCK_RAW of IPv4 or IPv6, AF_PACKET and other families that carry frames.",
  why: "Packets that a program writes itself go past what sees connections: data leaves in ICMP payloads or in protocols of its own, and what others send can be listened to.",
  advice:
    "Look at what the program is for. Block mode refuses packet sockets, and withholds CAP_NET_RAW from the command.",
  severity: "high",
  response: "report",
  techniques: ["T1095"],
  references: [
    {
      title: "MITRE ATT&CK T1095, Non-Application Layer Protocol",
      url: "https://attack.mitre.org/techniques/T1095/",
    },
    { title: "raw(7)", url: "https://man7.org/linux/man-pages/man7/raw.7.html" },
    { title: "packet(7)", url: "https://man7.org/linux/man-pages/man7/packet.7.html" },
  ],
  honest: [
    "`ping` and `traceroute` of the system's packages are told with severity low.",
    "Tools that ask the kernel about interfaces by a packet socket (`dhclient`, `tcpdump` in a network test) are flagged: switch the rule off for that job.",
  ],
  on: {
    privileged({ operation, detail, succeeded }, actor) {
      if (operation !== "raw-socket" && operation !== "packet-socket") return undefined;
      const kind = operation === "raw-socket" ? "raw" : "packet";
      const isProbe = kind === "raw" && PROBES.has(actor.program?.executable ?? "");
      return {
        message: `${nameOf(actor)} ${succeeded ? "made" : "tried to make"} a ${kind} socket (${detail})`,
        subject: `${operation} ${detail}`,
        evidence: { socket: detail, succeeded },
        ...(isProbe && { severity: "low" }),
      };
    },
  },
};
