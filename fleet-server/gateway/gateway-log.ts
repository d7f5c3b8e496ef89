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
  /** A request was refused before an operation existed. `reason`: what was wrong with who sent it, in the words of the
   *  error table; the answer does not say. */
  refused(line: {
    terminalId: string | null;
    status: number;
    code: string;
    reason: string | null;
    operationId: string | null;
  }): void;
  /** TLS let nobody in, so there was no request. `code` is one of the error table. */
  handshakeRefused(line: { address: string; code: string; detail: string }): void;
  /** Something that the program promised does not hold. */
  broken(line: { what: string; error: string }): void;
}
