/** Secrets that have no letters of their own and are known by where they stand. */
import type { Example } from "./contexts.ts";
import { ALPHANUMERIC, BASE64, HEX, type Random } from "./random.ts";

type MakeExample = (random: Random) => Example;

export const STRUCTURES: Readonly<Record<string, MakeExample>> = {
  "password in a URL": around(
    password,
    (secret) => `https://deploy:${secret}@git.example.com/app.git`,
  ),
  "database URL": around(password, (secret) => `postgres://app:${secret}@db.example.com:5432/app`),
  "broker URL": around(password, (secret) => `amqps://app:${secret}@mq.example.com/vhost`),
  "connection string": around(
    password,
    (secret) => `Server=db.example.com;Database=app;User Id=app;Password=${secret};`,
  ),
  "Authorization: Bearer": around(opaque, (secret) => `Authorization: Bearer ${secret}`),
  "Authorization: Basic": around(basic, (secret) => `Authorization: Basic ${secret}`),
  Cookie: around(opaque, (secret) => `Cookie: session=${secret}`),
  "Set-Cookie": around(opaque, (secret) => `Set-Cookie: session=${secret}; Path=/; HttpOnly`),
  "password=": around(password, (secret) => `password=${secret}`),
  "db_password:": around(password, (secret) => `db_password: ${secret}`),
  '"apiKey":': around(hex, (secret) => `"apiKey": "${secret}"`),
  "CLIENT_SECRET=": around(opaque, (secret) => `CLIENT_SECRET=${secret}`),
  ".netrc": around(password, (secret) => `machine api.example.com login app password ${secret}`),
  'docker "auth"': around(basic, (secret) => `"auth": "${secret}"`),
  "private key": privateKey,
};

function around(
  makeSecret: (random: Random) => string,
  toText: (secret: string) => string,
): MakeExample {
  return (random) => {
    const secret = makeSecret(random);
    return { text: toText(secret), secret };
  };
}

function password(random: Random): string {
  return random.text(ALPHANUMERIC, 12 + random.below(20));
}

function opaque(random: Random): string {
  return random.text(ALPHANUMERIC, 32 + random.below(20));
}

function hex(random: Random): string {
  return random.text(HEX, 32);
}

function basic(random: Random): string {
  return Buffer.from(`deploy:${random.text(ALPHANUMERIC, 20)}`).toString("base64");
}

const KINDS = ["RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED "] as const;

function privateKey(random: Random): Example {
  const kind = random.pick(KINDS);
  const lines = Array.from({ length: 12 + random.below(20) }, () => random.text(BASE64, 64));
  const secret = lines.join("\n");
  return {
    text: `-----BEGIN ${kind}PRIVATE KEY-----\n${secret}\n-----END ${kind}PRIVATE KEY-----`,
    secret,
  };
}
