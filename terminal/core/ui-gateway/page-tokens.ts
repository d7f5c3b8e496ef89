import { randomId, type Clock, type RandomBytes } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';
import { sameKey } from '../platform/digest.ts';

/** Tokens with which a page may say hello: each works once and for half a minute. */
export interface PageTokens {
  mint(): string;
  redeem(token: string): boolean;
}

export function pageTokens(clock: Clock, random: RandomBytes): PageTokens {
  let open: { token: string; until: number }[] = [];
  return {
    mint: () => {
      const token = randomId(random, 32);
      // The oldest goes: whoever floods can only push out pages that have not come yet.
      open = [...open.slice(1 - CORE_LIMITS.tokens), { token, until: clock.monoMs() + CORE_LIMITS.tokenMs }];
      return token;
    },
    redeem: (token) => {
      const found = open.find((entry) => sameKey(entry.token, token) && clock.monoMs() < entry.until);
      open = open.filter((entry) => entry !== found);
      return found !== undefined;
    },
  };
}
