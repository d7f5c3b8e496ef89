import { describe, expect, it } from 'vitest';
import type { Books } from './books.ts';
import { reconcile, type Reconciliation } from './compare.ts';
import { DIFFERENCES, type DifferenceName } from './difference.table.ts';
import { agreeingBooks, AT, DAY, type Draft, HOUR } from './testing/agreeing-books.ts';

type Doctored = Draft<Books>;
type Doctor = (books: Doctored) => void;
const HELD_MS = 72 * HOUR;

function found(doctor: Doctor, day: string | null = null): Reconciliation {
  const books = agreeingBooks();
  doctor(books);
  return reconcile(books, { day, heldMs: HELD_MS });
}
const kinds = ({ differences }: Reconciliation): string[] => differences.map(({ kind }) => kind);

/** The one element that a doctor is about. */
function at<T>(list: readonly T[], index: number): T {
  const one = list.at(index);
  if (one === undefined) throw new Error(`nothing at ${index}`);
  return one;
}
const only = (books: Doctored): Doctored['journals'][number] => at(books.journals, 0);

/** For each kind: what is done to the agreeing books, everything that is then found, and the reference that names it. */
const CASES: Readonly<Record<DifferenceName, { doctor: Doctor; finds: readonly DifferenceName[]; ref: string }>> = {
  'journal-damaged': {
    doctor: (books) => (only(books).damaged = { total: 2, first: [7, 8] }),
    finds: ['journal-damaged'],
    ref: 'j 7, j 8',
  },
  'money-terminal-gateway': {
    doctor: (books) => Object.assign(at(books.gateway.bills, 0), { withUsFen: 1_400 }),
    finds: ['money-terminal-gateway', 'money-gateway-provider'],
    ref: 'bill-done',
  },
  'money-gateway-provider': {
    doctor: (books) => Object.assign(at(books.statement.bills, 0), { state: 'held', capturedFen: 0 }),
    finds: ['money-gateway-provider'],
    ref: 'bill-done',
  },
  'money-terminal-provider': {
    doctor: (books) => (at(only(books).ends, 0).chargedFen = 3_000),
    finds: ['money-terminal-gateway', 'money-terminal-provider', 'fleet-differs'],
    ref: 'bill-done',
  },
  'amount-differs': {
    doctor: (books) => (at(only(books).bills, 0).amountFen = 1_600),
    finds: ['amount-differs'],
    ref: 'bill-done',
  },
  'charge-without-bill': {
    doctor: (books) => {
      at(only(books).ends, 2).chargedFen = 1_000;
      Object.assign(at(books.fleet.facts, 2), { chargedFen: 1_000 });
      Object.assign(at(books.fleet.volumes, 2), { chargedFen: 1_000 });
    },
    finds: ['charge-without-bill'],
    ref: 'session-free',
  },
  'bill-unknown-to-terminal': {
    doctor: (books) => {
      books.gateway.bills.push({ ...at(books.gateway.bills, 0), billRef: 'bill-lost', at: AT - HOUR });
      books.statement.bills.push({ ...at(books.statement.bills, 0), billRef: 'bill-lost' });
    },
    finds: ['bill-unknown-to-terminal'],
    ref: 'bill-lost',
  },
  'bill-unknown-to-gateway': {
    doctor: (books) => books.statement.bills.push({ ...at(books.statement.bills, 0), billRef: 'bill-lost' }),
    finds: ['bill-unknown-to-gateway'],
    ref: 'bill-lost',
  },
  'statement-unbalanced': {
    doctor: (books) => (at(books.statement.bills, 0).capturedFen = 1_400),
    finds: ['statement-unbalanced'],
    ref: 'bill-done',
  },
  'extra-not-returned': {
    doctor: (books) => (at(books.statement.bills, 0).extraInFen = 1_500),
    finds: ['extra-not-returned'],
    ref: 'bill-done',
  },
  'held-too-long': {
    doctor: (books) => {
      books.readAt = AT + HELD_MS + HOUR;
      only(books).openIncidents = [];
      only(books).compensations = [];
      at(books.gateway.cases, 1).compensation = null;
    },
    finds: ['held-too-long'],
    ref: 'bill-stop',
  },
  'compensation-unattended': {
    doctor: (books) => (only(books).openIncidents = []),
    finds: ['compensation-unattended'],
    ref: 'case-stop',
  },
  'compensation-missing': {
    doctor: (books) => (at(books.gateway.cases, 1).compensation = null),
    finds: ['compensation-missing'],
    ref: 'case-stop',
  },
  'refund-stuck': {
    doctor: (books) => {
      books.readAt = AT + HELD_MS + HOUR;
      const owed = { since: AT, why: 'review-refused', billRef: 'bill-stop', amountFen: 1_500 } as const;
      Object.assign(at(books.gateway.cases, 1), { isOpen: true, compensation: owed });
      at(books.gateway.bills, 1).isOpen = true;
    },
    finds: ['refund-stuck'],
    ref: 'case-stop',
  },
  'goods-terminal-gateway': {
    doctor: (books) => {
      at(books.gateway.cases, 2).end = 'none';
      at(books.statement.cases, 2).stage = 'reserved';
      at(books.statement.serials, 2).state = 'reserved';
    },
    finds: ['goods-terminal-gateway'],
    ref: 'case-free',
  },
  'goods-gateway-office': {
    doctor: (books) => (at(books.statement.cases, 0).stage = 'cancelled'),
    finds: ['goods-gateway-office'],
    ref: 'case-done',
  },
  'serial-twice': {
    doctor: (books) => (at(books.statement.serials, 2).serial = at(books.statement.serials, 0).serial),
    finds: ['serial-twice'],
    ref: 'case-free',
  },
  'serial-not-confirmed': {
    doctor: (books) => (at(books.statement.serials, 1).state = 'produced'),
    finds: ['serial-not-confirmed'],
    ref: 'case-stop',
  },
  'fleet-missing': {
    doctor: (books) => {
      books.fleet.facts.splice(2, 1);
      books.fleet.volumes.splice(2, 1);
    },
    finds: ['fleet-missing'],
    ref: 'seq 30',
  },
  'fleet-extra': {
    doctor: (books) => {
      books.fleet.facts.push({ ...at(books.fleet.facts, 2), seq: 25 });
      Object.assign(at(books.fleet.volumes, 2), { n: 2, produced: 2, handedOver: 2 });
    },
    finds: ['fleet-extra'],
    ref: 'seq 25',
  },
  'fleet-differs': {
    doctor: (books) => {
      at(books.fleet.facts, 0).refundedFen = 1_500;
      at(books.fleet.volumes, 0).refundedFen = 1_500;
    },
    finds: ['fleet-differs'],
    ref: 'seq 10',
  },
  'fleet-quarantined': {
    doctor: (books) => {
      at(books.fleet.ledgers, 0).quarantined = [30];
      books.fleet.facts.splice(2, 1);
      books.fleet.volumes.splice(2, 1);
    },
    finds: ['fleet-quarantined'],
    ref: 'seq 30',
  },
  'fleet-lost': { doctor: (books) => (only(books).acknowledgedSeq = 44), finds: ['fleet-lost'], ref: 'seq 41' },
  'volumes-differ': {
    doctor: (books) => (at(books.fleet.volumes, 3).n = 2),
    finds: ['volumes-differ'],
    ref: 'exit.endorse done',
  },
  'session-open': {
    doctor: (books) => {
      only(books).sessions.push({ sessionId: 'session-open', wall: AT, isOver: false });
      books.readAt = AT + HELD_MS + HOUR;
    },
    finds: ['session-open'],
    ref: 'session-open',
  },
};

