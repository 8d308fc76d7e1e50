/** Output of real programs of this machine that is no secret: what is masked in it is masked wrongly. */
import { spawnSync } from "node:child_process";

export interface HonestLog {
  readonly name: string;
  readonly bytes: Buffer;
  /**
   * A source or a document is what no build prints, but for a few lines of it: a harder trial, and no clean one, since examples
   * of code hold passwords as programs would (`password: "secret"`), which are masked by intention.
   */
  readonly kind: "log" | "source";
}

const SOURCES = new Set([
  "documents of node_modules",
  "headers of C",
  "sources of Python",
  "sources of Perl",
  "documents of packages",
  "documents of Rust",
  "JavaScript of node_modules",
]);

type Command = readonly [program: string, ...args: string[]];

/** A commit before there was anything about secrets in the repository but talk: tests of redaction hold such on purpose. */
const HISTORY_UNTIL = "31c459f";
const TIMEOUT_MS = 60_000;

const CURL_LOOPBACK = `
const { createServer } = require("node:http");
const { execFile } = require("node:child_process");
const server = createServer((request, response) => response.setHeader("etag", '"' + Math.random() + '"').end("done\\n"));
server.listen(0, "127.0.0.1", () => {
  const address = "http://127.0.0.1:" + server.address().port + "/api/v1/items?page=";
  const urls = Array.from({ length: 300 }, (_, index) => address + index);
  execFile("curl", ["-sv", "-H", "accept: application/json", ...urls], { maxBuffer: 1e8 }, (_, stdout, stderr) => {
    console.log(stdout + stderr);
    server.close();
  });
});`;

