/** Whose output is whose input, by the pipe between them: what a command line says of it plays no part. */
import type { Actor } from "./actor.ts";

export interface Pipes {
  /** To be called after the program of an actor became known. */
  note(actor: Actor): void;
  /** Those that executed a program with this pipe as standard output, or error. The latest last. */
  writersOf(inode: number): readonly Actor[];
  /** Those that executed a program with this pipe as standard input. */
  readersOf(inode: number): readonly Actor[];
}

export interface PipesOptions {
  /** Different pipes, some 200 bytes each; those that were heard of longest ago go first. */
  readonly maxPipes: number;
}

/** A pipe of a shell has one at each end; a build's jobserver has hundreds. */
const MAX_AT_AN_END = 8;

interface Ends {
  readonly writers: Actor[];
  readonly readers: Actor[];
}

const NOBODY: readonly Actor[] = [];

export function createPipes({ maxPipes }: PipesOptions): Pipes {
  const pipes = new Map<number, Ends>();
  const endsOf = (inode: number): Ends => {
    const known = pipes.get(inode);
    if (known) return known;
    if (pipes.size >= maxPipes) {
      const oldest = pipes.keys().next();
      if (!oldest.done) pipes.delete(oldest.value);
    }
    const ends: Ends = { writers: [], readers: [] };
    pipes.set(inode, ends);
    return ends;
  };
  return {
    note(actor) {
      const { stdin, stdout, stderr } = actor.program ?? {};
      if (stdin?.type === "pipe" && stdin.inode !== undefined) {
        add(endsOf(stdin.inode).readers, actor);
      }
      for (const output of [stdout, stderr]) {
        if (output?.type === "pipe" && output.inode !== undefined) {
          add(endsOf(output.inode).writers, actor);
        }
      }
    },
    writersOf: (inode) => pipes.get(inode)?.writers ?? NOBODY,
    readersOf: (inode) => pipes.get(inode)?.readers ?? NOBODY,
  };
}

function add(end: Actor[], actor: Actor): void {
  if (end.includes(actor)) return;
  if (end.length >= MAX_AT_AN_END) end.shift();
  end.push(actor);
}
