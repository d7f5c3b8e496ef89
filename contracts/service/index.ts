export * from './catalogue.table.ts';
export * from './package.ts';
export * from './policy.ts';
export * from './step.table.ts';
