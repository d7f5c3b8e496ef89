import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImportGraph } from './imports/import-graph.ts';
import { findReachabilityFaults } from './parts/reachability.ts';
import { findRoomFaults } from './parts/rooms.ts';
import { makeSourceTree } from './testing/source-tree-fixture.ts';

const ROOT = join(import.meta.dirname, '../..');

function roomFaults(files: Readonly<Record<string, string>>): readonly string[] {
  using tree = makeSourceTree(files);
  return findRoomFaults(readImportGraph(tree.root));
}

function reachabilityFaults(files: Readonly<Record<string, string>>): readonly string[] {
  using tree = makeSourceTree(files);
  return findReachabilityFaults(readImportGraph(tree.root));
}

const EMPTY = 'export {};\n';

interface ForbiddenImport {
  readonly rule: string;
  readonly from: string;
  readonly text: string;
  /** The imported file, when it has to exist. */
  readonly target?: string;
  readonly says: RegExp;
}

const FORBIDDEN: readonly ForbiddenImport[] = [
  {
    rule: 'contracts import no other workspace',
    from: 'contracts/base/a.ts',
    text: `import { b } from '@yimen/certs';`,
    says: /contracts may import nothing/,
  },
  {
    rule: 'contracts depend on zod alone',
    from: 'contracts/base/a.ts',
    text: `import pino from 'pino';`,
    says: /contracts depend on zod alone/,
  },
  {
    rule: 'contracts do not see Node',
    from: 'contracts/base/a.ts',
    text: `import { readFileSync } from 'node:fs';`,
    says: /run without Node/,
  },
  {
    rule: 'certs import contracts only',
    from: 'certs/a.ts',
    text: `import { b } from '@yimen/device-adapters/host-client';`,
    says: /certs may import contracts/,
  },
  {
    rule: 'device-adapters do not see certs',
    from: 'device-adapters/transport/a.ts',
    text: `import { b } from '@yimen/certs';`,
    says: /device-adapters\/transport may import/,
  },
  {
    rule: 'framing does not know the wire',
    from: 'device-adapters/framing/a.ts',
    text: `import { b } from '../transport/b.ts';`,
    target: 'device-adapters/transport/b.ts',
    says: /device-adapters\/framing may import/,
  },
  {
    rule: 'a driver never imports a driver',
    from: 'device-adapters/drivers/card-unit-a-1/driver.ts',
    text: `import { b } from '../receipt-printer-b-2/protocol.ts';`,
    target: 'device-adapters/drivers/receipt-printer-b-2/protocol.ts',
    says: /drivers\/\* may import/,
  },
  {
    rule: 'a simulator does not share its driver’s protocol, not even by type',
    from: 'device-adapters/drivers/card-unit-a-1/simulator.ts',
    text: `import type { b } from './protocol.ts';`,
    target: 'device-adapters/drivers/card-unit-a-1/protocol.ts',
    says: /shares its mistakes/,
  },
  {
    rule: 'a driver does not know its simulator',
    from: 'device-adapters/drivers/card-unit-a-1/driver.ts',
    text: `import { b } from './simulator.ts';`,
    target: 'device-adapters/drivers/card-unit-a-1/simulator.ts',
    says: /a simulator is for tests/,
  },
  {
    rule: 'pages see contracts only',
    from: 'terminal/ui/screens/a.tsx',
    text: `import { b } from '../../ipc/b.ts';`,
    target: 'terminal/ipc/b.ts',
    says: /terminal\/ui may import contracts/,
  },
  {
    rule: 'pages do not see Node',
    from: 'terminal/ui/a.tsx',
    text: `import { b } from 'node:path';`,
    says: /run without Node/,
  },
  {
    rule: 'session does not see core',
    from: 'terminal/session/runner/a.ts',
    text: `import { b } from '../../core/outbox/b.ts';`,
    target: 'terminal/core/outbox/b.ts',
    says: /terminal\/session may import/,
  },
  {
    rule: 'session keeps no database',
    from: 'terminal/session/a.ts',
    text: `import { DatabaseSync } from 'node:sqlite';`,
    says: /SQL has one home/,
  },
  {
    rule: 'session reaches devices in compose.ts only',
    from: 'terminal/session/runner/a.ts',
    text: `import { b } from '@yimen/device-adapters/host-client';`,
    says: /terminal\/session may import/,
  },
  {
    rule: 'core reaches devices in composed-core.ts only',
    from: 'terminal/core/device-manager/a.ts',
    text: `import { b } from '@yimen/device-adapters/host-client';`,
    says: /terminal\/core\/device-manager may import/,
  },
  {
    rule: 'core’s rooms point down: journal does not see outbox',
    from: 'terminal/core/journal/a.ts',
    text: `import { b } from '../outbox/b.ts';`,
    target: 'terminal/core/outbox/b.ts',
    says: /terminal\/core\/journal may import/,
  },
  {
    rule: 'core’s rooms of one rank do not see each other',
    from: 'terminal/core/fleet-link/a.ts',
    text: `import { b } from '../staff/b.ts';`,
    target: 'terminal/core/staff/b.ts',
    says: /terminal\/core\/fleet-link may import/,
  },
  {
    rule: 'no room sees core’s compose',
    from: 'terminal/core/ui-gateway/a.ts',
    text: `import { b } from '../compose.ts';`,
    says: /terminal\/core\/ui-gateway may import/,
  },
  {
    rule: 'only the shell imports electron',
    from: 'terminal/core/platform/a.ts',
    text: `import { app } from 'electron';`,
    says: /only the shell has a window/,
  },
  {
    rule: 'native modules load in the device host only',
    from: 'terminal/core/platform/a.ts',
    text: `import { LinuxBinding } from '@serialport/bindings-cpp';`,
    says: /native modules/,
  },
  {
    rule: 'the shell sees the page contract only',
    from: 'terminal/shell/main.ts',
    text: `import { b } from '../core/journal/b.ts';`,
    target: 'terminal/core/journal/b.ts',
    says: /terminal\/shell may import/,
  },
  {
    rule: 'terminal does not see fleet-server',
    from: 'terminal/core/compose.ts',
    text: `import { b } from '@yimen/fleet-server/compose';`,
    says: /terminal\/core\/compose.ts may import/,
  },
  {
    rule: 'fleet-server does not see terminal',
    from: 'fleet-server/compose.ts',
    text: `import { b } from '@yimen/terminal/core';`,
    says: /fleet-server\/compose.ts may import/,
  },
  {
    rule: 'not even a story of the fleet sees the terminal',
    from: 'fleet-server/test/stories/a.test.ts',
    text: `import { b } from '@yimen/terminal/core';`,
    says: /fleet-server\/test may import/,
  },
  {
    rule: 'fleet rooms meet in compose only',
    from: 'fleet-server/ingest/a.ts',
    text: `import { b } from '../alarms/b.ts';`,
    target: 'fleet-server/alarms/b.ts',
    says: /fleet-server\/ingest may import/,
  },
  {
    rule: 'the store knows no room above it',
    from: 'fleet-server/store/a.ts',
    text: `import { b } from '../ledger/b.ts';`,
    target: 'fleet-server/ledger/b.ts',
    says: /fleet-server\/store may import/,
  },
  {
    rule: 'SQL stays in the store',
    from: 'fleet-server/ledger/a.ts',
    text: `import { Kysely } from 'kysely';`,
    says: /SQL has one home/,
  },
  {
    rule: 'the dashboard sees contracts only',
    from: 'fleet-server/dashboard/main.tsx',
    text: `import { b } from '../api/b.ts';`,
    target: 'fleet-server/api/b.ts',
    says: /fleet-server\/dashboard may import contracts/,
  },
  {
    rule: 'the sandbox sees contracts only',
    from: 'fleet-server/sandbox/a.ts',
    text: `import { b } from '../gateway/b.ts';`,
    target: 'fleet-server/gateway/b.ts',
    says: /fleet-server\/sandbox may import contracts/,
  },
  {
    rule: 'the simulator sees contracts only',
    from: 'fleet-server/simulator/a.ts',
    text: `import { b } from '@yimen/certs';`,
    says: /fleet-server\/simulator may import contracts/,
  },
  {
    rule: 'nobody sees packaging',
    from: 'fleet-server/main.ts',
    text: `import { b } from '../packaging/b.ts';`,
    target: 'packaging/b.ts',
    says: /fleet-server\/main.ts may import/,
  },
  {
    rule: 'test doubles stay out of production files',
    from: 'fleet-server/ingest/a.ts',
    text: `import { b } from '@yimen/contracts/testing';`,
    says: /fleet-server\/ingest may import/,
  },
  {
    rule: 'development trust stays out of production files',
    from: 'terminal/core/identity/a.ts',
    text: `import { b } from '@yimen/certs/testing';`,
    says: /terminal\/core\/identity may import/,
  },
  {
    rule: 'a test is not a part to build with',
    from: 'certs/a.ts',
    text: `import { b } from './b.test.ts';`,
    target: 'certs/b.test.ts',
    says: /not a part to build with/,
  },
  {
    rule: 'a draft is not loaded at run time',
    from: 'contracts/base/a.ts',
    text: `import { type b } from '../draft/b.ts';`,
    target: 'contracts/draft/b.ts',
    says: /a draft is not frozen/,
  },
  {
    rule: 'borders are crossed through exports, in packaging too',
    from: 'packaging/start/a.ts',
    text: `import { b } from '../../certs/index.ts';`,
    says: /across a border/,
  },
  {
    rule: 'exports are the only doors',
    from: 'certs/a.ts',
    text: `import { b } from '@yimen/contracts/base/result';`,
    says: /exports do not offer/,
  },
  {
    rule: 're-exports are imports',
    from: 'terminal/ui/a.ts',
    text: `export * from '../ipc/b.ts';`,
    target: 'terminal/ipc/b.ts',
    says: /terminal\/ui may import contracts/,
  },
  {
    rule: 'dynamic imports are imports',
    from: 'terminal/ui/a.ts',
    text: `export const b = () => import('../ipc/b.ts');`,
    target: 'terminal/ipc/b.ts',
    says: /terminal\/ui may import contracts/,
  },
  {
    rule: 'type queries are imports',
    from: 'terminal/ui/a.ts',
    text: `export type B = import('../ipc/b.ts').B;`,
    target: 'terminal/ipc/b.ts',
    says: /terminal\/ui may import contracts/,
  },
  {
    rule: 'a computed import hides what it reaches',
    from: 'certs/a.ts',
    text: `export const load = (name: string) => import(name);`,
    says: /computed name/,
  },
  {
    rule: 'a missing file is told',
    from: 'certs/a.ts',
    text: `import { b } from './gone.ts';`,
    says: /does not exist/,
  },
  {
    rule: 'a file without a room is told',
    from: 'terminal/new-room/a.ts',
    text: EMPTY,
    says: /no room in .* covers this file/,
  },
  {
    rule: 'a file that does not parse is told',
    from: 'certs/a.ts',
    text: `import { from`,
    says: /cannot be read/,
  },
];

