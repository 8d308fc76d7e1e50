import { DAEMONS } from "../data/daemons.ts";
import {
  ALGORITHM_OPTIONS,
  ALGORITHMS,
  MINING_OPTIONS,
  POOL_DOMAINS,
  POOL_PORTS,
} from "../data/mining.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import type { BusyProcess } from "../facts/busy-processes.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { COMPILER, CONTAINER_CLIENT, DOWNLOADER, INTERPRETER, MINER } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const STRATUM = /^(?:stratum[12]?|ethproxy|ethstratum|zec|daemon)\+(?:tcp|ssl|tls|http|https):\/\//;
/** Of Monero: base58 of 69 bytes, with a worker's name behind it (getmonero.org, Standard address). */
const WALLET = /^[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?(?:[.:+/].*)?$/;
const WALLET_LENGTH = 95;
const MINERS_HOME = /(?:^|\/)(?:xmrig|xmr-stak|lolMiner|T-Rex|srbminer)[^/]*(?:[/:]|$)/i;
const MAY_FETCH = DOWNLOADER | CONTAINER_CLIENT;
/** What is neither of these nor of no known kind mines nothing. */
const MAY_MINE = MAY_FETCH | INTERPRETER;

export const miner: Rule = {
  id: "miner",
  title: "Coin mining",
  flags:
    "A mining program by its name, by options, algorithms, addresses and wallets that only these are given, or in a container; a question for the name of a mining pool; a program that this run brought and that connects to a port of such pools; one that keeps a processor at work for ten seconds while it talks to such a port, or, brought by this run, after its step has left it behind.",
  why: "Somebody earns money with the machine that somebody else pays for, and shows that programs of theirs run in the job.",
  advice:
    "Look in the lineage at what brought the program: whoever could start it could do anything else. End the job, and treat its secrets as known.",
  severity: "high",
  response: "report",
  techniques: ["T1496"],
  references: [
    {
      title: "MITRE ATT&CK T1496, Resource Hijacking",
      url: "https://attack.mitre.org/techniques/T1496/",
    },
    {
      title: "PyPI: Supply-chain attack analysis, Ultralytics",
      url: "https://blog.pypi.org/posts/2024-12-11-ultralytics-attack-analysis/",
    },
  ],
  honest: [
    "Programs that use all of the processor in their step, and searches for the words, stay quiet.",
    "Builds of mining programs stay quiet until what they built is run with a pool.",
  ],
  on: {
    exec(_seen, actor) {
      const { program } = actor;
      if (program === undefined) return undefined;
      if (hasTrait(actor, MINER) || program.name.startsWith("xmrig")) {
        return toFlagged(program, "mines coins, by its name");
      }
      if (program.traits !== 0 && !hasTrait(actor, MAY_MINE)) return undefined;
      return ofArguments(actor, program);
    },
    connect({ address }, actor, facts) {
      if (address.transport !== "tcp" || !POOL_PORTS.has(address.port ?? 0)) return undefined;
      return ofConnection(actor, `${address.ip}:${address.port}`, facts);
    },
    "dns-query"({ name }, actor) {
      if (!isOfPool(name)) return undefined;
      const who = actor?.program?.name ?? "a program";
      return { message: `${who} asked for ${name}, a mining pool`, subject: name };
    },
  },
  review: (facts) =>
    facts.busy.ripe
      .map((process) => ofBusy(process, facts))
      .filter((flagged) => flagged !== undefined),
};

function ofBusy({ actor, where }: BusyProcess, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  if (program === undefined) return undefined;
  if (where !== undefined) {
    const deed = `keeps a processor at work and talks to ${where}, a port of mining pools`;
    return { ...toFlagged(program, deed), actor };
  }
  const isServer = program.traits !== 0 || DAEMONS.has(program.name);
  if (isServer || !isBrought(program, facts)) return undefined;
  const deed = "came in this run, and keeps a processor at work after its step has ended";
  return { ...toFlagged(program, deed), actor, severity: "medium" };
}

function ofArguments(actor: Actor, program: ProgramFacts): Flagged | undefined {
  const { args } = program;
  const mark = args.find((arg, at) => isMark(arg, args[at + 1]));
  if (mark !== undefined) return toFlagged(program, `was given ${mark}, as mining programs are`);
  if (!hasTrait(actor, MAY_FETCH)) return undefined;
  const source = args.find((arg, at) => at > 0 && MINERS_HOME.test(arg));
  if (source === undefined) return undefined;
  return toFlagged(program, `was asked for ${source}, a mining program`);
}

function isMark(arg: string, next: string | undefined): boolean {
  if (arg.charCodeAt(0) === DASH) return isOption(arg, next);
  if (arg.length >= WALLET_LENGTH && WALLET.test(arg)) return true;
  const colon = arg.indexOf(":");
  if (colon < 1) return false;
  return STRATUM.test(arg) || isOfPool(toHost(arg));
}

const DASH = 0x2d;

function isOption(arg: string, next: string | undefined): boolean {
  const equals = arg.indexOf("=");
  const option = equals === -1 ? arg : arg.slice(0, equals);
  if (MINING_OPTIONS.has(option)) return true;
  const value = equals === -1 ? next : arg.slice(equals + 1);
  if (value === undefined) return false;
  if (ALGORITHM_OPTIONS.has(option)) return ALGORITHMS.has(value.toLowerCase());
  return equals !== -1 && isMark(value, undefined);
}

/** `pool.example.net` of `pool.example.net:3333` and of `ssl://pool.example.net:443`. */
function toHost(arg: string): string {
  const start = arg.indexOf("://");
  const rest = start === -1 ? arg : arg.slice(start + "://".length);
  return rest.slice(0, rest.search(/[:/]|$/));
}

function isOfPool(host: string): boolean {
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  for (let at = 0; at !== -1; at = name.indexOf(".", at + 1)) {
    if (POOL_DOMAINS.has(at === 0 ? name : name.slice(at + 1))) return true;
  }
  return false;
}

/** Not what a compiler made: tests of servers listen on such ports too. */
function ofConnection(actor: Actor, where: string, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  if (program === undefined || !isBrought(program, facts)) return undefined;
  const deed = `came in this run and connected to ${where}, a port of mining pools`;
  return { ...toFlagged(program, deed), severity: "medium" };
}

function isBrought({ executable, image }: ProgramFacts, { files }: RunFacts): boolean {
  if (image !== "file") return true;
  const file = files.find(executable);
  return file !== undefined && !hasTrait(file.firstWriter, COMPILER);
}

function toFlagged(program: ProgramFacts | undefined, deed: string): Flagged {
  const name = program?.name ?? "a program";
  return { message: `${name} ${deed}`, subject: deed };
}
