import type { CabinetModelText } from './cabinet-model.ts';

const COILS = 1;
const INPUTS = 2;
const HOLDING = 3;
const REGISTERS = 4;
const FLASHING = { off: 0, on: 1, slowFlash: 2, quickFlash: 3 } as const;

/** The map of README.md. */
const YIMEN_CABINET_1: CabinetModelText = {
  model: 'yimen-cabinet-1',
  // Input 5 is a spare between two used ones.
  readGap: 1,
  lowMinutes: 3,
  rows: [
    { kind: 'mark', name: 'map', function: REGISTERS, address: 0, value: 0x5943 },
    { kind: 'mark', name: 'version', function: REGISTERS, address: 1, value: 1 },
    { kind: 'firmware', name: 'firmware', function: REGISTERS, address: 2 },
    { kind: 'serial', name: 'serial', function: REGISTERS, address: 3, registers: 4 },

    { kind: 'doorContact', name: 'front', function: INPUTS, address: 0 },
    { kind: 'doorContact', name: 'back', function: INPUTS, address: 1 },
    { kind: 'doorContact', name: 'service', function: INPUTS, address: 2 },
    { kind: 'lockContact', name: 'front', function: INPUTS, address: 3 },
    { kind: 'lockContact', name: 'back', function: INPUTS, address: 4 },
    { kind: 'keySwitch', name: 'maintenance', function: INPUTS, address: 6 },
    { kind: 'keySwitch', name: 'supervisor', function: INPUTS, address: 7 },
    { kind: 'callButton', name: 'call', function: INPUTS, address: 8 },
    { kind: 'upsContact', name: 'mains', function: INPUTS, address: 9 },
    { kind: 'upsContact', name: 'low', function: INPUTS, address: 10 },
    { kind: 'upsContact', name: 'recovering', function: INPUTS, address: 11 },
    { kind: 'upsContact', name: 'heard', function: INPUTS, address: 12 },
    { kind: 'tamperContact', name: 'seismic', function: INPUTS, address: 13 },
    { kind: 'tamperContact', name: 'lid', function: INPUTS, address: 14 },
    { kind: 'tamperContact', name: 'heat', function: INPUTS, address: 15 },

    { kind: 'tamperLatch', name: 'seismic', function: HOLDING, address: 0, bit: 0 },
    { kind: 'tamperLatch', name: 'lid', function: HOLDING, address: 0, bit: 1 },
    { kind: 'tamperLatch', name: 'heat', function: HOLDING, address: 0, bit: 2 },
    { kind: 'tamperClear', name: 'seismic', function: HOLDING, address: 1, bit: 0 },
    { kind: 'tamperClear', name: 'lid', function: HOLDING, address: 1, bit: 1 },
    { kind: 'tamperClear', name: 'heat', function: HOLDING, address: 1, bit: 2 },

    {
      kind: 'temperature',
      name: 'inside',
      function: REGISTERS,
      address: 16,
      scale: 0.1,
      unknown: [0x8000],
      lowC: 0,
      highC: 55,
    },
    { kind: 'upsValue', name: 'charge', function: REGISTERS, address: 17, unknown: [0xffff] },
    { kind: 'upsValue', name: 'minutes', function: REGISTERS, address: 18, unknown: [0xffff] },

    { kind: 'lockOutput', name: 'front', function: COILS, address: 0 },
    { kind: 'lockOutput', name: 'back', function: COILS, address: 1 },
    { kind: 'lockOutput', name: 'service', function: COILS, address: 2 },
    { kind: 'lightOutput', name: 'inside', function: COILS, address: 8 },
    { kind: 'lightRegister', name: 'status', function: HOLDING, address: 16, values: FLASHING },
    { kind: 'lightRegister', name: 'cardSlot', function: HOLDING, address: 17, values: FLASHING },
    { kind: 'lightRegister', name: 'printer', function: HOLDING, address: 18, values: FLASHING },
    { kind: 'lightRegister', name: 'payment', function: HOLDING, address: 19, values: FLASHING },
  ],
};

/** Every cabinet model that is known, by its name. Another one comes as a file (option `modelFile`). */
export const CABINET_MODELS: Readonly<Record<string, CabinetModelText>> = {
  [YIMEN_CABINET_1.model]: YIMEN_CABINET_1,
};
