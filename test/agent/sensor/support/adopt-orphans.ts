import koffi from "koffi";

const PR_SET_CHILD_SUBREAPER = 36;

/** Makes orphans among this process's descendants its children, until disposed (prctl(2)). */
export function adoptOrphans(): Disposable {
  const prctl: (operation: number, value: number) => number = koffi
    .load(null)
    .func("int prctl(int operation, unsigned long value)");
  const set = (value: number): void => {
    if (prctl(PR_SET_CHILD_SUBREAPER, value) !== 0) throw new Error("cannot adopt orphans");
  };
  set(1);
  return { [Symbol.dispose]: () => set(0) };
}
