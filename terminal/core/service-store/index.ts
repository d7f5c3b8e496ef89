export {
  offeredServices,
  servicesNeeding,
  shanghaiDay,
  type OfferedService,
  type OfferTerms,
} from './offered-services.ts';
export { readServicePackage, type ServicePackage } from './read-package.ts';
export { readServiceStore, type ServiceStore } from './service-store.ts';
