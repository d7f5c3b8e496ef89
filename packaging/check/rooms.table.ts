/** Who may import whom. The table is the architecture; `npm run check` reads it. A file belongs to the row with the
 *  longest pattern that covers it; a file that no row covers is an error, so a new room begins with a row here. */
export interface Room {
  /** A folder or a file from the root; `*` stands for any part of one name. */
  readonly room: string;
  /** Folders or files that the room may import beside its own; a folder covers everything below it. A `*` is the same
   *  name as in `room`. A `testing/` folder inside is open to tests only, unless it is named here. */
  readonly mayImport: readonly string[];
}

const CORE = 'terminal/core';
const CORE_GROUND = ['contracts', 'certs', 'terminal/ipc', `${CORE}/limits.table.ts`];
const CORE_FIRST = [`${CORE}/platform`];
const CORE_SECOND = [...CORE_FIRST, `${CORE}/identity`, `${CORE}/journal`];
const CORE_THIRD = [
  ...CORE_SECOND,
  `${CORE}/outbox`,
  `${CORE}/device-manager`,
  `${CORE}/service-store`,
  `${CORE}/touch-desk`,
];
const CORE_FOURTH = [...CORE_THIRD, `${CORE}/fleet-link`, `${CORE}/session-supervisor`, `${CORE}/staff`];
const CORE_ALL = [...CORE_FOURTH, `${CORE}/ui-gateway`, `${CORE}/upkeep`];

const FLEET = 'fleet-server';
const FLEET_GROUND = ['contracts', 'certs', `${FLEET}/limits.table.ts`];
const FLEET_ROOMS = [
  'broker',
  'ingest',
  'ledger',
  'alarms',
  'work-orders',
  'supplies',
  'reports',
  'commands',
  'enrolment',
  'distribution',
  'gateway',
  'staff',
].map((name) => `${FLEET}/${name}`);

const DEVICES = 'device-adapters';
const DEVICE_GROUND = ['contracts', `${DEVICES}/limits.table.ts`];
const WIRE = [...DEVICE_GROUND, `${DEVICES}/transport`, `${DEVICES}/framing`];
const DRIVERS = [...WIRE, `${DEVICES}/driver-kit`];
/** The only part of device-adapters that a terminal's program may see, and only where its rooms are joined. */
const HOST_CLIENT = `${DEVICES}/host/rpc-client.ts`;

