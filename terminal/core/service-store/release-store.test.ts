import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readServicePackage } from './index.ts';
import { placeRelease } from './testing/place-release.ts';
import { dropFolders, makeFolders, openOn, type OpenedReleases, type ReleaseFolders } from './testing/release-bench.ts';

const PAY = 'exit.pay';
const CARD = 'exit.card';
const idle = (): boolean => true;
const served = (): boolean => false;

let folders: ReleaseFolders;
let open: OpenedReleases[] = [];
beforeEach(() => {
  folders = makeFolders([PAY, CARD]);
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
  dropFolders(folders);
});

/** A start of core on these folders; the one before is over. */
function start(): OpenedReleases {
  open.at(-1)?.close();
  open.pop();
  const opened = openOn(folders);
  open.push(opened);
  return opened;
}
const inForce = ({ releases }: OpenedReleases, id = PAY): number | undefined =>
  releases.services().packages.find((found) => found.id === id)?.release;
/** The text of a fee, in force. */
const feeOf = ({ releases }: OpenedReleases): unknown =>
  releases.services().packages.find((found) => found.id === PAY)?.texts.en['guide.fee'];
const otherFee = (files: Map<string, string>): void => {
  for (const path of ['texts.en.json', 'texts.zh-CN.json'])
    files.set(path, JSON.stringify({ ...JSON.parse(files.get(path) ?? ''), 'guide.fee': '18' }));
};
const place = (release: number, more: Omit<Partial<Parameters<typeof placeRelease>[1]>, 'release'> = {}): string =>
  placeRelease(folders.inbox, { id: PAY, release, ...more });

describe('F68 a release that is placed while somebody is served', () => {
  it('is verified and waits, and comes into force when nobody is; each start and change stands in the journal', () => {
    const terminal = start();
    place(2, { change: otherFee });
    expect(terminal.releases.look(served)).toBe(false);
    expect([inForce(terminal), terminal.releases.installed()]).toEqual([1, {}]);
    expect(feeOf(terminal)).not.toBe('18');
    expect(terminal.releases.waiting()).toEqual([{ id: PAY, release: 2 }]);
    expect(readdirSync(folders.inbox)).toEqual([]);
    expect(terminal.releases.look(served)).toBe(false);
    expect(terminal.releases.look(idle)).toBe(true);
    expect([inForce(terminal), inForce(terminal, CARD), feeOf(terminal)]).toEqual([2, 1, '18']);
    expect(terminal.releases.look(idle)).toBe(false);
    const dir = terminal.releases.installed()[PAY] ?? '';
    expect(readServicePackage(dir, PAY)).toMatchObject({ ok: true, value: { release: 2 } });
    expect(terminal.rows()).toEqual([
      'in-force exit.card@1 exit.pay@1;',
      'release-staged exit.pay@2',
      'release-activated exit.pay@2',
    ]);
    expect(inForce(start())).toBe(2);
    expect(open.at(-1)?.rows().at(-1)).toBe('in-force exit.card@1 exit.pay@2;');
  });

  it('still waits after a restart, and a newer one that comes meanwhile takes its place', () => {
    start().releases.look(served);
    place(2);
    open.at(-1)?.releases.look(served);
    const again = start();
    expect(again.rows().at(-1)).toBe('in-force exit.card@1 exit.pay@1; exit.pay@2');
    place(3);
    again.releases.look(served);
    expect(again.releases.waiting()).toEqual([{ id: PAY, release: 3 }]);
    expect(again.releases.look(idle)).toBe(true);
    expect(inForce(again)).toBe(3);
    expect(readdirSync(join(folders.data, 'services/releases'))).toEqual(['exit.pay@3']);
  });

  it('that nobody has finished writing is not looked at', () => {
    const terminal = start();
    mkdirSync(join(folders.inbox, '.exit.pay'));
    terminal.releases.look(idle);
    expect(terminal.rows()).toHaveLength(1);
  });

  it('that is here already, in force or waiting, is taken away without a word', () => {
    const terminal = start();
    place(2);
    terminal.releases.look(served);
    place(2);
    terminal.releases.look(idle);
    place(2);
    expect(terminal.releases.look(idle)).toBe(false);
    expect(terminal.rows()).toHaveLength(3);
    expect(readdirSync(folders.inbox)).toEqual([]);
  });

  it('of a service that was not here is offered from then on', () => {
    dropFolders(folders);
    folders = makeFolders([PAY]);
    const terminal = start();
    placeRelease(folders.inbox, { id: CARD, release: 5 });
    expect(terminal.releases.look(idle)).toBe(true);
    expect(inForce(terminal, CARD)).toBe(5);
  });
});

