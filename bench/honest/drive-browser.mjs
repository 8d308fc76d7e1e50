/** Drives Chromium as Puppeteer and Playwright do: `drive-browser.mjs FOLDER`, which has a page.html. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder = ""] = process.argv.slice(2);
const page = readFileSync(join(folder, "page.html"));
const server = createServer((request, response) => {
  response.setHeader("content-type", "text/html").end(page);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const browser = spawn(
  "chromium",
  [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    `--user-data-dir=${join(folder, "profile")}`,
    "about:blank",
  ],
  { stdio: ["ignore", "ignore", "pipe"] },
);
const ended = once(browser, "exit");
const socket = new WebSocket(await findAddress());
await once(socket, "open");
const answers = new Map();
let last = 0;
socket.addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  answers.get(message.id)?.(message);
});

const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
for (const url of [`file://${folder}/page.html`, `http://127.0.0.1:${server.address().port}/`]) {
  await ask("Page.navigate", { url }, sessionId);
  await ask("Runtime.evaluate", { expression: "document.title", returnByValue: true }, sessionId);
}
const { data: image } = await ask("Page.captureScreenshot", {}, sessionId);
writeFileSync(join(folder, "page.png"), Buffer.from(image, "base64"));
const { data: document } = await ask("Page.printToPDF", {}, sessionId);
writeFileSync(join(folder, "page.pdf"), Buffer.from(document, "base64"));
await ask("Browser.close", {});
await ended;
server.closeAllConnections();
server.close();

/** Chromium says on standard error where it listens. */
async function findAddress() {
  for await (const line of createInterface({ input: browser.stderr })) {
    const address = /DevTools listening on (ws:\S+)/u.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("Chromium does not say where it listens");
}

async function ask(method, params, session) {
  const id = ++last;
  const answer = new Promise((resolve) => answers.set(id, resolve));
  socket.send(JSON.stringify({ id, method, params, sessionId: session }));
  const { result, error } = await answer;
  answers.delete(id);
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}
