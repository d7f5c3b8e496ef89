export * from './bridge.ts';
export * from './intent.ts';
export * from './touch-trouble.ts';
export * from './view.ts';
