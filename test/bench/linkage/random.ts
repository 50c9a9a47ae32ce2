import { randomBytes } from "node:crypto";

/** A number in [0, 1), from the system's generator. */
export function uniform(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}

/** A whole number in [0, n). */
export function below(n: number): number {
  return Math.floor(uniform() * n);
}

export function chance(probability: number): boolean {
  return uniform() < probability;
}

/** Standard normal, by Box and Muller. */
export function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The numbers 0 … n-1 in an order that tells nothing. */
export function shuffled(n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
