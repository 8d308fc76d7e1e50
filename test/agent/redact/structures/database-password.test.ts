import { expect, test } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";

const PASSWORD = "oaG9-kettle,Moss";

test.each([
  `CREATE USER 'app'@'%' IDENTIFIED BY '${PASSWORD}';`,
  `mysql> alter user root identified by "${PASSWORD}" expire`,
  `ALTER USER app WITH ENCRYPTED PASSWORD '${PASSWORD}'`,
  `CREATE ROLE app LOGIN PASSWORD '${PASSWORD}' CREATEDB;`,
  `2026-01-12T09:00:08 6 [Note] A temporary password is generated for root@localhost: ${PASSWORD}`,
])("%s is masked, whole and byte by byte", (line) => {
  const masked = line.replace(PASSWORD, "***");

  expect(redact([`${line}\n`])).toBe(`${masked}\n`);
  expect(redact(`${line}\n`.split(""))).toBe(`${masked}\n`);
});

test.each([
  "the rows are identified by a key of their own",
  "ALTER USER app WITH PASSWORD NULL",
  "IDENTIFIED BY '<password>'",
  "IDENTIFIED BY '${DB_PASSWORD}'",
  "a temporary password is generated for each test",
])("%s is shown", (line) => {
  expect(redact([`${line}\n`])).toBe(`${line}\n`);
});

function redact(pieces: readonly string[]): string {
  const shown: Buffer[] = [];
  const stream = createRedaction().openStream({
    emit: (bytes) => void shown.push(Buffer.from(bytes)),
  });
  for (const piece of pieces) stream.write(Buffer.from(piece));
  stream.end();
  return Buffer.concat(shown).toString();
}
