import type { Intent } from '@yimen/contracts/ui';

type WithoutView<I> = I extends { view: number } ? Omit<I, 'view'> : never;

/** A wish of the citizen; the bridge client adds which view it answers. */
export type Wish = WithoutView<Intent>;
