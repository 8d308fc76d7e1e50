import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { ProcessRef } from "../../../agent/observation.ts";
import { toProcessId } from "../../../agent/process/process-id.ts";
import { createProcessTree, type ProcessTree } from "../../../agent/process/process-tree.ts";
import { NaiveTree, type NaiveProcess } from "./naive-tree.ts";
import { execOf, exitOf, forkOf } from "./process-observations.ts";

const MAX_PROCESSES = 6;
/** Fewer than a job has processes, so that they are used again and again. */
const PIDS = 9;
const ROOT: ProcessRef = { pid: 1, startTicks: 1 };

/** What a kernel knows: every process that ever lived, of which some live. */
class Machine {
  readonly all: ProcessRef[] = [ROOT];
  living: ProcessRef[] = [ROOT];
  readonly parents = new Map<ProcessRef, ProcessRef>([[ROOT, { pid: 100, startTicks: 0 }]]);

  pick(choice: number): ProcessRef {
    return this.living[choice % this.living.length] ?? ROOT;
  }

  pickOfAll(choice: number): ProcessRef {
    return this.all[choice % this.all.length] ?? ROOT;
  }

  /** Undefined where no pid is free. */
  fork(parent: ProcessRef): ProcessRef | undefined {
    const pid = Array.from({ length: PIDS }, (_, index) => index + 1).find(
      (free) => !this.living.some((process) => process.pid === free),
    );
    if (pid === undefined) return undefined;
    const child = { pid, startTicks: this.all.length + 1 };
    this.all.push(child);
    this.living.push(child);
    this.parents.set(child, parent);
    return child;
  }

  exit(process: ProcessRef): void {
    this.living = this.living.filter((other) => other !== process);
    if (this.living.length === 0) this.living = [ROOT];
  }
}

interface World {
  readonly machine: Machine;
  readonly model: NaiveTree;
}
type Command = fc.Command<World, ProcessTree>;

/** One thing that happens on the machine; `told` says whether, and how, the tree is told of it. */
class Step implements Command {
  readonly #name: string;
  readonly #act: (world: World, tree: ProcessTree) => void;

  constructor(name: string, act: (world: World, tree: ProcessTree) => void) {
    this.#name = name;
    this.#act = act;
  }

  check = () => true;

  run(world: World, tree: ProcessTree): void {
    this.#act(world, tree);
    expectSame(tree, world);
  }

  toString = () => this.#name;
}

/** After each step, so it compares by itself: an `expect` costs a hundred times what a look at a tree does. */
function expectSame(tree: ProcessTree, { model, machine }: World): void {
  const pids = Array.from({ length: PIDS }, (_, index) => index + 1);
  const told = {
    size: tree.size,
    isWithinBounds: tree.size <= MAX_PROCESSES,
    forgotten: tree.forgotten,
    processes: pids.map((pid) => simplified(tree.withPid(pid))),
    ids: new Set(machine.all.map(toProcessId)).size,
  };
  const expected = {
    size: model.living.length,
    isWithinBounds: true,
    forgotten: model.forgotten,
    processes: pids.map((pid) => {
      const process = model.living.find(({ ref }) => ref.pid === pid);
      return process && toExpected(process);
    }),
    ids: machine.all.length,
  };
  if (!isDeepStrictEqual(told, expected)) expect(told).toEqual(expected);
}

function toExpected({ ref, parent, step, program }: NaiveProcess) {
  return { id: toProcessId(ref), ref, parentId: toProcessId(parent), step, program };
}

function simplified(node: ReturnType<ProcessTree["withPid"]>) {
  if (node === undefined) return undefined;
  const { id, ref, parentId, step, program } = node;
  return { id, ref, parentId, step: step?.step, program: program?.executable };
}

function tellFork(tree: ProcessTree, model: NaiveTree, [child, parent]: [ProcessRef, ProcessRef]) {
  expect(simplified(tree.fork(forkOf(parent, child)))).toEqual(
    toExpected(model.fork(child, parent)),
  );
}

