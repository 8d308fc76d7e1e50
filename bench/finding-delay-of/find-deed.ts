export const DEED_KINDS = ["write", "claim", "reach"] as const;
export type DeedKind = (typeof DEED_KINDS)[number];

export interface Deed {
  readonly did: DeedKind;
  readonly number: number;
}

/** What rules say of the deeds of flag-deeds.c, and nothing else that is told of them. */
const MESSAGES: Readonly<Record<DeedKind, RegExp>> = {
  write: / wrote \S+\/workflows\/deed-(\d+)\.yml, /u,
  claim: / was started under the name of sshd: deed-(\d+)$/u,
  reach: /^deed-(\d+)-reaches reached for /u,
};

/** The deed that a finding's message is of. */
export function findDeed(message: string): Deed | undefined {
  for (const did of DEED_KINDS) {
    const number = MESSAGES[did].exec(message)?.[1];
    if (number !== undefined) return { did, number: Number(number) };
  }
  return undefined;
}