describe('the room table', () => {
  it.each(FORBIDDEN)('$rule', ({ from, text, target, says }) => {
    const faults = roomFaults({ ...(target === undefined ? {} : { [target]: EMPTY }), [from]: text });
    expect(faults.filter((fault) => says.test(fault) && fault.includes(from))).toHaveLength(1);
  });

  it('names a cycle with its whole path, types included', () => {
    const faults = roomFaults({
      'certs/a.ts': `import { b } from './b.ts';`,
      'certs/b.ts': `import type { C } from './c.ts';`,
      'certs/c.ts': `export * from './a.ts';`,
    });
    expect(faults).toEqual(['import cycle: certs/a.ts → certs/b.ts → certs/c.ts → certs/a.ts']);
  });

  it('lets every room import what it is built on', () => {
    const faults = roomFaults({
      'contracts/draft/passport.ts': `export interface Passport { readonly serial: string }\n`,
      'contracts/base/index.ts': `import { z } from 'zod';\nexport type { Passport } from '../draft/passport.ts';`,
      'contracts/base/index.test.ts': `import { it } from 'vitest';\nimport '../testing/index.ts';\nimport './index.ts';`,
      'certs/a.ts': `import '@yimen/contracts/base';\nimport 'node:crypto';`,
      'device-adapters/limits.table.ts': EMPTY,
      'device-adapters/transport/tcp.ts': `import '../limits.table.ts';`,
      'device-adapters/drivers/card-unit-a-1/protocol.ts': `import '@yimen/contracts/base';`,
      'device-adapters/drivers/card-unit-a-1/driver.ts': `import './protocol.ts';\nimport '../../transport/tcp.ts';`,
      'device-adapters/drivers/card-unit-a-1/simulator.ts': `import '../../testing/index.ts';`,
      'device-adapters/drivers/card-unit-a-1/driver.test.ts': `import './driver.ts';\nimport './simulator.ts';`,
      'terminal/ipc/socket.ts': EMPTY,
      'terminal/core/limits.table.ts': EMPTY,
      'terminal/core/journal/a.ts': `import 'node:sqlite';\nimport '../limits.table.ts';\nimport '../../ipc/socket.ts';`,
      'terminal/core/outbox/a.ts': `import '../journal/a.ts';`,
      'terminal/core/outbox/a.test.ts': `import '@yimen/certs/testing';\nimport '@yimen/device-adapters/testing';`,
      'terminal/core/core-views.ts': `import './outbox/a.ts';`,
      'terminal/core/composed-core.ts': `import './core-views.ts';\nimport '@yimen/device-adapters/host-client';`,
      'terminal/core/compose.ts': `import './outbox/a.ts';\nimport './composed-core.ts';`,
      'terminal/session/compose.ts': `import '@yimen/device-adapters/host-client';\nimport '../ipc/socket.ts';`,
      'terminal/test/stories/a.test.ts': `import '../../core/compose.ts';`,
      'fleet-server/store/a.ts': `import 'kysely';`,
      'fleet-server/gateway/a.ts': `import '../store/a.ts';\nimport '@yimen/certs';`,
      'fleet-server/api/routes/a.ts': `import '../../gateway/a.ts';`,
      'fleet-server/compose.ts': `import './api/routes/a.ts';`,
      'packaging/guard/node-guard.mjs': '',
      'packaging/start/start.ts': `import '@yimen/terminal/core';\nimport '@yimen/fleet-server/sandbox';`,
      'device-adapters/tools/probe.mjs': `import '../../packaging/guard/node-guard.mjs';`,
    });
    expect(faults).toEqual([]);
  });

  it('holds for the present tree', () => {
    expect(findRoomFaults(readImportGraph(ROOT))).toEqual([]);
  });
});

