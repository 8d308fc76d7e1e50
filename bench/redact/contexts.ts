/** The ways in which secrets come to stand in logs. */

/** What a vendor's program would print. */
export interface Example {
  /** The secret, and beside it what it is known by where it has no letters of its own. */
  readonly text: string;
  readonly secret: string;
}

export interface Context {
  readonly name: string;
  readonly place: (example: Example) => Placed;
}

export interface Placed {
  /** As it is written, piece by piece. */
  readonly pieces: readonly Buffer[];
  /** What must not be seen of it: the secret as it is written there, line by line. */
  readonly images: readonly string[];
}

const BASE64_COLUMNS = 76;
/** Three bytes make four letters; only those of whole groups are the secret's alone. */
const BASE64_GROUP = { bytes: 3, letters: 4 };

export const CONTEXTS: readonly Context[] = [
  plain("VAR=x", (text) => `DEPLOY_VALUE=${text}\n`),
  plain("export", (text) => `+ export DEPLOY_VALUE='${text}'\n`),
  written("JSON", toJson, (text) => `{"level":"info","value":"${text}","port":8080}\n`),
  written("YAML", indent, (text) =>
    text.includes("\n")
      ? `deploy:\n  value: |\n    ${text}\n  port: 8080\n`
      : `deploy:\n  value: ${text}\n  port: 8080\n`,
  ),
  written(
    "URL userinfo",
    encodeURIComponent,
    (text) => `Cloning from https://x-access-token:${text}@git.example.com/app.git\n`,
  ),
  written(
    "query string",
    encodeURIComponent,
    (text) => `GET https://api.example.com/v1/items?page=2&t=${text}&sort=name 200\n`,
  ),
  plain("header", (text) => `> X-Deploy-Value: ${text}\r\n> Accept: */*\r\n`),
  plain("curl -u", (text) => `+ curl -sS -u deploy:${text} https://api.example.com/v1\n`),
  plain("coloured", (text) => `\u001b[36;1mdeploy\u001b[0m with \u001b[1m${text}\u001b[0m now\n`),
  plain("among words", (text) => `the deploy with ${text} came to its end\n`),
  { name: "wrapped base64", place: placeInBase64 },
  { name: "two writes", place: placeInTwoWrites },
];

function plain(name: string, toLog: (text: string) => string): Context {
  return written(name, (text) => text, toLog);
}

function written(
  name: string,
  write: (text: string) => string,
  toLog: (text: string) => string,
): Context {
  return {
    name,
    place: ({ text, secret }) => ({
      pieces: [Buffer.from(toLog(write(text)))],
      images: write(secret).split("\n"),
    }),
  };
}

function toJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n    ");
}

function placeInBase64({ text, secret }: Example): Placed {
  const log = `value of the deploy: ${text} and more\n`;
  const encoded = Buffer.from(log).toString("base64");
  const start = Buffer.byteLength(log.slice(0, log.indexOf(secret)));
  const end = start + Buffer.byteLength(secret);
  const { bytes, letters } = BASE64_GROUP;
  const image = encoded.slice(
    Math.ceil(start / bytes) * letters,
    Math.floor(end / bytes) * letters,
  );
  const lines = encoded.match(new RegExp(`.{1,${BASE64_COLUMNS}}`, "gu")) ?? [];
  return { pieces: [Buffer.from(`${lines.join("\n")}\n`)], images: [image] };
}

/** The cut goes through the secret. */
function placeInTwoWrites({ text, secret }: Example): Placed {
  const log = `deploy: ${text}\n`;
  const cut = log.indexOf(secret) + Math.ceil(secret.length / 2);
  return {
    pieces: [Buffer.from(log.slice(0, cut)), Buffer.from(log.slice(cut))],
    images: secret.split("\n"),
  };
}
