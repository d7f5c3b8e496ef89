import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CABINET_MODELS } from './cabinet-models.table.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { CabinetBenches, type CabinetBenchOptions } from './testing/cabinet-bench.ts';
import { ScriptedBoard } from './testing/scripted-board.ts';

const benches = new CabinetBenches();
afterEach(() => benches.close());

describe('options', () => {
  async function faultOf(options: CabinetBenchOptions['options']): Promise<string> {
    const board = new ScriptedBoard();
    const one = benches.on(board.open, { ...(options && { options }) });
    const status = await one.status();
    expect(status).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'configuration' },
      action: 'configuration',
    });
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(await one.read('sensors')).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(board.opens).toBe(0);
    return status.fault?.message ?? '';
  }

  it.each([
    [{ model: 'nobodys' }, 'no model "nobodys"; known: yimen-cabinet-1'],
    [{ model: 'toString' }, 'known: yimen-cabinet-1'],
    [{ model: 1 }, 'no model "1"'],
    [{ unit: 0 }, 'option unit: expected 1 to 247'],
    [{ unit: 248 }, 'option unit'],
    [{ unit: '1' }, 'option unit'],
    [{ baud: 0.5 }, 'option baud'],
    [{ model: 'yimen-cabinet-1', modelFile: '/x' }, 'one of them'],
    [{ modelFile: 'x.json' }, 'expected an absolute path'],
    [{ modelFile: '/no/such/file.json' }, 'cannot be read: ENOENT'],
  ])('%j: %s; the line is not even opened', async (options, sentence) => {
    expect(await faultOf(options)).toContain(sentence);
  });

  it('a model of an integrator’s file is used; a wrong one is named by its field', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'yimen-cabinet-model-'));
    const path = join(dir, 'cabinet.json');
    const write = (text: string): void => writeFileSync(path, text);
    try {
      const model = CABINET_MODELS['yimen-cabinet-1'];
      write(JSON.stringify({ ...model, model: 'ours', rows: model?.rows.filter((row) => row.kind === 'doorContact') }));
      const board = new ScriptedBoard();
      const one = benches.on(board.open, { options: { modelFile: path } });
      expect((await one.status()).sensors).toEqual({
        'door.front': 'closed',
        'door.back': 'closed',
        'door.service': 'closed',
      });
      expect(await one.run(one.driver.describe())).toMatchObject({
        value: { model: 'ours', serial: '', firmware: null },
      });
      expect(await one.light('status', 'on')).toMatchObject({
        fault: { message: expect.stringContaining('has none') as string },
      });
      write('{');
      expect(await faultOf({ modelFile: path })).toContain('not JSON');
      write(
        JSON.stringify({ model: 'ours', rows: [{ kind: 'doorContact', name: 'front', function: 2, address: 'x' }] }),
      );
      expect(await faultOf({ modelFile: path })).toContain('rows.0.address: ');
      write(' '.repeat(CABINET_LIMITS.modelFileBytes + 1));
      expect(await faultOf({ modelFile: path })).toContain('more than 65536 bytes');
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