export const ROOMS: readonly Room[] = [
  { room: 'contracts', mayImport: [] },
  { room: 'contracts/testing', mayImport: ['contracts'] },
  { room: 'contracts/draft', mayImport: ['contracts'] },
  { room: 'terminal/services', mayImport: ['contracts'] },

  { room: 'certs', mayImport: ['contracts'] },
  { room: 'certs/testing', mayImport: ['contracts', 'certs'] },

  { room: `${DEVICES}/limits.table.ts`, mayImport: [] },
  { room: `${DEVICES}/framing`, mayImport: DEVICE_GROUND },
  { room: `${DEVICES}/transport`, mayImport: [...DEVICE_GROUND, `${DEVICES}/framing`] },
  { room: `${DEVICES}/driver-kit`, mayImport: WIRE },
  { room: `${DEVICES}/drivers/*`, mayImport: DRIVERS },
  // Written from the manual, not from the driver: it may not even share the driver's parts.
  { room: `${DEVICES}/drivers/*/simulat*`, mayImport: [...WIRE, `${DEVICES}/drivers/*`, `${DEVICES}/testing`] },
  { room: `${DEVICES}/registry`, mayImport: [...DRIVERS, `${DEVICES}/drivers`] },
  { room: `${DEVICES}/host`, mayImport: [...DRIVERS, `${DEVICES}/registry`] },
  { room: `${DEVICES}/tools`, mayImport: [...DRIVERS, `${DEVICES}/drivers`, `${DEVICES}/registry`, `${DEVICES}/host`] },
  { room: `${DEVICES}/testing`, mayImport: ['contracts', DEVICES] },

  { room: `${DEVICES}/test`, mayImport: ['contracts', DEVICES] },

  { room: 'terminal/ipc', mayImport: ['contracts'] },
  { room: 'terminal/ui', mayImport: ['contracts'] },
  // Colours and sizes of the citizen's page, and drawings of it that know nothing of a citizen.
  {
    room: 'terminal/staff-ui',
    mayImport: ['contracts', 'terminal/ui/components', 'terminal/ui/bridge-client'],
  },
  { room: 'terminal/shell', mayImport: ['contracts/ui', 'contracts/base', 'terminal/ipc'] },
  { room: 'terminal/session', mayImport: ['contracts', 'terminal/ipc'] },
  { room: 'terminal/session/compose.ts', mayImport: ['contracts', 'terminal/ipc', 'terminal/session', HOST_CLIENT] },
  { room: `${CORE}/limits.table.ts`, mayImport: [] },
  { room: `${CORE}/platform`, mayImport: CORE_GROUND },
  { room: `${CORE}/identity`, mayImport: [...CORE_GROUND, ...CORE_FIRST] },
  { room: `${CORE}/journal`, mayImport: [...CORE_GROUND, ...CORE_FIRST] },
  { room: `${CORE}/outbox`, mayImport: [...CORE_GROUND, ...CORE_SECOND] },
  { room: `${CORE}/device-manager`, mayImport: [...CORE_GROUND, ...CORE_SECOND] },
  { room: `${CORE}/service-store`, mayImport: [...CORE_GROUND, ...CORE_SECOND] },
  { room: `${CORE}/touch-desk`, mayImport: [...CORE_GROUND, ...CORE_SECOND] },
  { room: `${CORE}/upkeep`, mayImport: [...CORE_GROUND, ...CORE_SECOND] },
  { room: `${CORE}/fleet-link`, mayImport: [...CORE_GROUND, ...CORE_THIRD] },
  { room: `${CORE}/session-supervisor`, mayImport: [...CORE_GROUND, ...CORE_THIRD] },
  { room: `${CORE}/staff`, mayImport: [...CORE_GROUND, ...CORE_THIRD] },
  // Another port and another bundle than the citizen's, by the same means.
  { room: `${CORE}/staff/console`, mayImport: [...CORE_GROUND, ...CORE_FOURTH, `${CORE}/ui-gateway`] },
  { room: `${CORE}/ui-gateway`, mayImport: [...CORE_GROUND, ...CORE_FOURTH] },
  { room: `${CORE}/core-views.ts`, mayImport: [...CORE_GROUND, ...CORE_ALL] },
  {
    room: `${CORE}/composed-core.ts`,
    mayImport: [...CORE_GROUND, ...CORE_ALL, `${CORE}/core-views.ts`, HOST_CLIENT],
  },
  { room: `${CORE}/compose.ts`, mayImport: [...CORE_GROUND, ...CORE_ALL, `${CORE}/composed-core.ts`] },
  { room: `${CORE}/compose.test.ts`, mayImport: [...CORE_GROUND, ...CORE_ALL, `${CORE}/compose.ts`] },
  { room: `${CORE}/main.test.ts`, mayImport: [...CORE_GROUND, ...CORE_ALL, `${CORE}/compose.ts`, `${CORE}/main.ts`] },
  { room: `${CORE}/main.ts`, mayImport: [...CORE_GROUND, ...CORE_ALL, `${CORE}/compose.ts`] },
  { room: 'terminal/testing', mayImport: ['contracts', 'terminal'] },
  { room: 'terminal/test', mayImport: ['contracts', 'certs', DEVICES, 'terminal'] },

  { room: `${FLEET}/limits.table.ts`, mayImport: [] },
  { room: `${FLEET}/store`, mayImport: FLEET_GROUND },
  ...FLEET_ROOMS.map((room) => ({ room, mayImport: [...FLEET_GROUND, `${FLEET}/store`] })),
  { room: `${FLEET}/api`, mayImport: [...FLEET_GROUND, `${FLEET}/store`, ...FLEET_ROOMS] },
  {
    room: `${FLEET}/compose.ts`,
    mayImport: [...FLEET_GROUND, `${FLEET}/store`, ...FLEET_ROOMS, `${FLEET}/api`],
  },
  {
    room: `${FLEET}/main.ts`,
    mayImport: [...FLEET_GROUND, `${FLEET}/store`, ...FLEET_ROOMS, `${FLEET}/api`, `${FLEET}/compose.ts`],
  },
  { room: `${FLEET}/dashboard`, mayImport: ['contracts'] },
  { room: `${FLEET}/sandbox`, mayImport: ['contracts'] },
  { room: `${FLEET}/simulator`, mayImport: ['contracts'] },
  // Written from the published document alone.
  { room: `${FLEET}/simulator/guest`, mayImport: [] },
  { room: `${FLEET}/test`, mayImport: ['contracts', 'certs', FLEET] },

  { room: 'packaging', mayImport: ['contracts', 'certs', DEVICES, 'terminal', FLEET] },
];

