import { NO_KILLS } from "../../agent/sensor/kernel/kills.ts";
import { observeCommand } from "../../test/agent/sensor/kernel/support/observe-command.ts";
import { plantMemory } from "../../test/agent/sensor/kernel/support/planted-memory.ts";
import { buildProgram } from "../../test/support/build-program.ts";

export interface Thefts {
  readonly way: string;
  readonly killed: number;
  /** Tries that got bytes. */
  readonly leaks: number;
}

/** As often as asked for, under a kernel sensor that ends whoever does it. */
export async function measureThefts(way: string, tries: number): Promise<Thefts> {
  await using planted = await plantMemory();
  const command = [
    buildProgram("steal-memory"),
    way,
    String(planted.pid),
    planted.address,
    String(tries),
  ];
  const { records } = await observeCommand(command, {
    sensor: { kills: { ...NO_KILLS, memoryReaders: true } },
  });
  const [record] = records;
  return { way, killed: Number(record?.["killed"]), leaks: Number(record?.["leaks"]) };
}
