import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describePlugs } from './describe-plugs.ts';
import { MadeUpMachine } from './testing/made-up-machine.ts';

let machine: MadeUpMachine;
beforeEach(() => {
  machine = new MadeUpMachine();
});
afterEach(() => {
  machine.close();
});

describe('the list for whoever sets a terminal up', () => {
  it('proposes what is sure and says of each other plug what to do', async () => {
    machine.plugIn({ port: '1-1', vendorId: '0400', productId: 'c35a' });
    machine.plugIn({ port: '1-2', vendorId: '1a86', productId: '7523', product: 'USB Serial', ttys: ['ttyUSB0'] });
    machine.plugIn({ port: '1-3', vendorId: '046d', productId: 'c31c' });
    const { proposals, unmatched } = await describePlugs(machine.root);
    // Its carrier (bulk endpoints) is not built yet: known, and nowhere to be opened.
    expect(proposals).toMatchObject([{ kind: 'id-card-reader', driver: 'id-card-reader-gb-sdt', at: null }]);
    expect(unmatched.map(({ says }) => says)).toEqual([
      expect.stringMatching(/^1a86:7523 \(USB Serial\) at port 1-2: a cable .* card-unit, .* write auto:KIND@1-2$/u),
      '046d:c31c at port 1-3: no driver knows it',
    ]);
  });
});