/** Tests and their doubles. They may reach `testing/` folders and simulators, load packages that their room may not, and
 *  import what `TESTS_MAY_IMPORT` adds. */
export const TEST_FILES: readonly string[] = ['**/*.test.{ts,tsx}', '**/testing/**', '**/test/**'];

/** Programs that stand in for the world outside, and `packaging`, which sees all and is seen by none. Like tests they are
 *  no part of the finished product; unlike tests they import what their row says and nothing more. */
export const STAND_INS: readonly string[] = [
  `${DEVICES}/drivers/*/simulat*`,
  `${FLEET}/{sandbox,simulator}/**`,
  'packaging/**',
];

/** What the tests of a top-level folder may import beyond their room. */
export const TESTS_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: ['contracts/testing'],
  certs: ['contracts/testing'],
  [DEVICES]: ['contracts/testing', `${DEVICES}/testing`, `${DEVICES}/test`],
  terminal: ['contracts/testing', 'certs/testing', `${DEVICES}/testing`, 'terminal/test'],
  [FLEET]: ['contracts/testing', 'certs/testing', `${FLEET}/test`],
  packaging: [],
};

/** Imports that are wrong even where the tables above allow them. */
export interface Ban {
  readonly from: string;
  readonly to: string;
  readonly applies: 'always' | 'at-run-time' | 'in-the-product';
  readonly why: string;
}

export const BANS: readonly Ban[] = [
  {
    from: '**',
    to: 'contracts/draft/**',
    applies: 'at-run-time',
    why: 'a draft is not frozen: use `import type`, or move the contract out of draft first',
  },
  {
    from: `${DEVICES}/drivers/*/simulat*`,
    to: `${DEVICES}/drivers/*/protocol.ts`,
    applies: 'always',
    why: 'a simulator that shares the driver’s layouts shares its mistakes',
  },
  {
    from: '**',
    to: `${DEVICES}/drivers/*/simulat*`,
    applies: 'in-the-product',
    why: 'a simulator is for tests and the demonstration',
  },
  { from: '**', to: '**/*.test.{ts,tsx}', applies: 'always', why: 'a test is not a part to build with' },
];

/** The one file that every program may name across all borders: entries (`*.mjs`) import it first of all. */
export const NODE_GUARD = 'packaging/guard/node-guard.mjs';

/** Packages that only some rooms of the product may load; what is no part of the product may load any. */
export interface PackageRule {
  readonly packages: readonly string[];
  readonly onlyIn: readonly string[];
  readonly why: string;
}

export const PACKAGE_RULES: readonly PackageRule[] = [
  { packages: ['electron'], onlyIn: ['terminal/shell/**'], why: 'only the shell has a window' },
  {
    packages: ['serialport', '@serialport/bindings-cpp', 'node-hid', 'pcsc-mini', 'pcsclite'],
    onlyIn: [`${DEVICES}/**`],
    why: 'native modules load in the device host only',
  },
  {
    packages: ['pkcs11js'],
    onlyIn: ['certs/key-store/pkcs11/**'],
    why: 'a token’s library is native code of its maker: it loads in the signer’s own process and in the signing tool only',
  },
  {
    packages: ['node:sqlite', 'kysely', 'pg'],
    onlyIn: [`${CORE}/**`, `${DEVICES}/driver-kit/**`, `${FLEET}/store/**`],
    why: 'SQL has one home per program, and a session keeps nothing on disk',
  },
  {
    packages: ['node:*'],
    onlyIn: [
      'certs/**',
      `${DEVICES}/**`,
      'terminal/{ipc,session,core,shell}/**',
      `${FLEET}/{store,api}/**`,
      ...FLEET_ROOMS.map((room) => `${room}/**`),
      `${FLEET}/*.ts`,
    ],
    why: 'contracts and pages run without Node',
  },
];

/** Contracts carry no dependency but this: whoever reads a contract gets nothing else with it. */
export const CONTRACTS_PACKAGES: readonly string[] = ['zod'];