/** Run in the checkout. Those that the machine lacks are left out, and named. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "npm ls": ["npm", "ls", "--all"],
  "npm ls as JSON": ["npm", "ls", "--all", "--json", "--long"],
  "npm ci, told at length": [
    "npm",
    "ci",
    "--ignore-scripts",
    "--dry-run",
    "--offline",
    "--loglevel",
    "silly",
  ],
  "npm config": ["npm", "config", "ls", "-l"],
  "lock file": ["cat", "package-lock.json"],
  "git log": ["git", "log", "--stat", HISTORY_UNTIL],
  "git patches": ["git", "log", "-p", "-n", "60", HISTORY_UNTIL],
  "git, raw": ["git", "log", "--raw", "--no-abbrev", HISTORY_UNTIL],
  "git objects": ["git", "rev-list", "--objects", "--all"],
  "gcc -v": ["gcc", "-v", "-xc", "-c", "-o", "/dev/null", "bench/generators/measure.c"],
  "gcc, preprocessed": ["gcc", "-E", "-dD", "bench/generators/measure.c"],
  "gcc specs": ["gcc", "-dumpspecs"],
  "make -pn": ["make", "-pn", "-f", "/dev/null"],
  "cargo help": ["cargo", "--list"],
  "rustc options": ["rustc", "-C", "help"],
  "rustc targets": ["rustc", "--print", "cfg"],
  "apt list": ["apt", "list"],
  dpkg: ["dpkg", "-l"],
  "apt, what is there": ["apt-cache", "dumpavail"],
  "apt, simulated": ["apt-get", "-s", "dist-upgrade"],
  pip: ["python3", "-m", "pip", "list", "-v"],
  "python tests": [
    "python3",
    "-m",
    "unittest",
    "-v",
    "test.test_json",
    "test.test_shlex",
    "test.test_string",
  ],
  ps: ["ps", "auxww"],
  "files with their marks": [
    "find",
    "node_modules",
    "-type",
    "f",
    "-name",
    "*.js",
    "-printf",
    "%M %n %u %g %s %T+ %p\n",
  ],
  checksums: ["sh", "-c", "find node_modules agent -type f | head -n 12000 | xargs sha256sum"],
  "short checksums": ["sh", "-c", "find node_modules agent -type f | head -n 6000 | xargs md5sum"],
  certificates: ["cat", "/etc/ssl/certs/ca-certificates.crt"],
  UUIDs: ["sh", "-c", "for i in $(seq 2000); do cat /proc/sys/kernel/random/uuid; done"],
  "programs of node_modules": [
    "sh",
    "-c",
    "find node_modules -name '*.js' -path '*/dist/*' -size +40k | sort | head -n 120 | xargs cat",
  ],
  "source maps": ["sh", "-c", "find node_modules -name '*.map' | sort | head -n 40 | xargs cat"],
  declarations: ["sh", "-c", "find node_modules -name '*.d.ts' | sort | head -n 600 | xargs cat"],
  "documents of node_modules": [
    "sh",
    "-c",
    "find node_modules -name '*.md' | sort | head -n 300 | xargs cat",
  ],
  symbols: [
    "sh",
    "-c",
    "nm -C $(command -v python3 || command -v git) 2>&1; readelf -Ws /lib/x86_64-linux-gnu/libc.so.6",
  ],
  strings: ["sh", "-c", "strings -n 8 $(command -v git)"],
  sections: ["sh", "-c", "objdump -s -j .rodata $(command -v git) | head -n 20000"],
  "our tests": [
    ".node24/node",
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "unit",
    "--reporter",
    "verbose",
    "test/agent/policy",
  ],
  "our lint": ["npm", "run", "lint"],
  journal: ["journalctl", "-n", "20000", "--no-pager"],
  "kernel log": ["dmesg"],
  "system log": ["cat", "/var/log/dpkg.log", "/var/log/apt/history.log"],
  docker: ["docker", "--help"],
  openssl: ["openssl", "x509", "-in", "/etc/ssl/certs/ca-certificates.crt", "-text"],
  "traces of stacks": [
    process.execPath,
    "--stack-trace-limit=80",
    "-e",
    "for (let i = 0; i < 400; i++) { try { JSON.parse('{' + i); } catch (error) { console.log(error.stack); } }",
  ],
  "manual pages": ["sh", "-c", "zcat -f /usr/share/man/man1/*.gz 2>/dev/null | head -n 30000"],
  "help of git": ["sh", "-c", "for c in $(git --list-cmds=builtins); do git $c -h 2>&1; done"],
  "help of curl": ["curl", "--help", "all"],
  "cargo build": [
    "sh",
    "-c",
    "cd $(mktemp -d) && cargo init --name sample . && cargo build -vv && cargo test -v && cargo build --timings; cargo tree",
  ],
  "curl -v": [process.execPath, "-e", CURL_LOOPBACK],
  "rustc, told at length": [
    "sh",
    "-c",
    "cd $(mktemp -d) && cargo init --vcs none --name sample . && RUSTC_LOG=info cargo rustc -vv -- -Z help; rustc -V -v; rustc --print target-list; rustc -C help; rustc -W help",
  ],
  "cmake --trace": [
    "sh",
    "-c",
    "cd $(mktemp -d) && echo 'project(sample C)' > CMakeLists.txt && cmake --trace-expand --debug-output . ",
  ],
  "gcc, all options": ["gcc", "-v", "--help"],
  "pip, told at length": ["python3", "-m", "pip", "debug", "--verbose"],
  "public keys": [
    "sh",
    "-c",
    "cd $(mktemp -d) && for i in $(seq 40); do openssl ecparam -name prime256v1 -genkey -noout -out k && openssl ec -in k -pubout -text -noout | sed '/priv:/,/pub:/d'; ssh-keygen -q -t ed25519 -N '' -f s$i && cat s$i.pub && ssh-keygen -lvf s$i.pub; done",
  ],
  "ssh -v": ["ssh", "-vvv", "-o", "BatchMode=yes", "-p", "1", "127.0.0.1"],
  "help of kubectl": [
    "sh",
    "-c",
    "for c in create run get describe config rollout; do kubectl $c --help; done; kubectl options; kubectl create deployment sample --image=sample --dry-run=client -o yaml",
  ],
  "help of terraform": [
    "sh",
    "-c",
    "for c in plan apply init state import; do terraform $c -help; done",
  ],
  "java, all settings": [
    "java",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:+PrintFlagsFinal",
    "-Xlog:all=info",
    "-XshowSettings:all",
    "-version",
  ],
  "lists of packages' files": ["sh", "-c", "cat /var/lib/dpkg/info/*.md5sums"],
  "packages' files": ["sh", "-c", "cat /var/lib/dpkg/info/*.list"],
  "packages' scripts": ["sh", "-c", "cat /var/lib/dpkg/info/*.p*"],
  "headers of C": ["sh", "-c", "find /usr/include -name '*.h' | sort | xargs cat"],
  "sources of Python": [
    "sh",
    "-c",
    "find /usr/lib/python3.* -name '*.py' -not -path '*/test*' -not -name 'cookie*' | sort | xargs cat",
  ],
  "sources of Perl": ["sh", "-c", "find /usr/share/perl -name '*.pm' | sort | xargs cat"],
  "documents of packages": [
    "sh",
    "-c",
    "find /usr/share/doc -type f | sort | xargs -d '\\n' zcat -f",
  ],
  "documents of Rust": [
    "sh",
    "-c",
    "find ~/.rustup -name '*.html' | sort | head -n 1500 | xargs cat",
  ],
  "minified programs": ["sh", "-c", "find / -xdev -name '*.min.js' | sort | xargs cat"],
  "JavaScript of node_modules": [
    "sh",
    "-c",
    "find node_modules -name '*.js' -not -path '*/dist/*' | sort | xargs -d '\\n' cat",
  ],
  "JSON of node_modules": [
    "sh",
    "-c",
    "find node_modules -name '*.json' | sort | xargs -d '\\n' cat",
  ],
  "images in base64": [
    "sh",
    "-c",
    "find / -xdev -name '*.png' -size -64k | sort | head -n 400 | xargs -n 1 base64",
  ],
  "a database as SQL": [
    "python3",
    "-c",
    "import sqlite3,uuid,hashlib\nd=sqlite3.connect(':memory:')\nd.execute('create table users (id text, created text, digest text)')\nd.executemany('insert into users values (?,?,?)',[(str(uuid.uuid4()),'2026-01-02T03:04:05Z',hashlib.sha256(str(i).encode()).hexdigest()) for i in range(20000)])\nprint('\\n'.join(d.iterdump()))",
  ],
  "a table as CSV": [
    "python3",
    "-c",
    "import uuid,random\nfor i in range(40000): print(i,uuid.uuid4(),random.random(),hex(random.getrandbits(64)),'user%d@example.com'%i,sep=',')",
  ],
  "environment without values": ["sh", "-c", "env | sed 's/=.*/=/'"],
};

export interface HonestLogs {
  readonly logs: readonly HonestLog[];
  /** What the machine does not have, or what says nothing on it. */
  readonly missing: readonly string[];
}

/** What the programs print, on standard output and error, as far as it fits. */
export function collectHonestLogs(directory: string, maxBytes: number): HonestLogs {
  const logs: HonestLog[] = [];
  const missing: string[] = [];
  for (const [name, [program, ...args]] of Object.entries(COMMANDS)) {
    const { stdout, stderr } = spawnSync(program, args, {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
      maxBuffer: maxBytes,
    });
    const bytes = Buffer.concat([stdout ?? Buffer.alloc(0), stderr ?? Buffer.alloc(0)]);
    if (bytes.length === 0) missing.push(name);
    else logs.push({ name, bytes, kind: SOURCES.has(name) ? "source" : "log" });
  }
  return { logs, missing };
}
