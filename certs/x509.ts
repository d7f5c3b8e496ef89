// In this order: the library refuses to load before metadata reflection is there.
import './metadata-reflection.ts';
export * from '@peculiar/x509';
