export { openUiGateway, type UiGateway, type UiGatewayOptions } from './ui-gateway.ts';
export type { CoreScene } from './core-view.ts';
