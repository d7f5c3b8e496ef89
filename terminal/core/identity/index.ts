export { loadKey, tlsMaterial } from './load-key.ts';