describe('F68 a release that does not verify', () => {
  const broken: readonly [string, string, () => void][] = [
    [
      'a file changed after the seal',
      'exit.pay@2 invalid',
      () => place(2, { damage: (files) => files.set('policy.json', '{"rows":[]}') }),
    ],
    ['a file besides', 'exit.pay@2 invalid', () => place(2, { damage: (files) => files.set('more.json', '{}') })],
    [
      'a workflow that breaks a rule, though sealed',
      'exit.pay@2 invalid',
      () => place(2, { change: (files) => files.set('workflow.json', '{"steps":[{"id":"guide","step":"guide"}]}') }),
    ],
    ['no release.json', 'exit.pay@? unreadable', () => place(2, { damage: (files) => files.delete('release.json') })],
    [
      'a manifest of another release',
      'exit.pay@2 invalid',
      () =>
        place(2, {
          change: (files) =>
            files.set('manifest.json', (files.get('manifest.json') ?? '').replace('"release": 2', '"release": 3')),
        }),
    ],
    [
      'a path out of its folder',
      'exit.pay@? unreadable',
      () =>
        place(2, {
          damage: (files) =>
            files.set('release.json', (files.get('release.json') ?? '').replace('policy.json', '../policy.json')),
        }),
    ],
    ['a file that is no folder', 'unknown@? unreadable', () => writeFileSync(join(folders.inbox, 'hello'), 'x')],
    ['a link', 'exit.pay@? unreadable', () => symlinkSync(join(folders.shipped, PAY), join(folders.inbox, PAY))],
    [
      'a number that was passed',
      'exit.pay@1 older',
      () => {
        place(4);
        open.at(-1)?.releases.look(idle);
        place(1);
      },
    ],
    ['the number in force with other content', 'exit.pay@1 same-number', () => place(1, { change: otherFee })],
    [
      'the number that waits with other content',
      'exit.pay@2 same-number',
      () => {
        place(2);
        open.at(-1)?.releases.look(served);
        place(2, { change: otherFee });
      },
    ],
  ];
  it.each(broken)('with %s is refused and named; the old one stays', (_what, named, damage) => {
    const terminal = start();
    damage();
    const before = inForce(terminal);
    terminal.releases.look(served);
    expect(terminal.rows().at(-1)).toBe(`release-refused ${named}`);
    expect([inForce(terminal), readdirSync(folders.inbox)]).toEqual([before, []]);
    expect(readdirSync(join(folders.data, 'services/refused'))).toHaveLength(1);
    // It is said once.
    const rows = terminal.rows().length;
    terminal.releases.look(served);
    expect(terminal.rows()).toHaveLength(rows);
  });
});

describe('F68 versions never fall', () => {
  it('when older software is put back', () => {
    rmSync(join(folders.shipped, PAY), { recursive: true });
    placeRelease(folders.shipped, { id: PAY, release: 7 });
    expect(inForce(start())).toBe(7);
    rmSync(join(folders.shipped, PAY), { recursive: true });
    placeRelease(folders.shipped, { id: PAY, release: 6 });
    const terminal = start();
    expect([inForce(terminal), inForce(terminal, CARD)]).toEqual([undefined, 1]);
  });

  it('newer software brings its own: a release that was placed before does not hold it back', () => {
    place(3);
    start().releases.look(idle);
    rmSync(join(folders.shipped, PAY), { recursive: true });
    placeRelease(folders.shipped, { id: PAY, release: 9 });
    const terminal = start();
    expect([inForce(terminal), terminal.releases.installed()]).toEqual([9, {}]);
  });

  it('when the list of versions was damaged: what was whole waits again, and nothing older is taken', () => {
    place(3);
    start().releases.look(idle);
    writeFileSync(join(folders.data, 'services/versions.json'), '{"v":1,"act');
    const terminal = start();
    expect(terminal.releases.waiting()).toEqual([{ id: PAY, release: 3 }]);
    expect(terminal.releases.look(idle)).toBe(true);
    expect(inForce(terminal)).toBe(3);
  });
});

