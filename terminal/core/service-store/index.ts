export {
  offeredServices,
  offerSummary,
  servicesNeeding,
  shanghaiDay,
  type OfferedService,
  type OfferTerms,
} from './offered-services.ts';
export { readServicePackage, type ServicePackage } from './read-package.ts';
export { openReleases, type ReleaseStore } from './release-store.ts';
export { readServiceStore, type ServiceStore } from './service-store.ts';
