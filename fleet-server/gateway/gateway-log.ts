/** The gateway's log lines. Operation ids, kinds, terminals and codes only: no body, no answer, no official number. */
export interface GatewayLog {
  /** An operation was answered. */
  answered(line: {
    operationId: string;
    kind: string;
    terminalId: string;
    outcome: string;
    fault: string | null;
    duplicate: boolean;
    ms: number;
  }): void;
  /** An operation that was unknown has ended. */
  settled(line: { operationId: string; kind: string; outcome: string; fault: string | null; questions: number }): void;
  /** An operation is unknown for longer than `GATEWAY_LIMITS.settleWarnMs`. */
  stillUnknown(line: { operationId: string; kind: string; ageMs: number }): void;
  /** A request was refused before an operation existed. */
  refused(line: { terminalId: string | null; status: number; code: string; operationId: string | null }): void;
  /** Something that the program promised does not hold. */
  broken(line: { what: string; error: string }): void;
}
