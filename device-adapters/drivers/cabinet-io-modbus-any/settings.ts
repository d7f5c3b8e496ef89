import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { RTU_UNITS } from '../../framing/modbus-rtu.ts';
import { checkedModel, type CabinetModel } from './cabinet-model.ts';
import { CABINET_MODELS } from './cabinet-models.table.ts';
import type { CabinetSettings } from './cabinet.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { optionFault } from './status.ts';

const DEFAULT_MODEL = 'yimen-cabinet-1';
const DEFAULT_UNIT = 1;

/** Reads the driver's options (README.md).
 *  @fault configuration, with the option, the known models or the wrong field in its sentence */
export function settingsOf(options: DriverContext['options']): Result<CabinetSettings, Fault> {
  const { unit = DEFAULT_UNIT, baud, model = DEFAULT_MODEL, modelFile } = options;
  if (!isWhole(unit) || unit < RTU_UNITS.first || unit > RTU_UNITS.last)
    return err(optionFault(`option unit: expected ${RTU_UNITS.first} to ${RTU_UNITS.last}`));
  if (baud !== undefined && (!isWhole(baud) || baud < 1)) return err(optionFault('option baud: expected a number'));
  if (modelFile !== undefined && options['model'] !== undefined)
    return err(optionFault('options model and modelFile: expected one of them'));
  const read = modelFile === undefined ? knownModel(model) : modelOfFile(modelFile);
  return read.ok ? ok({ unit, baud, model: read.value }) : err(optionFault(read.error));
}

function knownModel(name: unknown): Result<CabinetModel, string> {
  const known = Object.keys(CABINET_MODELS).join(', ');
  if (typeof name !== 'string' || !Object.hasOwn(CABINET_MODELS, name))
    return err(`option model: no model "${String(name).slice(0, 40)}"; known: ${known}`);
  const checked = checkedModel(CABINET_MODELS[name]);
  return checked.ok ? checked : err(`model ${name}: ${checked.error}`);
}

function modelOfFile(path: unknown): Result<CabinetModel, string> {
  if (typeof path !== 'string' || !isAbsolute(path)) return err('option modelFile: expected an absolute path');
  const text = textOf(path);
  if (!text.ok) return err(`option modelFile: ${text.error}`);
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch (error) {
    return err(`option modelFile: not JSON: ${(error as Error).message.slice(0, 100)}`);
  }
  const checked = checkedModel(value);
  return checked.ok ? checked : err(`option modelFile: ${checked.error}`);
}

function textOf(path: string): Result<string, string> {
  try {
    if (statSync(path).size > CABINET_LIMITS.modelFileBytes)
      return err(`more than ${CABINET_LIMITS.modelFileBytes} bytes`);
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}
