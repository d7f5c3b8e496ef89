export * from './bridge.ts';
export * from './intent.ts';
export * from './view.ts';
