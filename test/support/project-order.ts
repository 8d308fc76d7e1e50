/** For vitest's `sequence.sequencer`. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

interface OfProject {
  readonly project: { readonly name: string };
}

/** A process that has run a file is handed on only where the next one is of the same project. */
export class ProjectOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array's, but vitest's own order
    const bySize = await super.sort(files);
    return keepTogether(bySize);
  }
}

/** Projects by their first file; of each the files in the order that they had. */
export function keepTogether<T extends OfProject>(files: readonly T[]): T[] {
  return [...Map.groupBy(files, ({ project }) => project.name).values()].flat();
}