describe('F68 a release in force that cannot be used any more', () => {
  const lose = (release: number): void =>
    rmSync(join(folders.data, `services/releases/exit.pay@${release}/policy.json`), { recursive: true });

  it('falls back to the one before it, which was kept, and says so at each start until it is placed again', () => {
    place(2, { change: otherFee });
    start().releases.look(idle);
    place(3);
    open.at(-1)?.releases.look(idle);
    place(4);
    open.at(-1)?.releases.look(idle);
    // The one before the one before is not.
    expect(readdirSync(join(folders.data, 'services/releases'))).toEqual(['exit.pay@3', 'exit.pay@4']);
    lose(4);
    expect(start().rows().slice(-2)).toEqual(['in-force exit.card@1 exit.pay@3;', 'release-fell-back exit.pay@4 to 3']);
    const terminal = start();
    expect([inForce(terminal), terminal.rows().at(-1)]).toEqual([3, 'release-fell-back exit.pay@4 to 3']);
    expect(Object.keys(terminal.releases.installed())).toEqual([PAY]);
    // Falling back opens no way for what is older.
    place(3, { change: otherFee });
    expect(terminal.releases.look(idle)).toBe(false);
    expect(terminal.rows().at(-1)).toBe('release-refused exit.pay@3 same-number');
    place(2);
    terminal.releases.look(idle);
    expect(terminal.rows().at(-1)).toBe('release-refused exit.pay@2 older');
    place(4);
    expect(terminal.releases.look(idle)).toBe(true);
    expect([inForce(terminal), inForce(start())]).toEqual([4, 4]);
    expect(open.at(-1)?.rows().at(-1)).toBe('in-force exit.card@1 exit.pay@4;');
  });

  it('falls back to the one that came with the software, where that was before it', () => {
    place(3);
    start().releases.look(idle);
    lose(3);
    const terminal = start();
    expect([inForce(terminal), terminal.releases.installed()]).toEqual([1, {}]);
    expect(terminal.rows().at(-1)).toBe('release-fell-back exit.pay@3 to 1');
  });

  it('leaves its service off where the one before it is lost as well, and every other service on', () => {
    place(2);
    start().releases.look(idle);
    place(3);
    open.at(-1)?.releases.look(idle);
    lose(3);
    lose(2);
    const terminal = start();
    expect([inForce(terminal), inForce(terminal, CARD)]).toEqual([undefined, 1]);
    expect(terminal.releases.services().damaged).toEqual([PAY]);
    expect(terminal.rows().at(-1)).toBe('release-fell-back exit.pay@3 to none');
    place(2);
    expect(terminal.releases.look(idle)).toBe(false);
    place(3);
    expect(terminal.releases.look(idle)).toBe(true);
    expect(inForce(terminal)).toBe(3);
  });

  it('is named without a number where the one that came with the software never was whole', () => {
    rmSync(join(folders.shipped, PAY, 'policy.json'));
    expect(start().rows().slice(-2)).toEqual(['in-force exit.card@1;', 'release-fell-back exit.pay@? to none']);
  });

  it('is not activated when it was damaged while it waited: the old one stays, and it is named', () => {
    const terminal = start();
    place(2);
    terminal.releases.look(served);
    lose(2);
    expect(terminal.releases.look(idle)).toBe(false);
    expect([inForce(terminal), terminal.releases.waiting()]).toEqual([1, []]);
    expect(terminal.rows().at(-1)).toBe('release-refused exit.pay@2 invalid');
    place(2);
    expect(terminal.releases.look(idle)).toBe(true);
  });
});
