import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runService } from './run-service.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-service-command-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Files = Record<string, string>;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const ID = 'exit.card';
const steps = [
  { id: 'guide', step: 'guide' },
  { id: 'mode', step: 'choose', settings: { question: 'mode', options: ['view', 'wait'] } },
  { id: 'read-card', step: 'read-card', when: [{ answer: 'mode', in: ['view'] }] },
  { id: 'hand-over', step: 'hand-over', when: [{ answer: 'mode', in: ['view'] }] },
  { id: 'receipt', step: 'receipt' },
];
const texts = {
  title: '查卡 <&>',
  'guide.who': '本人',
  'guide.bring.1': '通行证',
  'guide.fee': '免费',
  'choose.mode': '办什么？',
  'mode.view': '查卡',
  'mode.wait': '等候',
  'window.name': '窗口',
  'window.address': '示例',
  'window.hours': '示例',
};
const hours = {
  id: 'hours',
  kind: 'hours',
  serviceId: ID,
  variant: null,
  place: 'CN',
  effectiveFrom: '2020-01-01',
  effectiveTo: null,
  value: '1-7 00:00-24:00',
  unit: 'text',
  source: 'to be asked',
  status: 'placeholder',
};

/** A whole package, sealed. @param before what is said otherwise @param after damage after the seal */
function write(
  before: (files: Record<string, unknown>) => void = () => {},
  after: (files: Files) => void = () => {},
): string {
  const contents: Record<string, unknown> = {
    'manifest.json': {
      id: ID,
      release: 3,
      domain: 'exit-entry',
      itemCode: '11440100696927671X3442111817001',
      catalogueVersion: 1,
      minutes: { from: 1, to: 2 },
      needs: ['card-unit', 'endorsement-printer', 'travel-document'],
      optional: ['receipt-printer'],
      needsPolicy: [],
      consents: [],
      chargeOn: 'approved',
    },
    'workflow.json': { steps },
    'policy.json': { rows: [hours] },
    'texts.zh-CN.json': texts,
    'texts.en.json': { ...texts, title: 'Read a permit' },
  };
  before(contents);
  const files: Files = Object.fromEntries(Object.entries(contents).map(([file, value]) => [file, json(value)]));
  const listed = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  files['release.json'] = json({ id: ID, release: 3, files: listed });
  after(files);
  const dir = join(folder, ID);
  mkdirSync(dir, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(dir, file), content);
  return dir;
}

