import { describe, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { acknowledgedReplySchema, alarmsReplySchema } from '../api/routes/alarms.ts';
import type { eventsReplySchema } from '../api/routes/events.ts';
import type { ledgerReplySchema } from '../api/routes/ledger.ts';
import type { overviewReplySchema } from '../api/routes/overview.ts';
import type { personReplySchema } from '../api/routes/session.ts';
import type { terminalReplySchema } from '../api/routes/terminals.ts';
import type { varianceAcceptedReplySchema, variancesReplySchema } from '../api/routes/variances.ts';
import type { Replies } from '../dashboard/api-client/api-types.ts';

/** The page may not import the server, so its types are written apart; the type check compares them here. */
describe('what the page reads', () => {
  it('is what the server answers', () => {
    expectTypeOf<Replies['session']>().toEqualTypeOf<z.output<typeof personReplySchema>>();
    expectTypeOf<Replies['overview']>().toEqualTypeOf<z.output<typeof overviewReplySchema>>();
    expectTypeOf<Replies['terminal']>().toEqualTypeOf<z.output<typeof terminalReplySchema>>();
    expectTypeOf<Replies['events']>().toEqualTypeOf<z.output<typeof eventsReplySchema>>();
    expectTypeOf<Replies['alarms']>().toEqualTypeOf<z.output<typeof alarmsReplySchema>>();
    expectTypeOf<Replies['variances']>().toEqualTypeOf<z.output<typeof variancesReplySchema>>();
    expectTypeOf<Replies['varianceAccepted']>().toEqualTypeOf<z.output<typeof varianceAcceptedReplySchema>>();
    expectTypeOf<Replies['ledger']>().toEqualTypeOf<z.output<typeof ledgerReplySchema>>();
    expectTypeOf<Replies['acknowledged']>().toEqualTypeOf<z.output<typeof acknowledgedReplySchema>>();
  });
});
