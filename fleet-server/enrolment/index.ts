export { RevocationWatch, type RevocationParts } from './revocation-watch.ts';
