import type { Descriptor } from "../../../protocol/index.ts";
import type { FlowAddress } from "../../observation.ts";
import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import {
  findLivePeer,
  findPeer,
  hasBegun,
  holdsConnection,
  type Peer,
} from "../facts/network-streams.ts";
import { feedersOf, takersOf, toPipe } from "../facts/plumbing.ts";
import { toProgramSource } from "../facts/program-source.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { DOWNLOADER, INTERPRETER, RELAY, RUNNER, SHELL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const READS_PROGRAMS = SHELL | INTERPRETER;
const AWKS = new Set(["awk", "gawk", "mawk", "nawk"]);

export const reverseShell: Rule = {
  id: "reverse-shell",
  title: "Reverse shell",
  flags:
    "A shell or interpreter that takes its commands from a network connection and answers there: with a socket as its standard input and output, through pipes to nc, socat, telnet, openssl or any program that has connected, or on a terminal or pipes of such a program; what a shell starts on a socket that it opened by /dev/tcp.",
  why: "Somebody outside types commands into the job, with all of its secrets and rights, for as long as it runs.",
  advice:
    "End the job, treat every secret that it had as known to others, and look in the lineage at what started the shell.",
  severity: "critical",
  response: "kill-job",
  techniques: ["T1059.004"],
  references: [
    {
      title: "MITRE ATT&CK T1059.004, Unix Shell",
      url: "https://attack.mitre.org/techniques/T1059/004/",
    },
    { title: "GTFOBins, reverse shells", url: "https://gtfobins.github.io/#+reverse%20shell" },
  ],
  honest: [
    "Waiting for a port (`echo > /dev/tcp/host/port`), asking a server by /dev/tcp and reading the answer, shells of ssh, tmux, docker and CI runners, and programs with their own Unix sockets stay quiet.",
    "A server that starts a script for each connection it takes (inetd, CGI) stays quiet; one that starts a bare shell does not.",
    "A program that has connected somewhere and keeps a bare shell at work (pexpect, an AI agent) is told with response `report`, and not at all where it connected to a name that policy allows: give the shell its commands as a file or by `-c`.",
  ],
  on: {
    exec({ isReverseShell }, actor, facts) {
      const { program } = actor;
      if (isReverseShell) return ofStopped(actor, facts);
      if (program?.stdout?.type === "socket") {
        const flagged = onSocket(actor, facts);
        if (flagged !== undefined) return flagged;
      }
      if (hasTrait(actor, READS_PROGRAMS)) return takesCommands(actor, facts);
      // The end that leads outside may be told of after the shell.
      return isRelay(actor) ? closesLoop(actor, facts) : undefined;
    },
    connect({ address }, actor, facts) {
      if (address.transport !== "tcp") return undefined;
      return leadsOutside(actor, address, facts);
    },
  },
};

/** The kernel's program has judged it by the same, and ended it. */
function ofStopped(actor: Actor, facts: RunFacts): Flagged {
  const where = toPlace(findPeer(actor.program?.stdout, actor, facts) ?? {});
  const deed = `was killed before it read a command from the network socket to ${where}`;
  return { ...toFlagged(actor, deed, where), killed: true };
}

/** Standard output is a socket: whether input or errors are the same one, which is the network's. */
function onSocket(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { stdin, stdout, stderr } = actor.program ?? {};
  const isInput = stdin?.type === "socket" && isOfOnePeer(actor, facts);
  const isError = stderr?.type === "socket" && stderr.inode === stdout?.inode;
  if (!isInput && !isError) return undefined;
  const peer = findPeer(stdout, actor, facts);
  if (peer === undefined) return undefined;
  const where = toPlace(peer);
  if (isInput && hasTrait(actor, READS_PROGRAMS) && isOpen(actor)) {
    return toFlagged(actor, `has the network socket to ${where} as its input and output`, where);
  }
  // What somebody outside connected to may be a server that starts a program for each.
  if (!hasBegun(actor, peer, facts)) return undefined;
  if (isInput && isError && hasTrait(actor.parent, SHELL)) {
    return toFlagged(actor, `was started by a shell on its own connection to ${where}`, where);
  }
  if (!isInput && !hasTrait(actor.parent, SHELL)) return undefined;
  return unsure(toFlagged(actor, `was started on the network socket to ${where}`, where));
}

