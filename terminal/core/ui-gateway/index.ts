export type { SceneFacts } from './core-view.ts';
export { openUiGateway, type UiGateway, type UiGatewayOptions } from './ui-gateway.ts';
