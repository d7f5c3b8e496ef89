export { loadKey, tlsMaterial, type TlsMaterial } from './load-key.ts';