describe('reconcile', () => {
  it('finds nothing in books that agree, and adds them up', () => {
    const { days, differences, open, withoutJournal } = found(() => undefined);
    expect(differences).toEqual([]);
    expect(days).toMatchObject([
      {
        day: DAY,
        services: [
          {
            service: 'exit.endorse',
            done: 1,
            stopped: 1,
            chargedFen: 3_000,
            produced: 1,
            handedOver: 1,
            notYetAtFleet: 0,
          },
          { service: 'veh.licence', done: 1, chargedFen: 0 },
        ],
        money: {
          bills: 2,
          moving: 0,
          terminalFen: 3_000,
          returnedLaterFen: 0,
          gatewayFen: 3_000,
          heldFen: 1_500,
          capturedFen: 1_500,
        },
      },
    ]);
    expect(open.map(({ what, ref }) => `${what} ${ref}`)).toEqual(['incident 5FB-WFY', 'compensation case-stop']);
    expect(withoutJournal).toEqual(['SD-LIGHT-01']);
  });

  it.each(Object.entries(CASES))('finds %s', (kind, { doctor, finds, ref }) => {
    const result = found(doctor);
    expect(kinds(result).toSorted()).toEqual([...finds].toSorted());
    const one = result.differences.find((difference) => difference.kind === kind);
    expect(one).toMatchObject({ ref });
    expect(one?.day).toBe(kind === 'journal-damaged' || kind === 'fleet-lost' ? null : DAY);
    expect(DIFFERENCES[kind as DifferenceName].next.en).not.toBe('');
  });

  it('shows another day without that day’s differences, but with what belongs to none', () => {
    const doctor: Doctor = (books) => {
      CASES['amount-differs'].doctor(books);
      CASES['fleet-lost'].doctor(books);
    };
    expect(kinds(found(doctor, '2026-11-27'))).toEqual(['fleet-lost']);
    expect(found(doctor, '2026-11-27').days).toEqual([]);
    expect(kinds(found(doctor, DAY)).toSorted()).toEqual(['amount-differs', 'fleet-lost']);
  });
});

