export * from './core-session.ts';
export * from './key-access.ts';
export * from './launcher.ts';
export * from './staff.ts';
