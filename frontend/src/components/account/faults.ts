import type { ApiProblem } from '@/api/problem'

/** What the API says of one field of a form; "" when it says nothing of it. */
export function faultOf(problem: ApiProblem | null, pointer: string): string {
  return problem?.errors.find((one) => one.pointer === pointer)?.detail ?? ''
}

/** What the API says of the form as a whole, in its own words. */
export function faultOfForm(
  problem: ApiProblem | null,
  pointers: readonly string[],
): string | null {
  if (!problem || problem.errors.some(({ pointer }) => pointers.includes(pointer))) return null
  return problem.detail ?? problem.title ?? ''
}
