/** Does one thing, and then lets whoever runs this do something else. */
export function* inTurn<T>(act: () => T): Generator<undefined, T> {
  const outcome = act();
  yield;
  return outcome;
}