describe('what is no difference', () => {
  it('F58 a result of an epoch before the journal was cut: the newest ledger of the fleet does not have it', () => {
    const cut: Doctor = (books) => {
      const journal = only(books);
      const { seq } = at(journal.ends, 0);
      at(journal.ends, 0).seq = -seq;
      for (const fact of books.fleet.facts)
        if (fact.tid === journal.tid && fact.seq === seq) Object.assign(fact, { epoch: journal.epoch - 1 });
    };
    expect(kinds(found(cut))).toEqual([]);
  });

  it('rows beyond what the fleet has confirmed, and in its holes', () => {
    const beyond = found((books) => {
      Object.assign(at(books.fleet.ledgers, 0), { upTo: 29, missing: [[8, 12]] });
      only(books).acknowledgedSeq = 29;
      books.fleet.facts.splice(2, 1);
      books.fleet.volumes.splice(2, 1);
      books.fleet.facts.splice(0, 1);
      books.fleet.volumes.splice(0, 1);
    });
    expect(kinds(beyond)).toEqual([]);
    expect(beyond.days[0]?.services.map(({ notYetAtFleet }) => notYetAtFleet)).toEqual([1, 1]);
  });

  it('a correction that the fleet does not have yet; what it has must fit', () => {
    const correct =
      (seq: number): Doctor =>
      (books) =>
        only(books).corrections.push({ seq, of: 20, by: 'staff', produced: 1 });
    expect(kinds(found(correct(41)))).toEqual([]);
    expect(kinds(found(correct(40)))).toEqual(['fleet-differs']);
  });

  it('money that the gateway gave back after the session', () => {
    const returned = found((books) => {
      Object.assign(at(books.gateway.bills, 0), { standing: 'back', withUsFen: 0 });
      Object.assign(at(books.statement.bills, 0), { state: 'refunded', refundedFen: 1_500 });
    });
    expect(kinds(returned)).toEqual([]);
    expect(returned.days[0]?.money).toMatchObject({ terminalFen: 3_000, returnedLaterFen: 1_500, gatewayFen: 1_500 });
  });

  it('money that went back after the session, once the terminal has written that down', () => {
    const refund: Doctor = (books) => {
      only(books).corrections.push({ seq: 40, of: at(only(books).ends, 0).seq, by: 'session', refundedFen: 1_500 });
      at(books.fleet.facts, 0).refundedFen = 1_500;
      at(books.fleet.volumes, 0).refundedFen = 1_500;
    };
    const written = found((books) => {
      refund(books);
      Object.assign(at(books.gateway.bills, 0), { standing: 'back', withUsFen: 0 });
      Object.assign(at(books.statement.bills, 0), { state: 'refunded', refundedFen: 1_500 });
    });
    expect(kinds(written)).toEqual([]);
    expect(written.days[0]?.money).toMatchObject({ terminalFen: 1_500, returnedLaterFen: 0, gatewayFen: 1_500 });
    // That the terminal says so is not enough: gateway and provider have it still.
    expect(kinds(found(refund)).toSorted()).toEqual(['money-terminal-gateway', 'money-terminal-provider']);
  });

  it('a bill that two sessions had: its money is there once', () => {
    const again = found((books) => {
      const journal = only(books);
      journal.sessions.push({ sessionId: 'session-again', wall: AT, isOver: true });
      journal.bills.push({ sessionId: 'session-again', caseRef: 'case-again', billRef: 'bill-stop', amountFen: 1_500 });
      journal.cases.push({ sessionId: 'session-again', caseRef: 'case-again', closedAs: 'confirmed-done' });
      journal.ends.push({ ...at(journal.ends, 0), seq: 41, sessionId: 'session-again', wall: AT + 24 * HOUR });
      at(books.gateway.cases, 1).compensation = null;
      books.gateway.cases.push({ ...at(books.gateway.cases, 0), caseRef: 'case-again' });
      Object.assign(at(books.gateway.bills, 1), { standing: 'captured' });
      Object.assign(at(books.statement.bills, 1), { state: 'captured', capturedFen: 1_500 });
      books.statement.cases.push({ caseRef: 'case-again', stage: 'produced' });
      books.readAt = AT + 25 * HOUR;
    });
    expect(kinds(again)).toEqual([]);
    expect(again.days.map(({ money }) => money.terminalFen)).toEqual([3_000, 0]);
    expect(again.days.map(({ day }) => day)).toEqual([DAY, '2026-11-29']);
  });

  it('a session that runs, whatever its bill is like', () => {
    const running = found((books) => {
      at(only(books).sessions, 0).isOver = false;
      at(only(books).ends, 0).chargedFen = 0;
      at(books.statement.cases, 0).stage = 'reserved';
      books.fleet.facts.splice(0, 1);
      books.fleet.volumes.splice(0, 1);
      at(books.fleet.ledgers, 0).missing = [[10, 10]];
    });
    expect(kinds(running)).toEqual([]);
    expect(running.days[0]?.money).toMatchObject({ bills: 1, moving: 1 });
    expect(running.open.map(({ what }) => what)).toContain('session');
  });

  const handOut: Doctor = (books) => {
    const journal = only(books);
    Object.assign(at(journal.ends, 1), { stop: 'produced-not-taken', produced: 1 });
    Object.assign(at(books.fleet.facts, 1), { stop: 'produced-not-taken', produced: 1 });
    Object.assign(at(books.fleet.volumes, 1), { produced: 1 });
    journal.openIncidents = [];
    journal.handOuts = [{ sessionId: 'session-stop', wall: AT }];
  };

  it('goods that staff gave out and whose office could not be told yet, as long as money may be held', () => {
    const handing = found(handOut);
    expect(kinds(handing)).toEqual([]);
    expect(handing.open).toContainEqual(expect.objectContaining({ what: 'operation', why: 'handed-out' }));
    const late = (books: Doctored): void => {
      handOut(books);
      books.readAt = AT + HELD_MS + HOUR;
    };
    expect(kinds(found(late))).toContain('compensation-unattended');
    // Nothing was made: giving a card back is no end of a case.
    const card = (books: Doctored): void => {
      handOut(books);
      at(only(books).ends, 1).produced = 0;
      Object.assign(at(books.fleet.facts, 1), { produced: 0 });
      Object.assign(at(books.fleet.volumes, 1), { produced: 0 });
    };
    expect(kinds(found(card))).toEqual(['compensation-unattended']);
  });

  it('goods that staff gave out, once the office was told: handed over and captured in every book', () => {
    const doctor: Doctor = (books) => {
      handOut(books);
      const journal = only(books);
      journal.lastSeq = 41;
      journal.corrections.push({ seq: 41, of: 20, by: 'staff', outcome: 'done', stop: null, handedOver: 1 });
      journal.compensations = [];
      Object.assign(at(books.gateway.cases, 1), { end: 'confirmed', compensation: null });
      Object.assign(at(books.gateway.bills, 1), { standing: 'captured' });
      Object.assign(at(books.statement.bills, 1), { state: 'captured', capturedFen: 1_500 });
      at(books.statement.cases, 1).stage = 'produced';
      at(books.statement.serials, 1).state = 'produced';
    };
    expect(kinds(found(doctor))).toEqual([]);
    expect(found(doctor).open).toEqual([]);
    // And a gateway that took back the money meanwhile is found.
    const refused: Doctor = (books) => {
      doctor(books);
      Object.assign(at(books.gateway.cases, 1), { end: 'cancelled' });
      at(books.statement.cases, 1).stage = 'cancelled';
      at(books.statement.serials, 1).state = 'other';
    };
    expect(kinds(found(refused))).toContain('goods-terminal-gateway');
  });

  it('an operation that the gateway still asks about', () => {
    const asking = found((books) => {
      at(books.gateway.cases, 0).isOpen = true;
      Object.assign(at(books.gateway.bills, 0), { isOpen: true, standing: 'unpaid', withUsFen: 0 });
    });
    expect(kinds(asking)).toEqual([]);
  });

  it('what began after the journal was read', () => {
    const news = found((books) => {
      const later = AT + 2 * HOUR;
      books.gateway.bills.push({ ...at(books.gateway.bills, 0), billRef: 'bill-new', at: later });
      books.gateway.cases.push({ ...at(books.gateway.cases, 0), caseRef: 'case-new', at: later, end: 'confirmed' });
      books.statement.bills.push({ ...at(books.statement.bills, 0), billRef: 'bill-new' });
    });
    expect(kinds(news)).toEqual([]);
  });

  it('a terminal whose journal was not given: gateway and provider are compared all the same', () => {
    const doctor =
      (amountFen: number): Doctor =>
      (books) => {
        books.gateway.bills.push({ ...at(books.gateway.bills, 0), billRef: 'bill-light', tid: 'SD-LIGHT-01' });
        books.statement.bills.push({ ...at(books.statement.bills, 0), billRef: 'bill-light', amountFen });
      };
    expect(kinds(found(doctor(1_500)))).toEqual([]);
    expect(kinds(found(doctor(1_400)))).toEqual(expect.arrayContaining(['money-gateway-provider', 'amount-differs']));
  });

  it('a paid bill whose review is still to come, however old', () => {
    const review = found((books) => {
      books.readAt = AT + 30 * 24 * HOUR;
      only(books).compensations = [{ sessionId: 'session-done', caseRef: 'case-done', amountFen: 1_500, wall: AT }];
      at(books.gateway.cases, 0).compensation = {
        since: AT,
        why: 'review-pending',
        billRef: 'bill-done',
        amountFen: 1_500,
      };
    });
    expect(kinds(review)).toEqual([]);
    expect(review.open).toContainEqual(expect.objectContaining({ what: 'review', ref: 'case-done', fen: 1_500 }));
  });
});