/** Two sockets may be one connection each. */
function isOfOnePeer(actor: Actor, facts: RunFacts): boolean {
  const { stdin, stdout } = actor.program ?? {};
  if (stdin?.inode === stdout?.inode) return true;
  return isOfNetwork(stdin) && isOfNetwork(stdout) && findPeer(stdin, actor, facts) !== undefined;
}

/** Where the sensor cannot tell, it is one socket for both, or none. */
function isOfNetwork(descriptor: Descriptor | undefined): boolean {
  return descriptor?.family === "ipv4" || descriptor?.family === "ipv6";
}

/** A shell that does what it reads: whether somebody outside writes it. */
function takesCommands(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { parent } = actor;
  if (parent !== undefined && AWKS.has(parent.program?.name ?? "")) return ofAwk(actor, facts);
  if (!isOpen(actor)) return undefined;
  return hasOutsideController(actor, facts) ?? isInLoop(actor, facts);
}

/** awk has connections of its own only by /inet/tcp. */
function ofAwk(actor: Actor, facts: RunFacts): Flagged | undefined {
  const connection = actor.parent && facts.connections.openOf(actor.parent).at(-1);
  if (connection === undefined) return undefined;
  const where = toPlace(connection);
  return toFlagged(actor, `was started by awk, which is connected to ${where}`, where);
}

function hasOutsideController(shell: Actor, facts: RunFacts): Flagged | undefined {
  const found = findController(shell);
  if (found === undefined) return undefined;
  const { controller, isDirect } = found;
  if (hasTrait(controller, RELAY)) {
    return toFlagged(shell, `was started by ${nameOf(controller)}, which joins it to a socket`, "");
  }
  const peer = findLivePeer(controller, facts);
  if (peer !== undefined) {
    const where = toPlace(peer);
    return toFlagged(shell, `was started by ${nameOf(controller)}, which serves ${where}`, where);
  }
  // gitlab-runner writes a job's script to a shell.
  if (!isDirect || hasTrait(controller, RUNNER)) return undefined;
  for (const one of [controller, ...sameProgramAbove(controller)]) {
    const connection = facts.connections.openOf(one).findLast((it) => !isKnown(it, facts));
    // A script that was fetched and is given to a shell is fetched by then.
    if (connection === undefined || !holdsConnection(controller, connection, facts)) continue;
    return ofConnected(shell, controller, connection);
  }
  return undefined;
}

interface Controlled {
  readonly controller: Actor;
  /** Nobody in between handed on what it was given itself: whoever is at work for somebody connected may start a shell. */
  readonly isDirect: boolean;
}

/** Whoever has the other ends: the nearest that is no shell, and that gave its like an input and output of its own making. */
function findController(shell: Actor): Controlled | undefined {
  const { stdin, stdout } = shell.program ?? {};
  if (stdin === undefined || stdin.type === "file" || stdin.type === "device") return undefined;
  let isDirect = true;
  for (const one of ancestorsOf(shell)) {
    const { program } = one;
    if (program === undefined) return undefined;
    const handsOn = isSame(program.stdin, stdin) || isSame(program.stdout, stdout);
    if (hasTrait(one, RELAY)) return { controller: one, isDirect };
    if (handsOn) isDirect = false;
    else if (!hasTrait(one, SHELL)) return { controller: one, isDirect };
  }
  return undefined;
}

/** Numbers of inodes are of a file system each. */
function isSame(one: Descriptor | undefined, other: Descriptor | undefined): boolean {
  return one?.inode === other?.inode && one?.type === other?.type;
}

function* sameProgramAbove(actor: Actor): Generator<Actor, void, undefined> {
  for (const one of ancestorsOf(actor)) {
    if (one.program !== actor.program) return;
    yield one;
  }
}

