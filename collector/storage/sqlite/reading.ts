import { RequestProblem } from "../../errors.ts";

/** A page that is damaged, a disk that is gone: nobody's bug, and over when it has been mended. */
export function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new RequestProblem("storage-failed", "what is stored cannot be read", { cause: error });
  }
}
