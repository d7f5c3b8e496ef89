export * from './framing-streams.ts';
export * from './paced-card-read.ts';
export * from './collect-garbage.ts';