/** The pipes of a shell lead out and come back: by what they are joined to, or by a named pipe. */
function isInLoop(shell: Actor, facts: RunFacts): Flagged | undefined {
  const { stdin, stdout } = shell.program ?? {};
  if (stdin?.type !== "pipe" || stdout?.type !== "pipe") return undefined;
  for (const taker of takersOf(shell, facts)) {
    if (!mayLeadOutside(taker, facts)) continue;
    if (!isFedBack(shell, taker, facts)) continue;
    return toFlagged(shell, `takes its commands from ${nameOf(taker)}, and answers there`, "");
  }
  return undefined;
}

function isFedBack(shell: Actor, taker: Actor, facts: RunFacts): boolean {
  if (toPipe(taker.program?.stdout) === toPipe(shell.program?.stdin)) return true;
  for (const feeder of feedersOf(shell, facts)) {
    if (mayLeadOutside(feeder, facts)) return true;
  }
  // `cat fifo | sh | nc … > fifo`: only named pipes have a path.
  const output = facts.live.descriptor(taker.ref.pid, 1);
  return taker.program?.stdout?.type === "pipe" && output?.startsWith("/") === true;
}

function mayLeadOutside(actor: Actor, facts: RunFacts): boolean {
  return (
    isRelay(actor) || hasTrait(actor, DOWNLOADER) || facts.connections.openOf(actor).length > 0
  );
}

/** A shell may be before it or behind it. */
function closesLoop(relay: Actor, facts: RunFacts): Flagged | undefined {
  for (const neighbour of [...feedersOf(relay, facts), ...takersOf(relay, facts)]) {
    if (!hasTrait(neighbour, READS_PROGRAMS) || !isOpen(neighbour)) continue;
    const flagged = isInLoop(neighbour, facts);
    if (flagged !== undefined) return { ...flagged, actor: neighbour };
  }
  return undefined;
}

/** A connection was begun by whoever has a shell at its pipes, or started one. */
function leadsOutside(actor: Actor, address: FlowAddress, facts: RunFacts): Flagged | undefined {
  const flagged = closesLoop(actor, facts);
  if (flagged !== undefined) return flagged;
  if (hasTrait(actor, RUNNER | SHELL)) return undefined;
  for (const shell of facts.openShells.living()) {
    const found = findController(shell);
    if (found?.isDirect !== true || found.controller.program !== actor.program) continue;
    if (isKnown(address, facts)) continue;
    return { ...ofConnected(shell, actor, address), actor: shell };
  }
  return undefined;
}

function ofConnected(shell: Actor, controller: Actor, address: FlowAddress): Flagged {
  const where = toPlace(address);
  const deed = `is at the command of ${nameOf(controller)}, which is connected to ${where}`;
  return unsure(toFlagged(shell, deed, where));
}

/** Connected by a name, to what policy has in its list. */
function isKnown(address: FlowAddress, { network }: RunFacts): boolean {
  const { verdict, domain, rule } = network.judge(address, "begun");
  return verdict === "allowed" && domain !== undefined && rule.startsWith("egress.allow");
}

/** Runs what it reads. */
function isOpen({ program }: Actor): boolean {
  return program !== undefined && toProgramSource(program).kind === "input";
}

/** Joins a connection to its own input and output. */
function isRelay(actor: Actor): boolean {
  if (hasTrait(actor, RELAY)) return true;
  const { name, args } = actor.program ?? {};
  return name === "openssl" && (args?.[1] === "s_client" || args?.[1] === "s_server");
}

function unsure(flagged: Flagged): Flagged {
  return { ...flagged, severity: "high", response: "report" };
}

function toFlagged(actor: Actor, deed: string, subject: string): Flagged {
  return { message: `${nameOf(actor)} ${deed}`, subject };
}

function nameOf({ program }: Actor): string {
  return program?.name ?? "a program";
}

function toPlace({ ip, port }: Peer): string {
  if (ip === undefined) return "somebody outside";
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
