import type { Command } from "commander";

import { suggestWord } from "../protocol/closest-word.ts";

/** `help NAME...` of each command that has others: commander's own says nothing of a name that is none of them. */
export function addHelp(command: Command): void {
  const explained = [...command.commands];
  if (explained.length === 0) return;
  for (const sub of explained) addHelp(sub);
  command
    .command("help")
    .summary("explain a command")
    .argument("[command...]", "its name")
    .action((names: string[]) => findCommand(command, names).outputHelp());
}

function findCommand(command: Command, [name, ...names]: readonly string[]): Command {
  if (name === undefined) return command;
  const found = command.commands.find((sub) => sub.name() === name);
  if (found !== undefined) return findCommand(found, names);
  const known = command.commands.map((sub) => sub.name());
  return command.error(
    `error: help knows no command ${JSON.stringify(name)}${suggestWord(name, known)}`,
  );
}
