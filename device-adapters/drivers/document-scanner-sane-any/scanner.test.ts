import { descriptionSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { runFor } from '../../testing/run-until.ts';
import { pagesOf, scriptedBench, type ScriptedBench } from './testing/scripted-bench.ts';
import { LIST, LOOK } from './testing/scripted-scanner.ts';

/** What was asked, in short. */
function asked({ scanner }: ScriptedBench, from = 0): string[] {
  return scanner.runs
    .slice(from)
    .map(({ args }) => (args[0] === '-f' ? 'list' : args.includes('-A') ? 'look' : 'scan'));
}

function statesOf({ driver }: ScriptedBench): unknown[] {
  const states: unknown[] = [];
  driver.onStatus(({ device }) => device && states.push(device));
  return states;
}

const OTHERS = `epson2:libusb:001:004\tEpson\tV39\tflatbed\nfujitsu:fi-7160:7\tFUJITSU\tfi-7160\tscanner\n`;

describe('first contact', () => {
  it('lists and looks, then it is online and known', async () => {
    const bench = scriptedBench();
    const states = statesOf(bench);
    expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported', supplies: {}, units: {} });
    expect(asked(bench)).toEqual(['list', 'look']);
    expect(bench.scanner.runs.map(({ deadlineMs, outputBytes }) => [deadlineMs, outputBytes])).toEqual([
      [10_000, 0],
      [5_000, 0],
    ]);
    expect(states).toEqual(['online']);
    const described = await bench.run(bench.driver.describe());
    expect(described).toMatchObject({
      ok: true,
      value: { model: 'Noname tester', serial: 'test:0', at: 'sane:test:0' },
    });
    expect(described.ok && descriptionSchema.safeParse(described.value).success).toBe(true);
  });

  it.each([
    ['sane:epson2:libusb:*', 'epson2:libusb:001:004'],
    ['sane:fujitsu:fi-7160:7', 'fujitsu:fi-7160:7'],
    ['sane:net:host:x', 'net:host:x'],
  ])('%s is asked as %s', async (at, name) => {
    const bench = scriptedBench({}, { at });
    bench.scanner.list = OTHERS;
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(bench.scanner.lastArgs).toEqual(['-d', name, '-A']);
  });

  it('at another plug: the option, else the only one', async () => {
    const named = scriptedBench({ device: 'fujitsu:*' }, { at: 'tcp:h:1' });
    named.scanner.list = OTHERS;
    expect(await named.status()).toMatchObject({ device: 'online' });
    expect(named.scanner.lastArgs[1]).toBe('fujitsu:fi-7160:7');
    const only = scriptedBench({}, { at: 'tcp:h:1' });
    expect(await only.status()).toMatchObject({ device: 'online' });
    only.scanner.list = OTHERS;
    const two = scriptedBench({}, { at: 'tcp:h:1' });
    two.scanner.list = OTHERS;
    const status = await two.status();
    expect(status).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(status.fault?.message).toContain('fujitsu:fi-7160:7');
    expect(asked(two)).toEqual(['list']);
  });

  it('nobody fits, and one that is named is not there: noDevice', async () => {
    const none = scriptedBench({}, { at: 'sane:canon:*' });
    expect(await none.status()).toMatchObject({ device: 'noDevice', source: 'stale', fault: { code: 'offline' } });
    const gone = scriptedBench();
    gone.scanner.list = '';
    gone.scanner.look = { code: 1, stderr: 'scanimage: open of device test:0 failed: Invalid argument\n' };
    const status = await gone.status();
    expect(status).toMatchObject({ device: 'noDevice', source: 'stale', action: 'reset' });
    expect(status.fault?.message).toContain('test:0');
  });

  it('another serial than the one installed is only identified', async () => {
    const bench = scriptedBench({}, { expectSerial: 'other' });
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await bench.scan()).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(asked(bench)).toEqual(['list', 'list']);
  });

  it('an exit code 0 that says nothing is not a scanner', async () => {
    const bench = scriptedBench();
    bench.scanner.look = { stdout: 'hello\n' };
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { vendorCode: 'sane-malformed' } });
  });
});

