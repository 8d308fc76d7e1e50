/** Amounts as steps of a fourth of a doubling: what is compared are ratios, and none of 19 % decides anything. */

export const STEPS_A_DOUBLING = 4;

export function toSteps(amount: number): number {
  return amount > 0 ? Math.round(STEPS_A_DOUBLING * Math.log2(1 + amount)) : 0;
}

export function fromSteps(steps: number): number {
  return Math.round(2 ** (steps / STEPS_A_DOUBLING) - 1);
}
