import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

const CHECKS = 4;
const CHECK_EVERY_MS = 150;

export async function talkToServer({ directory, say }) {
  const server = spawn(process.execPath, [join(directory, "scripts/serve.mjs")], {
    cwd: directory,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const urls = JSON.parse((await lines.next()).value);
  for (const url of urls) say(`${url} answered ${CHECKS} times: ${await fetchPages(url)}`);
  if (urls.length < 2) say("There is no IPv6 on this machine; going on with IPv4 alone.");
  server.stdin.end();
  await once(server, "exit");
}

/** As a job does that waits until its service has answered a few times. Resolves to the last answer. */
async function fetchPages(url) {
  let page = "";
  for (let i = 0; i < CHECKS; i++) {
    page = await (await fetch(url)).text();
    await setTimeout(CHECK_EVERY_MS);
  }
  return page.trim();
}