describe('the status', () => {
  it('is asked for at most every five seconds, at once when somebody wants it, and not while it scans', async () => {
    const bench = scriptedBench();
    const ask = (maxAgeMs: number): Promise<unknown> => bench.run(bench.driver.status(maxAgeMs));
    await ask(1_000);
    const from = bench.scanner.runs.length;
    await runFor(bench.clock, 4_000);
    await ask(1_000);
    expect(asked(bench, from)).toEqual([]);
    await ask(0);
    expect(asked(bench, from)).toEqual(['look']);
    await runFor(bench.clock, 5_500);
    await ask(1_000);
    expect(asked(bench, from)).toEqual(['look', 'look']);
    bench.scanner.scan = () => 'silence';
    const running = bench.begin();
    await runFor(bench.clock, 100);
    await ask(0);
    expect(asked(bench, from)).toEqual(['look', 'look', 'look', 'scan']);
    bench.lease.abort();
    await bench.run(running);
  });

  it('broken and mended: never directly online', async () => {
    const bench = scriptedBench();
    await bench.status();
    const states = statesOf(bench);
    bench.scanner.look = { code: 1, stderr: 'scanimage: open of device test:0 failed: Error during device I/O\n' };
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'hardwareError' } });
    bench.scanner.look = { stdout: LOOK };
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(states).toEqual(['hardwareError', 'starting', 'online']);
  });

  it('in use by somebody else, and free again', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.scanner.look = { code: 1, stderr: 'scanimage: open of device test:0 failed: Device busy\n' };
    expect(await bench.status()).toMatchObject({ device: 'deviceBusy', action: 'suspend' });
    bench.scanner.look = { stdout: LOOK };
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('a look that hangs: killed at its deadline, or not answered at all', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.scanner.look = { how: 'signalled', code: 9, isKilledAtDeadline: true };
    expect(await bench.status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    bench.scanner.look = 'silence';
    const began = bench.clock.monoMs();
    expect(await bench.status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    expect(bench.clock.monoMs() - began).toBeLessThanOrEqual(6_100);
    bench.scanner.look = { stdout: LOOK };
    expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
    expect(bench.scanner.channels).toBe(2);
  });

  it('the line lost: offline at once, and on the new one everything is asked again', async () => {
    const bench = scriptedBench();
    await bench.status();
    const states = statesOf(bench);
    bench.scanner.hangUp();
    await runFor(bench.clock, 20);
    expect(states).toEqual(['offline']);
    const from = bench.scanner.runs.length;
    bench.scanner.list = LIST.replace('Noname', 'Other');
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(asked(bench, from)).toEqual(['list', 'look']);
    expect(await bench.run(bench.driver.describe())).toMatchObject({ value: { model: 'Other tester' } });
  });

  it('sensors: the cover, and whether paper lies there', async () => {
    const bench = scriptedBench();
    const sensors = (cover: string, loaded: string): object => ({
      stdout: `${LOOK}    --cover-open[=(yes|no)] [${cover}] [hardware]\n    --page-loaded[=(yes|no)] [${loaded}] [hardware]\n`,
    });
    bench.scanner.look = sensors('yes', 'yes');
    expect(await bench.status()).toMatchObject({
      device: 'hardwareError',
      media: 'present',
      fault: { code: 'coverOpen' },
      action: 'clear',
    });
    bench.scanner.look = sensors('no', 'no');
    expect(await bench.status()).toMatchObject({ device: 'online', media: 'notPresent' });
  });
});

describe('what no look shows', () => {
  it('a jam stands until a reset', async () => {
    const bench = scriptedBench();
    bench.scanner.scan = () => ({ code: 6 });
    await bench.scan();
    for (let looks = 0; looks < 2; looks += 1)
      expect(await bench.status()).toMatchObject({
        device: 'hardwareError',
        media: 'jammed',
        action: 'clear',
        source: 'inferred',
        fault: { code: 'jamming' },
      });
    expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({ outcome: 'done' });
    await bench.scan();
    expect(await bench.run(bench.driver.reset(bench.op(), 'exit'))).toMatchObject({ outcome: 'done' });
    const status = await bench.status();
    expect(status).toMatchObject({ device: 'online' });
    expect(status.fault ?? status.media).toBeUndefined();
  });

  it('or until a scan succeeds', async () => {
    const bench = scriptedBench();
    bench.scanner.scan = () => ({ code: 8 });
    await bench.scan();
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'coverOpen' } });
    bench.scanner.scan = () => ({ files: pagesOf(2) });
    expect(await bench.scan()).toMatchObject({ ok: true });
    expect(await bench.run(bench.driver.status(60_000))).toMatchObject({ device: 'online' });
  });

  it('an open cover is over when its sensor says so', async () => {
    const bench = scriptedBench();
    bench.scanner.scan = () => ({ code: 8 });
    await bench.scan();
    bench.scanner.look = { stdout: `${LOOK}    --cover-open[=(yes|no)] [no] [hardware]\n` };
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('a jam that was a double feed by its sensor is none', async () => {
    const bench = scriptedBench();
    bench.scanner.look = { stdout: `${LOOK}    --double-feed[=(yes|no)] [yes] [hardware]\n` };
    bench.scanner.scan = () => ({ code: 6, files: pagesOf(1) });
    expect(await bench.scan()).toMatchObject({ ok: false, error: { code: 'doubleDetect', action: 'clear' } });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('is kept also when the look after it fails', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.scanner.scan = () => {
      bench.scanner.look = { code: 9 };
      return { code: 6 };
    };
    expect(await bench.scan()).toMatchObject({ ok: false, error: { code: 'jamming' } });
    bench.scanner.look = { stdout: LOOK };
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'jamming' } });
  });
});

describe('the self-test', () => {
  it('wants grey, colour and all three resolutions', async () => {
    const bench = scriptedBench();
    expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({ outcome: 'done', evidence: [] });
    for (const look of [LOOK.replace('|200', ''), LOOK.replace('Gray|', ''), LOOK.replace('|Color', '')]) {
      bench.scanner.look = { stdout: look };
      expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({
        outcome: 'notDone',
        fault: { code: 'unsupportedCommand' },
      });
    }
    bench.scanner.look = { stdout: `${LOOK}    --cover-open[=(yes|no)] [yes] [hardware]\n` };
    expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({ fault: { code: 'coverOpen' } });
  });

  it('and reset keep their time when nobody answers', async () => {
    for (const verb of ['selfTest', 'reset'] as const) {
      const bench = scriptedBench();
      await bench.status();
      bench.scanner.look = 'silence';
      const began = bench.clock.monoMs();
      const op = bench.op(3_000);
      const running = verb === 'reset' ? bench.driver.reset(op, 'stay') : bench.driver.selfTest(op);
      expect(await bench.run(running)).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
      expect(bench.clock.monoMs() - began).toBeLessThanOrEqual(4_100);
    }
  });

  it('verbs that it does not have are refused', async () => {
    const bench = scriptedBench();
    const signal = new AbortController().signal;
    expect(await bench.driver.perform('print', bench.op(), {}, signal)).toMatchObject({
      fault: { code: 'unsupportedCommand' },
    });
    expect(await bench.driver.read('print', 100, {}, signal)).toMatchObject({
      ok: false,
      error: { code: 'unsupportedCommand' },
    });
  });
});
