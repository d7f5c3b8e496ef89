/** Where a person is in the console. Core decides what may be done there. */
export type Place =
  | { readonly at: 'home' | 'held' | 'variances' }
  | { readonly at: 'device' | 'exchange'; readonly device: string };
