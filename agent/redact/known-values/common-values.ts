import type { ByteString } from "./forms/form.ts";

/** Masked, they would make any log unreadable and show where else the word is the password. */
const WORDS = new Set(
  `abcd actions admin administrator agent alpha amd64 arm64 audit azure bash beta bitbucket block build builder
  changeme circleci client cluster config container core data database debian debug default demo deploy develop
  development disable disabled docker drop dummy echo empty enable enabled error example external fail failed
  false file first foo foobar full gitea github gitlab group guest head helm hello home host hosted http https
  info internal java jenkins json kubernetes latest linux local localhost login main master maven minimal mysql
  name node none npm null oauth2 octocat off only open pass password plain postgres postgresql prod production
  public push python read redis release remote repo repository root runner ruby rust secret self-hosted server
  service shell skip stable stage staging start stop string success swarm system temp test tester testing tests
  text token true type ubuntu undefined unknown user username value verbose version warn warning windows work
  worker world write x86_64 yaml`
    .split(/\s+/)
    .concat(
      "/bin/bash",
      "/bin/sh",
      "/bin",
      "/dev/null",
      "/etc",
      "/home",
      "/home/runner",
      "/opt",
      "/root",
      "/tmp",
    )
    .concat(
      "/usr",
      "/usr/bin",
      "/usr/bin/bash",
      "/usr/local",
      "/usr/local/bin",
      "/var",
      "/var/log",
      "/var/run",
    )
    .concat(
      "/workspace",
      "0.0.0.0",
      "127.0.0.1",
      "https://",
      "http://",
      "https://github.com",
      "utf-8",
      "x-access-token",
    ),
);
const MAX_WORD_BYTES = 20;

/** Ports, counts and years. */
const SHORT_NUMBER = /^[0-9]{4,5}$/;
const SHORT_VERSION = /^v?[0-9]{1,3}(\.[0-9]{1,3}){1,2}$/;

/** Whether the value stands in logs for other reasons than being a secret. */
export function isCommon(value: ByteString): boolean {
  return (
    (value.length <= MAX_WORD_BYTES && WORDS.has(value.toLowerCase())) ||
    SHORT_NUMBER.test(value) ||
    SHORT_VERSION.test(value) ||
    isOneCharacter(value)
  );
}

/** Rulers and masks: `--------`, `********`. */
function isOneCharacter(value: ByteString): boolean {
  for (let at = 1; at < value.length; at++) {
    if (value.charCodeAt(at) !== value.charCodeAt(0)) return false;
  }
  return true;
}
