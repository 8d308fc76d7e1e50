import type { ExecObservation } from "../observation.ts";

/** What the tree keeps of an exec, for the forks that go on running it; an environment is not kept. */
export type Program = Pick<
  ExecObservation,
  "executable" | "args" | "argsTruncated" | "workingDirectory" | "userId" | "groupId" | "image"
> & {
  /** What its texts weigh, in characters. */
  readonly characters: number;
};

/** What an argument weighs besides its text: a string's head and its place in the list. */
const CHARACTERS_OF_AN_ARGUMENT = 32;

export function toProgram(observation: ExecObservation): Program {
  const { executable, args, argsTruncated, workingDirectory, userId, groupId, image } = observation;
  let characters = executable.length + (workingDirectory?.length ?? 0);
  for (const arg of args) characters += arg.length + CHARACTERS_OF_AN_ARGUMENT;
  return {
    executable,
    args,
    argsTruncated,
    workingDirectory,
    userId,
    groupId,
    image,
    characters,
  };
}