describe('what production can reach', () => {
  const MAIN = 'fleet-server/main.ts';

  it.each([
    ['a sandbox', `import '@yimen/fleet-server/sandbox';`, 'fleet-server/sandbox/main.ts'],
    ['development trust', `import '@yimen/certs/testing';`, 'certs/testing/index.ts'],
    ['a double', `import '@yimen/contracts/testing';`, 'contracts/testing/index.ts'],
    ['a sandbox as a process', `new URL('./sandbox/main.ts', import.meta.url);`, 'fleet-server/sandbox/main.ts'],
    ['a sandbox on demand', `void import('@yimen/fleet-server/sandbox');`, 'fleet-server/sandbox/main.ts'],
  ])('%s is told with the way to it', (_what, text, reached) => {
    const faults = reachabilityFaults({ [MAIN]: `import './compose.ts';`, 'fleet-server/compose.ts': text });
    expect(faults).toEqual([`reachable from production: ${MAIN} → fleet-server/compose.ts → ${reached}`]);
  });

  it('a simulator behind a driver is told', () => {
    const driver = 'device-adapters/drivers/card-unit-a-1';
    const faults = reachabilityFaults({
      'device-adapters/host/main.ts': `import '../drivers/card-unit-a-1/driver.ts';`,
      [`${driver}/driver.ts`]: `import './simulator.ts';`,
      [`${driver}/simulator.ts`]: EMPTY,
    });
    expect(faults).toEqual([
      `reachable from production: device-adapters/host/main.ts → ${driver}/driver.ts → ${driver}/simulator.ts`,
    ]);
  });

  it('an erased type is no way', () => {
    expect(reachabilityFaults({ [MAIN]: `import type { A } from '@yimen/certs/testing';` })).toEqual([]);
  });

  it('a walk that starts nowhere is a fault', () => {
    expect(reachabilityFaults({})).toHaveLength(1);
  });

  it('holds for the present tree', () => {
    expect(findReachabilityFaults(readImportGraph(ROOT))).toEqual([]);
  });
});