function run(...args: string[]): { status: number; out: string; err: string } {
  const out: string[] = [];
  const err: string[] = [];
  const status = runService(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

const withoutHandOver = (files: Record<string, unknown>): void => {
  files['workflow.json'] = { steps: steps.filter((step) => step.id !== 'hand-over') };
};

describe('service check', () => {
  it('is content with a good package, warnings and all', () => {
    const { status, out } = run('check', write());
    expect(status).toBe(0);
    expect(out).toContain('exit.card: 5 steps, 2 ways, 0 errors, 1 warning');
    expect(out).toContain('    hours: is a placeholder, its source: to be asked');
    expect(out.split('\n').at(-1)).toBe('content: 1 package, 1 warning');
  });

  it('is not content with a broken rule: place, path and remedy, status 1', () => {
    const { status, out } = run('check', write(withoutHandOver));
    expect(status).toBe(1);
    expect(out).toContain('  error   property-kept');
    expect(out).toContain('read-card: takes a card that no later step gives back (where mode = view)');
    expect(out).toContain('→ hand the citizen’s card over on every path that took it');
    expect(out.split('\n').at(-1)).toBe('not content: 1 error in exit.card');
  });

  it('holds a real release to published sources', () => {
    const dir = write();
    expect(run('check', dir, '--release').status).toBe(1);
    expect(JSON.parse(run('check', dir, '--release', '--json').out)).toMatchObject({
      ok: false,
      packages: [
        { id: ID, ok: false, errors: 1, warnings: 0, findings: [{ rule: 'policy-placeholder', level: 'error' }] },
      ],
    });
  });

  const damages: readonly [string, (files: Files) => void, string, string][] = [
    [
      'a changed file',
      (files) => (files['policy.json'] = json({ rows: [{ ...hours, value: '1-7 08:00-20:00' }] })),
      'policy.json',
      'changed after',
    ],
    ['a file besides', (files) => (files['more.json'] = '{}'), 'more.json', 'not named'],
    ['a file that is gone', (files) => delete files['texts.en.json'], 'texts.en.json', 'is missing'],
    ['no seal', (files) => delete files['release.json'], 'release.json', 'is missing'],
    ['a seal that is none', (files) => (files['release.json'] = '{}'), 'release.json id', 'string'],
    ['a file that is no JSON', (files) => (files['workflow.json'] = '{'), 'workflow.json', 'cannot be read'],
    [
      'another service’s seal',
      (files) => (files['release.json'] = (files['release.json'] ?? '').replace('exit.card', 'exit.pay')),
      'release.json id',
      'names exit.pay, in the folder exit.card',
    ],
    [
      'another release’s seal',
      (files) => (files['release.json'] = (files['release.json'] ?? '').replace('"release": 3', '"release": 4')),
      'release.json',
      'another service or release',
    ],
  ];
  for (const [what, damage, where, message] of damages) {
    it(`names ${what}`, () => {
      const { status, out } = run('check', write(undefined, damage), '--json');
      expect(status).toBe(1);
      const { findings } = (JSON.parse(out) as { packages: [{ findings: { where: string; message: string }[] }] })
        .packages[0];
      expect(findings.find((one) => one.where === where)?.message).toContain(message);
    });
  }

  it('tells a file that cannot be read once', () => {
    const { out } = run(
      'check',
      write(undefined, (files) => (files['workflow.json'] = '{')),
    );
    expect(out.match(/workflow\.json/gu)).toHaveLength(2); // unread, and no longer as it was sealed
  });

  it('names a file that is sealed but not canonical', () => {
    const dir = write();
    const text = readFileSync(join(dir, 'policy.json'), 'utf8').replaceAll('  ', ' ');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const release = JSON.parse(readFileSync(join(dir, 'release.json'), 'utf8')) as { files: { path: string }[] };
    const files = release.files.map((file) =>
      file.path === 'policy.json' ? { ...file, bytes: Buffer.byteLength(text), sha256 } : file,
    );
    writeFileSync(join(dir, 'policy.json'), text);
    writeFileSync(join(dir, 'release.json'), json({ ...release, files }));
    expect(run('check', dir).out).toContain('policy.json: is not canonical JSON');
  });

  it('takes every package of this repository when no folder is named, and they are content', () => {
    const { status, out } = run('check', '--json');
    const { packages } = JSON.parse(out) as { packages: { id: string; errors: number; dir: string }[] };
    expect(packages.filter((one) => one.errors > 0)).toEqual([]);
    expect(packages.map((one) => one.id)).toContain('exit.endorse');
    expect(packages.every((one) => existsSync(one.dir))).toBe(true);
    expect(status).toBe(0);
  });
});

describe('service show', () => {
  it('draws titles, steps, bypasses, devices and effects, as SVG on stdout', () => {
    const { status, out } = run('show', write());
    expect(status).toBe(0);
    expect(out.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    for (const words of [
      '查卡 &lt;&amp;&gt;',
      'Read a permit',
      'mode = view',
      'travel-document',
      '收入本人证件',
      'release 3',
    ])
      expect(out).toContain(words);
    expect(out.match(/stroke-dasharray/gu)).toHaveLength(2);
    expect(out).not.toContain('#b91c1c');
  });

  it('marks the step at which a rule is broken', () => {
    expect(run('show', write(withoutHandOver)).out).toContain('stroke="#b91c1c"');
  });

  it('writes a file, or a folder of them', () => {
    const dir = write();
    const file = join(folder, 'pictures', 'one.svg');
    expect(run('show', dir, '--out', file).out).toBe(`wrote ${file}`);
    expect(readFileSync(file, 'utf8').trimEnd()).toBe(run('show', dir).out);
    expect(run('show', '--out', join(folder, 'all')).status).toBe(0);
    expect(existsSync(join(folder, 'all', 'exit.endorse.svg'))).toBe(true);
  });

  it('tells what it drew as JSON', () => {
    expect(JSON.parse(run('show', write(), '--json').out)).toMatchObject({
      pictures: [
        { id: ID, title: { en: 'Read a permit' }, file: null, steps: [{ id: 'guide', phase: 'open' }, {}, {}, {}, {}] },
      ],
    });
  });

  it('does not draw what it cannot read', () => {
    const { status, err } = run(
      'show',
      write(undefined, (files) => (files['workflow.json'] = '{}')),
    );
    expect([status, err]).toEqual([1, expect.stringContaining('exit.card cannot be drawn')]);
  });
});

describe('the command', () => {
  it('says what was expected on wrong use, status 2', () => {
    const dir = write();
    for (const args of [
      [],
      ['draw', dir],
      ['check', dir, '--out', 'x'],
      ['show'],
      ['show', dir, '--release'],
      ['check', '--x'],
    ]) {
      const { status, err } = run(...args);
      expect([args, status]).toEqual([args, 2]);
      expect(err).toContain('[WRONG_OPTION]');
    }
  });

  it('says why a folder cannot be read, status 1', () => {
    const { status, err } = run('check', join(folder, 'none'));
    expect([status, err]).toEqual([1, expect.stringContaining('none')]);
    expect(run('check', join(write(), 'policy.json')).status).toBe(1);
  });

  it('runs as a command, with one JSON document on stdout and nothing else', () => {
    const entry = join(import.meta.dirname, 'service.mjs');
    const done = spawnSync(process.execPath, [entry, 'check', write(), '--json'], { encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(JSON.parse(done.stdout)).toMatchObject({ ok: true });
    expect(spawnSync(process.execPath, [entry, '--help'], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
