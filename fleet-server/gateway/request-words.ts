/** What a request does, whichever office it goes to: `case.begin` for `vehicle.case.begin`. Rules of order and money are
 *  about the deed; which office has to hear of it is told by the rest of the kind. */
export function deedOf(kind: string): string {
  return kind.slice(kind.indexOf('.') + 1);
}

/** Whether an office's decision gives the right to produce: `accepted` means that an officer looks at it later, and the
 *  citizen is served today all the same (services §2.10). */
export function givesRight(decision: string | undefined): boolean {
  return decision === 'approved' || decision === 'accepted';
}
