/** What an attacker does in a job that he has got into, at the end of an honest run. */
import { ALPHANUMERIC, DIGITS, HEX, type Random } from "../redact/random.ts";
import { pickFrom } from "./chance.ts";
import type { PlayedRun } from "./play-run.ts";
import type { RunWriter, Talker } from "./run-writer.ts";

export interface Attack {
  readonly kind: string;
  /** It talks to somebody the job never talked to: what detection is to find in 99 of 100 cases. */
  readonly isNewDestination: boolean;
  /** False where the run has nothing that it could hide in. */
  readonly play: (run: PlayedRun, random: Random) => boolean;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const KB = 1_024;
const MB = 1_024 * KB;

export const ATTACKS: readonly Attack[] = [
  toNewPlace(
    "own domain",
    ({ random }) => `${word(random)}.${random.pick(["com", "xyz", "io", "top", "co.uk", "dev"])}`,
  ),
  toNewPlace("look-alike of a domain", ({ random, known }) =>
    imitate(known?.host ?? "registry.npmjs.org", random),
  ),
  toNewPlace("own name at a shared host", ({ random }) =>
    random.pick([
      `${random.text(LOWER, 9)}.blob.core.windows.net`,
      `${word(random)}.s3.us-east-1.amazonaws.com`,
      `${word(random)}.${random.text(LOWER, 6)}.workers.dev`,
      `${random.text(HEX, 4)}-203-0-113-7.ngrok-free.app`,
      `${word(random)}-${word(random)}-${word(random)}.trycloudflare.com`,
      `${word(random)}.github.io`,
      `${random.text(LOWER, 10)}.execute-api.us-east-1.amazonaws.com`,
      `${word(random)}.azurewebsites.net`,
      `d${random.text(`${LOWER}${DIGITS}`, 13)}.cloudfront.net`,
      `${word(random)}.vercel.app`,
      `o${random.text(DIGITS, 7)}.ingest.us.sentry.io`,
      `${random.text(LOWER, 12)}.m.pipedream.net`,
    ]),
  ),
  toNewPlace("name beside a rotating one", ({ random }) =>
    random.pick([
      `productionresultssa${20 + random.below(900)}.blob.core.windows.net`,
      `productionresultssa${random.below(20)}${random.text(LOWER, 1)}.blob.core.windows.net`,
      `acme-builds-${random.below(100)}.s3.us-east-1.amazonaws.com`,
      `production${random.text(HEX, 6)}.r2.cloudflarestorage.com`,
    ]),
  ),
  {
    kind: "address without a name",
    isNewDestination: true,
    play({ writer, shell }, random) {
      const process = startCurl(writer, shell);
      const host = random.pick([
        `45.${random.below(256)}.${random.below(256)}.17`,
        `2a0a:${random.text(HEX, 4)}:17::9`,
      ]);
      const port = random.pick([443, 80, 4_444, 8_080]);
      writer.talk({ process, host, port, isAddress: true, bytesSent: 40 * KB, bytesReceived: KB });
      return true;
    },
  },
  {
    kind: "known program to a new place",
    isNewDestination: true,
    play({ writer }, random) {
      const talker = pickFrom(random, writer.talkers);
      if (talker === undefined) return false;
      const host = `${word(random)}-cdn.${random.pick(["com", "net", "io"])}`;
      writer.talk({
        process: talker.process,
        host,
        port: 443,
        bytesSent: 30 * KB,
        bytesReceived: 2 * KB,
      });
      return true;
    },
  },
  {
    kind: "new program to a known place",
    isNewDestination: false,
    play({ writer, shell }, random) {
      const talker = pickFrom(random, writer.talkers);
      if (talker === undefined) return false;
      const executable = random.pick([
        "/usr/bin/nc.openbsd",
        "/usr/bin/socat",
        "/usr/bin/ruby3.2",
        "/usr/bin/rclone",
      ]);
      const process = writer.start({ parent: shell, executable, args: [executable, talker.host] });
      writer.talk({ process, host: talker.host, port: 443, bytesSent: 50 * KB, bytesReceived: KB });
      return true;
    },
  },
  {
    kind: "questions of DNS below a known domain",
    isNewDestination: false,
    play({ writer }, random) {
      const talker = pickFrom(
        random,
        writer.talkers.filter(({ host }) => !host.includes("blob.core")),
      );
      if (talker === undefined) return false;
      const domain = talker.host.split(".").slice(-2).join(".");
      for (let index = 0; index < 120; index += 1) {
        writer.ask(
          talker.process,
          `${random.text(`${LOWER}234567`, 52)}.${index}.t.${domain}`,
          "TXT",
        );
      }
      return true;
    },
  },
  ...[1, 10, 100, 1_000].map((megabytes) => toExfiltration(megabytes)),
  {
    kind: "dropped program that talks to nobody new",
    isNewDestination: false,
    play({ writer, shell }, random) {
      const path = random.pick([
        `/tmp/.${random.text(LOWER, 5)}`,
        `/dev/shm/${random.text(ALPHANUMERIC, 8)}`,
        `/var/tmp/.X11-${random.below(9)}/kworker`,
      ]);
      writer.file(startCurl(writer, shell), "create", path);
      const process = writer.start({ parent: shell, executable: path, args: [path] });
      const talker = pickFrom(random, writer.talkers);
      if (talker !== undefined)
        writer.talk({
          process,
          host: talker.host,
          port: 443,
          bytesSent: 9 * KB,
          bytesReceived: KB,
        });
      return true;
    },
  },
  ...[2, 5, 20].map((factor): Attack => ({
    kind: `miner: the job takes ${factor} times as long`,
    isNewDestination: false,
    play({ writer, shell }) {
      const process = writer.start({ parent: shell, executable: "/usr/bin/bash", args: ["bash"] });
      writer.pass((factor - 1) * (writer.nowMs - writer.startMs));
      writer.exit(process);
      return true;
    },
  })),
];

interface Known {
  readonly random: Random;
  readonly known: Talker | undefined;
}

function toNewPlace(kind: string, toHost: (known: Known) => string): Attack {
  return {
    kind,
    isNewDestination: true,
    play({ writer, shell }, random) {
      const process = startCurl(writer, shell);
      const host = toHost({ random, known: pickFrom(random, writer.talkers) });
      writer.talk({ process, host, port: 443, bytesSent: 20 * KB, bytesReceived: KB });
      return true;
    },
  };
}

/** By the program that talks there anyway: nothing but the bytes is new. */
function toExfiltration(megabytes: number): Attack {
  return {
    kind: `${megabytes} MB to where the job sends anyway`,
    isNewDestination: false,
    play({ writer }, random) {
      const talker = pickFrom(random, writer.talkers);
      if (talker === undefined) return false;
      const { process, host } = talker;
      writer.talk({ process, host, port: 443, bytesSent: megabytes * MB, bytesReceived: KB });
      return true;
    },
  };
}

function startCurl(writer: RunWriter, parent: string): string {
  return writer.start({ parent, executable: "/usr/bin/curl", args: ["curl", "-sS", "-d", "@-"] });
}

const SYLLABLES = [
  "ka",
  "lo",
  "mi",
  "ten",
  "dro",
  "vex",
  "sun",
  "qui",
  "bra",
  "pol",
  "nex",
  "zu",
  "fi",
  "gor",
] as const;

function word(random: Random): string {
  return `${random.pick(SYLLABLES)}${random.pick(SYLLABLES)}${random.pick(SYLLABLES)}${random.pick(SYLLABLES)}`;
}

/** Names that an attacker can have, and that look like one that the job knows. */
function imitate(host: string, random: Random): string {
  const labels = host.split(".");
  const name = labels.at(-2) ?? "npmjs";
  const top = labels.at(-1) ?? "org";
  const at = random.below(name.length);
  return random.pick([
    `${labels.slice(0, -2).join("-") || "www"}-${name}.${top}`,
    `${name}-${random.pick(["cdn", "mirror", "static", "api"])}.${random.pick(["com", "net", "io"])}`,
    `${name.slice(0, at)}${name.slice(at, at + 1)}${name.slice(at)}.${top}`,
    `${labels.slice(0, -1).join(".")}.${random.pick(["help", "support", "cloud", "one"])}`,
    `${host}.${word(random)}.com`,
    `xn--${name}-${random.text(LOWER, 3)}.${top}`,
  ]);
}