function tellExec(tree: ProcessTree, world: World, process: ProcessRef, step?: string): void {
  const parent = world.machine.parents.get(process) ?? ROOT;
  const program = `/bin/of-${process.startTicks}`;
  const environment = step === undefined ? {} : { GITHUB_ACTION: step };
  const node = tree.exec(execOf(process, { parent, executable: program, environment }));
  const told = { parent, program, ...(step === undefined ? {} : { step }) };
  expect(simplified(node)).toEqual(toExpected(world.model.exec(process, told)));
}

const choice = fc.nat({ max: 99 });
const step = fc.option(fc.constantFrom("checkout", "build", "deploy"), { nil: undefined });

const commands = [
  fc.tuple(choice, fc.boolean()).map(
    ([parentChoice, isLost]) =>
      new Step(`fork of ${parentChoice}${isLost ? ", lost" : ""}`, ({ machine, model }, tree) => {
        const parent = machine.pick(parentChoice);
        const child = machine.fork(parent);
        if (child && !isLost) tellFork(tree, model, [child, parent]);
      }),
  ),
  fc
    .tuple(choice, step)
    .map(
      ([which, label]) =>
        new Step(`exec of ${which} in ${label}`, (world, tree) =>
          tellExec(tree, world, world.machine.pick(which), label),
        ),
    ),
  fc.tuple(choice, step).map(
    ([parentChoice, label]) =>
      new Step(`exec in ${label} before fork of ${parentChoice}`, (world, tree) => {
        const parent = world.machine.pick(parentChoice);
        const child = world.machine.fork(parent);
        if (!child) return;
        tellExec(tree, world, child, label);
        tellFork(tree, world.model, [child, parent]);
      }),
  ),
  fc.tuple(choice, fc.boolean()).map(
    ([which, isLost]) =>
      new Step(`exit of ${which}${isLost ? ", lost" : ""}`, ({ machine, model }, tree) => {
        const process = machine.pick(which);
        machine.exit(process);
        if (isLost) return;
        tree.exit(exitOf(process));
        model.exit(process);
      }),
  ),
  fc.tuple(choice, fc.constantFrom("fork", "exec", "exit")).map(
    ([which, kind]) =>
      new Step(`late ${kind} of ${which}`, (world, tree) => {
        const process = world.machine.pickOfAll(which);
        const parent = world.machine.parents.get(process) ?? ROOT;
        if (kind === "fork") tellFork(tree, world.model, [process, parent]);
        else if (kind === "exec") tellExec(tree, world, process, "forged");
        else {
          tree.exit(exitOf(process));
          world.model.exit(process);
        }
      }),
  ),
];

test("the tree says what a naive one says, whatever is lost, late or out of order", () => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 120, size: "max" }), (run) => {
      const world = { machine: new Machine(), model: new NaiveTree(MAX_PROCESSES) };
      const tree = createProcessTree({ maxProcesses: MAX_PROCESSES, maxCharacters: 1_000_000 });
      fc.modelRun(() => ({ model: world, real: tree }), run);

      expect(tree.size).toBe(world.model.living.length);
    }),
    { numRuns: 300 },
  );
});

test("whoever descends from a labelled process has its label, whatever it sets itself", () => {
  const generation = fc.record({
    label: step,
    isForkLost: fc.boolean(),
    execs: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(generation, { minLength: 1, maxLength: 20 }), (generations) => {
      const tree = createProcessTree({ maxProcesses: 100, maxCharacters: 1_000_000 });
      let parent = ROOT;
      tree.exec(execOf(ROOT, { parent: { pid: 100, startTicks: 0 }, environment: IN_BUILD }));
      for (const [index, { label, isForkLost, execs }] of generations.entries()) {
        const child = { pid: index + 2, startTicks: index + 2 };
        if (!isForkLost) tree.fork(forkOf(parent, child));
        const environment = label === undefined ? {} : { GITHUB_ACTION: label };
        for (let count = 0; count <= execs; count += 1) {
          tree.exec(execOf(child, { parent, environment }));
        }

        expect(tree.withPid(child.pid)?.step).toEqual({ step: "build" });
        parent = child;
      }
    }),
  );
});

const IN_BUILD = { GITHUB_ACTION: "build" };
