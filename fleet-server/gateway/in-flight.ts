import { GATEWAY_LIMITS } from './limits.table.ts';

/** How much is being answered right now, in all and of each terminal. A request has its place, and its body its bytes,
 *  from its headers until its connection is done with it and nobody works on it any more: the body lives as long. */
export interface InFlight {
  /** @returns undefined when there is no room */
  enter(terminalId: string, bytes: number): Place | undefined;
}

/** What a request takes up. */
export interface Place {
  /** The answer is out, or the sender went away. */
  close(): void;
  /** Works on the request; the place is kept until the end, though its sender may be gone before. */
  work<T>(fn: () => Promise<T>): Promise<T>;
}

interface Load {
  requests: number;
  bytes: number;
}

export function createInFlight(): InFlight {
  const all: Load = { requests: 0, bytes: 0 };
  const ofTerminals = new Map<string, Load>();
  const hasRoom = (mine: Load, bytes: number): boolean =>
    all.requests < GATEWAY_LIMITS.requestsInFlight &&
    mine.requests < GATEWAY_LIMITS.requestsPerTerminal &&
    all.bytes + bytes <= GATEWAY_LIMITS.bodyBytesInFlight &&
    mine.bytes + bytes <= GATEWAY_LIMITS.bodyBytesPerTerminal;
  return {
    enter: (terminalId, bytes) => {
      const mine = ofTerminals.get(terminalId) ?? { requests: 0, bytes: 0 };
      if (!hasRoom(mine, bytes)) return undefined;
      ofTerminals.set(terminalId, mine);
      const count = (sign: 1 | -1): void => {
        for (const load of [all, mine]) {
          load.requests += sign;
          load.bytes += sign * bytes;
        }
      };
      count(1);
      return createPlace(() => {
        count(-1);
        if (mine.requests === 0) ofTerminals.delete(terminalId);
      });
    },
  };
}

function createPlace(leave: () => void): Place {
  let isClosed = false;
  let isWorking = false;
  const leaveWhenOver = (): void => {
    if (isClosed && !isWorking) leave();
  };
  return {
    close: () => {
      isClosed = true;
      leaveWhenOver();
    },
    work: async (fn) => {
      isWorking = true;
      try {
        return await fn();
      } finally {
        isWorking = false;
        leaveWhenOver();
      }
    },
  };
}

/** How many bytes of body a request may bring. One that does not say, or says more than is read, counts as the largest
 *  that is read. */
export function announcedBytes(headers: {
  readonly 'content-length'?: string | undefined;
  readonly 'transfer-encoding'?: string | undefined;
}): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (length === undefined) return encoding === undefined ? 0 : GATEWAY_LIMITS.bodyBytes;
  return Math.min(Number(length), GATEWAY_LIMITS.bodyBytes);
}
